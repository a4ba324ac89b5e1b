"""What is to be told, written down in the very transaction in which it becomes true."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    RowMapping,
    Select,
    bindparam,
    cast,
    insert,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import now
from app.models import Account, Generation
from app.models import Batch as BatchRow
from app.notices.models import Notice, PushSubscription

PATIENCE = 5.0  # seconds in which a tab that is looked at may say `seen`
# Seconds within which a change of a result is made while one looks on (a swap, a day adapted to the log): to be told of
# it would only disturb.
AT_ONCE = 10.0

NOTICES: Any = Notice.__table__
SUBSCRIPTIONS: Any = PushSubscription.__table__
ACCOUNTS: Any = Account.__table__
GENERATIONS: Any = Generation.__table__
BATCHES: Any = BatchRow.__table__
COLUMNS = ["account_id", "generation_id", "batch_id", "subscription_id", "ended_at", "tries", "due_at", "created_at"]
TOLD = ("completed", "failed")  # who cancels knows it


def _to_everywhere(about: Any, generation: Any, batch: Any) -> Any:
    """A row for each browser of the account of ``about`` that wants to be told, and one for its mailbox."""
    due = now() + cast(bindparam("patience"), Float)

    def rows(subscription: Any, *where: ColumnElement[bool]) -> Select[Any]:
        what = [about.c.account_id, generation, batch, subscription, about.c.finished_at]
        values = [*what, literal(0, Integer), due, now()]
        named = [value.label(name) for name, value in zip(COLUMNS, values, strict=True)]
        return select(*named).where(*where, about.c.id == bindparam("about"))

    browsers = rows(SUBSCRIPTIONS.c.id, SUBSCRIPTIONS.c.account_id == about.c.account_id)
    # One that is being removed at this very moment is waited for and left out: else its end would fail with it.
    held = browsers.with_for_update(read=True, key_share=True, of=SUBSCRIPTIONS).subquery()
    mailbox = rows(null(), ACCOUNTS.c.id == about.c.account_id, ACCOUNTS.c.mail == "on")
    return insert(NOTICES).from_select(COLUMNS, union_all(select(*held.c), mailbox))


_OF_GENERATION = _to_everywhere(GENERATIONS, GENERATIONS.c.id, null())
_OF_BATCH = _to_everywhere(BATCHES, null(), BATCHES.c.id)


async def generation_ended(session: AsyncSession, row: RowMapping) -> None:
    """``row``: the generation after its end. Those of a batch are told with the others, when all have ended."""
    quick = row["base"] is not None and row["at"] - row["created_at"] < AT_ONCE
    if row["status"] in TOLD and row["batch_id"] is None and not quick:
        await session.execute(_OF_GENERATION, {"about": row["id"], "patience": PATIENCE})


async def batch_ended(session: AsyncSession, batch_id: str) -> None:
    await session.execute(_OF_BATCH, {"about": batch_id, "patience": PATIENCE})


async def ask_mailbox(session: AsyncSession, account_id: str) -> None:
    """Ask, by mail, whether the mailbox is the person's: before that nothing else goes there."""
    pending = _asks(select(NOTICES.c.id), account_id)
    if (await session.execute(pending.limit(1))).first() is None:
        await session.execute(
            insert(NOTICES).values(account_id=account_id, ended_at=now(), due_at=now(), created_at=now(), tries=0)
        )


def _asks(query: Select[Any], account_id: str) -> Select[Any]:
    about_nothing: list[ColumnElement[bool]] = [NOTICES.c.generation_id.is_(None), NOTICES.c.batch_id.is_(None)]
    return query.where(NOTICES.c.account_id == account_id, *about_nothing)
