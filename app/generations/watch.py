"""What live sockets need to know of generations: their newest numbers, in as few queries as possible."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import and_, select, update

from app.database import Database, now
from app.generations.queue import ACTIVE_ONLY
from app.generations.view import ACTIVE
from app.models import Batch, Generation

# So many ids or accounts go into one statement.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Newest:
    """How far a generation has got."""

    id: str
    account_id: str
    last_seq: int
    finished_at: float | None
    waits: bool  # in the queue

    def lives_after(self, moment: float) -> bool:
        """Whether it is active, or ended after that moment of the database's clock."""
        return self.finished_at is None or self.finished_at > moment


_waits = and_(Generation.status == "pending", Generation.waiting_for.is_(None))
_newest = select(Generation.id, Generation.account_id, Generation.last_seq, Generation.finished_at, _waits)


async def newest_of(db: Database, account_id: str, ids: Collection[str]) -> dict[str, Newest]:
    """How far those of ``ids`` have got that are the person's."""
    mine = _newest.where(Generation.account_id == account_id)
    found: dict[str, Newest] = {}
    async with db.read() as session:
        for chunk in chunks(ids):
            rows = await session.execute(mine.where(Generation.id.in_(chunk)))
            found.update((row.id, Newest(*row)) for row in rows)
    return found


async def active_of(db: Database, account_id: str) -> tuple[float, dict[str, Newest]]:
    """The database's clock, and how far all has got that is pending or processing of a person."""
    mine: list[Any] = [Generation.account_id == account_id, ACTIVE_ONLY]
    async with db.read() as session:
        moment = (await session.execute(select(now()))).scalar_one()
        rows = await session.execute(_newest.where(*mine))
        return moment, {row.id: Newest(*row) for row in rows}


async def newest(db: Database, ids: Collection[str], accounts: Collection[str], seconds: float) -> list[Newest]:
    """How far ``ids`` have got, and all of ``accounts`` that are active or ended in the last ``seconds``."""
    found: list[Newest] = []
    recent: tuple[Any, ...] = (ACTIVE_ONLY, Generation.finished_at > now() - seconds)
    async with db.read() as session:
        for chunk in chunks(ids):
            found += [Newest(*row) for row in await session.execute(_newest.where(Generation.id.in_(chunk)))]
        for chunk in chunks(accounts):
            for condition in recent:  # each has an index of its own
                theirs = _newest.where(Generation.account_id.in_(chunk), condition)
                found += [Newest(*row) for row in await session.execute(theirs)]
    return found


async def seen(db: Database, account_id: str, id_: str) -> None:
    """A visible tab has shown the end of this generation, or of this batch."""
    async with db.write() as session:
        for table, ended in ((Generation, Generation.status.not_in(ACTIVE)), (Batch, Batch.finished_at.is_not(None))):
            mine = [table.id == id_, table.account_id == account_id, table.seen_at.is_(None), ended]
            await session.execute(update(table).where(*mine).values(seen_at=now()))


def chunks(values: Collection[str]) -> Iterator[list[str]]:
    rest = iter(values)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
