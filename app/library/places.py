"""Where what a course cites stands today: books may be gone, and quotes outlive them."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from app.database import Database
from app.library.models import Book, Passage
from app.library.visible import visible

BOOKS: Any = Book.__table__
PASSAGES: Any = Passage.__table__


async def present(db: Database, account_id: str, book_ids: Collection[str]) -> set[str]:
    """Those of the books that are in the library and that this person sees."""
    if not book_ids:
        return set()
    query = select(BOOKS.c.id).where(visible(account_id, list(book_ids)))
    async with db.read() as session:
        return set((await session.execute(query)).scalars())


async def addresses(db: Database, account_id: str, sources: Collection[Mapping[str, Any]]) -> dict[int, str]:
    """By a source's ``ref``: the page of its book, at the heading where it stands. Of books that are gone, nothing."""
    there = await present(db, account_id, {source["book_id"] for source in sources})
    wanted = {(source["book_id"], source["locator"]) for source in sources if source["book_id"] in there}
    columns = [PASSAGES.c.book_id, PASSAGES.c.locator, PASSAGES.c.chapter]
    near = [PASSAGES.c.book_id.in_(list(there)), PASSAGES.c.locator.in_([locator for _, locator in wanted])]
    chapters: dict[tuple[str, str], int] = {}
    async with db.read() as session:
        for row in await session.execute(select(*columns).where(*near).order_by(PASSAGES.c.number)):
            chapters.setdefault((row.book_id, row.locator), row.chapter)
    return {
        source["ref"]: f"/library/{source['book_id']}" + (f"#h-{chapters[place]}" if place in chapters else "")
        for source in sources
        if (place := (source["book_id"], source["locator"])) in wanted
    }
