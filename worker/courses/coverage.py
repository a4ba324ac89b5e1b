"""What the library has on a query, said as it is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from app.counts import plural
from app.kinds.course import Level
from app.library.embed import Floats
from app.library.words import WORD, stems_of
from worker.courses.amounts import DOUBT, EXACT, LIKELY, ON_SUBJECT, TOGETHER
from worker.courses.answers import signals
from worker.courses.brief import Brief, said
from worker.courses.evidence import Shelf, Unit

MOST_NAMED: Final = 5
UNCERTAIN: Final = (
    "It is not certain that the library has what you mean: these are the passages that come nearest to it."
)


@dataclass(frozen=True)
class Found:
    """``missing``: words of the query that nothing in the library's answer says; ``doubtful``: there is something, and
    it may not be what was meant."""

    something: bool
    missing: list[str] = field(default_factory=list)
    doubtful: bool = False


def look(brief: Brief, shelf: Shelf, units: Sequence[Unit], names: Sequence[tuple[str, str]]) -> Found:
    """Whether there is anything to teach from: on the subject, and on all of it together, not a word here and there."""
    signs = signals(brief, shelf, names)
    subject = max(shelf.matches, default=0.0) >= ON_SUBJECT
    something = bool(units) and (subject or signs.sure > 0)
    books = _said(brief, shelf, units, names)
    most = max(books, key=len, default=set())
    enough = 1.0 if brief.named else TOGETHER
    certain = signs.sure >= DOUBT and signs.score >= LIKELY and len(most) >= enough * len(brief.words)
    doubtful = something and not subject and not certain
    spoken = most if doubtful else set().union(*books)
    missing = [word for one, word in brief.words.items() if one not in spoken] if brief.named or doubtful else []
    return Found(something, missing, doubtful)


def _said(brief: Brief, shelf: Shelf, units: Sequence[Unit], names: Sequence[tuple[str, str]]) -> list[set[str]]:
    """For each book of the units, which of the query's words it says."""
    found: list[set[str]] = []
    for index, book in enumerate(shelf.books):
        mine = [unit for unit in units if unit.book == index]
        if mine:
            told = [book["title"], book["subject"].replace("-", " ")]
            told += [f"{unit.chapter_title} {unit.text}" for unit in mine]
            stems = set(stems_of(" ".join(told)))
            found.append({one for one, word in brief.words.items() if said(one, word, stems, names)})
    return found


@dataclass(frozen=True)
class Near:
    """Where there is nothing: ``subjects`` that the library does have, and ``queries`` that would find something."""

    subjects: Sequence[str] = ()
    queries: Sequence[str] = ()


SHORTEST: Final = 5  # letters of a word that may be misspelt
ALIKE: Final = 0.8  # of two spellings, as `difflib` measures it


def meant(query: str, missing: Sequence[str], books: Sequence[Mapping[str, Any]]) -> str:
    """The query with the library's own spelling of words that it is missing."""
    told = " ".join(f"{book['title']} {book['subject']} {' '.join(book['concepts'])}" for book in books)
    known = dict.fromkeys(word for word in WORD.findall(told.lower().replace("-", " ")) if len(word) >= SHORTEST)
    for word in missing:
        alike = [one for one in known if one[0] == word[0].lower()]  # few misspell the first letter
        if len(word) >= SHORTEST and (close := get_close_matches(word.lower(), alike, 1, ALIKE)):
            right = close[0].capitalize() if word[0].isupper() else close[0]
            query = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", right, query)
    return query


def verdict(brief: Brief, minutes: float, found: Found, near: Near, books: int, meant: str = "") -> dict[str, Any]:
    """As the result has it. ``minutes``: what there is. ``meant``: the query in the library's spelling."""
    level: Level = "good"
    if not minutes:
        level = "none"
    elif found.missing or found.doubtful or minutes < (1 - EXACT) * brief.minutes:
        level = "thin"
    note = _nothing(brief, near) if level == "none" else _something(brief, minutes, found, books)
    return {
        "level": level, "note": note, "missing": found.missing, "would_help": _would_help(level, brief, found.missing),
        "nearest": list(near.subjects)[:MOST_NAMED], "did_you_mean": meant if meant != brief.core else "",
    }  # fmt: skip


def _nothing(brief: Brief, near: Near) -> str:
    told = [f"{brief.source} has nothing that is surely about “{brief.core}”, so nothing was made up."]
    if near.subjects:
        told.append(f"The nearest subjects it has are {listed(list(near.subjects)[:MOST_NAMED])}.")
    if near.queries:
        told.append(f"It has something, for example, on {listed([f'“{one}”' for one in near.queries])}.")
    return " ".join(told)


def _something(brief: Brief, minutes: float, found: Found, books: int) -> str:
    told = "one book" if books == 1 else f"{books} books"
    enough = minutes >= (1 - EXACT) * brief.minutes
    if enough and not found.missing and not found.doubtful:
        fill = "fills" if books == 1 else "fill"
        return f"{brief.source} covers this well: {told} {fill} the {hours(brief.hours)} that you asked for."
    parts = []
    if not enough:
        parts.append(
            f"{brief.source} has about {spent(minutes)} on this in {told}, and you asked for {hours(brief.hours)}. "
            "The course is as long as what there is."
        )
    return _doubted(" ".join(parts), found.missing, found.doubtful)


def _doubted(told: str, missing: Sequence[str], doubtful: bool) -> str:
    parts = [UNCERTAIN] if doubtful else []
    parts += [told] if told else []
    if missing:
        named = listed([f"“{one}”" for one in missing])
        parts.append(
            f"The book that comes nearest does not speak of {named}."
            if doubtful
            else f"Nothing in the passages it found speaks of {named}."
        )
    return " ".join(parts)


# How long a course is, in its note: as `_something` and `of_length` say it.
_LENGTH: Final = re.compile(
    r"(?:The library|Your choice of books) (?:covers this well: .*? that you asked for\.|"
    r"has about .*? and you asked for .*? The course is as long as what there is\.)|"
    r"[Tt]he course takes about .*?, and you asked for .*? (?:minutes|hours?)\."
)


def relengthened(brief: Brief, note: str, before: float, minutes: float, books: int) -> str:
    """The note of a course that took ``before`` minutes and takes ``minutes``, now of so many ``books``."""
    enough = abs(minutes / brief.minutes - 1) <= EXACT
    found = _LENGTH.search(note)
    if found is None:
        return note if enough and note else f"{of_length(brief.hours, minutes)} {note}".strip()
    if " covers this well" in found[0] and enough:
        told = _something(brief, minutes, Found(something=True), books)
    elif " has about " in found[0] and abs(minutes - before) <= EXACT * before:
        told = found[0]
    else:
        told = of_length(brief.hours, minutes)
        told = found[0][0] + told[1:] if found[0][0] == "t" else told
    return f"{note[: found.start()]}{told}{note[found.end() :]}"


def of_length(asked: float, minutes: float) -> str:
    """``asked``: hours."""
    return f"The course takes about {spent(minutes)}, and you asked for {hours(asked)}."


def noted_anew(asked: float, minutes: float, coverage: Mapping[str, Any], why: str = "") -> str:
    """The note on a course that has become another than was planned: its length, and what stays true beside.
    ``asked``: hours. ``why``: how it came to be so, before a colon."""
    told = of_length(asked, minutes)
    told = f"{why}: t{told[1:]}" if why else told
    return _doubted(told, coverage["missing"], coverage["note"].startswith(UNCERTAIN))


def _would_help(level: Level, brief: Brief, missing: Sequence[str]) -> list[str]:
    if level == "good":
        return []
    if level == "none":
        return [
            f"An introduction to {brief.subject}, with a table of contents",
            f"A handbook or course book on {brief.subject} with worked examples and exercises",
        ]
    if missing:
        return [f"A book on {brief.subject} that treats {listed(list(missing))}"]
    return [f"A longer book on {brief.subject}, or one from another angle, with exercises and their answers"]


def listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def hours(value: float) -> str:
    if value < 1:
        return plural(round(value * 60), "minute")
    return plural(value, "hour")


def spent(minutes: float) -> str:
    return plural(round(minutes), "minute") if minutes < 90 else hours(round(minutes / 30) / 2)


def nearest(query: Floats, named: Sequence[tuple[str, Floats]]) -> list[str]:
    """Names, each with its vector, by how near they are to the query."""
    order = sorted(named, key=lambda one: (-float(one[1] @ query), one[0]))
    return list(dict.fromkeys(name for name, _ in order))
