"""The order of teaching: what is needed before what, and where the books themselves put it."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Final

from worker.courses.evidence import Unit
from worker.courses.text import mentions
from worker.courses.topics import Topic

CONTENTS: Final = 2.0  # the weight of what a table of contents says, beside mentions of concepts
NEEDED: Final = 0.6  # an edge of less says nothing
Edges = dict[tuple[int, int], float]


def defined(units: Sequence[Unit]) -> set[str]:
    """Concepts that the units explain: set apart by their books, and said what they are."""
    found = set()
    for unit in units:
        for concept in unit.concepts:
            if len(concept) > 3 and re.search(
                rf"\b{re.escape(concept)}\b[^.;]{{0,60}}\b(?:is|are|means?|called)\b", unit.text, re.IGNORECASE
            ):
                found.add(concept.lower())
    return found


def edges(groups: Sequence[Sequence[Unit]]) -> Edges:
    """``(a, b)``: b builds on a, by how much more it speaks of a's concepts than a of b's, and by the books' order."""
    known = [defined(group) for group in groups]
    texts = ["\n".join(unit.text for unit in group) for group in groups]
    found: Edges = {}
    for a in range(len(groups)):
        for b in range(len(groups)):
            if a == b:
                continue
            only_a, only_b = known[a] - known[b], known[b] - known[a]
            weight = math.log1p(mentions(only_a, texts[b])) - math.log1p(mentions(only_b, texts[a]))
            weight += CONTENTS * _precedes(groups[a], groups[b])
            if weight >= NEEDED:
                found[a, b] = weight
    return found


def _precedes(a: Sequence[Unit], b: Sequence[Unit]) -> float:
    """1 where all books that have both put a first, -1 where all put it last."""
    votes = []
    for book in {unit.book for unit in a} & {unit.book for unit in b}:
        first = min(unit.number for unit in a if unit.book == book)
        second = min(unit.number for unit in b if unit.book == book)
        votes.append((first < second) - (first > second))
    return sum(votes) / len(votes) if votes else 0.0


def arranged(topics: Sequence[Topic]) -> list[Topic]:
    """Topics after those that they build on, else by their places in the books; cycles break at their weakest edge."""
    found = acyclic(edges([topic.units for topic in topics]), len(topics))
    before: dict[int, set[int]] = {one: set() for one in range(len(topics))}
    for a, b in found:
        before[b].add(a)
    # The book with most to say leads, so that what is about something else does not come in between.
    left = set(range(len(topics)))
    made: list[Topic] = []
    while left:
        free = [one for one in left if not before[one] & left]
        best = min(free, key=lambda one: (topics[one].place, topics[one].units[0].key))
        made.append(topics[best])
        left.discard(best)
    return made


def acyclic(found: Edges, count: int) -> Edges:
    """The heavier edges first, each unless it would close a circle with those before."""
    kept: Edges = {}
    after: dict[int, set[int]] = {one: set() for one in range(count)}

    def reaches(start: int, end: int) -> bool:
        seen, open_ = {start}, [start]
        while open_:
            for one in after[open_.pop()]:
                if one == end:
                    return True
                if one not in seen:
                    seen.add(one)
                    open_.append(one)
        return start == end

    for (a, b), weight in sorted(found.items(), key=lambda one: (-one[1], one[0])):
        if not reaches(b, a):
            kept[a, b] = weight
            after[a].add(b)
    return kept


def needs(sections: Sequence[Sequence[Unit]], most: int = 3) -> dict[int, list[int]]:
    """For each section the earlier ones whose concepts it speaks of most."""
    known = [defined(units) for units in sections]
    found: dict[int, list[int]] = {}
    for b, units in enumerate(sections):
        text = "\n".join(unit.text for unit in units)
        counts: Mapping[int, int] = {a: mentions(known[a] - known[b], text) for a in range(b)}
        best = sorted((a for a in counts if counts[a] >= 2), key=lambda a: (-counts[a], a))[:most]
        found[b] = sorted(best)
    return found
