"""What a guest made goes to the account that they sign in to."""

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.library.models import Book, Progress, Upload
from app.models import Batch, CheckIn, Generation, IdempotencyKey, LlmCall, Result, Schedule, Training
from app.notices.models import Notice, PushSubscription
from app.plans.models import Following, Mark, WeighIn


async def move(session: AsyncSession, old: str, new: str) -> bool:
    """Give everything of account ``old`` to ``new``, in the caller's transaction; whether it had a result.

    Where both have an active twin, both go on; the moved one just no longer counts as a twin.
    """
    theirs = aliased(Generation)
    taken = select(theirs.twin).where(
        theirs.account_id == new, theirs.kind == Generation.kind, theirs.twin == Generation.twin
    )
    moved = update(Generation).where(Generation.account_id == old).execution_options(synchronize_session=False)
    await session.execute(moved.where(Generation.twin.is_not(None), taken.exists()).values(twin=None))
    await session.execute(moved.values(account_id=new))
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
    return bool(had_result)


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
