"""A finished course on valuation, of two parts with three sections each, out of passages of the real shelf."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select

from app.database import Database, now
from app.ids import uuid7
from app.kinds.course import CourseInput, CourseResult
from app.library.models import Passage
from app.models import Generation, Item, Result
from app.person import Person
from tests.support import library

BOOKS = {
    "valuation-first-principles": "Valuation from First Principles",
    "valuing-a-company": "Valuing a Company Step by Step",
}
QUERY = "Learn DCF valuation"
# Title, minutes, the headings that its passages come from, its objective, and questions with their answers.
Outline = tuple[str, int, list[tuple[str, str]], str, list[tuple[str, str]]]
FIRST, SECOND = BOOKS
Part = tuple[str, str, list[Outline]]
PARTS: list[Part] = [
    (
        "What money later is worth today",
        "Why a later payment is worth less, and how a whole business becomes a stream of payments.",
        [
            (
                "Why a later payment is worth less",
                18,
                [(FIRST, "Why a later payment is worth less"), (FIRST, "Compounding forward and discounting back")],
                "Explain why a sum today is worth more than the same sum later",
                [
                    ("What is an opportunity cost?", "The return of the best alternative that is given up."),
                    ("What is 500 due in two years worth today, at 10%?", "500 / 1.21 = 413.22."),
                ],
            ),
            (
                "Valuing a stream of payments",
                20,
                [(FIRST, "Valuing a stream of payments"), (FIRST, "Deciding with net present value")],
                "Calculate the present value of a level and of a growing stream",
                [("What is a perpetuity of 50 a year worth at 8%?", "50 / 0.08 = 625.")],
            ),
            (
                "Calculating free cash flow",
                22,
                [(FIRST, "Calculating free cash flow to the firm"), (SECOND, "Calculating NOPAT and free cash flow")],
                "Derive free cash flow from operating profit",
                [("Why does interest stay out of free cash flow?", "It belongs to those who finance the business.")],
            ),
        ],
    ),
    (
        "From the discount rate to a value",
        "What return the owners ask, what comes after the forecast, and how the value of a share follows.",
        [
            (
                "Estimating the cost of equity",
                20,
                [(FIRST, "Estimating the cost of equity"), (SECOND, "Estimating the cost of equity in practice")],
                "Estimate a cost of equity and say what it rests on",
                [("What does beta measure?", "How strongly a share moves with the market.")],
            ),
            (
                "Adding up enterprise value",
                22,
                [(FIRST, "Adding up enterprise value"), (FIRST, "Using the growing perpetuity")],
                "Assemble an enterprise value from forecast and terminal value",
                [("What is a terminal value?", "The value of all years after the forecast.")],
            ),
            (
                "Finding errors in a model",
                16,
                [(FIRST, "Errors of consistency"), (SECOND, "Finding the usual DCF errors")],
                "Criticise a valuation by its assumptions",
                [("Why test growth against the discount rate?", "With growth at or above it, the formula is void.")],
            ),
        ],
    ),
]


async def put(db: Database, person: Person, given: Sequence[Part] = PARTS, **changed: Any) -> dict[str, Any]:
    """The course as its owner has it, with its books on the shelf. ``changed``: fields of its head."""
    books = await library.put(db, list(BOOKS))
    id_ = uuid7()
    parts = [await _part(db, books, number, *part) for number, part in enumerate(given, start=1)]
    minutes = sum(part["minutes"] for part in parts)
    head = {
        "title": "Discounted cash flow valuation", "query": QUERY, "hours": 2.0, "estimated_minutes": minutes,
        "engine": "rules", "summary": "From the value of a later payment to that of a share.",
        "review": {
            "scores": {"hours": 0.98, "coverage": 0.9, "order": 1.0, "redundancy": 0.0, "support": 1.0},
            "before": {"hours": 0.9, "coverage": 0.9, "order": 0.8, "redundancy": 0.1, "support": 0.97},
            "changes": ["Moved “Estimating the cost of equity” before “Adding up enterprise value”."],
        },
        "coverage": {"level": "good", "note": "Two books treat this.", "missing": [], "would_help": []},
        "books": [{"id": books[slug], "title": title, "author": "Unfold"} for slug, title in BOOKS.items()],
        **changed,
    }  # fmt: skip
    CourseResult.model_validate({**head, "id": id_, "parts": parts})
    asked = CourseInput(query=QUERY, hours=2.0).model_dump(mode="json", exclude_none=True)
    times = dict.fromkeys(("created_at", "started_at", "finished_at", "queued_at", "due_at", "rung_at"), now())
    row = {"id": id_, "account_id": person.id, "kind": "course", "title": head["title"]}
    async with db.write() as session:
        await session.execute(
            insert(Generation).values(**row, input=asked, phases=[], status="completed", progress=1.0, **times)
        )
        await session.execute(insert(Result).values(**row, head=head, created_at=now()))
        for piece in _pieces(parts):
            await session.execute(insert(Item).values(generation_id=id_, **piece))
    return {**head, "id": id_, "parts": parts}


def _pieces(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for index, part in enumerate(parts):
        alone = {name: value for name, value in part.items() if name != "sections"}
        found.append({"key": f"part-{part['number']}", "phase": "outline_parts", "index": index, "content": alone})
        for section in part["sections"]:
            of = {"key": f"section-{section['number']}", "phase": "write_sections", "content": section}
            found.append({**of, "index": len(found)})
    return [{**piece, "version": 1, "title": piece["content"]["title"]} for piece in found]


async def _part(
    db: Database, books: dict[str, str], number: int, title: str, summary: str, outlines: list[Outline]
) -> dict[str, Any]:
    sections = [await _section(db, books, f"{number}.{at}", *one) for at, one in enumerate(outlines, start=1)]
    return {
        "number": number, "title": title, "minutes": sum(one["minutes"] for one in sections), "summary": summary,
        "objectives": [str(one["objectives"][0]) for one in sections], "sections": sections,
    }  # fmt: skip


async def _section(
    db: Database, books: dict[str, str], number: str, title: str, minutes: int, headings: list[tuple[str, str]],
    objective: str, check: list[tuple[str, str]],
) -> dict[str, Any]:  # fmt: skip
    sources: list[dict[str, Any]] = []
    lesson: list[str] = []
    for slug, heading in headings:
        lesson.append(f"## {heading}")
        for passage in await _passages(db, books[slug], heading):
            ref = len(sources) + 1
            quote = passage.text.split("\n")[0][:200]
            of = {"book_id": books[slug], "book": BOOKS[slug], "locator": passage.locator, "quote": quote}
            sources.append({"ref": ref, **of})
            lesson.append(_cited(passage.text, ref))
    return {
        "id": uuid7(), "number": number, "title": title, "minutes": minutes, "objectives": [objective],
        "key_concepts": title.lower().split()[-2:], "prerequisites": [], "lesson": "\n\n".join(lesson),
        "sources": sources, "author": "rules",
        "check": [{"question": question, "answer": answer, "objective": 0} for question, answer in check],
    }  # fmt: skip


def _cited(text: str, ref: int) -> str:
    """A mark behind each paragraph; a table keeps its form."""
    return "\n\n".join(one if one.startswith("|") else f"{one} [{ref}]" for one in text.split("\n\n"))


async def _passages(db: Database, book: str, heading: str) -> list[Passage]:
    query = select(Passage).where(Passage.book_id == book, Passage.heading.endswith(heading)).order_by(Passage.number)
    async with db.read() as session:
        found = list((await session.execute(query)).scalars())
    if not found:
        raise LookupError(heading)
    return found
