"""Asking for a change of a result."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.database import Database
from app.generations.bell import Bell
from app.generations.create import Created, Order, order, place, tell
from app.generations.view import ACTIVE, view
from app.generations.view import Generation as View
from app.kinds import KINDS
from app.models import Generation, Result
from app.person import Person
from app.settings import Settings


class Newer(Exception):
    """The result has a newer ``version`` than the one that the person saw."""

    def __init__(self, version: int) -> None:
        super().__init__(f"It has version {version} by now. Look at it, and ask again with that version.")
        self.version = version


class Busy(Exception):
    """Another piece of the result is being changed just now, by ``generation``."""

    def __init__(self, piece: str, generation: View) -> None:
        super().__init__(f"Section {piece} is being written anew. Ask again when that is done.")
        self.generation = generation


async def revise(
    db: Database, bell: Bell, settings: Settings, person: Person, kind: str, result_id: str, given: dict[str, Any]
) -> Created | None:
    """Queue a change of a result, or return the one that is active already.

    None: this person has no such result. Raises what `order` raises, Newer and Busy.
    """
    asked = order(kind, given, fresh=True, base=result_id)
    for last in (False, False, True):
        try:
            return await _revise(db, bell, settings, person, asked)
        except IntegrityError:  # another change of it came first: look again
            if last:
                raise
    return None


async def _revise(db: Database, bell: Bell, settings: Settings, person: Person, asked: Order) -> Created | None:
    edits = KINDS[asked.kind.name].edits
    mine = [Result.id == asked.base, Result.account_id == person.id, Result.kind == edits]
    async with db.write() as session:
        version = (await session.execute(select(Result.version).where(*mine))).scalar_one_or_none()
        if version is None:
            return None
        if asked.asked.get("version") not in {None, version}:
            raise Newer(version)
        placed = await place(session, settings, person, asked)
        if placed.how == "existing" and "section" in asked.asked:
            others = await session.execute(select(Generation.input).where(Generation.id == placed.row["id"]))
            if (piece := others.scalar_one()["section"]) != asked.asked["section"]:
                raise Busy(piece, view(placed.row))
    tell(bell, person.id, placed)
    existing = placed.how == "existing"
    return Created(view(placed.row, existing=existing and placed.row["status"] in ACTIVE), existing)
