"""Whole books as a maker of courses reads them: their contents, and the passages with what they mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.database import Database
from app.library.models import Book, Chapter, Passage
from app.library.visible import visible


@dataclass(frozen=True)
class Card:
    """A book as a catalogue tells of it."""

    id: str
    title: str
    author: str
    subject: str
    summary: str
    concepts: list[str]
    terms: dict[str, str]
    words: int
    embedded_with: str  # the model of its passages' vectors


async def cards(db: Database, account_id: str | None, books: Sequence[str] = ()) -> list[Card]:
    """Of all books that the person sees, or of those of ``books`` among them; in the order of their titles."""
    columns = [getattr(Book, name) for name in Card.__dataclass_fields__]
    query = select(*columns).where(visible(account_id, books)).order_by(Book.title, Book.id)
    async with db.read() as session:
        return [Card(*row) for row in await session.execute(query)]


async def contents(db: Database, account_id: str | None, books: Sequence[str]) -> list[dict[str, Any]]:
    """Headings in reading order: ``book_id, number, level, title, concepts``."""
    columns = (Chapter.book_id, Chapter.number, Chapter.level, Chapter.title, Chapter.concepts)
    query = (
        select(*columns).join(Book, Book.id == Chapter.book_id)
        .where(visible(account_id, books)).order_by(Chapter.book_id, Chapter.number)
    )  # fmt: skip
    async with db.read() as session:
        return [dict(row) for row in (await session.execute(query)).mappings()]


async def passages(
    db: Database, account_id: str | None, books: Sequence[str], ids: Sequence[int] = ()
) -> list[dict[str, Any]]:
    """``id, book_id, number, chapter, locator, text, words, embedding`` in reading order; ``ids``: only these."""
    names = ("id", "book_id", "number", "chapter", "locator", "text", "words", "embedding")
    query = (
        select(*(getattr(Passage, name) for name in names)).join(Book, Book.id == Passage.book_id)
        .where(visible(account_id, books)).order_by(Passage.book_id, Passage.number)
    )  # fmt: skip
    if ids:
        query = query.where(Passage.id.in_(ids))
    async with db.read() as session:
        return [dict(row) for row in (await session.execute(query)).mappings()]
