"""What the library has on a query, said as it is."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.kinds.course import Level
from app.library.words import stems_of
from worker.courses.amounts import EXACT, LIKELY, ON_SUBJECT, SOME, SURE, TOGETHER
from worker.courses.brief import Brief, said
from worker.courses.evidence import Shelf, Unit

MOST_NAMED: Final = 5


@dataclass(frozen=True)
class Found:
    """``missing``: words of the query that nothing in the library's answer says."""

    something: bool
    missing: list[str] = field(default_factory=list)


def look(brief: Brief, shelf: Shelf, units: Sequence[Unit], names: Sequence[tuple[str, str]]) -> Found:
    """Whether there is anything to teach from: on the subject, and on all of it together, not a word here and there."""
    best = max((unit.own for unit in units), default=0.0)
    match = max(shelf.matches, default=0.0)
    together, spoken = 0.0, set()
    for index, book in enumerate(shelf.books):
        mine = [unit for unit in units if unit.book == index]
        told = set(stems_of(" ".join([book["title"], book["subject"].replace("-", " ")] * bool(mine))))
        for unit in mine:
            told |= set(stems_of(f"{unit.chapter_title} {unit.text}"))
        here = {one for one, word in brief.words.items() if said(one, word, told, names)}
        spoken |= here
        together = max(together, len(here) / max(1, len(brief.words)))
    missing = [word for one, word in brief.words.items() if one not in spoken] if brief.named else []
    likely = best >= LIKELY and together >= (SOME if _of_one(shelf, units) else TOGETHER)
    return Found(bool(units) and (best >= SURE or match >= ON_SUBJECT or likely), missing)


def _of_one(shelf: Shelf, units: Sequence[Unit]) -> bool:
    """Several passages answer, and nearly all are of books on one subject."""
    hits = Counter(shelf.books[unit.book]["subject"] or unit.book for unit in units if unit.own > 0)
    return hits.total() >= 3 and max(hits.values()) >= 0.8 * hits.total()


def verdict(brief: Brief, minutes: float, missing: Sequence[str], nearest: Sequence[str], books: int) -> dict[str, Any]:
    """``minutes``: what there is. Level, note, missing and would_help, as the result has them."""
    level: Level = "good"
    if not minutes:
        level = "none"
    elif missing or minutes < (1 - EXACT) * brief.minutes:
        level = "thin"
    return {
        "level": level, "note": _note(level, brief, minutes, missing, nearest, books), "missing": list(missing),
        "would_help": _would_help(level, brief, missing), "nearest": list(nearest)[:MOST_NAMED],
    }  # fmt: skip


def _note(
    level: Level, brief: Brief, minutes: float, missing: Sequence[str], nearest: Sequence[str], books: int
) -> str:
    if level == "none":
        near = f" The nearest subjects it has are {listed(list(nearest)[:MOST_NAMED])}." if nearest else ""
        return f"The library has nothing on “{brief.core}”, so nothing was made up.{near}"
    told = "one book" if books == 1 else f"{books} books"
    enough = minutes >= (1 - EXACT) * brief.minutes
    if enough and not missing:
        fill = "fills" if books == 1 else "fill"
        return f"The library covers this well: {told} {fill} the {hours(brief.hours)} that you asked for."
    parts = []
    if not enough:
        parts.append(
            f"The library has about {spent(minutes)} on this in {told}, and you asked for {hours(brief.hours)}. "
            "The course is as long as what there is."
        )
    if missing:
        parts.append(f"Nothing in the passages it found speaks of {listed([f'“{one}”' for one in missing])}.")
    return " ".join(parts)


def _would_help(level: Level, brief: Brief, missing: Sequence[str]) -> list[str]:
    if level == "good":
        return []
    if level == "none":
        return [
            f"An introduction to {brief.core}, with a table of contents",
            f"A handbook or course book on {brief.core} with worked examples and exercises",
        ]
    if missing:
        return [f"A book on {brief.core} that treats {listed(list(missing))}"]
    return [f"A longer book on {brief.core}, or one from another angle, with exercises and their answers"]


def listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def hours(value: float) -> str:
    if value < 1:
        return f"{round(value * 60)} minutes"
    return f"{value:g} hour" if value == 1 else f"{value:g} hours"


def spent(minutes: float) -> str:
    return f"{round(minutes)} minutes" if minutes < 90 else hours(round(minutes / 30) / 2)


def nearest(vector: Any, books: Mapping[str, tuple[str, Any]]) -> list[str]:
    """Subjects of books by how near they are to the query; ``books``: id -> (subject or title, vector)."""
    order = sorted(books.values(), key=lambda one: (-float(one[1] @ vector), one[0]))
    return list(dict.fromkeys(name for name, _ in order))
