"""The tables of followed plans."""

from sqlalchemy import Double, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models import Base, Time


class Following(Base):
    """A plan that somebody has taken up. A plan without a row is ready."""

    __tablename__ = "followings"
    plan_id: Mapped[str] = mapped_column(ForeignKey("results.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(String(200), default="")
    week_start: Mapped[str] = mapped_column(String(10))  # YYYY-MM-DD
    state: Mapped[str] = mapped_column(String(8))  # active, archived
    changed_at: Mapped[float] = mapped_column(Time)

    __table_args__ = (
        Index(
            "uq_followings_active", "account_id", "subject", "week_start", unique=True,
            sqlite_where=text("state = 'active'"), postgresql_where=text("state = 'active'"),
        ),
    )  # fmt: skip


class Mark(Base):
    """Something of a plan that is done: of a day its training or meals, of day 0 something bought (its food's id)."""

    __tablename__ = "plan_marks"
    plan_id: Mapped[str] = mapped_column(ForeignKey("results.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[int] = mapped_column(Integer, primary_key=True)
    what: Mapped[str] = mapped_column(String(40), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    done_at: Mapped[float] = mapped_column(Time)


class WeighIn(Base):
    """One a day; the last word counts."""

    __tablename__ = "weigh_ins"
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(200), primary_key=True, default="")
    day: Mapped[str] = mapped_column(String(10), primary_key=True)  # YYYY-MM-DD
    weight_kg: Mapped[float] = mapped_column(Double)
    created_at: Mapped[float] = mapped_column(Time)
