"""The outline of a course that waits for its person: read it, and go on with an edited one."""

from collections.abc import Mapping
from typing import Any

from app import generations
from app.database import Database
from app.generations import Bell, Generation, Piece
from app.ids import uuid7
from app.kinds.course_outline import MOST_NEW, MOST_SECTIONS, WAITS_FOR, OutlineEdit, part_of

PHASE = "outline_parts"
UNKNOWN = "Not a section of this outline; leave it out for a new one"


class WrongOutline(Exception):
    """``faults``: where in the outline, and what is wrong there."""

    def __init__(self, faults: list[tuple[list[str | int], str]]) -> None:
        super().__init__("; ".join(message for _, message in faults))
        self.faults = faults


async def outline(db: Database, account_id: str, generation_id: str) -> list[dict[str, Any]] | None:
    """The parts as they are outlined, each with ``sections`` of ``id, number, title, minutes, objectives``.

    None: this person has no such course that waits for its outline.
    """
    made = await generations.get(db, account_id, generation_id)
    if made is None or made.waiting_for != WAITS_FOR:
        return None
    return await _parts(db, account_id, generation_id)


async def _parts(db: Database, account_id: str, generation_id: str) -> list[dict[str, Any]]:
    items = await generations.items(db, account_id, generation_id)
    return [item.content for item in items if item.phase == PHASE]


async def go_on(db: Database, bell: Bell, account_id: str, generation_id: str, edit: OutlineEdit) -> Generation | None:
    """Have the lessons written by this outline. None: this person has no such generation.

    Raises WrongOutline, and NotPossible when it does not wait for one (any more).
    """
    outlined = await _parts(db, account_id, generation_id)
    known = {section["id"]: section for part in outlined for section in part["sections"]}
    home = {section["id"]: part for part in outlined for section in part["sections"]}
    made = await generations.get(db, account_id, generation_id)
    if made is None:
        return None
    if made.waiting_for == WAITS_FOR:
        check(edit, known)
    parts, pieces = [], []
    for number, part in enumerate(edit.parts, 1):
        sections = [
            {**known.get(one.id or "", {"id": f"s{uuid7()[-12:]}", "minutes": 0, "objectives": []}), "title": one.title}
            for one in part.sections
        ]
        content = part_of(number, part.title, sections, home.get(sections[0]["id"]))
        pieces.append(Piece(PHASE, f"part-{number}", number, part.title, 1, content))
        told = [{"id": one["id"], "title": one["title"], "new": one["id"] not in known} for one in sections]
        parts.append({"title": part.title, "sections": told})
    return await generations.answer(db, bell, account_id, generation_id, WAITS_FOR, {"parts": parts}, pieces)


def check(edit: OutlineEdit, known: Mapping[str, Any]) -> None:
    """``known``: the sections of the outline by their ids. Raises WrongOutline."""
    faults: list[tuple[list[str | int], str]] = []
    new = 0
    places = [(i, j, section) for i, part in enumerate(edit.parts) for j, section in enumerate(part.sections)]
    for count, (i, j, section) in enumerate(places, 1):
        new += section.id is None
        if section.id is not None and section.id not in known:
            faults.append((["parts", i, "sections", j, "id"], UNKNOWN))
        elif section.id is None and new > MOST_NEW:
            faults.append((["parts", i, "sections", j], f"At most {MOST_NEW} new sections; leave this one out"))
        elif count > MOST_SECTIONS:
            faults.append((["parts", i, "sections", j], f"At most {MOST_SECTIONS} sections; leave this one out"))
    if faults:
        raise WrongOutline(faults)
