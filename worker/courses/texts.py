"""What a course says of itself."""

from collections.abc import Sequence
from typing import Any

from worker.courses.brief import STYLES, Brief
from worker.courses.coverage import listed, spent

OBJECTIVES_OF_PART = 4


def understood(brief: Brief, names: Sequence[tuple[str, str]]) -> str:
    also = [f"{said} ({other})" for said, other in names]
    return f"Looking for “{brief.core}”" + (f", also known as {listed(also)}" if also else "")


def found(hits: int, books: int) -> str:
    if not hits and not books:
        return "Nothing in the library is about this"
    return f"{hits} passages of {books} {'book' if books == 1 else 'books'} may serve"


def part(planned: dict[str, Any]) -> dict[str, Any]:
    """A part as the result has it, with its sections as far as they are planned."""
    sections = planned["sections"]
    wishes = [section["objectives"] for section in sections]
    leading = [one[rank] for rank in range(2) for one in wishes if rank < len(one)]
    chosen = list(dict.fromkeys(leading))[:OBJECTIVES_OF_PART]
    ordered = [one for section in wishes for one in section if one in chosen]
    minutes = sum(section["minutes"] for section in sections)
    return {
        "number": planned["number"], "title": planned["title"], "minutes": minutes,
        "summary": f"{len(sections)} {'section' if len(sections) == 1 else 'sections'}, about {spent(minutes)}: "
        f"{listed([section['title'] for section in sections])}.",
        "objectives": list(dict.fromkeys(ordered)),
        "sections": [
            {"id": one["id"], "number": one["number"], "title": one["title"], "minutes": one["minutes"]}
            for one in sections
        ],
    }  # fmt: skip


def summary(brief: Brief, plan: dict[str, Any], sections: Sequence[dict[str, Any]]) -> str:
    if not sections:
        return str(plan["coverage"]["note"])
    minutes = sum(section["minutes"] for section in sections)
    books = [f"“{book['title']}”" for book in plan["books"]]
    checks = sum(len(section["check"]) for section in sections)
    told = [
        f"{len(sections)} {'section' if len(sections) == 1 else 'sections'} on {brief.core} in about {spent(minutes)}, "
        f"composed from {listed(books)}, with {checks} questions to check yourself."
    ]
    if plan["coverage"]["level"] == "thin":
        told.append(str(plan["coverage"]["note"]))
    followed = [STYLES[name] for name in STYLES if name in brief.styles]
    if followed:
        told.append(f"As you wished: {listed(followed)}.")
    if brief.unheard:
        told.append("The wording is the books' own, so it could not be changed to the style that you named.")
    return " ".join(told)
