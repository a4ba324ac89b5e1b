"""What a course says of itself."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from worker.courses.brief import STYLES, Brief
from worker.courses.coverage import listed, spent

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
        f"{len(sections)} {'section' if len(sections) == 1 else 'sections'} on {brief.subject} in about "
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


def honest(coverage: dict[str, Any], sections: Sequence[dict[str, Any]], added: Collection[str] = ()) -> dict[str, Any]:
    """With sections that the library has nothing on, it is thin, or none, and says so. ``added``: numbers of those that
    a person has added; the books of others were deleted while the course was made."""
    empty = [section for section in sections if not section["sources"]]
    if not empty:
        return coverage
    notes = [coverage["note"]] if coverage["level"] != "good" else []
    if mine := [f"“{section['title']}”" for section in empty if section["number"] in added]:
        notes.append(f"The library has nothing on {listed(mine)}, which you added.")
    if gone := [f"“{section['title']}”" for section in empty if section["number"] not in added]:
        notes.append(f"The books on {listed(gone)} were deleted meanwhile, and the library has no other.")
    level = "thin" if len(empty) < len(sections) else "none"
    missing = [*coverage["missing"], *(section["title"] for section in empty)]
    return {**coverage, "level": level, "note": " ".join(notes), "missing": missing}


def kept(coverage: dict[str, Any], sections: Sequence[dict[str, Any]], hours: float) -> dict[str, Any]:
    """After a person has edited the outline: nobody is told that it fills hours which it does not."""
    minutes = sum(section["minutes"] for section in sections)
    if coverage["level"] != "good" or minutes >= 0.95 * 60 * hours:
        return coverage
    note = f"The library covers this well; what you kept takes {spent(minutes)} of {spent(60 * hours)}."
    return {**coverage, "note": note}
