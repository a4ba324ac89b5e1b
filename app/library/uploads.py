"""Files on their way into the library: in the database, in pieces, since processes of a PaaS share no disk."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

from sqlalchemy import delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database, now
from app.ids import uuid7
from app.kinds.book import Format
from app.library.formats import LOOKED_AT, detect
from app.library.models import Book, Upload, UploadChunk
from app.models import Account

LARGEST: Final = 50 * 1024 * 1024
MOST_KEPT: Final = 500 * 1024 * 1024  # bytes of one account's files that are not in its library (yet)
CHUNK: Final = 1024 * 1024
UPLOADS: Any = Upload.__table__
CHUNKS: Any = UploadChunk.__table__


class TooLarge(ValueError):
    """The file is larger than a book may be."""

    def __init__(self) -> None:
        super().__init__(f"A book may have up to {LARGEST // 2**20} MiB.")


class Full(Exception):
    """The account's files have all the room that there is for them."""

    retry_after = 15  # seconds

    def __init__(self) -> None:
        super().__init__(
            f"Your files that are not in the library yet may have {MOST_KEPT // 2**20} MiB together, those of the last "
            "seven days that could not be read included. Add this one again when others are read."
        )


@dataclass(frozen=True)
class Received:
    """A file that is here as a whole."""

    id: str
    name: str
    sha256: str
    size: int
    format: Format


class Sink:
    """Takes a file's bytes as they come and writes them piece by piece. What is not finished is removed by `drop`."""

    def __init__(self, db: Database, name: str) -> None:
        self.id = uuid7()
        self.name = plain_name(name)
        self.size = 0
        self._db, self._digest = db, hashlib.sha256()
        self._format: Format | None = None
        self._rest, self._pieces = bytearray(), 0

    async def feed(self, data: bytes) -> None:
        """Raises TooLarge, and UnknownType as soon as enough of it is here."""
        self.size += len(data)
        if self.size > LARGEST:
            raise TooLarge
        self._digest.update(data)
        self._rest += data
        if self._format is None and len(self._rest) >= LOOKED_AT:
            self._format = detect(self.name, bytes(self._rest))
        while len(self._rest) >= CHUNK:
            await self._write(bytes(self._rest[:CHUNK]))
            del self._rest[:CHUNK]

    def check(self) -> Format:
        """Now that all of it is here. Raises UnknownType."""
        self._format = self._format or detect(self.name, bytes(self._rest))
        return self._format

    async def finish(self, account_id: str) -> Received:
        """Write the last piece, and whose it is. Raises UnknownType, and Full."""
        found = self.check()
        if self._rest or not self._pieces:
            await self._write(bytes(self._rest))
        sha256 = self._digest.hexdigest()
        async with self._db.write() as session:
            # One after the other for each account, so that all of them are counted.
            await session.execute(select(Account.id).where(Account.id == account_id).with_for_update(key_share=True))
            if await _kept(session, account_id) + self.size > MOST_KEPT:
                raise Full
            values = {"sha256": sha256, "size": self.size, "account_id": account_id}
            await session.execute(update(UPLOADS).where(UPLOADS.c.id == self.id).values(**values))
        return Received(self.id, self.name, sha256, self.size, found)

    async def drop(self) -> None:
        if self._pieces:
            await remove(self._db, self.id)

    async def _write(self, body: bytes) -> None:
        async with self._db.write() as session:
            if not self._pieces:
                new = {"id": self.id, "name": self.name, "sha256": "", "size": 0, "created_at": now()}
                await session.execute(insert(Upload).values(**new))
            await session.execute(insert(CHUNKS).values(upload_id=self.id, number=self._pieces, body=body))
        self._pieces += 1


async def check_room(db: Database, account_id: str) -> None:
    """Before anything is read of another file. Raises Full."""
    async with db.read() as session:
        if await _kept(session, account_id) >= MOST_KEPT:
            raise Full


async def _kept(session: AsyncSession, account_id: str) -> int:
    read = [Book.account_id == UPLOADS.c.account_id, Book.sha256 == UPLOADS.c.sha256, Book.ready_at.is_not(None)]
    size = select(func.coalesce(func.sum(UPLOADS.c.size), 0))
    query = size.where(UPLOADS.c.account_id == account_id, ~exists().where(*read))
    return int((await session.execute(query)).scalar_one())


def plain_name(name: str) -> str:
    """The last part of a path, as whatever system writes it, without what cannot be shown."""
    last = PurePath(name.replace("\\", "/")).name
    return "".join(c for c in last if c.isprintable())[-255:].strip() or "book"


async def chunks(db: Database, upload_id: str) -> AsyncIterator[bytes]:
    """The file, piece by piece; nothing when it is no longer kept."""
    number = 0
    while True:
        query = select(CHUNKS.c.body).where(CHUNKS.c.upload_id == upload_id, CHUNKS.c.number == number)
        async with db.read() as session:
            body = (await session.execute(query)).scalar_one_or_none()
        if body is None:
            return
        yield body
        number += 1


async def remove(db: Database, upload_id: str) -> None:
    """Piece by piece, the last first: what is left after a crash is still found by its row."""
    while True:
        last = select(CHUNKS.c.number).where(CHUNKS.c.upload_id == upload_id).order_by(CHUNKS.c.number.desc()).limit(8)
        async with db.write() as session:
            some = [CHUNKS.c.upload_id == upload_id, CHUNKS.c.number.in_(last.scalar_subquery())]
            gone: Any = await session.execute(delete(CHUNKS).where(*some))
        if not gone.rowcount:
            break
    async with db.write() as session:
        await session.execute(delete(UPLOADS).where(UPLOADS.c.id == upload_id))
