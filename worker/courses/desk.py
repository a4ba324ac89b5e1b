"""What is computed in a child process: plain values in, plain values out, the same for the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.kinds.course import CourseInput
from app.library.embed import embed
from worker.courses import coverage, outline, texts, topics
from worker.courses.amounts import EXACT
from worker.courses.belonging import about
from worker.courses.brief import Brief, match, read
from worker.courses.evidence import Piece, Shelf, Unit, gather
from worker.courses.exercises import Exercise
from worker.courses.lesson import Lesson
from worker.courses.order import needs
from worker.courses.outline import Section, written
from worker.courses.questions import usable
from worker.courses.serving import Serving
from worker.courses.titled import answering

EXAMPLES = 3  # of what may be asked where there is nothing
Names = Sequence[tuple[str, str]]


def plan(brief: Brief, wished: Sequence[Brief], found: Sequence[Serving], names: Names) -> dict[str, Any]:
    """The outline with what each section is made of, and what the library has and lacks. ``wished``: the `subjects` of
    the query; ``found``: what serves each of them."""
    made = _planned(wished, found, names)
    full = [one.minutes >= (1 - EXACT) * each.minutes for one, each in zip(made, wished, strict=True)]
    if len(made) > 1 and any(full) and not all(full):  # of one there is not enough: the others have its time
        more = (brief.hours - sum(one.minutes for one in made) / 60) / sum(full)
        wished = [replace(one, hours=one.hours + more * room) for one, room in zip(wished, full, strict=True)]
        made = _planned(wished, found, names)
    there = coverage.Found(
        any(one.there.something for one in made),
        list(dict.fromkeys(word for one in made for word in one.there.missing)),
        any(one.there.doubtful for one in made),
    )
    parts = [part for one in made for part in one.parts]
    books = {book["id"]: book for one in made for book in one.books}
    meant = coverage.meant(brief.core, there.missing, found[0].all)
    near = coverage.Near() if parts else nearest(meant, found[0].all)
    minutes = sum(one.minutes for one in made)
    return {
        "coverage": coverage.verdict(brief, minutes, there, near, len(books), meant),
        "parts": numbered(parts), "books": list(books.values()),
    }  # fmt: skip


@dataclass(frozen=True)
class Planned:
    """Of one subject."""

    there: coverage.Found
    minutes: int
    parts: list[dict[str, Any]]
    books: list[dict[str, Any]]


def _planned(wished: Sequence[Brief], found: Sequence[Serving], names: Names) -> list[Planned]:
    made: list[Planned] = []
    taken: set[tuple[str, int]] = set()
    for brief, serving in zip(wished, found, strict=True):
        shelf = gather(brief, serving.books, serving.headings, serving.passages, serving.scores)
        shelf.matches = [match(brief, book, names) for book in serving.books]
        units = [unit for unit in about(brief, shelf) if (unit.pieces[0].book_id, unit.number) not in taken]
        there = coverage.look(brief, shelf, units, names)
        parts = outline.draft(brief, shelf, units) if there.something else []
        sections = [section for part in parts for section in part]
        taken |= {(unit.pieces[0].book_id, unit.number) for section in sections for unit in section.units}
        used = {unit.book for section in sections for unit in section.units}
        books = [card(book) for index, book in enumerate(shelf.books) if index in used]
        minutes = sum(section.minutes for section in sections)
        made.append(Planned(there, minutes, plain(brief, shelf, parts), books))
    return made


def numbered(parts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            **part, "number": number,
            "sections": [{**one, "number": f"{number}.{place}"} for place, one in enumerate(part["sections"], 1)],
        }
        for number, part in enumerate(parts, 1)
    ]  # fmt: skip


def card(book: Mapping[str, Any]) -> dict[str, Any]:
    return {name: book[name] for name in ("id", "title", "author")}


def added(
    asked: dict[str, Any], planned: dict[str, Any], found: Serving, used: Mapping[int, str], names: Names
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A section that the person has added: what there is on its title that no other section has, and the books. It
    stays without units where there is nothing. ``used``: which section has a passage."""
    brief = read(CourseInput.model_validate(asked))
    shelf = gather(brief, found.books, found.headings, found.passages, found.scores)
    units, treated = answering(brief, shelf, planned["title"], used, names)
    chosen = topics.woven(sorted(units, key=lambda unit: (-unit.worth, unit.key))) if units else []
    rows = [unit_of(unit, shelf) for unit in chosen]
    books = [card(book) for index, book in enumerate(shelf.books) if any(unit.book == index for unit in chosen)]
    return {**planned, "units": rows, "treated": treated}, books


def nearest(core: str, books: Sequence[dict[str, Any]]) -> coverage.Near:
    """The library's subjects, the nearest first, and what is nearest of what its books on the first of them treat."""
    if not books:
        return coverage.Near()
    told = [f"{book['title']} {book['subject']} {' '.join(book['concepts'][:10])}" for book in books]
    query, *vectors = embed([core, *told])
    named = [(book["subject"] or book["title"]).replace("-", " ") for book in books]
    subjects = coverage.nearest(query, list(zip(named, vectors, strict=True)))
    first = [book for name, book in zip(named, books, strict=True) if name == subjects[0]]
    concepts = [concept for book in first for concept in book["concepts"]]
    return coverage.Near(
        subjects, coverage.nearest(query, list(zip(concepts, embed(concepts), strict=True)))[:EXAMPLES]
    )


def plain(brief: Brief, shelf: Shelf, made: Sequence[Sequence[Section]]) -> list[dict[str, Any]]:
    sections = [section for part in made for section in part]
    before = needs([section.units for section in sections])
    taken: set[str] = {section.title.lower() for section in sections}
    rows: list[dict[str, Any]] = []
    at = 0
    for part in made:
        title = brief.title if len(made) == 1 else outline.part_title(part, taken, brief.title)
        taken.add(title.lower())
        told = []
        for section in part:
            told.append({
                "id": section.id, "title": section.title, "minutes": section.minutes,
                "level": section.level, "units": [unit_of(unit, shelf) for unit in section.units],
                "prerequisites": [sections[index].id for index in before[at]],
                "introduces": [
                    {"book": shelf.books[book]["id"], "unit": number, "passage": piece.id, "sentence": sentence}
                    for (book, number), met in section.introductions.items() for piece, sentence in met
                ],
                "objectives": written(section, brief, shelf.books)[1],
            })  # fmt: skip
            at += 1
        rows.append({"title": title, "sections": told})
    return rows


def unit_of(unit: Unit, shelf: Shelf) -> dict[str, Any]:
    """Which passages, without their text: that is read when the section is written."""
    return {
        "book": shelf.books[unit.book]["id"], "number": unit.number, "chapter": unit.chapter, "title": unit.title,
        "chapter_title": unit.chapter_title, "concepts": unit.concepts, "place": round(unit.place, 4),
        "passages": [piece.id for piece in unit.pieces],
        "exercises": [[one.question, one.answer, one.locator, one.passage] for one in unit.exercises if usable(one)],
    }  # fmt: skip


def piece_of(row: Mapping[str, Any]) -> Piece:
    return Piece(row["id"], row["book_id"], row["number"], row["locator"], row["text"])


def places_of(books: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return {book["id"]: index for index, book in enumerate(books)}


def units_of(
    planned: Sequence[dict[str, Any]], books: Sequence[dict[str, Any]], passages: Sequence[dict[str, Any]]
) -> list[Unit]:
    """The units of a section again, with those of their passages that are still there."""
    rows = {row["id"]: row for row in passages}
    places = places_of(books)
    found = []
    for one in planned:
        pieces = [
            piece_of(row)
            for row in (rows.get(id_) for id_ in one["passages"]) if row is not None
        ]  # fmt: skip
        if pieces and one["book"] in places:
            exercises = [Exercise(*told) for told in one["exercises"]]
            found.append(Unit(
                places[one["book"]], one["number"], one["chapter"], one["title"], one["chapter_title"],
                one["concepts"], one["place"], pieces, np.zeros(0, np.float32), 0.0, exercises,
            ))  # fmt: skip
    return found


def brief_of(asked: dict[str, Any], planned: Mapping[str, Any]) -> Brief:
    """The course's brief; ``as``: how this section is wanted otherwise."""
    brief = read(CourseInput.model_validate(asked))
    if wished := planned.get("as"):
        return replace(brief, **{**wished, "styles": frozenset(wished["styles"])})
    return brief


def write(
    asked: dict[str, Any],
    planned: dict[str, Any],
    books: Sequence[dict[str, Any]],
    passages: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    """A section as the result has it."""
    brief = brief_of(asked, planned)
    units = units_of(planned["units"], books, passages)
    section = Section(units, 0, planned["title"], planned["level"])
    rows = {row["id"]: row for row in passages}
    for one in planned.get("introduces", []):
        if (row := rows.get(one["passage"])) and (at := places_of(books).get(one["book"])) is not None:
            section.introductions.setdefault((at, one["unit"]), []).append((piece_of(row), one["sentence"]))
    lesson, objectives, checks = written(section, brief, books)
    if not lesson.words:
        treated = planned.get("treated")
        lesson = Lesson(texts.TREATED.format(treated) if treated else texts.NOTHING, [], 0, [])
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
