"""Administrators who look at the analytics page are told when there is something new on it.

Frames ``{"type": "analytics", "id": "analytics", "version", "made", "workers": {id: {"seen", "memory_mb"}}}``: the page
fetches its parts again when their ``version`` or ``made`` is another one; what only grows with time is in the frame.
"""

import asyncio
from collections.abc import Collection

import orjson
import structlog
from sqlalchemy import select

from app.database import Away, Database
from app.generations.present import Present, present
from app.live.client import Client
from app.models import Account

log = structlog.get_logger()

FEED = "analytics"  # what such a socket watches instead of a generation
EVERY = 2.0  # seconds between looks, while somebody watches


class Feed:
    """One in each web process; reads nothing while nobody watches."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._watching: set[Client] = set()
        self._task: asyncio.Task[None] | None = None

    async def watch(self, client: Client) -> str | None:
        """Tell how it is now, and from then on what changes. Returns the code of what is wrong with it."""
        if client.account_id not in await self._admins([client]):
            return "not_found"
        client.offer(frame(await present(self._db)))
        if client.code is None:
            self._watching.add(client)
            if self._task is None:
                self._task = asyncio.create_task(self._tell_while_watched())
        return None

    @property
    def idle(self) -> bool:
        return not self._watching and self._task is None

    def drop(self, client: Client) -> None:
        self._watching.discard(client)

    async def close(self) -> None:
        self._watching.clear()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _admins(self, clients: Collection[Client]) -> set[str]:
        ids = {client.account_id for client in clients}
        async with self._db.read() as session:
            return set((await session.execute(select(Account.id).where(Account.id.in_(ids), Account.admin))).scalars())

    async def _tell_while_watched(self) -> None:
        told: tuple[object, ...] | None = None
        while self._watching:
            await asyncio.sleep(EVERY)
            try:
                watching = set(self._watching)
                found, admins = await present(self._db), await self._admins(watching)
            except Away as error:
                log.warning("live.database_away", error=type(error).__name__)
                continue
            except Exception:
                log.exception("live.feed")
                continue
            self._watching -= {client for client in watching if client.account_id not in admins}
            if told != (told := news(found)):
                text = frame(found)
                for client in self._watching:
                    if client.has_room:
                        client.offer(text)
        self._task = None


def news(found: Present) -> tuple[object, ...]:
    """Equal as long as there is nothing to tell."""
    return found.version, found.made, [(worker.id, worker.seen_at) for worker in found.workers]


def frame(found: Present) -> str:
    workers = {worker.id: {"seen": round(worker.seen, 1), "memory_mb": worker.memory_mb} for worker in found.workers}
    told = {"type": FEED, "id": FEED, "version": found.version, "made": found.made, "workers": workers}
    return orjson.dumps(told).decode()
