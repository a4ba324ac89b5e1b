"""The dense index: of each book one file with its passages' vectors, mapped into memory, all processes sharing it.

The database is the truth and names the books to search in each time, so a deleted book is gone at once. A book's
passages never change once it is ready: a file is made when it is first missed, and made anew when it is damaged.
"""

import asyncio
import contextlib
import hashlib
import mmap
import os
import secrets
import struct
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import select

from app.database import Database
from app.library.embed import MODEL, Floats, unpack
from app.library.models import Passage

HEADER: Final = struct.Struct("<4sIII")  # MAGIC, CRC-32 of the rest, passages, width
MAGIC: Final = b"UVX1"
OPEN: Final = 256  # books kept mapped: each holds a file descriptor


@dataclass(frozen=True)
class Vectors:
    """Of one book: the ids of its passages, ascending, and a row of float32 for each."""

    passages: npt.NDArray[np.int64]
    rows: Floats


@dataclass(frozen=True)
class Near:
    passage: int
    cosine: float
    row: Floats


class Index:
    def __init__(self, folder: Path, model: str = MODEL) -> None:
        self.folder, self.model = folder, model
        # The model is a part of each file's name: a book that was embedded with another one before is not found here.
        self.suffix = "" if model == MODEL else "." + hashlib.sha256(model.encode()).hexdigest()[:16]
        self.books: OrderedDict[str, Vectors] = OrderedDict()

    async def near(
        self, db: Database, books: Sequence[str], vector: Floats, limit: int, also: Sequence[int] = ()
    ) -> list[Near]:
        """So many passages of ``books`` that are nearest to ``vector`` (length 1), and those of ``also``."""
        found = [await self._of(db, book) for book in books]
        chosen = [vectors for vectors in found if len(vectors.passages) and vectors.rows.shape[1] == len(vector)]
        return await asyncio.to_thread(_near, chosen, vector, limit, also)

    async def _of(self, db: Database, book: str) -> Vectors:
        if (vectors := self.books.get(book)) is None:
            vectors = await asyncio.to_thread(_open, self.folder / (book + self.suffix)) or await self._build(db, book)
            self.books[book] = vectors
            while len(self.books) > OPEN:
                self.books.popitem(last=False)
        else:
            self.books.move_to_end(book)
        return vectors

    async def _build(self, db: Database, book: str) -> Vectors:
        async with db.read() as session:
            rows = (await session.execute(
                select(Passage.id, Passage.embedding)
                .where(Passage.book_id == book, Passage.embedding.is_not(None)).order_by(Passage.id)
            )).all()  # fmt: skip
        width = len(rows[0][1] or b"") if rows else 0
        fitting = [(passage, packed) for passage, packed in rows if packed and len(packed) == width]
        ids = np.array([passage for passage, _ in fitting], np.int64)
        vectors = Vectors(ids, unpack([packed for _, packed in fitting]))
        await asyncio.to_thread(_save, self.folder / (book + self.suffix), vectors)
        return vectors


def _near(books: Sequence[Vectors], vector: Floats, limit: int, also: Sequence[int]) -> list[Near]:
    if not books:
        return []
    scores = np.concatenate([book.rows @ vector for book in books])
    passages = np.concatenate([book.passages for book in books])
    best = np.argpartition(-scores, limit)[:limit] if len(scores) > limit else np.arange(len(scores))
    places = np.union1d(best, np.flatnonzero(np.isin(passages, also)) if also else best)
    first = np.cumsum([0, *(len(book.passages) for book in books)])
    of_book = np.searchsorted(first, places, side="right") - 1
    return [
        Near(int(passages[place]), float(scores[place]), books[book].rows[place - first[book]])
        for place, book in zip(places, of_book, strict=True)
    ]


def _open(path: Path) -> Vectors | None:
    """None if it is not there or not what was saved."""
    try:
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        magic, checksum, count, width = HEADER.unpack_from(mapped)
        whole = HEADER.size + count * (8 + 4 * width)
        if magic != MAGIC or len(mapped) != whole:
            return None
        if zlib.crc32(memoryview(mapped)[HEADER.size :]) != checksum:
            return None
    except (OSError, ValueError, struct.error):
        return None
    passages = np.frombuffer(mapped, np.int64, count, HEADER.size)
    return Vectors(passages, np.frombuffer(mapped, np.float32, offset=HEADER.size + 8 * count).reshape(count, width))


def _save(path: Path, vectors: Vectors) -> None:
    """In one step, so that nobody opens half of a file. A disk that refuses costs only the sharing."""
    body = vectors.passages.tobytes() + vectors.rows.tobytes()
    header = HEADER.pack(MAGIC, zlib.crc32(body), len(vectors.passages), vectors.rows.shape[1])
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(header + body)
        draft.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink()
