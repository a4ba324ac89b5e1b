"""What of the library nobody needs any more: files that are read, and what was left in the middle of being read."""

from typing import Any, Final

from sqlalchemy import exists, or_, select

from app.database import Database, now
from app.generations.view import ACTIVE
from app.library import importing, uploads
from app.library.importing import BOOKS
from app.library.models import Book
from app.library.uploads import UPLOADS
from app.models import Generation

# What could not be read can be tried again for so long.
KEPT: Final = 7 * 86_400.0
AT_ONCE: Final = 1000


async def tidy(db: Database) -> int:
    """Remove it; returns how many files and books."""
    read = [Book.account_id == UPLOADS.c.account_id, Book.sha256 == UPLOADS.c.sha256, Book.ready_at.is_not(None)]
    files = select(UPLOADS.c.id).where(or_(UPLOADS.c.created_at < now() - KEPT, exists().where(*read)))
    made = [Generation.id == BOOKS.c.id, Generation.status.in_(ACTIVE)]
    left = [BOOKS.c.ready_at.is_(None), BOOKS.c.created_at < now() - KEPT, ~exists().where(*made)]
    old_files = await _ids(db, files)
    for upload_id in old_files:
        await uploads.remove(db, upload_id)
    old_books = await _ids(db, select(BOOKS.c.id).where(*left))
    for book_id in old_books:
        await importing.remove(db, book_id)
    return len(old_files) + len(old_books)


async def _ids(db: Database, query: Any) -> list[str]:
    async with db.read() as session:
        return list((await session.execute(query.limit(AT_ONCE))).scalars())
