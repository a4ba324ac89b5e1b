"""How a book comes in: its rows in short transactions that nobody sees, and then all of it at once.

Every step may come again, after a crash or a retry, and doubles nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database, now
from app.generations.view import ACTIVE
from app.kinds.book import Format
from app.library.models import Book, Chapter, Passage
from app.models import Generation

BOOKS: Any = Book.__table__
CHAPTERS: Any = Chapter.__table__
PASSAGES: Any = Passage.__table__
# What no generation makes is being written by the command line until it is so old (seconds); later, it has been left.
DIRECT = 300.0
AT_ONCE = 200  # rows in one transaction: some 20 ms with their full text


class AlreadyThere(Exception):
    """The library has this very file as another book, that this person sees."""

    def __init__(self, book_id: str) -> None:
        super().__init__(book_id)
        self.book_id = book_id


@dataclass(frozen=True)
class Source:
    """Where a book comes from. Without an account it goes to the shelf."""

    book_id: str
    account_id: str | None
    sha256: str
    format: Format
    size: int  # bytes


async def begin(db: Database, source: Source, about: Mapping[str, Any]) -> None:
    """The book's own row, invisible; ``about``: title, author, subject. Raises AlreadyThere, also when the same file is
    being read by another way, and IntegrityError when that has begun in this very moment."""
    same = [BOOKS.c.sha256 == source.sha256, _owner(source.account_id), BOOKS.c.id != source.book_id]
    async with db.read() as session:
        others = (await session.execute(select(BOOKS.c.id, _taken().label("taken")).where(*same))).all()
    for other in others:
        if other.taken:
            raise AlreadyThere(other.id)
        await remove(db, other.id)  # what a cancelled or failed import of the same file has left
    fields = {"account_id": source.account_id, "sha256": source.sha256, "format": source.format, "size": source.size}
    async with db.write() as session:
        mine = BOOKS.c.id == source.book_id
        if (await session.execute(select(BOOKS.c.id).where(mine))).scalar_one_or_none() is None:
            await session.execute(insert(Book).values(id=source.book_id, **fields, **about, created_at=now()))
        else:
            await session.execute(update(BOOKS).where(mine).values(**about))


def _taken() -> Any:
    """It is in the library, or somebody is at work on it."""
    made = Generation.id == BOOKS.c.id
    direct = ~exists().where(made) & (BOOKS.c.created_at > now() - DIRECT)
    return or_(BOOKS.c.ready_at.is_not(None), exists().where(made, Generation.status.in_(ACTIVE)), direct)


def _owner(account_id: str | None) -> Any:
    return BOOKS.c.account_id.is_(None) if account_id is None else BOOKS.c.account_id == account_id


async def put_chapters(db: Database, book_id: str, chapters: Sequence[Mapping[str, Any]]) -> None:
    """All of them: number, level, title, page, words."""
    async with db.write() as session:
        await session.execute(delete(CHAPTERS).where(CHAPTERS.c.book_id == book_id))
    for some in _some(chapters):
        async with db.write() as session:
            await session.execute(insert(Chapter), [{"book_id": book_id, **one} for one in some])


async def put_passages(db: Database, book_id: str, passages: Sequence[Mapping[str, Any]]) -> None:
    """All of them, in order: number, chapter, heading, locator, text, words. Goes on after those that are there."""
    async with db.read() as session:
        last = select(func.max(PASSAGES.c.number)).where(PASSAGES.c.book_id == book_id)
        have = (await session.execute(last)).scalar_one() or 0
    for some in _some([one for one in passages if one["number"] > have]):
        async with db.write() as session:
            await session.execute(insert(Passage), [{"book_id": book_id, **one} for one in some])


async def put_summaries(db: Database, book_id: str, summaries: Sequence[Mapping[str, Any]]) -> None:
    """Of chapters that are there: number, summary, concepts."""
    mine = [CHAPTERS.c.book_id == book_id, CHAPTERS.c.number == bindparam("at")]
    statement = update(CHAPTERS).where(*mine).values(summary=bindparam("summary"), concepts=bindparam("concepts"))
    for some in _some(
        [{"at": one["number"], "summary": one["summary"], "concepts": one["concepts"]} for one in summaries]
    ):
        async with db.write() as session:
            await session.execute(statement, some)


async def without_embedding(db: Database, book_id: str, limit: int) -> list[tuple[int, str, str]]:
    """Id, heading and text of the next passages that have no vector yet."""
    columns = select(PASSAGES.c.id, PASSAGES.c.heading, PASSAGES.c.text)
    query = columns.where(PASSAGES.c.book_id == book_id, PASSAGES.c.embedding.is_(None))
    async with db.read() as session:
        return [tuple(row) for row in await session.execute(query.order_by(PASSAGES.c.number).limit(limit))]


async def put_embeddings(db: Database, vectors: Mapping[int, bytes]) -> None:
    """By the passage's id."""
    if not vectors:
        return
    statement = update(PASSAGES).where(PASSAGES.c.id == bindparam("at")).values(embedding=bindparam("vector"))
    async with db.write() as session:
        await session.execute(statement, [{"at": id_, "vector": vector} for id_, vector in vectors.items()])


async def publish(session: AsyncSession, book_id: str, about: Mapping[str, Any]) -> bool:
    """In the caller's transaction: everybody who may sees it from its commit on. ``about``: words, summary, concepts,
    terms. False: somebody has removed it meanwhile."""
    made = update(BOOKS).where(BOOKS.c.id == book_id).values(**about, ready_at=now()).returning(BOOKS.c.id)
    return (await session.execute(made)).scalar_one_or_none() is not None


async def whole(
    session: AsyncSession,
    source: Source,
    about: Mapping[str, Any],
    chapters: Sequence[Mapping[str, Any]],
    passages: Sequence[Mapping[str, Any]],
    older: Sequence[str] = (),
) -> None:
    """A small book that is known as a whole already, in the caller's transaction, in the place of ``older`` ones.

    Raises IntegrityError when somebody else has just brought in the same.
    """
    await session.execute(delete(BOOKS).where(BOOKS.c.id.in_(older)))
    fields = {"account_id": source.account_id, "sha256": source.sha256, "format": source.format, "size": source.size}
    row = {"id": source.book_id, **fields, **about, "created_at": now(), "ready_at": now()}
    await session.execute(insert(Book).values(**row))
    for table, rows in ((Chapter, chapters), (Passage, passages)):
        if rows:
            await session.execute(insert(table), [{"book_id": source.book_id, **one} for one in rows])


async def remove(db: Database, book_id: str) -> None:
    """Invisible at once, and then gone, piece by piece."""
    async with db.write() as session:
        await session.execute(update(BOOKS).where(BOOKS.c.id == book_id).values(ready_at=None))
    some = select(PASSAGES.c.id).where(PASSAGES.c.book_id == book_id).limit(AT_ONCE).scalar_subquery()
    while True:
        async with db.write() as session:
            gone: Any = await session.execute(delete(PASSAGES).where(PASSAGES.c.id.in_(some)))
        if gone.rowcount < AT_ONCE:
            break
    async with db.write() as session:
        await session.execute(delete(BOOKS).where(BOOKS.c.id == book_id))


def _some(rows: Sequence[Any]) -> list[Sequence[Any]]:
    return [rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE)]
