"""Asking for a book to be read: a generation of kind `book`, unless the library has the very same file already."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app import generations
from app.database import Database
from app.generations import Bell, Generation
from app.generations.create import Placed, order, place, tell
from app.library import uploads
from app.library.models import Book
from app.library.uploads import Received
from app.person import Person
from app.settings import Settings

BOOKS: Any = Book.__table__


@dataclass(frozen=True)
class Asked:
    """``generation`` reads it, or has read it. Without one the library has had the ``book`` from elsewhere."""

    generation: Generation | None
    existing: bool
    book: str | None = None
    title: str = ""
    shelf: bool = False


async def ask(
    db: Database, bell: Bell, settings: Settings, person: Person, file: Received, title: str = "", author: str = ""
) -> Asked:
    """Have the file read; one that is not needed is removed. Raises pydantic's ValidationError and OverLimit."""
    try:
        asked = await _ask(db, bell, settings, person, file, title, author)
    except BaseException:
        await uploads.remove(db, file.id)
        raise
    if asked.existing or asked.generation is None:
        await uploads.remove(db, file.id)
    return asked


async def _ask(
    db: Database, bell: Bell, settings: Settings, person: Person, file: Received, title: str, author: str
) -> Asked:
    told = {"upload": file.id, "sha256": file.sha256, "name": file.name, "format": file.format, "size": file.size}
    wanted = order("book", {**told, "title": title, "author": author}, fresh=True)
    for last in (False, False, True):
        try:
            async with db.write() as session:
                known = await _known(session, person, file.sha256)
                placed = None if known else await place(session, settings, person, wanted)
            break
        except IntegrityError:  # the same file has just come by another way: look again
            if last:
                raise
    if placed is None:
        assert known is not None
        made = await generations.get(db, person.id, known["id"])
        return Asked(made, True, known["id"], known["title"], known["account_id"] is None)
    return await _placed(db, bell, person, placed)


async def _known(session: AsyncSession, person: Person, sha256: str) -> RowMapping | None:
    """The same file as it is in the library, one's own before the shelf's."""
    own = or_(BOOKS.c.account_id == person.id, BOOKS.c.account_id.is_(None))
    query = select(BOOKS.c.id, BOOKS.c.title, BOOKS.c.account_id)
    query = query.where(BOOKS.c.sha256 == sha256, own, BOOKS.c.ready_at.is_not(None))
    return (await session.execute(query.order_by(BOOKS.c.account_id.is_(None)))).mappings().first()


async def _placed(db: Database, bell: Bell, person: Person, placed: Placed) -> Asked:
    tell(bell, person.id, placed)
    existing = placed.how == "existing"
    made = await generations.get(db, person.id, placed.row["id"])
    assert made is not None
    return Asked(made.model_copy(update={"existing": existing}), existing)
