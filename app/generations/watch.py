"""What live sockets need to know of generations: their newest numbers, in as few queries as possible."""

from collections.abc import Collection, Iterator
from itertools import islice

from sqlalchemy import and_, or_, select, update

from app.database import Database, now
from app.generations.view import ACTIVE
from app.models import Generation

# So many ids or accounts go into one statement.
CHUNK = 500


async def last_seqs(db: Database, account_id: str, ids: Collection[str]) -> dict[str, int]:
    """``id -> last_seq`` of those of ``ids`` that are the person's."""
    query = select(Generation.id, Generation.last_seq).where(Generation.account_id == account_id)
    async with db.read() as session:
        return {
            id_: seq
            for chunk in chunks(ids)
            for id_, seq in (await session.execute(query.where(Generation.id.in_(chunk)))).all()
        }


async def active_seqs(db: Database, account_id: str) -> dict[str, int]:
    """``id -> last_seq`` of what is pending or processing of a person."""
    query = select(Generation.id, Generation.last_seq).where(
        Generation.account_id == account_id, Generation.status.in_(ACTIVE)
    )
    async with db.read() as session:
        return dict((await session.execute(query)).tuples().all())


async def newest(
    db: Database, ids: Collection[str], accounts: Collection[str], since: str
) -> list[tuple[str, str, int]]:
    """``(id, account_id, last_seq)`` of ``ids``, and of what in ``accounts`` is active or has an id after ``since``."""
    found: list[tuple[str, str, int]] = []
    columns = select(Generation.id, Generation.account_id, Generation.last_seq)
    recent = or_(Generation.status.in_(ACTIVE), Generation.id > since)
    async with db.read() as session:
        for chunk in chunks(ids):
            found += [(a, b, c) for a, b, c in await session.execute(columns.where(Generation.id.in_(chunk)))]
        for chunk in chunks(accounts):
            theirs = columns.where(and_(Generation.account_id.in_(chunk), recent))
            found += [(a, b, c) for a, b, c in await session.execute(theirs)]
    return found


async def seen(db: Database, account_id: str, generation_id: str) -> None:
    """A visible tab has shown the end."""
    ended = [Generation.status.not_in(ACTIVE), Generation.seen_at.is_(None)]
    mine = [Generation.id == generation_id, Generation.account_id == account_id]
    async with db.write() as session:
        await session.execute(update(Generation).where(*mine, *ended).values(seen_at=now()))


def chunks(values: Collection[str]) -> Iterator[list[str]]:
    rest = iter(values)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
