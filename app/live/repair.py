"""Bringing sockets up to what the database says: after a watch, a hole, a lost publish. One path for all."""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping

import structlog

from app.database import Away, Database
from app.generations import after
from app.generations.watch import newest
from app.live.client import Client

log = structlog.get_logger()

PAGE = 100  # events read at once: at most 8 KiB each, so that a page always fits into a socket's queue
Page = list[tuple[int, str]]


class Repairs:
    """One task for each socket that may have missed something; few of them read at the same time."""

    def __init__(self, db: Database, counts: Counter[str]) -> None:
        self._db, self._counts = db, counts
        # SQLite has four readers: one is left to everybody else.
        self._slots = asyncio.Semaphore(3 if db.sqlite else 6)
        self._waiting: dict[tuple[str, str, int], asyncio.Task[Page]] = {}

    def mark(self, client: Client, generation_id: str, cause: str) -> None:
        """Let this socket have whatever follows its cursor."""
        if generation_id not in client.dirty:
            self._counts[f"resync_{cause}"] += 1
            client.dirty.add(generation_id)
        if client.repairing is None:
            client.repairing = asyncio.create_task(self._repair(client))

    async def _repair(self, client: Client) -> None:
        try:
            while client.dirty and client.code is None:
                generation_id = client.dirty.pop()
                try:
                    await self._catch_up(client, generation_id)
                except Away as error:
                    log.warning("live.database_away", error=type(error).__name__)
                    client.dirty.add(generation_id)
                    await asyncio.sleep(random.uniform(0.3, 1.0))  # noqa: S311 - jitter
        except Exception:
            log.exception("live.repair")  # the next look at the database marks it again
        finally:
            client.repairing = None

    async def _catch_up(self, client: Client, generation_id: str) -> None:
        while True:
            await client.drained()
            cursor = client.cursor.get(generation_id)
            if cursor is None or client.code is not None:
                return
            page = await self._page(client.account_id, generation_id, cursor)
            for seq, text in page:
                # A live event may have been faster than this read.
                if client.cursor.get(generation_id) == seq - 1:
                    client.advance(generation_id, seq, text)
                    self._counts["delivered"] += 1
            if len(page) < PAGE:
                return

    async def _page(self, account_id: str, generation_id: str, seq: int) -> Page:
        """Read once for all sockets that wait for the same; never join a read that has begun, since it is older."""
        key = account_id, generation_id, seq
        if (task := self._waiting.get(key)) is None:
            task = self._waiting[key] = asyncio.create_task(self._read(*key))
        return await asyncio.shield(task)

    async def _read(self, account_id: str, generation_id: str, seq: int) -> Page:
        async with self._slots:
            del self._waiting[account_id, generation_id, seq]
            found = await after(self._db, account_id, generation_id, seq, PAGE)
        return [(number, body.decode()) for number, body in found]


async def behind(db: Database, clients: Mapping[str, set[Client]], seconds: float) -> list[tuple[Client, str]]:
    """What differs from the sockets' cursors, in as few queries as possible.

    Who watches everything begins with what is active or ended since they watch; looks ``seconds`` back for ends.
    """
    everybody = [client for group in clients.values() for client in group]
    ids = {generation_id for client in everybody for generation_id in client.cursor}
    accounts = {client.account_id for client in everybody if client.everything is not None}
    if not ids and not accounts:
        return []
    found = []
    for row in await newest(db, ids, accounts, seconds):
        for client in clients.get(row.account_id, ()):
            if row.id not in client.cursor and client.everything is not None and row.lives_after(client.everything):
                client.cursor[row.id] = 0
            client.note(row)
            if client.cursor.get(row.id, row.last_seq) < row.last_seq:
                found.append((client, row.id))
    return found
