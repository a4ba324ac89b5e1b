"""What a course says of itself."""

from collections.abc import Sequence
from typing import Any, Final

from worker.courses.amounts import EXACT
from worker.courses.brief import STYLES, Brief
from worker.courses.coverage import MOST_NAMED, listed, of_length, spent

STOCKED: Final = "The starter shelf is complete"
INCOMPLETE: Final = "The starter shelf is still incomplete: this course is made of the books that are there"


def stocking(done: int, total: int) -> str:
    return f"Waiting for the starter shelf, which is just being put up: {done} of {total} books"


def understood(brief: Brief, names: Sequence[tuple[str, str]]) -> str:
    also = [f"{said} ({other})" for said, other in names]
    return f"Looking for “{brief.core}”" + (f", also known as {listed(also)}" if also else "")


def found(hits: int, books: int) -> str:
    if not hits and not books:
        return "Nothing in the library is about this"
    return f"{hits} passages of {books} {'book' if books == 1 else 'books'} may serve"


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
        f"{spent(minutes)}, composed from {listed(named)}, with {checks} questions to check yourself."
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
        note = of_length(brief.hours, minutes, coverage, f"You kept {kept or 'none'} of {_sections(len(planned))}")
    elif off:
        note = of_length(brief.hours, minutes, coverage)
        level = "thin" if minutes < brief.minutes else level
    elif empty and level == "good":
        note = ""
    level = "thin" if empty and level == "good" else level
    told = [note, *_without([one for one in empty if one["id"] not in known], known=False)]
    told += _without([one for one in empty if one["id"] in known], known=True)
    missing = [*coverage["missing"], *(section["title"] for section in empty)]
    return {**coverage, "level": level, "note": " ".join(filter(None, told)), "missing": missing}


def _without(empty: Sequence[dict[str, Any]], *, known: bool) -> list[str]:
    """Why sections have no lesson. ``known``: they were outlined from books, which have been deleted since."""
    if not empty:
        return []
    titles = [f"“{section['title']}”" for section in empty]
    named = listed(titles) if len(titles) <= MOST_NAMED else _sections(len(titles))
    if known:
        were = "was" if len(titles) == 1 else "were"
        return [f"The books that {named} {were} to be made from were deleted meanwhile, and the library has no other."]
    return [f"The library has nothing on {named}, which you added."]


def _sections(count: int) -> str:
    return "1 section" if count == 1 else f"{count} sections"
