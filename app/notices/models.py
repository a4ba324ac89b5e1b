"""The tables of what is told to people who have left: where to, and what is still to be told."""

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models import Base, Id, Time


class PushSubscription(Base):
    """A browser that wants to be told. It goes with the sign-in that made it, so that nobody else of a shared browser
    reads what is another one's."""

    __tablename__ = "push_subscriptions"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[str | None] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), index=True)
    # SHA-256 of the endpoint, which is longer than a key of an index may be: one browser is told once.
    key: Mapped[str] = mapped_column(String(64), unique=True)
    endpoint: Mapped[str] = mapped_column(Text)
    p256dh: Mapped[str] = mapped_column(String(100))  # base64url, as browsers give them
    auth: Mapped[str] = mapped_column(String(40))
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[float] = mapped_column(Time)
    expires_at: Mapped[float | None] = mapped_column(Time)  # Unix seconds, where the browser says so
    used_at: Mapped[float | None] = mapped_column(Time)  # when its push service last took something


class Notice(Base):
    """Something still to be told to one browser or mailbox: the end of a generation or of a batch, or, about neither,
    the question whether a mailbox is the account's. Whoever claims it moves ``due_at`` on; it goes when it is told.

    ``ended_at`` is the end that it is about: with a retry there may be another.
    """

    __tablename__ = "notices"
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    generation_id: Mapped[str | None] = mapped_column(ForeignKey("generations.id", ondelete="CASCADE"), index=True)
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"), index=True)
    # None: by mail.
    subscription_id: Mapped[str | None] = mapped_column(ForeignKey("push_subscriptions.id", ondelete="CASCADE"))
    ended_at: Mapped[float] = mapped_column(Time)
    tries: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    due_at: Mapped[float] = mapped_column(Time, index=True)
    created_at: Mapped[float] = mapped_column(Time)

    __table_args__ = (Index("ix_notices_subscription_id", "subscription_id"),)


class VapidKey(Base):
    """The one key that push services know this installation by (RFC 8292): all browsers' subscriptions hang on it."""

    __tablename__ = "vapid_keys"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)  # always 1
    private_key: Mapped[str] = mapped_column(String(64))  # the 32 bytes in base64url
    created_at: Mapped[float] = mapped_column(Time)
