"""What the library has for a section of which only the title is known: a person's own, or one whose books are gone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from worker.courses import coverage, outline
from worker.courses.amounts import ALMOST, SECTION_MINUTES, up_to
from worker.courses.belonging import about
from worker.courses.brief import Brief, naming
from worker.courses.evidence import Shelf, Unit


def answering(
    brief: Brief, shelf: Shelf, title: str, taken: Mapping[int, str], names: Sequence[tuple[str, str]]
) -> tuple[list[Unit], str]:
    """The units that answer the title and are in no other section, or else which section has them. ``taken``: the
    section of each passage that is in one. Something merely near is no answer: half of the title's words have to be
    said, and nearly as well as where it is treated best."""
    narrow = replace(brief, core=title, words=naming(title))
    shelf.matches = [0.0 for _ in shelf.books]  # the book may be on the subject; the section is about one thing of it
    units = about(narrow, shelf, single=True)
    there = coverage.look(narrow, shelf, units, names)
    if not there.something or 2 * len(there.missing) >= len(narrow.words):
        return [], ""
    best = max(units, key=lambda unit: (unit.own, -unit.book, -unit.number))
    free = [unit for unit in units if not any(piece.id in taken for piece in unit.pieces)]
    if max((unit.own for unit in free), default=0.0) < ALMOST * best.own:
        return [], next(taken[piece.id] for piece in best.pieces if piece.id in taken)
    costs = {unit.key: outline.estimate(unit, brief) for unit in free}
    return outline.choose(free, costs, up_to(SECTION_MINUTES, brief.hours)), ""
