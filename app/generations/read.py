"""Reading generations and results. Ownership is part of every query."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database
from app.generations.change import ROWS
from app.generations.events import after
from app.generations.outlook import outlooks_of
from app.generations.queue import ACTIVE_ONLY
from app.generations.view import Generation as View
from app.generations.view import view
from app.kinds import KINDS
from app.models import Generation, Item, Result


@dataclass(frozen=True)
class Page:
    items: list[View]
    next_cursor: str | None


def _rows(account_id: str) -> Select[Any]:
    return ROWS.where(Generation.account_id == account_id)


async def get(db: Database, account_id: str, generation_id: str) -> View | None:
    """One of a person's generations, with its place in the queue while it waits (counting from 1)."""
    async with db.read() as session:
        query = _rows(account_id).where(Generation.id == generation_id)
        row = (await session.execute(query)).mappings().one_or_none()
        return None if row is None else (await _views(session, [row]))[0]


async def _views(session: AsyncSession, rows: Sequence[RowMapping]) -> list[View]:
    found = await outlooks_of(session, rows)
    return [view(row, outlook=found.get(row["id"])) for row in rows]


async def page(
    db: Database,
    account_id: str,
    *,
    kind: str | None = None,
    kinds: Collection[str] | None = None,
    status: str | None = None,
    limit: int = 20,
    cursor: str | None = None,
) -> Page:
    """A person's generations, newest first. ``cursor`` is a page's ``next_cursor``."""
    query = _rows(account_id).order_by(Generation.id.desc()).limit(limit + 1)
    if kind:
        query = query.where(Generation.kind == kind)
    if kinds is not None:
        query = query.where(Generation.kind.in_(kinds))
    if status:
        query = query.where(Generation.status == status)
    if cursor:
        query = query.where(Generation.id < cursor)
    async with db.read() as session:
        rows = (await session.execute(query)).mappings().all()
        items = await _views(session, rows[:limit])
    return Page(items, items[-1].id if len(rows) > limit else None)


async def active(db: Database, account_id: str) -> list[View]:
    """What of a person's is pending or processing, newest first."""
    query = _rows(account_id).where(ACTIVE_ONLY).order_by(Generation.id.desc()).limit(1000)
    async with db.read() as session:
        return await _views(session, (await session.execute(query)).mappings().all())


async def count(db: Database, account_id: str, kind: str | None = None) -> int:
    query = select(func.count()).select_from(Generation).where(Generation.account_id == account_id)
    if kind:
        query = query.where(Generation.kind == kind)
    async with db.read() as session:
        return (await session.execute(query)).scalar_one()


async def log(db: Database, account_id: str, generation_id: str, seq: int) -> tuple[list[bytes], int] | None:
    """All frames after ``seq`` and the last number; None: no such generation of this person."""
    async with db.read() as session:
        query = select(Generation.last_seq).where(Generation.id == generation_id, Generation.account_id == account_id)
        last = (await session.execute(query)).scalar_one_or_none()
    if last is None:
        return None
    found = await after(db, account_id, generation_id, seq, limit=10_000)
    return [body for _, body in found], max(last, found[-1][0] if found else 0)


def _items(account_id: str, generation_id: str) -> Select[Item]:
    return (
        select(Item)
        .join(Generation, Generation.id == Item.generation_id)
        .where(Item.generation_id == generation_id, Generation.account_id == account_id)
        .order_by(Item.index, Item.key)
    )


async def item(db: Database, account_id: str, generation_id: str, key: str) -> Item | None:
    async with db.read() as session:
        return (await session.execute(_items(account_id, generation_id).where(Item.key == key))).scalar_one_or_none()


async def items(db: Database, account_id: str, generation_id: str) -> list[Item]:
    """The finished pieces, in their order."""
    async with db.read() as session:
        return list((await session.execute(_items(account_id, generation_id))).scalars())


async def result(db: Database, account_id: str, kind: str, result_id: str) -> dict[str, Any] | None:
    """The whole document of the contract, put together from its head and its pieces."""
    query = select(Result).where(Result.id == result_id, Result.account_id == account_id, Result.kind == kind)
    async with db.read() as session:
        found = (await session.execute(query)).scalar_one_or_none()
        if found is None:
            return None
        pieces = [piece.content for piece in (await session.execute(_items(account_id, result_id))).scalars()]
    document = KINDS[kind].assemble(found.head, pieces)
    return {"id": found.id, "kind": kind, **document, "version": found.version}


async def result_version(db: Database, account_id: str, kind: str, result_id: str) -> int | None:
    """None: this person has no such result."""
    mine = [Result.id == result_id, Result.account_id == account_id, Result.kind == kind]
    async with db.read() as session:
        return (await session.execute(select(Result.version).where(*mine))).scalar_one_or_none()


async def results(
    db: Database, account_id: str, kind: str, *, limit: int = 20, cursor: str | None = None
) -> tuple[list[dict[str, Any]], str | None]:
    """Heads of a person's results (``id, kind, title, url, created_at``), newest first, and the next cursor."""
    query = (
        select(Result.id, Result.title, Result.created_at)
        .where(Result.account_id == account_id, Result.kind == kind)
        .order_by(Result.id.desc())
        .limit(limit + 1)
    )
    if cursor:
        query = query.where(Result.id < cursor)
    async with db.read() as session:
        rows = (await session.execute(query)).all()
    heads = [
        {"id": row.id, "kind": kind, "title": row.title, "url": f"/{kind}s/{row.id}", "created_at": row.created_at}
        for row in rows[:limit]
    ]
    return heads, heads[-1]["id"] if len(rows) > limit else None


async def inputs(db: Database, account_id: str, generation_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """What a person asked for in these generations of theirs: the snapshots, by id."""
    if not generation_ids:
        return {}
    query = select(Generation.id, Generation.input).where(
        Generation.id.in_(generation_ids), Generation.account_id == account_id
    )
    async with db.read() as session:
        return {row.id: row.input for row in await session.execute(query)}
