"""`make audit`: courses for many queries over the shelf, their marks, and how well their headings meet those of a book
that was held out.

python -m bench.audit_courses
python -m bench.audit_courses --engine llm   # written by a model that is plausible, clumsy or hostile at random
"""

import argparse
import asyncio
import os
import random
import re
import statistics
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from app.database import Database
from app.library import evidence
from app.library.embed import embed
from bench import audit_lessons
from bench.audit import table
from bench.course_marks import HEADER, Group, Library, add, exact, row
from bench.courses import make, shelf
from bench.queries import BROAD, OFF_TOPIC, SPECIFIC
from worker.words import teaches

FLOOR: Final = 0.0  # cosines below say nothing


async def marks(db: Database) -> bool:
    """Whether all that must be so is so."""
    library = Library(await evidence.passages(db, None, []))
    groups: dict[str, Group] = {}
    off = dict.fromkeys(OFF_TOPIC, 2.0)
    for name, queries in (("broad", BROAD), ("specific", SPECIFIC), ("off topic", off)):
        group = groups.setdefault(name, Group())
        for query, hours in queries.items():
            document, took = await make(db, {"query": query, "hours": float(hours)})
            add(group, library, document, hours, took)
            if document["coverage"]["level"] == "good" and not exact(document, hours):
                print(f"  {name}: {query!r} has {document['estimated_minutes']} minutes of {hours * 60:g}")
            if (name == "off topic") != (document["coverage"]["level"] == "none"):
                print(f"  {name}: {query!r} is {document['coverage']['level']}: {document['coverage']['note']}")
    print(table([HEADER, *(row(name, group) for name, group in groups.items())]))
    print(
        "\nminutes/asked and within 5%: of those that are good the second; tau: against the books' own order; "
        "in parts, between: mean cosine of the lessons of two sections"
    )
    taught = [groups["broad"], groups["specific"]]
    return (
        groups["off topic"].levels["none"] == len(OFF_TOPIC)
        and all(min(group.marks["support"]) == 1.0 for group in taught)
        and all(statistics.fmean(group.marks["exact"]) >= 0.95 for group in taught)
    )


def cardinality(vectors: np.ndarray[Any, Any]) -> float:
    """Of a soft set: how many different things it has (Fränti and Mariescu-Istodor, Soft precision
    and recall, 2023)."""
    return float((1 / np.maximum(FLOOR, vectors @ vectors.T).sum(axis=1)).sum())


def soft(of: Sequence[str], by: Sequence[str]) -> float:
    """Share of the meanings in ``of`` that are in ``by``: soft recall, and with both exchanged soft precision."""
    if not of or not by:
        return 0.0
    a, b = embed(list(of)), embed(list(by))
    one = cardinality(a)
    return (one + cardinality(b) - cardinality(np.concatenate([a, b]))) / one


async def held_out(db: Database, ids: Mapping[str, str]) -> None:
    """A course on a book's subject made without that book; its headings against that book's contents."""
    cards = {card.id: card for card in await evidence.cards(db, None)}
    slugs = {id_: slug for slug, id_ in ids.items()}
    subjects = Counter(card.subject for card in cards.values())
    rows: list[tuple[str, ...]] = [
        ("held out", "query", "headings", "recall", "precision", "other book", "precision", "strangers", "precision")
    ]
    totals: list[list[float]] = []
    for id_, card in sorted(cards.items(), key=lambda one: slugs[one[0]]):
        if subjects[card.subject] < 2:
            continue
        rest = [one for one in cards if one != id_]
        query = card.subject
        document, _ = await make(db, {"query": query, "hours": 4.0, "books": rest})
        truth = await headings(db, id_)
        made = course_headings(document)
        other = next(one for one in rest if cards[one].subject == card.subject)
        stranger = next(one for one in rest if cards[one].subject != card.subject)
        figures = [
            figure for told in (made, await headings(db, other), await headings(db, stranger))
            for figure in (soft(truth, told), soft(told, truth))
        ]  # fmt: skip
        totals.append(figures)
        rows.append((slugs[id_], query, f"{len(made)}/{len(truth)}", *(f"{figure:.2f}" for figure in figures)))
    means = [statistics.fmean(column) for column in zip(*totals, strict=True)]
    rows.append(("mean", "", "", *(f"{figure:.2f}" for figure in means)))
    print("\nA course on the subject of a book that was held out: soft recall and precision of its headings")
    print(table(rows))
    print(
        "\nother book: the same of the contents of the shelf's other book on the subject, about the best that can be "
        "had;\nstrangers: of a book on something else, which any list of headings reaches"
    )


async def headings(db: Database, book: str) -> list[str]:
    return [one["title"] for one in await evidence.contents(db, None, [book]) if teaches(one["title"])]


def course_headings(document: Mapping[str, Any]) -> list[str]:
    found = [
        title for part in document["parts"] for section in part["sections"]
        for title in (section["title"], *re.findall(r"^### (.+)$", section["lesson"], re.MULTILINE))
    ]  # fmt: skip
    return list(dict.fromkeys([*(part["title"] for part in document["parts"]), *found]))


async def audit() -> bool:
    async with shelf() as (db, ids):
        count = len(BROAD) + len(SPECIFIC) + len(OFF_TOPIC)
        print(f"{count} queries over {len(ids)} books", flush=True)
        good = await marks(db)
        await held_out(db, ids)
    return good


async def audit_with_a_model(seed: int, share: float) -> bool:
    async with shelf() as (db, _):
        return await audit_lessons.audit(db, seed, share)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.audit_courses", description=__doc__)
    parser.add_argument("--engine", choices=["rules", "llm"], default="rules")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="of the model")
    parser.add_argument("--share", type=float, default=1.0, help="of the queries, with a model")
    asked = parser.parse_args(arguments)
    return 0 if asyncio.run(audit() if asked.engine == "rules" else audit_with_a_model(asked.seed, asked.share)) else 1


if __name__ == "__main__":
    sys.exit(main())
