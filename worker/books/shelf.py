"""The starter shelf: the primers that come with the program, in the library of every installation.

Each start looks whether they are there as they are now; what has changed is replaced. Any number of workers may do it
at once: a primer's id follows from its name and its content, so one of them comes first and the others pass over it.
"""

import asyncio
import hashlib
import random
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

import app.library
from app.database import Away, Database
from app.library import importing
from app.library.importing import BOOKS, Source
from worker.books.direct import digest
from worker.errors import Failure
from worker.stocking import stocking

log = structlog.get_logger()

FOLDER: Final = Path(app.library.__file__).parent / "shelf"


def primers() -> list[Path]:
    return sorted(FOLDER.glob("*.md"))


def id_of(name: str, body: bytes) -> str:
    """A UUIDv8 (RFC 9562): its first half tells the primer, its second half what is in it."""
    value = hashlib.sha256(name.encode()).digest()[:8] + hashlib.sha256(body).digest()[:8]
    whole = int.from_bytes(value) & ~(0xF << 76) & ~(0b11 << 62)
    return str(uuid.UUID(int=whole | 0x8 << 76 | 0b10 << 62))


async def stock(db: Database, paths: Sequence[Path] | None = None) -> int:
    """Bring the shelf up to date; returns how many primers were imported. No exception leaves here."""
    made = 0
    waiting = list(primers() if paths is None else paths)
    random.shuffle(waiting)  # so that workers that start together seldom read the same one
    try:
        with stocking(len(waiting)) as stock:
            for path in waiting:
                body = await asyncio.to_thread(path.read_bytes)
                found = await _on_shelf(db)
                if hashlib.sha256(body).hexdigest() not in found.values():
                    made += await _put(db, path, body, list(found))
                stock.done += 1
    except Away as error:
        log.warning("shelf.left", error=type(error).__name__)  # the next worker that starts goes on
    except Exception:
        log.exception("shelf.failed")
    if made:
        log.info("shelf.stocked", books=made)
    return made


async def _on_shelf(db: Database) -> dict[str, str]:
    """Ids and hashes of all that is on the shelf."""
    async with db.read() as session:
        rows = await session.execute(select(BOOKS.c.id, BOOKS.c.sha256).where(BOOKS.c.account_id.is_(None)))
        return {row.id: row.sha256 for row in rows}


async def _put(db: Database, path: Path, body: bytes, ids: Sequence[str]) -> bool:
    id_ = id_of(path.name, body)
    older = [one for one in ids if one[:18] == id_[:18]]
    source = Source(id_, None, hashlib.sha256(body).hexdigest(), "markdown", len(body))
    try:
        made = await digest(path, "markdown")
        async with db.write() as session:
            await importing.whole(session, source, made["about"], made["chapters"], made["passages"], older)
    except IntegrityError:  # another worker has just done it
        return False
    except Failure as error:
        log.error("shelf.refused", book=path.name, reason=str(error))
        return False
    return True
