"""What is due: claimed by compare and set, so that of many workers one tells it; and what has become of it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update

from app.database import Database, now
from app.models import Account, Generation
from app.models import Batch as BatchRow
from app.notices.models import Notice, PushSubscription
from app.notices.outbox import TOLD

# Seconds that a claim lasts; whoever claimed it and died is waited for no longer. Longer than any one try may take.
CLAIM = 30.0
FIRST_DELAY, LONGEST_DELAY = 30.0, 3600.0  # between tries: doubled each time
STALE = 86_400.0  # what could not be told within a day is no news any more

NOTICES: Any = Notice.__table__
_GEN: Any = Generation.__table__
_BATCH: Any = BatchRow.__table__
_SUB: Any = PushSubscription.__table__
_ACCOUNT: Any = Account.__table__


@dataclass(frozen=True)
class Claimed:
    """A notice that is ours until its ``due_at``, and everything that telling it takes. ``row`` has its columns, and
    with a prefix those of what it is about: g_ the generation, b_ the batch, s_ the browser, a_ the account.
    """

    row: Any

    @property
    def is_moot(self) -> bool:
        """Nobody is to be told any more: it was seen, it is being made once more, or it is not wanted."""
        row = self.row
        if row["subscription_id"] is None:
            wanted = "asked" if self.is_question else "on"
            if row["a_mail"] != wanted or row["a_email"] is None:
                return True
        elif row["s_account_id"] != row["account_id"]:
            return True
        if self.is_question:
            return False
        if row["generation_id"] is not None:
            return not _stands(row, "g_") or row["g_status"] not in TOLD
        return not _stands(row, "b_")

    @property
    def is_question(self) -> bool:
        return self.row["generation_id"] is None and self.row["batch_id"] is None

    @property
    def is_stale(self) -> bool:
        return bool(self.row["at"] - self.row["created_at"] > STALE)


def _stands(row: Any, prefix: str) -> bool:
    """It is still the end that the notice is about, and nobody has seen it."""
    return row[f"{prefix}finished_at"] == row["ended_at"] and row[f"{prefix}seen_at"] is None


def _columns(table: Any, prefix: str, *names: str) -> list[Any]:
    return [table.c[name].label(prefix + name) for name in names]


_WHOLE = (
    select(
        *NOTICES.c, now().label("at"),
        *_columns(_GEN, "g_", "base", "kind", "status", "title", "finished_at", "seen_at"),
        *_columns(_BATCH, "b_", "members", "finished_at", "seen_at"),
        *_columns(_SUB, "s_", "account_id", "endpoint", "p256dh", "auth", "expires_at"),
        *_columns(_ACCOUNT, "a_", "email", "mail"),
    )
    .join(_ACCOUNT, _ACCOUNT.c.id == NOTICES.c.account_id)
    .outerjoin(_GEN, _GEN.c.id == NOTICES.c.generation_id)
    .outerjoin(_BATCH, _BATCH.c.id == NOTICES.c.batch_id)
    .outerjoin(_SUB, _SUB.c.id == NOTICES.c.subscription_id)
)  # fmt: skip


async def claim(db: Database, room: int) -> list[Claimed]:
    """Up to ``room`` that are due; nobody else gets them for as long as a claim lasts."""
    # The moment as a subquery: PostgreSQL uses no index for what may change from row to row.
    due = NOTICES.c.due_at <= select(now()).scalar_subquery()
    async with db.read() as session:
        query = select(NOTICES.c.id).where(due).order_by(NOTICES.c.due_at).limit(room)
        ids = (await session.execute(query)).scalars().all()
    if not ids:
        return []
    ours = update(NOTICES).where(NOTICES.c.id.in_(ids), NOTICES.c.due_at <= now())
    async with db.write() as session:
        took = ours.values(tries=NOTICES.c.tries + 1, due_at=now() + CLAIM).returning(NOTICES.c.id)
        claimed = (await session.execute(took)).scalars().all()
        if not claimed:
            return []
        rows = (await session.execute(_WHOLE.where(NOTICES.c.id.in_(claimed)))).mappings().all()
    return [Claimed(row) for row in rows]


def _same(one: Claimed) -> list[Any]:
    """Nobody has claimed it since."""
    return [NOTICES.c[name] == one.row[name] for name in ("id", "tries", "created_at")]


async def done(db: Database, one: Claimed, *, told: bool = False) -> None:
    """It is told, or never will be."""
    async with db.write() as session:
        await session.execute(delete(NOTICES).where(*_same(one)))
        if told and one.row["subscription_id"] is not None:
            used = update(_SUB).where(_SUB.c.id == one.row["subscription_id"])
            await session.execute(used.values(used_at=now()))


async def later(db: Database, one: Claimed, after: float) -> float:
    """Try again, not before ``after`` seconds; returns in how many."""
    delay: float = max(after, min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(one.row["tries"] - 1, 20)))
    async with db.write() as session:
        await session.execute(update(NOTICES).where(*_same(one)).values(due_at=now() + delay))
    return delay


async def members(db: Database, account_id: str, ids: Collection[str]) -> tuple[list[str], set[str]]:
    """The statuses and the kinds of a batch's generations."""
    query = select(_GEN.c.status, _GEN.c.kind).where(_GEN.c.id.in_(ids), _GEN.c.account_id == account_id)
    async with db.read() as session:
        rows = (await session.execute(query)).all()
    return [row.status for row in rows], {row.kind for row in rows}
