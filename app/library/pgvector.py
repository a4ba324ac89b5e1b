"""The dense index within PostgreSQL, where it has the extension pgvector: in the place of `app.library.index.Index`.

As there, ``passages.embedding`` is the truth, and a book's vectors are copied when they are first missed. The tables
are no part of the migrations, since most databases cannot have them; they go with what they are copied from.
"""

import time
import weakref
from collections.abc import Sequence
from typing import Any, Final

import structlog
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.database import Away, Database
from app.library.embed import Floats, unpack
from app.library.index import Near
from app.library.models import Passage

log = structlog.get_logger()

OLDEST: Final = (0, 7)  # of its versions: the first with half-precision vectors
LOOK_AGAIN: Final = 600.0  # seconds, where it was not there or has failed
AT_ONCE: Final = 200  # rows
TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS passage_vectors (passage_id bigint PRIMARY KEY REFERENCES passages ON DELETE CASCADE, "
    "book_id varchar(36) NOT NULL, model varchar(200) NOT NULL, embedding halfvec NOT NULL)",
    "CREATE INDEX IF NOT EXISTS ix_passage_vectors_book_id ON passage_vectors (book_id)",
    "CREATE TABLE IF NOT EXISTS vector_books (book_id varchar(36) PRIMARY KEY REFERENCES books ON DELETE CASCADE, "
    "model varchar(200) NOT NULL)",
)
# Two processes that start together would both create what IF NOT EXISTS has not seen yet.
ONE_AT_A_TIME: Final = text("SELECT pg_advisory_xact_lock(7382940118)")
VERSION: Final = text("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
NEAREST: Final = (
    "SELECT passage_id FROM passage_vectors WHERE model = :model AND book_id = ANY(:books) "
    "AND vector_dims(embedding) = {width} ORDER BY (embedding::halfvec({width})) <#> (:vector)::halfvec({width}) "
    "LIMIT :limit"
)
PUT: Final = text(
    "INSERT INTO passage_vectors (passage_id, book_id, model, embedding) VALUES (:passage, :book, :model, "
    "(:vector)::halfvec) ON CONFLICT (passage_id) DO UPDATE SET model = excluded.model, embedding = excluded.embedding"
)
FILLED: Final = text(
    "INSERT INTO vector_books (book_id, model) VALUES (:book, :model) "
    "ON CONFLICT (book_id) DO UPDATE SET model = excluded.model"
)


class VectorTable:
    def __init__(self, model: str) -> None:
        self.model = model
        self.filled: set[str] = set()  # books

    async def near(
        self, db: Database, books: Sequence[str], vector: Floats, limit: int, also: Sequence[int] = ()
    ) -> list[Near]:
        """As `Index.near`."""
        await self._fill(db, [book for book in books if book not in self.filled])
        told = {"model": self.model, "books": list(books), "vector": literal(vector), "limit": limit}
        query = text(NEAREST.format(width=len(vector)))
        async with db.read() as session:
            ids = list((await session.execute(query, told)).scalars())
            wanted = select(Passage.id, Passage.embedding).where(
                Passage.id.in_({*ids, *also}), Passage.book_id.in_(books), Passage.embedding.is_not(None)
            )
            rows = [row for row in await session.execute(wanted) if len(row.embedding) == 2 * len(vector)]
        if not rows:
            return []
        vectors = unpack([row.embedding for row in rows])
        cosines = vectors @ vector
        return [Near(row.id, float(cosines[place]), vectors[place]) for place, row in enumerate(rows)]

    async def _fill(self, db: Database, books: Sequence[str]) -> None:
        if not books:
            return
        known = text("SELECT book_id FROM vector_books WHERE model = :model AND book_id = ANY(:books)")
        async with db.read() as session:
            told = {"model": self.model, "books": list(books)}
            self.filled.update((await session.execute(known, told)).scalars())
        for book in books:
            if book not in self.filled:
                await self._copy(db, book)
                self.filled.add(book)

    async def _copy(self, db: Database, book: str) -> None:
        async with db.read() as session:
            query = select(Passage.id, Passage.embedding).where(Passage.book_id == book, Passage.embedding.is_not(None))
            found = (await session.execute(query.order_by(Passage.id))).all()
        vectors = unpack([row.embedding for row in found]) if found else ()
        rows = [
            {"passage": row.id, "book": book, "model": self.model, "vector": literal(one)}
            for row, one in zip(found, vectors, strict=True)
        ]
        async with db.write() as session:
            for start in range(0, len(rows), AT_ONCE):
                await session.execute(PUT, rows[start : start + AT_ONCE])
            await session.execute(FILLED, {"book": book, "model": self.model})


def literal(vector: Any) -> str:
    return "[" + ",".join(f"{value:.6g}" for value in vector) + "]"


_tables: "weakref.WeakKeyDictionary[Database, tuple[VectorTable | None, float]]" = weakref.WeakKeyDictionary()


async def table_of(db: Database, model: str) -> VectorTable | None:
    """None where there is no pgvector, or none that is new enough."""
    if db.sqlite:
        return None
    known, until = _tables.get(db, (None, 0.0))
    if (known is None or known.model != model) and time.monotonic() >= until:
        try:
            known = VectorTable(model) if await _prepared(db) else None
        except (SQLAlchemyError, *Away) as error:
            log.info("pgvector.unusable", error=type(error).__name__)
            known = None
        _tables[db] = (known, time.monotonic() + (0.0 if known else LOOK_AGAIN))
    return known


def give_up(db: Database, error: DBAPIError) -> None:
    """It has failed, perhaps since somebody has dropped it: the matrix takes its place, for a while."""
    log.warning("pgvector.failed", error=type(error.orig).__name__)
    _tables[db] = (None, time.monotonic() + LOOK_AGAIN)


async def _prepared(db: Database) -> bool:
    async with db.read() as session:
        offered = text("SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'")
        if not (await session.execute(offered)).scalar_one():
            return False
        version = (await session.execute(VERSION)).scalar_one_or_none()
        if version and await _there(session):
            return _new_enough(version)
    async with db.write() as session:
        await session.execute(ONE_AT_A_TIME)
        if version is None:
            await session.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))  # not every role may
            version = (await session.execute(VERSION)).scalar_one()
        if not _new_enough(version):
            return False
        for statement in TABLES:
            await session.execute(text(statement))
    return True


async def _there(session: Any) -> bool:
    found = await session.execute(text("SELECT to_regclass('vector_books') IS NOT NULL"))
    return bool(found.scalar_one())


def _new_enough(version: str) -> bool:
    return tuple(int(part) for part in version.split(".")[:2]) >= OLDEST
