"""The tables. Times are Unix seconds (float) of the database's clock; ids are UUIDv7 strings."""

from typing import Any

from sqlalchemy import (
    JSON,
    Double,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Time: Double[float] = Double()
Id = String(36)
# Literal, so that both databases see that a partial index serves it.
ACTIVE_SQL = "status IN ('pending', 'processing')"
LONGEST_TITLE = 300  # what lists show of a title; longer ones are cut for it


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
    created_at: Mapped[float] = mapped_column(Time, index=True)
    # Of what began as a guest: when it became an account, or went into another one. What has gone is a mere trace:
    # still called a guest, with nothing that leads to anybody, and whether it had a result.
    claimed_at: Mapped[float | None] = mapped_column(Time)
    served_at: Mapped[float | None] = mapped_column(Time)  # when a worker last took up something of theirs
    had_result: Mapped[bool] = mapped_column(default=False, server_default=false())
    mail: Mapped[str] = mapped_column(String(8), default="off", server_default="off")  # of ends: off, asked, on


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
    title: Mapped[str | None] = mapped_column(String(LONGEST_TITLE))  # of the result
    created_at: Mapped[float] = mapped_column(Time)
    started_at: Mapped[float | None] = mapped_column(Time)
    finished_at: Mapped[float | None] = mapped_column(Time)
    seen_at: Mapped[float | None] = mapped_column(Time)
    batch_id: Mapped[str | None] = mapped_column(Id)
    base: Mapped[str | None] = mapped_column(Id)  # the result that it changes
    cached: Mapped[bool] = mapped_column(default=False, server_default=false())  # copied from an earlier result
    input_key: Mapped[str | None] = mapped_column(String(64))  # equal for what would be made the same way
    provider: Mapped[str | None] = mapped_column(String(100))  # the outside service that it needs
    suspect: Mapped[bool] = mapped_column(default=False, server_default=false())  # made in a process of its own
    # What making it has cost so far: CPU of the process and its children, the largest of them, a language model.
    cpu_seconds: Mapped[float] = mapped_column(Double, default=0.0, server_default="0")
    memory_mb: Mapped[float | None] = mapped_column(Double)
    tokens_in: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    tokens_out: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    cost: Mapped[float] = mapped_column(Double, default=0.0, server_default="0")  # US dollars

    __table_args__ = (
        Index(
            "uq_generations_active_twin", "account_id", "kind", "twin", unique=True,
            sqlite_where=text("twin IS NOT NULL"), postgresql_where=text("twin IS NOT NULL"),
        ),
        # Holds all that the order of the queue needs, in the order in which it is counted.
        Index(
            "ix_generations_active", "account_id", "queued_at", "id", "status", "head_start", "due_at", "waiting_for",
            "cancel_requested_at", "started_at", sqlite_where=text(ACTIVE_SQL), postgresql_where=text(ACTIVE_SQL),
        ),
        Index("ix_generations_account_id_id", "account_id", "id"),
        Index("ix_generations_account_id_finished_at", "account_id", "finished_at"),
        Index("ix_generations_account_id_input_key", "account_id", "input_key"),
        Index("ix_generations_batch_id", "batch_id"),
        Index("ix_generations_base", "base"),
        Index("ix_generations_finished_at", "finished_at"),
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
    units: Mapped[int] = mapped_column(Integer, default=1, server_default="1")  # items that these seconds went into


class Item(Base):
    """A finished piece (a week, a section): checkpoint and part of the result at once."""

    __tablename__ = "items"
    generation_id: Mapped[str] = mapped_column(ForeignKey("generations.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    phase: Mapped[str] = mapped_column(String(32))
    index: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
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


class Revision(Base):
    """What made a result's ``version``. The first has none."""

    __tablename__ = "revisions"
    result_id: Mapped[str] = mapped_column(ForeignKey("results.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    generation_id: Mapped[str | None] = mapped_column(ForeignKey("generations.id", ondelete="SET NULL"))
    what: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # week, day, exercise, what, why
    head_before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # where the head changed
    created_at: Mapped[float] = mapped_column(Time)


class OldItem(Base):
    """An item of a result as it was before version ``until``."""

    __tablename__ = "old_items"
    result_id: Mapped[str] = mapped_column(ForeignKey("results.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[int] = mapped_column(Integer, primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class Training(Base):
    """A session of a program as it was done. The client makes the id and counts its ``revision``."""

    __tablename__ = "trainings"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    program_id: Mapped[str] = mapped_column(ForeignKey("results.id", ondelete="CASCADE"))
    program_version: Mapped[int] = mapped_column(Integer)
    week: Mapped[int] = mapped_column(Integer)
    day: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[float] = mapped_column(Time)  # by the client's clock
    finished_at: Mapped[float | None] = mapped_column(Time)
    readiness: Mapped[int | None] = mapped_column(Integer)  # 0-100
    session_rpe: Mapped[float | None] = mapped_column(Double)
    entries: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    notes: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(Integer)
    updated_at: Mapped[float] = mapped_column(Time, index=True)

    __table_args__ = (Index("ix_trainings_program_id_week_day", "program_id", "week", "day"),)


class CheckIn(Base):
    """How a week of a program went: ``told`` is `app.kinds.training.CheckIn`."""

    __tablename__ = "check_ins"
    program_id: Mapped[str] = mapped_column(ForeignKey("results.id", ondelete="CASCADE"), primary_key=True)
    week: Mapped[int] = mapped_column(Integer, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    told: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[float] = mapped_column(Time)


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
    # The machine and process table that `pid` counts in, and when it began there: peers see at once that it is gone.
    home: Mapped[str] = mapped_column(String(100), default="", server_default="")
    born: Mapped[str] = mapped_column(String(32), default="", server_default="")
    memory_mb: Mapped[float | None] = mapped_column(Double)


class Batch(Base):
    """Requests that were made together. Generations made for it name it; other members were active before."""

    __tablename__ = "batches"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    members: Mapped[list[str]] = mapped_column(JSON)  # ids of generations, in the order of the requests
    created_at: Mapped[float] = mapped_column(Time)
    finished_at: Mapped[float | None] = mapped_column(Time, index=True)  # when all of it had ended, noticed once
    seen_at: Mapped[float | None] = mapped_column(Time)

    __table_args__ = (Index("ix_batches_account_id_id", "account_id", "id"),)


class Schedule(Base):
    """Asks for the same again and again, at a local time."""

    __tablename__ = "schedules"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(200), default="")
    input: Mapped[dict[str, Any]] = mapped_column(JSON)
    every: Mapped[str] = mapped_column(String(8))  # day, week, month
    at: Mapped[str] = mapped_column(String(5))  # HH:MM on the clocks of tz
    weekday: Mapped[str | None] = mapped_column(String(9))
    month_day: Mapped[int | None] = mapped_column(Integer)
    tz: Mapped[str] = mapped_column(String(64))
    next_at: Mapped[float] = mapped_column(Time, index=True)
    created_at: Mapped[float] = mapped_column(Time)


class ScheduleSlot(Base):
    """A slot that is used up, so that it is used once. ``slot`` is its local date and time, YYYY-MM-DDTHH:MM."""

    __tablename__ = "schedule_slots"
    schedule_id: Mapped[str] = mapped_column(ForeignKey("schedules.id", ondelete="CASCADE"), primary_key=True)
    slot: Mapped[str] = mapped_column(String(16), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(16))  # created, existing, quota, invalid
    reason: Mapped[str] = mapped_column(Text, default="")
    generation_id: Mapped[str | None] = mapped_column(ForeignKey("generations.id", ondelete="SET NULL"))
    fired_at: Mapped[float] = mapped_column(Time)


class Pause(Base):
    """An outside service that asked to be left alone; no generation that needs it is claimed until then."""

    __tablename__ = "pauses"
    provider: Mapped[str] = mapped_column(String(100), primary_key=True)
    until: Mapped[float] = mapped_column(Time)


class LlmCall(Base):
    """One call of a language model: what it cost, and its reply as long as the generation may need it again."""

    __tablename__ = "llm_calls"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    # What was spent stays spent, whatever becomes of the generation and the person.
    generation_id: Mapped[str | None] = mapped_column(ForeignKey("generations.id", ondelete="SET NULL"))
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    key: Mapped[str] = mapped_column(String(64))  # equal for what is asked in the same words of the same model
    kind: Mapped[str] = mapped_column(String(16))
    phase: Mapped[str] = mapped_column(String(32))
    piece: Mapped[str] = mapped_column(String(64))  # the item's key
    rung: Mapped[str] = mapped_column(String(16))
    provider: Mapped[str] = mapped_column(String(100))
    model: Mapped[str] = mapped_column(String(100))
    tokens_in: Mapped[int] = mapped_column(Integer)
    tokens_out: Mapped[int] = mapped_column(Integer)
    cost: Mapped[float] = mapped_column(Double)  # US dollars
    seconds: Mapped[float] = mapped_column(Double)
    outcome: Mapped[str] = mapped_column(String(32))  # answered, or the code of what went wrong
    reply: Mapped[str | None] = mapped_column(Text)
    at: Mapped[float] = mapped_column(Time, index=True)

    __table_args__ = (
        Index("ix_llm_calls_generation_id_key", "generation_id", "key"),
        Index("ix_llm_calls_account_id_at", "account_id", "at"),
    )


class Counter(Base):
    """What all processes have counted together. ``labels`` is JSON with sorted names."""

    __tablename__ = "counters"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    labels: Mapped[str] = mapped_column(String(300), primary_key=True)
    value: Mapped[float] = mapped_column(Double)


class Gauge(Base):
    """What one process has at the moment; of no worth when it was not seen for a while."""

    __tablename__ = "gauges"
    process: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[float] = mapped_column(Double)
    seen_at: Mapped[float] = mapped_column(Time)


class Alert(Base):
    """A time in which too many generations failed; open while ``ended_at`` is null, and one at most is."""

    __tablename__ = "alerts"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    event: Mapped[str] = mapped_column(String(32))  # failure_rate
    began_at: Mapped[float] = mapped_column(Time)
    ended_at: Mapped[float | None] = mapped_column(Time)
    finished: Mapped[int] = mapped_column(Integer)  # in the hour before it was last looked at
    failed: Mapped[int] = mapped_column(Integer)
    # When the webhook has taken that it began, and that it ended; tries of the one of these that is next, not before.
    told_at: Mapped[float | None] = mapped_column(Time)
    told_end_at: Mapped[float | None] = mapped_column(Time)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    try_at: Mapped[float] = mapped_column(Time)

    __table_args__ = (
        Index(
            "uq_alerts_open", "event", unique=True,
            sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
    )  # fmt: skip
