"""The books that somebody sees: the shelf's and their own. Ownership is part of every query."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import RowMapping, Select, func, select

from app.database import Database
from app.generations.view import when
from app.library import importing
from app.library.models import Book, Chapter, Passage
from app.library.visible import visible

BOOKS: Any = Book.__table__
CHAPTERS: Any = Chapter.__table__


class BookHead(BaseModel):
    id: str
    title: str
    author: str
    subject: str
    format: str
    size: int  # bytes of the file
    words: int
    summary: str
    concepts: list[str]
    shelf: bool  # everybody's; else one's own
    created_at: datetime


class ChapterView(BaseModel):
    """A heading in reading order; level 1 is a chapter, deeper ones are its sections."""

    number: int
    level: int
    title: str
    page: int | None
    words: int
    summary: str
    concepts: list[str]


class BookView(BookHead):
    terms: dict[str, str]  # abbreviations, and what they stand for
    passages: int
    chapters: list[ChapterView]


_HEAD = [BOOKS.c[name] for name in BookHead.model_fields if name != "shelf"] + [BOOKS.c.account_id]


def _head(row: RowMapping) -> dict[str, Any]:
    return {**row, "shelf": row["account_id"] is None, "created_at": when(row["created_at"])}


def _seen(account_id: str | None, columns: list[Any]) -> Select[Any]:
    return select(*columns).where(visible(account_id))


async def page(
    db: Database, account_id: str | None, *, limit: int, cursor: str | None = None, shelf: bool | None = None
) -> tuple[list[BookHead], str | None]:
    """By id, the latest first, and the next cursor. ``shelf``: only the shelf's, or only one's own."""
    query = _seen(account_id, _HEAD).order_by(BOOKS.c.id.desc()).limit(limit + 1)
    if shelf is not None:
        query = query.where(BOOKS.c.account_id.is_(None) if shelf else BOOKS.c.account_id.is_not(None))
    if cursor:
        query = query.where(BOOKS.c.id < cursor)
    async with db.read() as session:
        rows = (await session.execute(query)).mappings().all()
    items = [BookHead(**_head(row)) for row in rows[:limit]]
    return items, items[-1].id if len(rows) > limit else None


async def shelf(db: Database) -> list[BookHead]:
    """All of it: everybody's page and form has it, and the operator says what is on it."""
    async with db.read() as session:
        query = _seen(None, _HEAD).order_by(BOOKS.c.id.desc())
        return [BookHead(**_head(row)) for row in (await session.execute(query)).mappings()]


async def some(db: Database, account_id: str | None, ids: Sequence[str]) -> list[BookHead]:
    """Those of them that the person sees."""
    if not ids:
        return []
    async with db.read() as session:
        query = select(*_HEAD).where(visible(account_id, ids))
        return [BookHead(**_head(row)) for row in (await session.execute(query)).mappings()]


async def get(db: Database, account_id: str | None, book_id: str) -> BookView | None:
    """The book with its contents."""
    query = _seen(account_id, [*_HEAD, BOOKS.c.terms]).where(BOOKS.c.id == book_id)
    columns = [CHAPTERS.c[name] for name in ChapterView.model_fields]
    contents = select(*columns).where(CHAPTERS.c.book_id == book_id).order_by(CHAPTERS.c.number)
    count = select(func.count()).select_from(Passage).where(Passage.book_id == book_id)
    async with db.read() as session:
        row = (await session.execute(query)).mappings().one_or_none()
        if row is None:
            return None
        chapters = [ChapterView(**one) for one in (await session.execute(contents)).mappings()]
        passages = (await session.execute(count)).scalar_one()
    return BookView(**_head(row), chapters=chapters, passages=passages)


class NotYours(Exception):
    """The shelf is everybody's: nobody takes a book off it by themselves."""


async def delete(db: Database, account_id: str, book_id: str) -> bool:
    """False: this person sees no such book. Raises NotYours."""
    query = _seen(account_id, [BOOKS.c.account_id]).where(BOOKS.c.id == book_id)
    async with db.read() as session:
        row = (await session.execute(query)).one_or_none()
    if row is None:
        return False
    if row.account_id is None:
        raise NotYours(book_id)
    await importing.remove(db, book_id)
    return True
