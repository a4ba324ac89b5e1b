"""What a course says of itself."""

from collections.abc import Sequence
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
    if not sections:
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


def honest(coverage: dict[str, Any], sections: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """With sections that a person has added and the library has nothing on, it is thin, and says so."""
    empty = [section["title"] for section in sections if not section["sources"]]
    if not empty:
        return coverage
    note = f"The library has nothing on {listed([f'“{title}”' for title in empty])}, which you added."
    told = note if coverage["level"] == "good" else f"{coverage['note']} {note}"
    return {**coverage, "level": "thin", "note": told, "missing": [*coverage["missing"], *empty]}
