"""`make audit`: courses for many queries over the shelf, their marks, and how well their headings meet those of a book
that was held out.

python -m bench.audit_courses
"""

import asyncio
import os
import re
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from app.database import Database
from app.kinds.course import CourseInput
from app.library import evidence
from app.library.embed import embed
from bench.audit import table
from bench.courses import make, shelf
from worker.courses import scorecard
from worker.courses.brief import read
from worker.words import teaches

# About whole subjects, about one thing of them, and about what the shelf has nothing on; with the hours asked for.
BROAD: Final = {
    "Learn DCF valuation": 2, "How do I sleep better?": 1, "Python for beginners": 3, "SQL": 2, "machine learning": 3,
    "negotiation": 2, "personal finance": 2, "statistics": 3, "photography": 2, "cooking technique": 1,
    "music theory": 1.5, "first aid": 1, "gardening for beginners": 1, "astronomy": 1.5, "economics basics": 1.5,
    "introduction to philosophy": 1, "how historians work": 1, "law basics": 1, "project management": 1.5,
    "public speaking": 1, "strength training": 2, "nutrition": 2, "psychology": 2, "how to learn better": 1,
    "clear writing": 2, "physics of everyday life": 1.5, "investing for beginners": 1,
}  # fmt: skip
SPECIFIC: Final = {
    "what is WACC and how do I work it out": 0.5, "terminal value in a DCF": 0.5, "SQL window functions": 0.5,
    "joining tables in SQL": 0.5, "confidence intervals": 0.5, "hypothesis tests and p-values": 1,
    "overfitting and regularisation": 0.5, "asking for a salary increase": 0.5, "first offers and anchoring": 0.5,
    "insomnia": 0.5, "jet lag and shift work": 0.5, "protein needs for building muscle": 0.5,
    "progressive overload": 0.5, "depth of field and aperture": 0.5, "critical path method": 0.5,
    "supply and demand": 0.5, "compost and soil": 0.5, "CPR for babies": 0.5, "chord progressions": 0.5,
    "life cycle of stars": 0.5, "spaced repetition": 0.5, "contracts and breach": 0.5, "python functions": 0.5,
    "index funds": 0.5, "emergency fund and budgeting": 0.5, "logistic regression": 0.5,
}  # fmt: skip
OFF_TOPIC: Final = (
    "Repair a nuclear submarine", "Learn Japanese kanji", "beekeeping", "Kubernetes cluster administration",
    "welding stainless steel", "how to knit a sweater", "oil painting glazing", "Rust borrow checker",
    "medieval Icelandic sagas", "learn chess openings", "ballet positions", "organic chemistry reaction mechanisms",
)  # fmt: skip
HEADER: Final = (
    "queries", "courses", "good", "thin", "none", "minutes/asked", "within 5%", "coverage", "order", "tau",
    "redundancy", "support", "alignment", "in parts", "between", "books", "p50 ms", "p95",
)  # fmt: skip
FLOOR: Final = 0.0  # cosines below say nothing


@dataclass
class Group:
    levels: Counter[str] = field(default_factory=Counter)
    marks: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


class Library:
    """The passages' texts and places, to mark a course by."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.texts: dict[tuple[str, str], str] = defaultdict(str)
        self.places: dict[tuple[str, str], int] = {}
        for row in rows:
            key = (row["book_id"], row["locator"])
            self.texts[key] += f"\n{row['text']}"
            self.places.setdefault(key, row["number"])

    def cited(self, book: str, locator: str) -> str:
        return self.texts.get((book, locator), "")

    def place(self, book: str, locator: str) -> float | None:
        return self.places.get((book, locator))


def add(group: Group, library: Library, document: Mapping[str, Any], hours: float, took: float) -> None:
    level = document["coverage"]["level"]
    group.levels[level] += 1
    group.marks["ms"].append(took)
    if level == "none":
        return
    brief = read(CourseInput.model_validate({"query": document["query"], "hours": hours}))
    found = scorecard.mark(brief, document["parts"], library.cited)
    sections = [section for part in document["parts"] for section in part["sections"]]
    for name in ("coverage", "order", "redundancy", "support", "alignment"):
        group.marks[name].append(getattr(found, name))
    group.marks["share"].append(document["estimated_minutes"] / (hours * 60))
    if level == "good":
        group.marks["exact"].append(float(abs(document["estimated_minutes"] / (hours * 60) - 1) <= 0.05))
    group.marks["tau"].append(scorecard.tau(sections, library.place))
    group.marks["books"].append(len(document["books"]))
    within, between = cohesion(document["parts"])
    if between:
        group.marks["within"].append(statistics.fmean(within or [0.0]))
        group.marks["between"].append(statistics.fmean(between))


def cohesion(parts: Sequence[Mapping[str, Any]]) -> tuple[list[float], list[float]]:
    """Cosines of the lessons of sections of one part, and of different parts."""
    told = [(part["number"], section["lesson"]) for part in parts for section in part["sections"]]
    vectors = embed([lesson for _, lesson in told])
    within: list[float] = []
    between: list[float] = []
    for i in range(len(told)):
        for j in range(i):
            (within if told[i][0] == told[j][0] else between).append(float(vectors[i] @ vectors[j]))
    return within, between


def row(name: str, group: Group) -> tuple[str, ...]:
    def mean(of: str, form: str = ".2f") -> str:
        values = group.marks[of]
        return format(statistics.fmean(values), form) if values else "-"

    times = sorted(group.marks["ms"])
    return (
        name, str(group.levels.total()), *(str(group.levels[level]) for level in ("good", "thin", "none")),
        mean("share"), mean("exact", ".0%"), mean("coverage"), mean("order"), mean("tau"), mean("redundancy", ".3f"),
        mean("support", ".3f"), mean("alignment"), mean("within"), mean("between"), mean("books", ".1f"),
        f"{times[len(times) // 2]:.0f}", f"{times[int(0.95 * len(times))]:.0f}",
    )  # fmt: skip


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
            exact = abs(document["estimated_minutes"] / (hours * 60) - 1) <= 0.05
            if document["coverage"]["level"] == "good" and not exact:
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


def main() -> int:
    return 0 if asyncio.run(audit()) else 1


if __name__ == "__main__":
    sys.exit(main())
