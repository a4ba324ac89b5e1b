"""When the model of the embeddings changes, the books in the library are embedded anew, one after the other.

Books come in with the embeddings that come with the program, so that no endpoint's bad day keeps a book out. Until a
book has those of the model in use, it is found by its words alone. Workers may do it at once: they write the same.
"""

import asyncio
import random
from typing import Final

import anyio.to_process
import structlog
from anyio import BrokenWorkerProcess
from sqlalchemy import select, update

from app.database import Away, Database
from app.library import importing
from app.library.embed import MODEL, pack
from app.library.endpoint import Endpoint, Unavailable, configured
from app.library.importing import BOOKS, PASSAGES
from app.settings import Settings
from worker.books import desk

log = structlog.get_logger()

EVERY: Final = 30.0  # seconds between looks for new books
AT_ONCE: Final = 128  # passages


async def keep_embedded(db: Database, settings: Settings) -> None:
    endpoint = configured(settings)
    while True:
        pause = EVERY
        try:
            await embed_anew(db, endpoint)
        except Unavailable as error:
            log.warning("embedding.unavailable", reason=str(error))
            pause = max(pause, error.retry_after)
        except (*Away, BrokenWorkerProcess) as error:
            log.warning("embedding.left", error=type(error).__name__)
        await asyncio.sleep(pause)


async def embed_anew(db: Database, endpoint: Endpoint | None) -> int:
    """All books that are embedded with another model; returns how many. Raises Unavailable."""
    model = endpoint.model if endpoint else MODEL
    async with db.read() as session:
        query = select(BOOKS.c.id).where(BOOKS.c.embedded_with != model, BOOKS.c.ready_at.is_not(None))
        books = list((await session.execute(query)).scalars())
    random.shuffle(books)  # so that workers seldom take the same one
    for book in books:
        await _mark(db, book, "")
        after = 0
        while some := await _passages(db, book, after):
            packed = await _vectors(endpoint, [(heading, text) for _, heading, text in some])
            await importing.put_embeddings(db, {id_: one for (id_, _, _), one in zip(some, packed, strict=True)})
            after = some[-1][0]
        await _mark(db, book, model)
    if books:
        log.info("embedding.done", books=len(books), model=model)
    return len(books)


async def _mark(db: Database, book: str, model: str) -> None:
    async with db.write() as session:
        await session.execute(update(BOOKS).where(BOOKS.c.id == book).values(embedded_with=model))


async def _passages(db: Database, book: str, after: int) -> list[tuple[int, str, str]]:
    columns = select(PASSAGES.c.id, PASSAGES.c.heading, PASSAGES.c.text)
    query = columns.where(PASSAGES.c.book_id == book, PASSAGES.c.id > after).order_by(PASSAGES.c.id).limit(AT_ONCE)
    async with db.read() as session:
        return [(row.id, row.heading, row.text) for row in await session.execute(query)]


async def _vectors(endpoint: Endpoint | None, pieces: list[tuple[str, str]]) -> list[bytes]:
    if endpoint is None:
        return await anyio.to_process.run_sync(desk.vectors, pieces, cancellable=True)
    return pack(await endpoint.embed([f"{heading}\n\n{text}" for heading, text in pieces]))
