"""How sure it is that the library's passages answer a query, where the query may use other words than its books."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.library.embed import Floats, embed
from app.library.ranking import rarity
from app.library.words import STOP, WORD, stem, stems_of
from worker.courses.amounts import ANSWERS
from worker.courses.brief import Brief
from worker.courses.evidence import Shelf, Unit

BEST: Final = 20  # sections that are looked at,
SIGNED: Final = re.compile(r"[^\w'’]")
FIRST: Final = 3  # the chapters of so many of them,
HEADINGS: Final = 10  # and the headings of so many


@dataclass(frozen=True)
class Signals:
    """``score``: of the best section, by the search. ``chapter`` and ``headings``: how much of the query its words, the
    rare ones more, are spoken of in the best chapter, and in the headings of the best sections. Each 0 to 1."""

    score: float
    chapter: float
    headings: float

    @property
    def sure(self) -> float:
        """Above 0 for a query that is more likely answered than not."""
        weights = ANSWERS
        return (
            weights["bias"] + weights["score"] * self.score + weights["chapter"] * self.chapter
            + weights["headings"] * self.headings
        )  # fmt: skip


def signals(brief: Brief, shelf: Shelf, names: Sequence[tuple[str, str]]) -> Signals:
    best = sorted((unit for unit in shelf.units if unit.own > 0), key=lambda unit: (-unit.own, unit.key))[:BEST]
    if not best:
        return Signals(0.0, 0.0, 0.0)
    asked = Asked.of(brief, shelf.units, names)
    chapters: dict[tuple[int, int], list[str]] = defaultdict(list)
    for unit in best:
        chapters[unit.book, unit.chapter] += [unit.chapter_title, unit.title, unit.text]
    first = dict.fromkeys((unit.book, unit.chapter) for unit in best[:FIRST])
    headings = " ".join(f"{unit.chapter_title} {unit.title}" for unit in best[:HEADINGS])
    told = max(asked.spoken(" ".join(chapters[chapter])) for chapter in first)
    return Signals(best[0].own, told, asked.spoken(headings))


@dataclass(frozen=True)
class Asked:
    """The query's words, with their weights and their vectors; ``ways``: the stems of other names for each."""

    words: list[str]
    weights: Floats
    vectors: Floats
    ways: list[list[set[str]]]

    @classmethod
    def of(cls, brief: Brief, units: Iterable[Unit], names: Sequence[tuple[str, str]]) -> "Asked":
        words = [word.lower() for word in brief.words.values()]
        count: Counter[str] = Counter()
        pieces = 0
        for piece in (piece for unit in units for piece in unit.pieces):
            count.update(set(stems_of(piece.text)))
            pieces += 1
        weights = np.asarray([rarity(count[stem(word)], pieces) for word in words], np.float32)
        ways = [
            [set(stems_of(other)) for said, other in names if word in WORD.findall(said.lower())] for word in words
        ]  # fmt: skip
        return cls(words, weights, embed(words), ways)

    def spoken(self, text: str) -> float:
        """The share of the query that the text speaks of: a word that is not there counts as far as one is near it."""
        there = [word for word in dict.fromkeys(WORD.findall(text.lower())) if word not in STOP]
        if not self.words or not there:
            return 0.0
        near = np.clip((self.vectors @ embed(there).T).max(axis=1), 0, 1)
        near[[SIGNED.search(word) is not None for word in self.words]] = 0.0  # nothing is near `C++`
        stems = {stem(word) for word in there}
        said = [stem(word) in stems or any(way <= stems for way in ways)
                for word, ways in zip(self.words, self.ways, strict=True)]  # fmt: skip
        return float(np.average(np.where(said, 1.0, near), weights=self.weights))
