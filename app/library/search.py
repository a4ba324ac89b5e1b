"""Search over the library: by words and by meaning together, in one's own books and the shelf's."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.database import Database
from app.library import pgvector
from app.library.embed import Floats
from app.library.endpoint import queries
from app.library.fulltext import Counts, among, parts_of, propose
from app.library.index import Index, Near
from app.library.models import Book, Chapter, Passage
from app.library.ranking import Candidate, ranked, wanted
from app.library.ranking import diverse as varied
from app.library.terms import other_names
from app.library.visible import visible
from app.library.words import words_of
from app.settings import load

POOL: Final = 100  # passages that each side proposes
LONGEST: Final = 1000  # characters of a query
FLOOR: Final = 0.22  # where the best passage scores less, the library has nothing about it
# pgvector needs no files and no memory of ours; the matrix is ten times as fast. These are some 10,000 passages.
PGVECTOR_WORDS: Final = 1_300_000
LEAST: Final = 0.12  # where it has something, what scores less is not about it

_counts: WeakKeyDictionary[Database, Counts] = WeakKeyDictionary()


@dataclass(frozen=True)
class Found:
    """A passage that answers. ``score`` is 0..1 and means the same over all queries."""

    passage: int
    book_id: str
    score: float
    number: int
    chapter: int
    heading: str
    locator: str
    text: str
    words: int
    title: str
    author: str
    subject: str


async def search(
    db: Database,
    account_id: str | None,
    query: str,
    *,
    limit: int = 20,
    books: Sequence[str] = (),
    diverse: bool = False,
    floor: float | None = None,
) -> list[Found]:
    """The passages of the person's books and the shelf's that answer, best first; none when none is about it.

    ``floor``: what the best has to score instead of FLOOR, lower for who judges the answer by other signs, too.
    ``diverse``: from more books, and less of the same from each.
    """
    query = query.replace("\0", " ").encode(errors="ignore").decode()[:LONGEST]
    async with db.read() as session:
        found_books = await session.execute(
            select(Book.id, Book.terms, Book.words, Book.embedded_with).where(visible(account_id, books))
        )
        rows = found_books.all()
        terms: dict[str, Mapping[str, str]] = {row.id: row.terms for row in rows}
        names = other_names(query, *terms.values())
        asked = [query, *(other for _, other in names)]
        if not words_of(query) or not terms:
            return []
        known = _counts.setdefault(db, Counts())
        counts = await known.of(session, parts_of(asked))
        proposed = await propose(session, counts, known.passages, list(terms), POOL)
    asking = queries()
    vector = await asking.vector(" ".join(asked))
    embedded = [row.id for row in rows if row.embedded_with == asking.model] if vector is not None else []
    near: dict[int, Near] = {}
    if vector is not None and embedded:
        words = sum(row.words for row in rows)
        near = {one.passage: one for one in await _near(db, embedded, words, vector, proposed)}
    likeness = {passage: asking.likeness(one.cosine) for passage, one in near.items()}
    found = await _read(db, {*near, *proposed}, list(terms))
    candidates = [
        Candidate(one.passage, one.book_id, one.heading, one.text, one.words, likeness.get(one.passage))
        for one in found.values()
    ]
    wishes = wanted(query, names, counts, known.passages)
    scored = _answering(await asyncio.to_thread(ranked, wishes, candidates), FLOOR if floor is None else floor)
    scores = {candidate.passage: score for candidate, score in scored}
    best = list(scores)
    if diverse:
        best = varied(
            [(candidate.passage, candidate.book_id, score) for candidate, score in scored[: limit + POOL]],
            {passage: one.row for passage, one in near.items()}, limit,
        )  # fmt: skip
    return [replace(found[passage], score=scores[passage]) for passage in best[:limit]]


def _answering(scored: Sequence[tuple[Candidate, float]], floor: float) -> list[tuple[Candidate, float]]:
    """The best decides whether there is an answer: a floor for each passage would cut half of the answer's parts."""
    if not scored or scored[0][1] < floor:
        return []
    return [one for one in scored if one[1] >= LEAST]


async def _read(db: Database, passages: Collection[int], books: Sequence[str]) -> dict[int, Found]:
    columns = (
        Passage.id, Passage.book_id, Passage.number, Passage.chapter, Passage.heading, Passage.locator, Passage.text,
        Passage.words, Book.title, Book.author, Book.subject,
    )  # fmt: skip
    async with db.read() as session:
        rows = await session.execute(
            select(*columns).join(Book, Book.id == Passage.book_id)
            .where(among(session, Passage.id, passages), among(session, Passage.book_id, books))
        )  # fmt: skip
        return {passage: Found(passage, book_id, 0.0, *rest) for passage, book_id, *rest in rows}


@dataclass(frozen=True)
class Heading:
    """An entry of a book's table of contents."""

    book_id: str
    number: int
    level: int
    title: str
    summary: str
    concepts: list[str]
    words: int


async def chapters_of(db: Database, account_id: str | None, books: Sequence[str]) -> list[Heading]:
    """The headings of these books, book by book as given, in reading order."""
    columns = (Chapter.book_id, Chapter.number, Chapter.level, Chapter.title, Chapter.summary, Chapter.concepts)
    async with db.read() as session:
        rows = await session.execute(
            select(*columns, Chapter.words).join(Book, Book.id == Chapter.book_id)
            .where(visible(account_id), Book.id.in_(books)).order_by(Chapter.number)
        )  # fmt: skip
        headings = [Heading(*row) for row in rows]
    order = {book: place for place, book in enumerate(books)}
    return sorted(headings, key=lambda heading: order[heading.book_id])


async def _near(db: Database, books: Sequence[str], words: int, vector: Floats, also: Sequence[int]) -> list[Near]:
    """By pgvector, where PostgreSQL has it and the books' ``words`` are not too many for it, or else by the matrix."""
    if words <= PGVECTOR_WORDS and (table := await pgvector.table_of(db, queries().model)):
        try:
            return await table.near(db, books, vector, POOL, also)
        except DBAPIError as error:
            pgvector.give_up(db, error)
    return await _index().near(db, books, vector, POOL, also)


@lru_cache(maxsize=1)
def _index() -> Index:
    return Index(load().data_dir / "index", queries().model)
