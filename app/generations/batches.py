"""Requests made together, such as a coach's for all clients: taken all or none, told of once when all have ended."""

from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import orjson
from pydantic import BaseModel
from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database, now
from app.generations import control
from app.generations.bell import Bell
from app.generations.change import ROWS
from app.generations.create import Order, place_all, tell
from app.generations.outlook import outlooks_of
from app.generations.queue import ACTIVE_ONLY
from app.generations.view import ACTIVE, view, when
from app.generations.view import Generation as View
from app.generations.watch import chunks
from app.ids import uuid7
from app.models import Batch as Row
from app.models import Generation
from app.notices import outbox
from app.person import Person
from app.settings import Settings

MOST = 100
TABLE: Any = Row.__table__
MADE: Any = Generation.__table__


class Twins(Exception):
    """Requests that are the same as an earlier one: ``of`` has its index by theirs."""

    def __init__(self, of: dict[int, int]) -> None:
        super().__init__(of)
        self.of = of


class Counts(BaseModel):
    pending: int = 0
    processing: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0

    @property
    def active(self) -> int:
        return self.pending + self.processing


class Batch(BaseModel):
    """``generations`` in the order of the requests; ``existing`` are those that were active before."""

    id: str
    created_at: datetime
    finished_at: datetime | None
    counts: Counts
    generations: list[View]


@dataclass(frozen=True)
class Head:
    """What a list says of a batch."""

    id: str
    created_at: float
    counts: Counts
    total: int
    progress: float  # of the whole, 0 to 1; what has ended counts 1
    kinds: list[str]
    subjects: list[str]


def check_twins(orders: Sequence[Order]) -> None:
    """Raises Twins."""
    first: dict[tuple[str, str], int] = {}
    of = {}
    for index, order in enumerate(orders):
        earlier = first.setdefault((order.kind.name, order.twin), index)
        if earlier != index:
            of[index] = earlier
    if of:
        raise Twins(of)


async def create(db: Database, bell: Bell, settings: Settings, person: Person, orders: Sequence[Order]) -> Batch:
    """Place them all, or none. Those whose twin is active already are answered with it. Raises Twins, OverLimit."""
    check_twins(orders)
    batch_id = uuid7()
    for last in (False, False, True):
        try:
            async with db.write() as session:
                placed = await place_all(session, settings, person, orders, batch_id=batch_id)
                members = [one.row["id"] for one in placed]
                new = insert(TABLE).values(id=batch_id, account_id=person.id, members=members, created_at=now())
                row = (await session.execute(new.returning(*TABLE.c))).mappings().one()
            break
        except IntegrityError:  # a twin of one of them came first: look again
            if last:
                raise
    for one in placed:
        tell(bell, person.id, one)
    async with db.read() as session:
        return await _view(session, row, [one.row for one in placed])


async def _view(session: AsyncSession, row: RowMapping, members: Sequence[RowMapping]) -> Batch:
    found = await outlooks_of(session, members)
    return Batch(
        id=row["id"],
        created_at=cast("datetime", when(row["created_at"])),
        finished_at=when(row["finished_at"]),
        counts=Counts(**Counter(one["status"] for one in members)),
        generations=[view(one, existing=one["batch_id"] != row["id"], outlook=found.get(one["id"])) for one in members],
    )


async def get(db: Database, account_id: str, batch_id: str) -> Batch | None:
    async with db.read() as session:
        mine = select(*TABLE.c).where(TABLE.c.id == batch_id, TABLE.c.account_id == account_id)
        row = (await session.execute(mine)).mappings().one_or_none()
        if row is None:
            return None
        query = ROWS.where(Generation.account_id == account_id, Generation.id.in_(row["members"]))
        found = {one["id"]: one for one in (await session.execute(query)).mappings()}
        return await _view(session, row, [found[id_] for id_ in row["members"] if id_ in found])


async def page(
    db: Database, account_id: str, *, limit: int = 10, cursor: str | None = None
) -> tuple[list[Head], str | None]:
    """A person's batches, newest first, and the next cursor."""
    query = select(*TABLE.c).where(TABLE.c.account_id == account_id).order_by(TABLE.c.id.desc()).limit(limit + 1)
    if cursor:
        query = query.where(TABLE.c.id < cursor)
    async with db.read() as session:
        rows = (await session.execute(query)).mappings().all()
        ids = {id_ for row in rows[:limit] for id_ in row["members"]}
        members = await _brief(session, account_id, ids)
    heads = [_head(row, [members[id_] for id_ in row["members"] if id_ in members]) for row in rows[:limit]]
    return heads, heads[-1].id if len(rows) > limit else None


async def _brief(session: AsyncSession, account_id: str, ids: Collection[str]) -> dict[str, RowMapping]:
    brief = select(*(MADE.c[name] for name in ("id", "kind", "subject", "status", "progress")))
    found: dict[str, RowMapping] = {}
    for chunk in chunks(ids):
        query = brief.where(MADE.c.account_id == account_id, MADE.c.id.in_(chunk))
        found.update((one["id"], one) for one in (await session.execute(query)).mappings())
    return found


def _head(row: RowMapping, members: Sequence[RowMapping]) -> Head:
    made = sum(one["progress"] if one["status"] in ACTIVE else 1.0 for one in members)
    return Head(
        id=row["id"],
        created_at=row["created_at"],
        counts=Counts(**Counter(one["status"] for one in members)),
        total=len(members),
        progress=made / max(1, len(members)),
        kinds=list(dict.fromkeys(one["kind"] for one in members)),
        subjects=[one["subject"] for one in members if one["subject"]],
    )


async def cancel(db: Database, bell: Bell, account_id: str, batch_id: str) -> Batch | None:
    """Cancel all that has not ended, the last first, so that no worker takes up what is about to be cancelled."""
    found = await get(db, account_id, batch_id)
    for one in reversed(found.generations if found else []):
        if one.status in ACTIVE:
            with suppress(control.NotPossible):
                await control.cancel(db, bell, account_id, one.id)
    return await get(db, account_id, batch_id)


async def retry(db: Database, bell: Bell, settings: Settings, account_id: str, batch_id: str) -> Batch | None:
    """Queue again what failed and may go better this time. Raises OverLimit when there is no room for (all of) it."""
    found = await get(db, account_id, batch_id)
    for one in found.generations if found else []:
        if one.status == "failed" and (one.error is None or one.error.retryable):
            with suppress(control.NotPossible, control.AlreadyActive):
                await control.retry(db, bell, settings, account_id, one.id)
    return await get(db, account_id, batch_id)


async def finish(db: Database, bell: Bell) -> int:
    """Note the end of batches of which nothing is active any more, and tell of it: each time one caller does."""
    own = select(Generation.id).where(Generation.batch_id == TABLE.c.id, ACTIVE_ONLY)
    query = select(TABLE.c.id, TABLE.c.members).where(TABLE.c.finished_at.is_(None), ~own.exists())
    async with db.read() as session:
        ended = (await session.execute(query)).all()
    told = 0
    for batch_id, members in ended:
        going = select(Generation.id).where(Generation.id.in_(members), ACTIVE_ONLY)
        once = [TABLE.c.id == batch_id, TABLE.c.finished_at.is_(None), ~going.exists()]
        noted = update(TABLE).where(*once).values(finished_at=now()).returning(TABLE.c.account_id, TABLE.c.finished_at)
        async with db.write() as session:
            first = (await session.execute(noted)).one_or_none()
            if first is not None:
                kinds, counts = await _standing(session, members)
                if counts.completed or counts.failed:  # else its owner has cancelled all of it
                    await outbox.batch_ended(session, batch_id)
        if first is not None:
            frame = _end(batch_id, first.finished_at, kinds, counts, len(members))
            bell.publish(first.account_id, [orjson.dumps(frame)])
            told += 1
    return told


async def _standing(session: AsyncSession, members: list[str]) -> tuple[set[str], Counts]:
    query = select(MADE.c.status, MADE.c.kind, func.count()).where(MADE.c.id.in_(members))
    rows = (await session.execute(query.group_by(MADE.c.status, MADE.c.kind))).all()
    counts: Counter[str] = Counter()
    for status, _, count in rows:
        counts[status] += count
    return {kind for _, kind, _ in rows}, Counts(**counts)


def _end(batch_id: str, at: float, kinds: set[str], counts: Counts, total: int) -> dict[str, Any]:
    return {
        "type": "batch.finished", "id": batch_id, "at": round(at, 3), "kind": kinds.pop() if len(kinds) == 1 else None,
        "counts": counts.model_dump(), "total": total, "url": f"/batches/{batch_id}",
    }  # fmt: skip


def end_of(batch: Batch) -> dict[str, Any] | None:
    """The frame that tells its end, for whoever may have missed it."""
    if batch.finished_at is None:
        return None
    kinds = {one.kind for one in batch.generations}
    return _end(batch.id, batch.finished_at.timestamp(), kinds, batch.counts, len(batch.generations))
