"""What became of a program after something was logged: the newest change of it, and what that changed."""

from dataclasses import dataclass

from sqlalchemy import RowMapping, select

from app import generations
from app.database import Database
from app.generations import Generation, edits
from app.models import Generation as Row


@dataclass(frozen=True)
class Following:
    edit: Generation
    revision: RowMapping | None  # as of `edits.versions`; None: no new version came of it, or not yet


async def following(db: Database, account_id: str, program_id: str) -> Following | None:
    """None: the program was never changed, or this person has no such program."""
    mine = [Row.base == program_id, Row.account_id == account_id]
    async with db.read() as session:
        newest = (await session.execute(select(Row.id).where(*mine).order_by(Row.id.desc()).limit(1))).scalar()
    edit = await generations.get(db, account_id, newest) if newest else None
    if edit is None:
        return None
    made = await edits.versions(db, account_id, program_id)
    return Following(edit, next((one for one in made if one["generation_id"] == edit.id), None))
