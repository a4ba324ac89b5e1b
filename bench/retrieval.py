"""How well, and how fast, the library is searched.

python -m bench.retrieval               nDCG@10 and recall@20 of text, meaning and both, on the half not tuned on
python -m bench.retrieval --tune        the same for each weight, on the half that is tuned on
python -m bench.retrieval --large       milliseconds over 100,000 passages
--postgresql                            on PostgreSQL instead of SQLite
"""

import argparse
import asyncio
import contextlib
import math
import os
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core, as the figures say; read when numpy is imported

from rich.console import Console
from rich.table import Table

from app import settings
from app.database import Database, migrate
from app.library import ranking, search
from app.library.embed import embed, embed_passages, pack
from app.library.fulltext import Counts, parts_of, propose
from app.library.index import Index
from app.library.terms import expand, find_terms
from tests.support.library import SHELF, Judged, asked, judgements, off_topic, put, put_book, read
from tests.support.services import running_postgres
from worker.books.words import sentences

Ranker = Callable[[str], Awaitable[Sequence[int]]]


def ndcg(found: Sequence[int], grades: Mapping[int, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain (Järvelin and Kekäläinen 2002), with gains of 2^grade - 1."""

    def gained(values: Sequence[int]) -> float:
        return math.fsum((2**value - 1) / math.log2(place + 2) for place, value in enumerate(values[:depth]))

    return gained([grades.get(one, 0) for one in found]) / gained(sorted(grades.values(), reverse=True))


def recall(found: Sequence[int], grades: Mapping[int, int], depth: int = 20) -> float:
    return len(set(found[:depth]) & grades.keys()) / len(grades)


async def score(ranker: Ranker, judged: Sequence[Judged]) -> tuple[float, float]:
    """Mean nDCG@10 and recall@20."""
    found = [await ranker(one.query) for one in judged]
    pairs = list(zip(found, judged, strict=True))
    return (
        statistics.fmean(ndcg(ids, one.grades) for ids, one in pairs),
        statistics.fmean(recall(ids, one.grades) for ids, one in pairs),
    )


class Sides:
    """The rankings that are compared, over the shelf."""

    def __init__(self, db: Database, books: Sequence[str], folder: Path) -> None:
        self.db, self.books = db, books
        self.index, self.counts = Index(folder), Counts()
        self.terms = [find_terms(path.read_text()) for path in SHELF.glob("*.md")]

    async def text(self, query: str) -> list[int]:
        """As the database ranks them."""
        async with self.db.read() as session:
            counts = await self.counts.of(session, parts_of(expand(query, *self.terms)))
            return await propose(session, counts, self.counts.passages, self.books, 50)

    async def dense(self, query: str) -> list[int]:
        found = await self.index.near(self.db, self.books, embed([" ".join(expand(query, *self.terms))])[0], 50)
        return [one.passage for one in sorted(found, key=lambda one: -one.cosine)]

    async def hybrid(self, query: str) -> list[int]:
        return [one.passage for one in await search.search(self.db, None, query, limit=50)]


async def top(db: Database, query: str) -> float:
    found = await search.search(db, None, query, limit=1)
    return found[0].score if found else 0.0


async def quality(url: str, tune: bool) -> None:
    db = Database(url)
    ids = await put(db)
    sides = Sides(db, list(ids.values()), settings.load().data_dir / "sides")
    judged = [one for one in await judgements(db, ids) if one.half == ("tune" if tune else "test")]
    table = Table("ranking", "nDCG@10", "recall@20", title=f"{len(judged)} queries, {len(ids)} books")
    rankers: list[tuple[str, Ranker]] = [("text", sides.text), ("dense", sides.dense), ("hybrid", sides.hybrid)]
    for name, ranker in rankers:
        table.add_row(name, *(f"{value:.3f}" for value in await score(ranker, judged)))
    changes: list[tuple[str, ModuleType, str, float]] = [
        ("hybrid, never silent", search, "FLOOR", 0.0),
        ("hybrid, each passage by itself", ranking, "AROUND", 0.0),
        ("hybrid, no unknown words", ranking, "UNKNOWN", 0.0),
    ]
    weights = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0) if tune else ()
    changes += [(f"meaning {weight}", ranking, "MEANING", weight) for weight in weights]
    for name, module, constant, value in changes:
        with changed(module, constant, value):
            table.add_row(name, *(f"{value:.3f}" for value in await score(sides.hybrid, judged)))
    Console().print(table)
    off = off_topic()[0 if tune else 1 :: 2]
    silent = sum([await top(db, query) == 0 for query in off])
    answered = sum([await top(db, one.query) > 0 for one in judged])
    print(f"Off topic: {silent} of {len(off)} find nothing. On topic: {answered} of {len(judged)} find something.")
    await db.close()


@contextlib.contextmanager
def changed(module: ModuleType, name: str, value: float) -> Iterator[None]:
    before = getattr(module, name)
    setattr(module, name, value)
    yield
    setattr(module, name, before)


async def speed(url: str, passages: int) -> None:
    """Synthetic books of 600 passages, each of sentences from three primers, and the gold set's queries."""
    db = Database(url)
    await fill(db, passages)
    queries = asked()
    times: list[float] = []
    for measured in (False, True):  # the first round maps the index
        for query in queries:
            began = time.perf_counter()
            await search.search(db, None, query)
            if measured:
                times.append((time.perf_counter() - began) * 1000)
    times.sort()
    print(f"{passages:,} passages: p50 {times[len(times) // 2]:.1f} ms, p95 {times[int(len(times) * 0.95)]:.1f} ms")
    await db.close()


OF_BOOK = 600  # passages


async def fill(db: Database, passages: int) -> None:
    """Text as people write it, and in no order: nothing that a cache could know."""
    shuffled = random.Random(1)
    texts = [one["text"] for path in SHELF.glob("*.md") for one in read(path)["passages"]]
    said = [sentence for text in texts for sentence in sentences(text)]
    for number in range(passages // OF_BOOK):
        rows: list[dict[str, Any]] = []
        for place in range(1, OF_BOOK + 1):
            body = " ".join(shuffled.choices(said, k=8))
            heading = " ".join(shuffled.choice(said).split()[:4])
            rows.append(
                {
                    "number": place,
                    "chapter": 1,
                    "heading": heading,
                    "locator": "chapter 1",
                    "text": body,
                    "words": len(body.split()),
                }
            )
        vectors = pack(embed_passages([row["heading"] for row in rows], [row["text"] for row in rows]))
        for row, vector in zip(rows, vectors, strict=True):
            row["embedding"] = vector
        about = {"title": f"Book {number}", "author": "", "words": 0, "summary": "", "concepts": [], "terms": {}}
        chapters = [{"number": 1, "level": 1, "title": "One", "page": None, "words": 0, "summary": "", "concepts": []}]
        await put_book(db, {"about": about, "chapters": chapters, "passages": rows})


@contextlib.contextmanager
def database(postgresql: bool) -> Iterator[str]:
    """The address of an empty one, that goes with the block."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        os.environ["DATA_DIR"] = folder  # the index, too
        address = stack.enter_context(running_postgres()).create() if postgresql else f"sqlite:///{folder}/unfold.db"
        url = settings.Settings(database_url=address, secret_key="of the benchmark").database
        migrate(url)
        yield url


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tune", action="store_true")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--postgresql", action="store_true")
    told = parser.parse_args()
    with database(told.postgresql) as url:
        asyncio.run(speed(url, told.passages) if told.large else quality(url, told.tune))


if __name__ == "__main__":
    main()
