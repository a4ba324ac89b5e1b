"""What is computed in a child process: plain values in, plain values out, the same for the same."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.kinds.course import CourseInput
from app.library.embed import embed
from worker.courses import coverage, outline
from worker.courses.brief import Brief, read
from worker.courses.evidence import Exercise, Piece, Shelf, Unit, about, gather
from worker.courses.order import needs
from worker.courses.outline import Section, most_exercises, written
from worker.courses.questions import usable

Names = Sequence[tuple[str, str]]


def plan(
    asked: dict[str, Any],
    books: Sequence[dict[str, Any]],
    headings: Sequence[dict[str, Any]],
    passages: Sequence[dict[str, Any]],
    scores: Mapping[int, float],
    names: Names,
    shelf_books: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    """The outline with what each section is made of, and what the library has and lacks.

    ``books``: those of which something was found; ``shelf_books``: all that the person sees.
    """
    brief = read(CourseInput.model_validate(asked))
    shelf = gather(brief, books, headings, passages, scores, names)
    units = about(brief, shelf)
    found = coverage.look(brief, shelf, units, names)
    made = outline.draft(brief, shelf, units) if found.something else []
    sections = [section for part in made for section in part]
    used = {unit.book for section in sections for unit in section.units}
    minutes = sum(section.minutes for section in sections)
    near = nearest(brief, shelf_books) if not sections else []
    return {
        "coverage": coverage.verdict(brief, minutes, found.missing, near, len(used)),
        "parts": plain(brief, shelf, made),
        "books": [
            {name: book[name] for name in ("id", "title", "author")}
            for index, book in enumerate(shelf.books) if index in used
        ],
        "scores": {str(id_): round(score, 4) for id_, score in scores.items()},
    }  # fmt: skip


def nearest(brief: Brief, books: Sequence[dict[str, Any]]) -> list[str]:
    if not books:
        return []
    told = [f"{book['title']} {book['subject']} {' '.join(book['concepts'][:10])}" for book in books]
    query, *vectors = embed([brief.core, *told])
    named = {
        book["id"]: ((book["subject"] or book["title"]).replace("-", " "), vector)
        for book, vector in zip(books, vectors, strict=True)
    }
    return coverage.nearest(query, named)


def plain(brief: Brief, shelf: Shelf, made: Sequence[Sequence[Section]]) -> list[dict[str, Any]]:
    sections = [section for part in made for section in part]
    before = needs([section.units for section in sections])
    taken: set[str] = {section.title.lower() for section in sections}
    rows: list[dict[str, Any]] = []
    at = 0
    for number, part in enumerate(made, 1):
        title = outline.part_title(part, taken, brief.title)
        taken.add(title.lower())
        told = []
        for place, section in enumerate(part, 1):
            told.append({
                "id": section.id, "number": f"{number}.{place}", "title": section.title, "minutes": section.minutes,
                "level": section.level, "units": [_unit(unit, shelf) for unit in section.units],
                "prerequisites": [sections[index].id for index in before[at]],
                "objectives": written(section, brief, shelf.books)[1],
            })  # fmt: skip
            at += 1
        rows.append({"number": number, "title": title, "sections": told})
    return rows


def _unit(unit: Unit, shelf: Shelf) -> dict[str, Any]:
    """Which passages, without their text: that is read when the section is written."""
    return {
        "book": shelf.books[unit.book]["id"], "number": unit.number, "chapter": unit.chapter, "title": unit.title,
        "chapter_title": unit.chapter_title, "concepts": unit.concepts, "place": round(unit.place, 4),
        "passages": [piece.id for piece in unit.pieces],
        "exercises": [[one.question, one.answer, one.locator, one.passage] for one in unit.exercises if usable(one)],
    }  # fmt: skip


def units_of(
    planned: Sequence[dict[str, Any]], books: Sequence[dict[str, Any]], passages: Sequence[dict[str, Any]]
) -> list[Unit]:
    """The units of a section again, with those of their passages that are still there."""
    import numpy as np

    rows = {row["id"]: row for row in passages}
    places = {book["id"]: index for index, book in enumerate(books)}
    found = []
    for one in planned:
        pieces = [
            Piece(row["id"], row["book_id"], row["number"], row["locator"], row["text"])
            for row in (rows.get(id_) for id_ in one["passages"]) if row is not None
        ]  # fmt: skip
        if pieces and one["book"] in places:
            exercises = [Exercise(*told) for told in one["exercises"]]
            found.append(Unit(
                places[one["book"]], one["number"], one["chapter"], one["title"], one["chapter_title"],
                one["concepts"], one["place"], pieces, np.zeros(0, np.float32), 0.0, exercises,
            ))  # fmt: skip
    return found


def write(
    asked: dict[str, Any],
    planned: dict[str, Any],
    books: Sequence[dict[str, Any]],
    passages: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    """A section as the result has it."""
    brief = read(CourseInput.model_validate(asked))
    units = units_of(planned["units"], books, passages)
    section = Section(units, 0, planned["title"], planned["level"])
    lesson, objectives, checks = written(section, brief, books)
    return {
        "id": planned["id"], "number": planned["number"], "title": planned["title"],
        "minutes": outline.minutes_of(lesson, objectives, checks, brief), "objectives": objectives,
        "key_concepts": key_concepts(lesson.told), "prerequisites": planned["prerequisites"],
        "lesson": lesson.markdown, "sources": lesson.sources, "check": checks, "author": "rules",
    }  # fmt: skip


def key_concepts(told: Sequence[tuple[Unit, list[str]]], most: int = 6) -> list[str]:
    """Of each unit the most telling first, as far as the lesson speaks of them."""
    lists = [[c for c in unit.concepts if c.lower() in " ".join(lines).lower()] for unit, lines in told]
    found: list[str] = []
    for rank in range(max(map(len, lists), default=0)):
        for one in lists:
            if rank < len(one) and one[rank].lower() not in {concept.lower() for concept in found}:
                found.append(one[rank])
    return found[:most]


__all__ = ["most_exercises", "plan", "write"]
