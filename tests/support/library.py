"""The starter shelf in a test's database, read as the import reads it, and the judgements of what answers what."""

import json
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.database import Database
from app.ids import uuid7
from app.library import importing
from app.library.importing import Source
from app.library.models import Passage
from worker.books import desk

ROOT = Path(__file__).parents[2]
SHELF = ROOT / "app" / "library" / "shelf"


@lru_cache(maxsize=64)
def read(path: Path) -> dict[str, Any]:
    """``about``, ``chapters`` and ``passages`` of a primer."""
    return desk.whole(str(path), "markdown", path.name)


async def put(db: Database, slugs: list[str] | None = None, account_id: str | None = None) -> dict[str, str]:
    """Primers, all by default, on the shelf or as the account's own. Slug (the file's name) -> the book's id."""
    ids: dict[str, str] = {}
    for path in sorted(SHELF.glob("*.md")):
        if slugs is None or path.stem in slugs:
            ids[path.stem] = await put_book(db, read(path), account_id)
    return ids


async def put_book(db: Database, book: dict[str, Any], account_id: str | None = None) -> str:
    id_ = uuid7()
    source = Source(id_, account_id, sha256(id_.encode()).hexdigest(), "markdown", 1)
    async with db.write() as session:
        await importing.whole(session, source, book["about"], book["chapters"], book["passages"])
    return id_


@dataclass(frozen=True)
class Judged:
    """A query, and how well passages answer it: 3 the answer, 2 a part of it, 1 near to it. All others: 0."""

    query: str
    half: str  # tune or test
    grades: dict[int, int]  # by the passage's id


def asked() -> list[str]:
    """The queries of the judgements."""
    return [entry["query"] for entry in _gold()["queries"]]


def off_topic() -> list[str]:
    """Queries that nothing on the shelf answers."""
    found: list[str] = _gold()["off_topic"]
    return found


def halves(name: str) -> dict[str, list[str]]:
    """The queries of a list of the gold set: those that thresholds are tuned on, and those that they are not."""
    listed = _gold()[name]
    if name == "queries":
        return {half: [one["query"] for one in listed if one["half"] == half] for half in ("tune", "test")}
    return {"fresh": listed} if name.startswith("fresh") else {"tune": listed[::2], "test": listed[1::2]}


def answering(half: str) -> dict[str, set[str]]:
    """For the queries of a half, the books (slugs) in which a passage was judged an answer, or near to one."""
    return {
        one["query"]: {judgement["book"] for judgement in one["judgements"]}
        for one in _gold()["queries"] if one["half"] == half
    }  # fmt: skip


async def judgements(db: Database, ids: dict[str, str]) -> list[Judged]:
    """Raises LookupError for a judgement of a passage that is not there any more."""
    async with db.read() as session:
        rows = (await session.execute(select(Passage.id, Passage.book_id, Passage.heading, Passage.text))).all()
    places: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for id_, book, heading, text in rows:
        places.setdefault((book, heading), []).append((id_, " ".join(text.split())))
    found = []
    for entry in _gold()["queries"]:
        grades: dict[int, int] = {}
        for one in entry["judgements"]:
            there = places.get((ids[one["book"]], one["heading"]))
            if not there:
                raise LookupError(f"{one['book']}: {one['heading']}")
            # The quote tells which passage of the heading is meant, until it is written anew.
            meant = [id_ for id_, text in there if one["quote"] in text] or [id_ for id_, _ in there]
            grades.update(dict.fromkeys(meant, one["grade"]))
        found.append(Judged(entry["query"], entry["half"], grades))
    return found


def _gold() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((ROOT / "tests" / "library" / "gold.json").read_text())
    return document
