"""The tables. Times are Unix seconds (float) of the database's clock; ids are UUIDv7 strings."""

from typing import Any

from sqlalchemy import JSON, Double, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Time: Double[float] = Double()
Id = String(36)
# Literal, so that both databases see that a partial index serves it.
ACTIVE_SQL = "status IN ('pending', 'processing')"


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Account(Base):
    """A person: a guest until e-mail and password are given."""

    __tablename__ = "accounts"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)  # normalised
    password_hash: Mapped[str | None] = mapped_column(String(255))
    anon: Mapped[str | None] = mapped_column(String(64), unique=True)  # the form's anonymous id that made this guest
    guest: Mapped[bool] = mapped_column(default=True)
    admin: Mapped[bool] = mapped_column(default=False)
    tier: Mapped[str] = mapped_column(String(16), default="free")
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    units: Mapped[str] = mapped_column(String(8), default="kg")
    profile: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[float] = mapped_column(Time)


class Session(Base):
    """A browser's sign-in. ``id`` is the SHA-256 of the cookie, so that the table gives nobody a session."""

    __tablename__ = "sessions"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[float] = mapped_column(Time)
    expires_at: Mapped[float] = mapped_column(Time)


class Generation(Base):
    """One thing being made, and all there is to know to go on making it after any crash."""

    __tablename__ = "generations"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(200), default="")
    input: Mapped[dict[str, Any]] = mapped_column(JSON)
    twin: Mapped[str | None] = mapped_column(String(64))  # set while active: at most one active of a kind and twin
    engine: Mapped[str] = mapped_column(String(16), default="rules")
    status: Mapped[str] = mapped_column(String(16), default="pending")
    waiting_for: Mapped[str | None] = mapped_column(String(16))
    # Ownership: the token rises with each claim; a write that names an old one changes nothing.
    token: Mapped[int] = mapped_column(Integer, default=0)
    worker: Mapped[str | None] = mapped_column(String(64))
    claimed_at: Mapped[float | None] = mapped_column(Time)
    lease_until: Mapped[float | None] = mapped_column(Time)
    spent: Mapped[float] = mapped_column(Double, default=0.0)  # seconds of earlier claims since a person asked
    steps: Mapped[int] = mapped_column(Integer, default=0)  # checkpoints made by the present claim
    cancel_requested_at: Mapped[float | None] = mapped_column(Time)
    attempt: Mapped[int] = mapped_column(Integer, default=1)
    max_attempts: Mapped[int] = mapped_column(Integer, default=3)
    # The queue: claimable from due_at on, in the order of queued_at less head_start.
    queued_at: Mapped[float] = mapped_column(Time)
    due_at: Mapped[float] = mapped_column(Time)
    head_start: Mapped[float] = mapped_column(Time, default=0.0)  # seconds, by tier
    rings: Mapped[int] = mapped_column(Integer, default=1)
    rung_at: Mapped[float] = mapped_column(Time)
    # What a person sees.
    last_seq: Mapped[int] = mapped_column(Integer, default=0)
    phase: Mapped[str | None] = mapped_column(String(32))
    phases: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    progress: Mapped[float] = mapped_column(Float, default=0.0)
    eta_at: Mapped[float | None] = mapped_column(Time)
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    title: Mapped[str | None] = mapped_column(String(300))  # of the result
    created_at: Mapped[float] = mapped_column(Time)
    started_at: Mapped[float | None] = mapped_column(Time)
    finished_at: Mapped[float | None] = mapped_column(Time)
    seen_at: Mapped[float | None] = mapped_column(Time)

    __table_args__ = (
        Index(
            "uq_generations_active_twin", "account_id", "kind", "twin", unique=True,
            sqlite_where=text("twin IS NOT NULL"), postgresql_where=text("twin IS NOT NULL"),
        ),
        # Holds all that the order of the queue needs, in the order in which it is counted.
        Index(
            "ix_generations_active", "account_id", "queued_at", "id", "status", "head_start", "due_at", "waiting_for",
            "cancel_requested_at", sqlite_where=text(ACTIVE_SQL), postgresql_where=text(ACTIVE_SQL),
        ),
        Index("ix_generations_account_id_id", "account_id", "id"),
        Index("ix_generations_account_id_finished_at", "account_id", "finished_at"),
    )  # fmt: skip


class Event(Base):
    """The durable log: ``body`` is the very JSON that browsers receive."""

    __tablename__ = "events"
    generation_id: Mapped[str] = mapped_column(ForeignKey("generations.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class Checkpoint(Base):
    """A finished phase and what it made."""

    __tablename__ = "checkpoints"
    generation_id: Mapped[str] = mapped_column(ForeignKey("generations.id", ondelete="CASCADE"), primary_key=True)
    phase: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    seconds: Mapped[float] = mapped_column(Float)


class Item(Base):
    """A finished piece (a week, a section): checkpoint and part of the result at once."""

    __tablename__ = "items"
    generation_id: Mapped[str] = mapped_column(ForeignKey("generations.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    phase: Mapped[str] = mapped_column(String(32))
    index: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(300))
    version: Mapped[int] = mapped_column(Integer, default=1)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class Result(Base):
    """The head of a finished document; its pieces are the items. Has the id of the generation that made it."""

    __tablename__ = "results"
    id: Mapped[str] = mapped_column(ForeignKey("generations.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(Text)
    head: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[float] = mapped_column(Time)

    __table_args__ = (Index("ix_results_account_id_kind_id", "account_id", "kind", "id"),)


class IdempotencyKey(Base):
    __tablename__ = "idempotency_keys"
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    generation_id: Mapped[str] = mapped_column(ForeignKey("generations.id", ondelete="CASCADE"))
    created_at: Mapped[float] = mapped_column(Time)


class Worker(Base):
    """A worker process's own sign of life."""

    __tablename__ = "workers"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    host: Mapped[str] = mapped_column(String(255))
    pid: Mapped[int] = mapped_column(Integer)
    concurrency: Mapped[int] = mapped_column(Integer)
    running: Mapped[int] = mapped_column(Integer, default=0)
    started_at: Mapped[float] = mapped_column(Time)
    seen_at: Mapped[float] = mapped_column(Time)
