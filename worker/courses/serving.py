"""Which books of the library serve a course: those with most of the answer, and those whose very subject it is."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from app.database import Database
from app.library import evidence
from app.library.search import Found, search
from app.library.terms import other_names
from worker.courses.amounts import FLOOR, HITS
from worker.courses.brief import Brief, match

MOST_BOOKS: Final = 12


@dataclass(frozen=True)
class Serving:
    """``books`` with their ``headings`` and ``passages``, the scores of those that were found, and the cards of
    ``all`` that the person sees."""

    books: list[dict[str, Any]]
    headings: list[dict[str, Any]]
    passages: list[dict[str, Any]]
    scores: Mapping[int, float]
    all: list[dict[str, Any]]


def serving(
    brief: Brief, books: Sequence[dict[str, Any]], hits: Sequence[Found], names: Sequence[tuple[str, str]]
) -> list[dict[str, Any]]:
    """The best first."""
    weight = {book["id"]: match(brief, book, names) for book in books}
    for hit in hits:
        weight[hit.book_id] = weight.get(hit.book_id, 0.0) + hit.score**2
    some = [book for book in books if weight[book["id"]] > 0]
    return sorted(some, key=lambda book: (-weight[book["id"]], book["title"], book["id"]))[:MOST_BOOKS]


async def serving_of(db: Database, account_id: str | None, brief: Brief, books: Sequence[str], query: str) -> Serving:
    """What answers the query in these books, or in all that the person sees."""
    cards = [asdict(card) for card in await evidence.cards(db, account_id, books)]
    hits = await search(db, account_id, query, limit=HITS, books=books, floor=FLOOR)
    best = serving(brief, cards, hits, other_names(brief.core, *(card["terms"] for card in cards)))
    ids = [book["id"] for book in best]
    return Serving(
        best,
        await evidence.contents(db, account_id, ids) if ids else [],
        await evidence.passages(db, account_id, ids) if ids else [],
        {hit.passage: hit.score for hit in hits},
        cards,
    )
