"""Full text proposes passages: SQLite's FTS5 with its BM25, PostgreSQL's text search.

A query's frequent words alone would match half of a large library, which takes longer to sort than anybody waits. So
the rare ones are looked for, as many as match BUDGET passages together; how well a passage answers is decided by
`app.library.ranking`, with all words.
"""

import time
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    bindparam,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.library.models import Passage
from app.library.ranking import rarity
from app.library.words import WORD, words_of

BUDGET: Final = 3000  # passages that the words looked for may match
KEPT: Final = 600.0  # seconds that a count is true enough
MOST_COUNTS: Final = 50_000
FTS: Final = table("passages_fts", column("rowid"))
SEARCH: Final[Any] = literal_column("passages.search")


def parts_of(queries: Sequence[str]) -> list[str]:
    """The words of the first query; each other is looked for as a phrase. Nothing in them is syntax of any search."""
    phrases = (" ".join(WORD.findall(phrase.lower())) for phrase in queries[1:])
    return list(dict.fromkeys((*words_of(queries[0]), *filter(None, phrases))))


class Counts:
    """In how many passages of all there are each word is, up to BUDGET: how much it says, and what it costs to look."""

    def __init__(self) -> None:
        self.known: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self.passages, self.counted_at = 1, -KEPT

    async def of(self, session: AsyncSession, parts: Sequence[str]) -> dict[str, int]:
        fresh = time.monotonic() - KEPT
        missing = [part for part in parts if self.known.get(part, (0, fresh))[1] <= fresh]
        if missing or self.counted_at <= fresh:
            last = select(func.coalesce(func.max(Passage.id), 1)).scalar_subquery()
            counts = [_count(session, part).scalar_subquery() for part in missing]
            self.passages, *found = (await session.execute(select(last, *counts))).one()
            self.counted_at = time.monotonic()
            self.known.update({part: (count, self.counted_at) for part, count in zip(missing, found, strict=True)})
        counted = {part: self.known[part][0] for part in parts}
        while len(self.known) > MOST_COUNTS:
            self.known.popitem(last=False)
        return counted


def _count(session: AsyncSession, part: str) -> Select[Any]:
    matching = select(literal(1)).limit(BUDGET)
    if _sqlite(session):
        matching = matching.select_from(FTS).where(_fts([part]))
    else:
        matching = matching.select_from(Passage).where(SEARCH.op("@@")(_tsquery(part)))
    return select(func.count()).select_from(matching.subquery())


async def propose(
    session: AsyncSession, counts: Mapping[str, int], passages: int, books: Sequence[str], limit: int
) -> list[int]:
    """Passages of these books with some of the words, the best first. ``counts`` as of `Counts`."""
    rare: list[str] = []
    for part in sorted((part for part in counts if counts[part]), key=lambda part: counts[part]):
        if rare and sum(counts[each] for each in rare) + counts[part] > BUDGET:
            break
        rare.append(part)
    if not rare or not books:
        return []
    weights = {part: rarity(counts[part], passages) for part in rare}
    statement = (_of_sqlite if _sqlite(session) else _of_postgresql)(session, weights, books, limit)
    return list((await session.execute(statement)).scalars())


def among(session: AsyncSession, column: InstrumentedAttribute[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """That the column has one of many values. PostgreSQL gets them written out, as one array: a statement that is
    prepared for any values would compare each row with each of them, which takes twice as long."""
    if _sqlite(session):
        return column.in_(values)
    return column == func.any(bindparam(None, list(values), ARRAY(column.type), literal_execute=True))


def _of_sqlite(session: AsyncSession, parts: Mapping[str, float], books: Sequence[str], limit: int) -> Select[Any]:
    matching = (
        select(Passage.id, literal_column("bm25(passages_fts, 3.0, 1.0)").label("rank"))
        .select_from(FTS.join(Passage, Passage.id == FTS.c.rowid))
        .where(_fts(parts), among(session, Passage.book_id, books)).limit(BUDGET).subquery()
    )  # fmt: skip
    return select(matching.c.id).order_by(matching.c.rank, matching.c.id).limit(limit)


def _of_postgresql(
    session: AsyncSession, weights: Mapping[str, float], books: Sequence[str], limit: int
) -> Select[Any]:
    """By the sum of the found words' weights, which its ranks know nothing of, and only then by its rank."""
    each = [
        select(Passage.id, literal(weight).label("weight"))
        .where(SEARCH.op("@@")(_tsquery(part)), among(session, Passage.book_id, books)).limit(BUDGET)
        for part, weight in weights.items()
    ]  # fmt: skip
    found = union_all(*each).subquery()
    total = func.sum(found.c.weight).label("weight")
    best = select(found.c.id, total).group_by(found.c.id).order_by(total.desc(), found.c.id).limit(4 * limit).subquery()
    asked: Any = literal_column("''::tsquery", TSQUERY)
    for part in weights:
        asked = asked.op("||")(_tsquery(part))
    rank = func.ts_rank(SEARCH, asked, 1)
    return (
        select(Passage.id).join(best, best.c.id == Passage.id)
        .order_by((best.c.weight + rank).desc(), Passage.id).limit(limit)
    )  # fmt: skip


def _fts(parts: Iterable[str]) -> Any:
    quoted = " OR ".join(f'"{part}"' for part in parts)  # a part has letters, digits, blanks and apostrophes
    return literal_column("passages_fts").op("MATCH")(literal(quoted, String))


def _tsquery(part: str) -> Any:
    return func.phraseto_tsquery(literal_column("'english'"), part)


def _sqlite(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "sqlite"
