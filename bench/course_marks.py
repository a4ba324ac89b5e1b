"""Marks of many courses, gathered and put into a row."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.kinds.course import CourseInput
from app.library.embed import embed
from worker.courses import scorecard
from worker.courses.amounts import EXACT
from worker.courses.brief import read

HEADER: Final = (
    "queries", "courses", "good", "thin", "none", "minutes/asked", "within 5%", "coverage", "order", "tau",
    "redundancy", "support", "alignment", "in parts", "between", "books", "p50 ms", "p95",
)  # fmt: skip


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
        group.marks["exact"].append(float(exact(document, hours)))
    group.marks["tau"].append(scorecard.tau(sections, library.place))
    group.marks["books"].append(len(document["books"]))
    within, between = cohesion(document["parts"])
    if between:
        group.marks["within"].append(statistics.fmean(within or [0.0]))
        group.marks["between"].append(statistics.fmean(between))


def exact(document: Mapping[str, Any], hours: float) -> bool:
    """Its minutes are those that were asked for."""
    return bool(abs(document["estimated_minutes"] / (hours * 60) - 1) <= EXACT)


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
