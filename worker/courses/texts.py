"""What a course says of itself."""

import re
from collections.abc import Sequence
from typing import Any, Final

from app.counts import plural
from worker.courses.amounts import EXACT
from worker.courses.brief import STYLES, Brief
from worker.courses.coverage import MOST_NAMED, listed, noted_anew, relengthened, spent

STOCKED: Final = "The starter shelf is complete"
INCOMPLETE: Final = "The starter shelf is still incomplete: this course is made of the books that are there"
NOTHING: Final = "The library has nothing on this yet. A book that treats it would fill this section."
TREATED: Final = "Section {} treats this already, and the library has nothing else on it."
# Why sections have no lesson, in a course's note: as `_without` and `amended` say it.
_WITHOUT: Final = re.compile(
    r"The books that (?:“|\d+ sections).+? were deleted meanwhile, and the library has no other\.|"
    r"(?:The library|Your choice of books) has nothing on (?:“.+?”|\d+ sections)(?:, which you added)?\.|"
    r"(?:“[^”]+”(?:(?:, | and )“[^”]+”)*|\d+ sections) (?:is|are) treated in (?:another|other) sections? already\."
)


def stocking(done: int, total: int) -> str:
    return f"Waiting for the starter shelf, which is just being put up: {done} of {plural(total, 'book')}"


def understood(brief: Brief, names: Sequence[tuple[str, str]]) -> str:
    also = [f"{said} ({other})" for said, other in names]
    return f"Looking for “{brief.core}”" + (f", also known as {listed(also)}" if also else "")


def found(hits: int, books: int) -> str:
    if not hits and not books:
        return "Nothing in the library is about this"
    return f"{plural(hits, 'passage')} of {plural(books, 'book')} may serve"


def summary(
    brief: Brief, coverage: dict[str, Any], books: Sequence[dict[str, Any]], sections: Sequence[dict[str, Any]]
) -> str:
    if not sections or not books:
        return str(coverage["note"])
    minutes = sum(section["minutes"] for section in sections)
    named = [f"“{book['title']}”" for book in books]
    checks = sum(len(section["check"]) for section in sections)
    told = [
        f"{_sections(len(sections))} on {brief.subject} in about "
        f"{spent(minutes)}, composed from {listed(named)}, with {plural(checks, 'question')} to check yourself."
    ]
    if coverage["level"] == "thin":
        told.append(str(coverage["note"]))
    followed = [STYLES[name] for name in STYLES if name in brief.styles]
    if followed:
        told.append(f"As you wished: {listed(followed)}.")
    if brief.unheard and not any(section.get("author") == "llm" for section in sections):
        told.append("The wording is the books' own, so it could not be changed to the style that you named.")
    return " ".join(told)


def honest(
    brief: Brief, coverage: dict[str, Any], sections: Sequence[dict[str, Any]], planned: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Of the course as it has become: with what the person added and left out, without the books that are gone, and as
    long as it is. ``planned``: the sections that were outlined first."""
    known = {one["id"] for one in planned}
    empty = [section for section in sections if not section["sources"]]
    kept = sum(section["id"] in known for section in sections)
    minutes, before = (sum(one["minutes"] for one in some) for some in (sections, planned))
    off = bool(planned) and min(abs(minutes / other - 1) for other in (before, brief.minutes)) > EXACT
    level, note = coverage["level"], coverage["note"]
    if sections and len(empty) == len(sections):
        level, note = "none", ""
    elif kept < len(planned):
        note = noted_anew(brief.hours, minutes, coverage, f"You kept {kept or 'none'} of {_sections(len(planned))}")
    elif off:
        note = noted_anew(brief.hours, minutes, coverage)
        level = "thin" if minutes < brief.minutes else level
    elif empty and level == "good":
        note = ""
    level = "thin" if empty and level == "good" else level
    lacking = [section for section in empty if section["lesson"] == NOTHING]
    told = [note, *_without(brief, [one for one in lacking if one["id"] not in known], known=False)]
    told += _without(brief, [one for one in lacking if one["id"] in known], known=True)
    told += _treated([section["title"] for section in empty if section not in lacking])
    missing = [*coverage["missing"], *(section["title"] for section in lacking)]
    return {**coverage, "level": level, "note": " ".join(filter(None, told)), "missing": missing}


def amended(
    brief: Brief, coverage: dict[str, Any], before: Sequence[dict[str, Any]], sections: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Of a course in which a section is written anew. ``before``: all sections as they were."""
    level, note, missing = (coverage[name] for name in ("level", "note", "missing"))
    was, empty = ([one["title"] for one in some if not one["sources"]] for some in (before, sections))
    if was != empty:
        treated = [one for one in empty if one in was and one not in missing]
        lacking = [one for one in empty if one not in treated]
        still = [f"{brief.source} has nothing on {_named(lacking)}."] if lacking else []
        note = " ".join(filter(None, [" ".join(_WITHOUT.sub("", note).split()), *still, *_treated(treated)]))
        missing = [*(one for one in missing if one not in was), *lacking]
        level = "none" if len(empty) == len(sections) else "thin"
    if level != "none":
        books = len({source["book_id"] for section in sections for source in section["sources"]})
        length, now = (sum(one["minutes"] for one in some) for some in (before, sections))
        note = relengthened(brief, note, length, now, books)
    return {**coverage, "level": level, "note": note, "missing": missing}


def books_of(sections: Sequence[dict[str, Any]], known: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The books that the sections cite: first those of ``known``, in their order."""
    cited = {source["book_id"]: source["book"] for section in sections for source in section["sources"]}
    cards = {book["id"]: book for book in known}
    found = [book for id_, book in cards.items() if id_ in cited]
    return found + [{"id": id_, "title": title, "author": ""} for id_, title in cited.items() if id_ not in cards]


def _without(brief: Brief, empty: Sequence[dict[str, Any]], *, known: bool) -> list[str]:
    """Why sections have no lesson. ``known``: they were outlined from books, which have been deleted since."""
    if not empty:
        return []
    named = _named([section["title"] for section in empty])
    if known:
        were = "was" if len(empty) == 1 else "were"
        return [f"The books that {named} {were} to be made from were deleted meanwhile, and the library has no other."]
    return [f"{brief.source} has nothing on {named}, which you added."]


def _treated(titles: Sequence[str]) -> list[str]:
    where = "is treated in another section" if len(titles) == 1 else "are treated in other sections"
    return [f"{_named(titles)} {where} already."] if titles else []


def _named(titles: Sequence[str]) -> str:
    return listed([f"“{title}”" for title in titles]) if len(titles) <= MOST_NAMED else _sections(len(titles))


def _sections(count: int) -> str:
    return plural(count, "section")
