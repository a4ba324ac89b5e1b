"""What a guest made goes to the account that they sign in to."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.database import now
from app.generations.bell import Bell
from app.generations.change import QUEUED, TABLE, Changed, change, closed_phases
from app.library.models import Book, Progress, Upload
from app.models import Batch, CheckIn, Generation, IdempotencyKey, LlmCall, Result, Schedule, Training
from app.notices.models import Notice, PushSubscription
from app.plans.models import Following, Mark, WeighIn

HANDED_OVER = {
    "code": "worker_stopped", "retryable": True,
    "message": "Handed over to the account that you signed in to. Nothing is lost.",
}  # fmt: skip
_TOLD = ("id", "status", "cancel_requested_at", "phases", "attempt")


@dataclass(frozen=True)
class Moved:
    """``handed_over``: what was just being made, and waits to be claimed again: see `tell`."""

    had_result: bool
    handed_over: Sequence[Changed]


def tell(bell: Bell, moved: Moved) -> None:
    """After the commit: what was handed over is rung for."""
    for changed in moved.handed_over:
        bell.publish(changed.row["account_id"], changed.frames)
        bell.ring(changed.row["id"], changed.row["rings"])


async def move(session: AsyncSession, old: str, new: str) -> Moved:
    """Give everything of account ``old`` to ``new``, in the caller's transaction. What is being made goes on under the
    new one: its worker would look for what belongs to the old one.

    Where both have an active twin, both go on; the moved one just no longer counts as a twin.
    """
    theirs = aliased(Generation)
    taken = select(theirs.twin).where(
        theirs.account_id == new, theirs.kind == Generation.kind, theirs.twin == Generation.twin
    )
    moved = update(Generation).where(Generation.account_id == old).execution_options(synchronize_session=False)
    await session.execute(moved.where(Generation.twin.is_not(None), taken.exists()).values(twin=None))
    theirs_now = moved.values(account_id=new).returning(*(TABLE.c[name] for name in _TOLD))
    rows = (await session.execute(theirs_now)).mappings().all()
    # What is to be cancelled just ends.
    making = [row for row in rows if row["status"] == "processing" and row["cancel_requested_at"] is None]
    handed_over = [await _hand_over(session, row) for row in sorted(making, key=lambda row: row["id"])]
    had_result = (await session.execute(select(exists().where(Result.account_id == old)))).scalar_one()
    # Its browsers stay, though the sessions that made them end: the same people sit before them, signed in anew.
    browsers = update(PushSubscription).where(PushSubscription.account_id == old)
    await session.execute(browsers.values(account_id=new, session_id=None))
    for whole in (Result, Schedule, Batch, Training, CheckIn, Progress, Notice, LlmCall):
        await session.execute(update(whole).where(whole.account_id == old).values(account_id=new))
    # A book that both have stays with the account that goes on, and goes with the other.
    twice = aliased(Book)
    has = select(twice.id).where(twice.account_id == new, twice.sha256 == Book.sha256).exists()
    mine = update(Book).where(Book.account_id == old, ~has).execution_options(synchronize_session=False)
    await session.execute(mine.values(account_id=new))
    await session.execute(update(Upload).where(Upload.account_id == old).values(account_id=new))
    await _move_weeks(session, old, new)
    # A key answers for the request of one person in one place: it has served its purpose.
    await session.execute(delete(IdempotencyKey).where(IdempotencyKey.account_id == old))
    return Moved(bool(had_result), [one for one in handed_over if one is not None])


async def _hand_over(session: AsyncSession, row: RowMapping) -> Changed | None:
    """Its claim ends, and the next one goes on from its checkpoints, in the name of the account that it belongs to."""
    values = {
        **QUEUED, "token": TABLE.c.token + 1, "error": HANDED_OVER, "due_at": now(), "rung_at": now(),
        "rings": TABLE.c.rings + 1, "phases": closed_phases(row["phases"], "pending"),
    }  # fmt: skip
    retrying = {"error": HANDED_OVER, "attempt": row["attempt"], "retry_in_seconds": 0.0}
    return await change(session, [TABLE.c.id == row["id"]], values, [("generation.retrying", retrying)])


async def _move_weeks(session: AsyncSession, old: str, new: str) -> None:
    """Followed plans and weights. Where the other account has its own of that week or day, that one counts."""
    theirs, theirs_too = aliased(Following), aliased(WeighIn)
    week = [getattr(theirs, name) == getattr(Following, name) for name in ("subject", "week_start")]
    taken = select(theirs.plan_id).where(theirs.account_id == new, theirs.state == "active", *week).exists()
    followed = update(Following).where(Following.account_id == old).execution_options(synchronize_session=False)
    await session.execute(followed.where(Following.state == "active", taken).values(state="archived"))
    await session.execute(followed.values(account_id=new))
    await session.execute(update(Mark).where(Mark.account_id == old).values(account_id=new))
    day = [getattr(theirs_too, name) == getattr(WeighIn, name) for name in ("subject", "day")]
    has = select(theirs_too.day).where(theirs_too.account_id == new, *day).exists()
    weighed = update(WeighIn).where(WeighIn.account_id == old, ~has).execution_options(synchronize_session=False)
    await session.execute(weighed.values(account_id=new))
