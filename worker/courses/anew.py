"""What a section is written from when it is written anew: as before, or otherwise, for the reason that is given.

Plain values in and out, since it runs in a child process.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from app.counts import plural
from app.kinds.course import CourseInput, Depth
from app.library.words import stems_of
from worker.courses import desk, topics
from worker.courses.belonging import flavour
from worker.courses.brief import Brief, naming, read
from worker.courses.evidence import Unit, gather
from worker.courses.levels import level_of
from worker.courses.serving import Serving
from worker.courses.text import flat
from worker.courses.titled import answering

NOTHING: Final = "The library has nothing else on this section."
DEEPER: Final[dict[Depth, Depth]] = {
    "overview": "balanced", "balanced": "technical", "technical": "expert", "expert": "expert",
}  # fmt: skip
WISHES: Final = {
    "other": re.compile(r"\b(?:another|other|different|else)\b.{0,20}\b(?:book|source|author|angle)s?\b", re.I),
    "simpler": re.compile(
        r"\b(?:simpl\w+|easier|easy|too (?:hard|difficult|complicated|technical)|clearer|basics?)\b", re.I
    ),
    "shorter": re.compile(r"\b(?:short\w*|brief\w*|less|concise|too long|cut)\b", re.IGNORECASE),
    "deeper": re.compile(
        r"\b(?:deep\w*|more (?:detail\w*|depth|technical)|long\w*|advanced|thorough\w*|"
        r"too (?:short|easy|simple))\b",
        re.IGNORECASE,
    ),
    "examples": re.compile(r"\b(?:examples?|cases?|illustrat\w*|concrete)\b", re.IGNORECASE),
    "practice": re.compile(r"\b(?:exercises?|practi[cs]\w*|questions?|problems?)\b", re.IGNORECASE),
}  # fmt: skip
LIKE: Final = 0.5  # cosine from which a unit may serve a section
# So much likeness and score by the search for the title, together, has what says the same in another book. Chosen by
# reading what would take the place of 40 sections of the shelf's courses.
INSTEAD: Final = 0.95
CLOSEST: Final = 8


@dataclass(frozen=True)
class Wish:
    names: frozenset[str]
    words: dict[str, str]  # what the reason names beside

    @property
    def any(self) -> bool:
        return bool(self.names or self.words)


def wish(reason: str) -> Wish:
    left = reason
    for pattern in WISHES.values():
        left = pattern.sub(" ", left)
    names = frozenset(name for name, pattern in WISHES.items() if pattern.search(reason))
    small = re.compile(r"\b(?:please|more|less|section|lesson|bit|too|write|anew|again|text)\b", re.IGNORECASE)
    left = small.sub(" ", left)
    return Wish(names, naming(left) if left.strip() else {})


def planned(
    asked: dict[str, Any], old: dict[str, Any], others: Sequence[dict[str, Any]], reason: str, found: Serving
) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """The section with its units, as `desk.write` takes it, and the books of these; None where there is nothing."""
    wished = wish(reason)
    brief = adapted(read(CourseInput.model_validate(asked)), wished)
    shelf = gather(brief, found.books, found.headings, found.passages, found.scores)
    mine, taken = _citing(shelf.units, [old]), _citing(shelf.units, others)
    own = [unit for unit in shelf.units if unit.key in mine]
    if own:
        units = chosen(brief, shelf.units, own, set(taken), wished)
    else:  # its books are gone, or it had none
        passages = {piece.id: taken[unit.key] for unit in shelf.units if unit.key in taken for piece in unit.pieces}
        units, _ = answering(brief, shelf, old["title"], passages, ())
    level = max((level_of(one) for one in old["objectives"]), default=2)
    section = {
        **{name: old[name] for name in ("id", "number", "title", "prerequisites")}, "named": True,
        "level": max(2, level), "units": [desk.unit_of(unit, shelf) for unit in units], "introduces": [],
        "wish": reason, "as": {"depth": brief.depth, "pace": brief.pace, "styles": sorted(brief.styles)},
    }  # fmt: skip
    books = [desk.card(book) for index, book in enumerate(shelf.books) if any(unit.book == index for unit in units)]
    return section if units else None, books


def adapted(brief: Brief, wished: Wish) -> Brief:
    """The course's brief, for this section."""
    styles = brief.styles | {name for name in ("examples", "practice") if name in wished.names}
    depth, pace = brief.depth, brief.pace
    if "simpler" in wished.names:
        depth = "overview"
    elif "deeper" in wished.names:
        depth, pace = DEEPER[depth], "thorough"
    if "shorter" in wished.names:
        styles, pace = styles | {"concise"}, "quick"
    elif "practice" in wished.names:
        pace = "thorough"
    return replace(brief, depth=depth, pace=pace, styles=frozenset(styles))


def chosen(
    brief: Brief, units: Sequence[Unit], own: Sequence[Unit], taken: set[tuple[int, int]], wished: Wish
) -> list[Unit]:
    """Its own units, or others that say the like: of another book, with examples, or on what the reason names."""
    middle = topics.mean(own)
    mine = {unit.key for unit in own}
    near = [
        unit for unit in units
        if unit.key not in mine | taken and not unit.opens and float(unit.vector @ middle) >= LIKE
    ]  # fmt: skip
    near.sort(key=lambda unit: (-float(unit.vector @ middle), unit.key))
    near = near[:CLOSEST]
    if "other" in wished.names:
        books = {unit.book for unit in own}
        same = [unit for unit in near if float(unit.vector @ middle) + unit.own >= INSTEAD]
        return [unit for unit in same if unit.book not in books][: max(1, len(own))]
    if wished.words:
        said = [unit for unit in near if set(wished.words) & set(stems_of(f"{unit.title} {unit.text}"))]
        return [*own, *said[:2]]
    if {"examples", "deeper"} & wished.names:
        near.sort(key=lambda unit: -flavour(brief, unit) - float(unit.vector @ middle))
        return [*own, *near[: 2 if "deeper" in wished.names else 1]]
    if wished.names:
        return list(own)
    # No reason that we follow: told in another way, by the unit that is nearest, in the place of the last.
    return [*own[:-1], *near[:1]] if len(own) > 1 else near[:1]


def _citing(units: Sequence[Unit], sections: Sequence[Mapping[str, Any]]) -> dict[tuple[int, int], str]:
    """Which section, by its number, a unit is cited in."""
    quotes: dict[str, dict[str, str]] = defaultdict(dict)
    for section in sections:
        for source in section["sources"]:
            quotes[source["book_id"]].setdefault(flat(source["quote"]), section["number"])
    found: dict[tuple[int, int], str] = {}
    for unit in units:
        texts = [flat(piece.text) for piece in unit.pieces]
        cited = quotes.get(unit.pieces[0].book_id, {})
        for quote in (one for one in cited if any(one in text for text in texts)):
            found.setdefault(unit.key, cited[quote])
    return found


def same(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return bool(new["lesson"] == old["lesson"] and new["check"] == old["check"])


def told(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """What was done, in words."""
    books = list(dict.fromkeys(source["book"] for source in new["sources"]))
    more = [book for book in books if book not in {source["book"] for source in old["sources"]}]
    parts = [f"Written anew: {plural(new['minutes'], 'minute')} instead of {old['minutes']}"]
    if more:
        parts.append(f"now also from {' and '.join(f'“{book}”' for book in more)}")
    if len(new["check"]) != len(old["check"]):
        parts.append(f"{plural(len(new['check']), 'question')} instead of {len(old['check'])}")
    return ", ".join(parts) + "."
