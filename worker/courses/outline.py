"""The plan of a course: which units of the books, in which sections and parts, in which order, how long."""

import hashlib
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Any, Final

from worker.courses import order, topics
from worker.courses.amounts import (
    EXACT,
    EXERCISES,
    MOST_SECTIONS_OF_PART,
    OVERVIEW_EXERCISES,
    PART_MINUTES,
    RECALL,
    SECTION_MINUTES,
    up_to,
)
from worker.courses.brief import Brief
from worker.courses.evidence import Piece, Shelf, Unit
from worker.courses.lesson import Lesson, compose, material
from worker.courses.levels import level_of
from worker.courses.objectives import highest, of_section
from worker.courses.phrases import generic, lowered
from worker.courses.questions import of_exercise, usable
from worker.courses.spelling import capped

HIGHEST: Final = {"overview": 2, "balanced": 3, "technical": 4, "expert": 5}
ROUNDS: Final = 8
SPARE: Final = 5  # times the minutes asked for
MOST_UNITS: Final = 1200
LONGEST_TITLE: Final = 90
ALONE_COSTS: Final = 0.5  # of a part with a single section, in squared shares of its wished minutes
AGAIN: Final = 0.05  # what a unit loses for each other one of its topic that is taken
ALONE: Final[Mapping[tuple[int, int], int]] = {}
_ASKS: Final = re.compile(r"(?:from|why|how|what|when|where|who|which|to)\b", re.IGNORECASE)


@dataclass
class Section:
    units: list[Unit]
    topic: int
    title: str = ""
    level: int = 2
    minutes: int = 0
    introductions: dict[tuple[int, int], list[tuple[Piece, str]]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        told = "|".join(f"{unit.pieces[0].book_id}:{unit.number}" for unit in self.units)
        return "s" + hashlib.sha256(told.encode()).hexdigest()[:12]


def most_exercises(brief: Brief) -> int:
    """Of a section; the big picture asks for less to be worked out."""
    most = min(OVERVIEW_EXERCISES, EXERCISES[brief.pace]) if brief.depth == "overview" else EXERCISES[brief.pace]
    return most + 2 * ("practice" in brief.styles)


def estimate(unit: Unit, brief: Brief) -> float:
    """Minutes of a unit by itself: reading it and its exercises."""
    words = sum(one.words for one in material(unit, brief))
    asks = [of_exercise(one).minutes for one in unit.exercises if usable(one)][: most_exercises(brief)]
    return words * brief.rate + sum(asks) + (RECALL / 2 if words else 0.0)


def draft(brief: Brief, shelf: Shelf, units: Sequence[Unit]) -> list[list[Section]]:
    """The parts with their sections.

    The best units are taken until the minutes are filled; as sections differ from the sum of their units, the aim is
    corrected until the course is as long as was asked, or all is taken.
    """
    costs = {unit.key: estimate(unit, brief) for unit in units}
    teaching = enough(brief, units, costs)
    group = {
        unit.key: number for number, topic in enumerate(topics.aligned(teaching)) for unit in topic.units
    }  # fmt: skip
    best: tuple[float, list[list[Section]]] | None = None
    aim, under, over = brief.minutes, 0.0, math.inf
    for _ in range(ROUNDS):
        chosen = choose(teaching, costs, aim, group)
        made = parts(brief, sectioned(brief, shelf, chosen, costs))
        introduce(shelf, [section for part in made for section in part])
        for part in made:
            rising(brief, shelf, part)
        minutes = timed(brief, shelf, made)
        off = abs(minutes - brief.minutes)
        if best is None or off < best[0]:
            best = (off, made)
        if off <= EXACT * brief.minutes / 2 or (minutes < brief.minutes and len(chosen) == len(teaching)):
            break
        under, over = (max(under, aim), over) if minutes < brief.minutes else (under, min(over, aim))
        near = aim * brief.minutes / max(1.0, minutes)
        aim = near if under < near < over else (under + over) / 2 if over < math.inf else near
    assert best is not None
    shortened(brief, shelf, best[1])
    return best[1]


def enough(brief: Brief, units: Sequence[Unit], costs: Mapping[tuple[int, int], float]) -> list[Unit]:
    """The best, several times as many as are needed: of a library of handbooks there is no end."""
    found: list[Unit] = []
    minutes = 0.0
    for unit in sorted(units, key=lambda unit: (-unit.worth, unit.key)):
        if costs[unit.key] > 0:
            found.append(unit)
            minutes += costs[unit.key]
        if minutes > SPARE * brief.minutes or len(found) == MOST_UNITS:
            break
    return sorted(found, key=lambda unit: unit.key)


def timed(brief: Brief, shelf: Shelf, made: Sequence[Sequence[Section]]) -> int:
    for section in (one for part in made for one in part):
        section.minutes = minutes_of(*written(section, brief, shelf.books), brief)
    return sum(section.minutes for part in made for section in part)


def shortened(brief: Brief, shelf: Shelf, made: Sequence[Sequence[Section]]) -> None:
    """Leave out the units of least worth while the course is too long; each section keeps one."""
    while timed(brief, shelf, made) > (1 + EXACT) * brief.minutes:
        spare = [
            (unit.worth, unit.key, section)
            for part in made for section in part for unit in section.units
            if not unit.opens and sum(not one.opens for one in section.units) > 1
        ]  # fmt: skip
        if not spare:
            break
        _, key, section = min(spare, key=lambda one: one[:2])
        section.units = [unit for unit in section.units if unit.key != key]
        for part in made:
            rising(brief, shelf, part)


def choose(
    units: Sequence[Unit],
    costs: Mapping[tuple[int, int], float],
    aim: float,
    group: Mapping[tuple[int, int], int] = ALONE,
) -> list[Unit]:
    """By worth, until the aim is reached; the last one is the one that comes nearest to it. What is taken of a topic
    (``group``) makes the rest of it worth less, so that a short course has something of everything."""
    openings = {(unit.book, unit.chapter): unit for unit in units if unit.opens}
    sections = [unit for unit in units if not unit.opens]
    ruled = {(unit.book, unit.chapter) for unit in sections}
    left = sorted(
        [*sections, *(unit for at, unit in openings.items() if at not in ruled)],
        key=lambda unit: (-unit.worth, unit.key),
    )
    found: list[Unit] = []
    taken: Counter[int] = Counter()
    room = aim
    while left and room > 0:
        best = max(left, key=lambda unit: (unit.worth - AGAIN * taken[group.get(unit.key, -1)], unit.key))
        left.remove(best)
        # A chapter's own opening comes with the first of its sections.
        opening = openings.get((best.book, best.chapter))
        both = [best] if opening is None or opening is best or opening in found else [best, opening]
        cost = sum(costs[one.key] for one in both)
        if cost <= room + cost / 2:
            found += both
            room -= cost
            taken[group.get(best.key, -1)] += best.key in group
    return found


def sectioned(brief: Brief, shelf: Shelf, chosen: Sequence[Unit], costs: dict[tuple[int, int], float]) -> list[Section]:
    """In the order of teaching, with titles, levels and the minutes of what is then written."""
    wished = min(up_to(SECTION_MINUTES, brief.hours), max(5.0, brief.minutes / 4))
    made: list[Section] = []
    taken: set[str] = set()
    for number, topic in enumerate(order.arranged(topics.topics(chosen, costs, wished))):
        pieces = topics.cut(topic.units, costs, wished)
        for units in pieces:
            title = topics.title_of(units, taken, whole=len(pieces) == 1)
            taken.add(title.lower())
            made.append(Section(units, number, title, highest(units, HIGHEST[brief.depth])))
    for section in made:
        section.minutes = minutes_of(*written(section, brief, shelf.books), brief)
    return [section for section in made if section.minutes > 0]


def introduce(shelf: Shelf, sections: Sequence[Section]) -> None:
    """Whom the examples of a book are about is told before they are spoken of first."""
    for one in shelf.cast:
        for section in sections:
            mine = [unit for unit in section.units if unit.book == one.book]
            unit = next((unit for unit in mine if re.search(rf"\b{one.name}\b", unit.text)), None)
            if unit is not None:
                if one.piece.id not in {piece.id for piece in unit.pieces}:
                    section.introductions.setdefault(unit.key, []).append((one.piece, one.sentence))
                break


def written(
    section: Section, brief: Brief, books: Sequence[dict[str, Any]]
) -> tuple[Lesson, list[str], list[dict[str, Any]]]:
    lesson = compose(section.units, brief, books, section.introductions)
    objectives, checks = of_section(lesson.told, section.level, most_exercises(brief))
    return lesson, objectives, checks


def minutes_of(lesson: Lesson, _: list[str], checks: Sequence[Mapping[str, Any]], brief: Brief) -> int:
    if not lesson.words:
        return 0
    asked: int = sum(one["minutes"] for one in checks)
    return max(1, round(lesson.words * brief.rate + asked))


def parts(brief: Brief, sections: Sequence[Section]) -> list[list[Section]]:
    """Neighbouring sections in parts of about the wished length, cut where the topic changes most."""
    if not sections:
        return []
    whole = sum(section.minutes for section in sections)
    count = max(1, round(whole / up_to(PART_MINUTES, brief.hours)), math.ceil(len(sections) / MOST_SECTIONS_OF_PART))
    count = min(count, max(1, len(sections) // 2))
    ideal = whole / count
    vectors = [topics.mean(section.units) for section in sections]
    bind = [
        float(vectors[i] @ vectors[i + 1]) + (sections[i].topic == sections[i + 1].topic)
        for i in range(len(sections) - 1)
    ]
    # best[k][j]: the cheapest way to have the first j sections in k parts.
    size = len(sections)
    until = [0, *accumulate(section.minutes for section in sections)]
    best: list[list[tuple[float, int]]] = [[(math.inf, 0)] * (size + 1) for _ in range(count + 1)]
    best[0][0] = (0.0, 0)
    for k in range(1, count + 1):
        for j in range(k, size + 1):
            for i in range(k - 1, j):
                minutes = until[j] - until[i]
                cost = best[k - 1][i][0] + ((minutes - ideal) / ideal) ** 2
                cost += (0.5 * bind[i - 1] if i else 0.0) + ALONE_COSTS * (j - i == 1)
                if cost < best[k][j][0]:
                    best[k][j] = (cost, i)
    made: list[list[Section]] = []
    end = size
    for k in range(count, 0, -1):
        begin = best[k][end][1]
        made.insert(0, list(sections[begin:end]))
        end = begin
    return made


def rising(brief: Brief, shelf: Shelf, part: Sequence[Section]) -> None:
    """The levels that sections reach do not fall along a part."""
    while True:
        before = [section.level for section in part]
        for section in part:
            _, objectives, _ = written(section, brief, shelf.books)
            section.level = max((level_of(one) for one in objectives), default=section.level)
        for index in range(len(part) - 2, -1, -1):
            part[index].level = min(part[index].level, part[index + 1].level)
        if before == [section.level for section in part]:
            break


def part_title(part: Sequence[Section], taken: set[str], course: str) -> str:
    """By the chapters that its sections are from: one, two, or from the first to the last."""
    chapters: dict[int, str] = {}
    for section in part:
        chapters.setdefault(section.topic, _short(section.units[0].chapter_title))
    names = [name for name in dict.fromkeys(chapters.values()) if not generic(name)] or [_short(part[0].title)]
    text = "\n".join(unit.text for section in part for unit in section.units)
    small = [lowered(name, text) for name in names]
    wishes = [names[0]] if len(names) == 1 else []
    if len(names) == 2:
        wishes.append(f"{names[0]}, and {small[1]}" if " and " in names[0] + names[1] else f"{names[0]} and {small[1]}")
    elif len(names) > 2 and not any(_ASKS.match(name) for name in (names[0], names[-1])):
        wishes.append(f"From {small[0]} to {small[-1]}")
    wishes += [f"{first.title} and {lowered(second.title, text)}" for first, second in pairwise(part)]
    wishes += [*names, *(section.title for section in part)]
    if len(part) == 1:
        wishes = [names[0], course, *(unit.title for unit in part[0].units)]
    free = [one for one in wishes if one.lower() not in taken]
    return capped(next((one for one in free if len(one) <= LONGEST_TITLE), (free or wishes)[-1]), LONGEST_TITLE)


def _short(title: str) -> str:
    head, colon, _ = title.partition(":")
    return head if colon and len(head.split()) > 1 else title
