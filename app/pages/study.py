"""What a person sees of a course of theirs: how far they are, where to go on, and what the review says in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.counts import plural
from app.pages.filters import percent

Rows = Mapping[str, Mapping[str, Any]]  # of `progress.of`: by the section's number
ORDERED = "Nothing is used before it is explained"
SUPPORTED = "What the lessons say stands in their sources"
ENOUGH = 0.95  # of a score that is a share: said as if it were all


@dataclass(frozen=True)
class Standing:
    """How far: sections, and their minutes."""

    read: int
    sections: int
    minutes_read: int
    minutes: int

    @property
    def share(self) -> float:
        return self.minutes_read / self.minutes if self.minutes else 0.0


def sections(course: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All, in their order."""
    return [section for part in course["parts"] for section in part["sections"]]


def is_read(rows: Rows, number: str) -> bool:
    return number in rows and rows[number]["read_at"] is not None


def standing(course: Mapping[str, Any], rows: Rows) -> Standing:
    every = sections(course)
    done = [one for one in every if is_read(rows, one["number"])]
    return Standing(len(done), len(every), sum(one["minutes"] for one in done), sum(one["minutes"] for one in every))


def where(course: Mapping[str, Any], rows: Rows) -> dict[str, Any] | None:
    """The section to go on with: the one opened last, or the first after it that is not read. None: all are read."""
    every = sections(course)
    opened = [number for number in rows if any(one["number"] == number for one in every)]
    last = max(opened, key=lambda number: rows[number]["opened_at"], default=None)
    at = next((index for index, one in enumerate(every) if one["number"] == last), 0)
    return next((one for one in [*every[at:], *every[:at]] if not is_read(rows, one["number"])), None)


def around(course: Mapping[str, Any], number: str) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The sections before and after."""
    every = sections(course)
    at = next(index for index, one in enumerate(every) if one["number"] == number)
    return (every[at - 1] if at else None), (every[at + 1] if at + 1 < len(every) else None)


def found(course: Mapping[str, Any], number: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The section and its part."""
    if not re.fullmatch(r"[1-9][0-9]{0,2}\.[1-9][0-9]{0,2}", number):
        return None
    pairs = ((section, part) for part in course["parts"] for section in part["sections"])
    return next(((section, part) for section, part in pairs if section["number"] == number), None)


def reviewed(course: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Each score as a name, a sentence, and how it was before the review changed something."""
    scores, before = course["review"]["scores"], course["review"].get("before") or {}
    twice = scores["redundancy"]
    said = {
        "hours": ("Time", _hours(course)),
        "coverage": ("Coverage", f"{percent(scores['coverage'])} of what you asked for is treated"),
        "order": ("Order", _share(scores["order"], ORDERED, "of what builds on something comes after it")),
        "support": ("Support", _share(scores["support"], SUPPORTED, "of the sentences stand in a source")),
        "redundancy": ("Repetition", "Nothing is said twice" if twice < 0.05 else f"{percent(twice)} is said twice"),
    }
    changed = {name for name in said if name in before and percent(before[name]) != percent(scores[name])}
    return [(*words, percent(before[name]) if name in changed else "") for name, words in said.items()]


def _share(score: float, whole: str, part: str) -> str:
    return whole if score >= ENOUGH else f"{percent(score)} {part}"


def _hours(course: Mapping[str, Any]) -> str:
    minutes, asked = course["estimated_minutes"], round(course["hours"] * 60)
    if abs(minutes - asked) <= (1 - ENOUGH) * asked:
        return f"{plural(minutes, 'minute')}, as you asked"
    less = f"{minutes} of the {asked} minutes that you asked for"
    return less if minutes < asked else f"{plural(minutes, 'minute')}, where you asked for {asked}"
