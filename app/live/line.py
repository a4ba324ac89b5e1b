"""Where each stands in the queue, told to those who watch one that waits. Without any of them nothing is asked."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Collection

import orjson
import structlog

from app.database import Away, Database
from app.generations.outlook import Outlook, outlooks
from app.live.client import Client, Told

log = structlog.get_logger()

EVERY = 1.0  # seconds between two looks, which are for all sockets together
SHARE = 20  # ... and at least so many times as long as a look takes: a long queue is not counted all the time
AT_ONCE = 5000  # ids in one query
SETTLED = 5.0  # seconds after which even a small change is told


class Line:
    def __init__(self, db: Database, everybody: Callable[[], Collection[Client]], counts: Counter[str]) -> None:
        self._db, self._everybody, self._counts = db, everybody, counts

    async def keep_telling(self) -> None:
        took = 0.0
        while True:
            await asyncio.sleep(max(EVERY, SHARE * took))
            began = time.monotonic()
            try:
                await self.tell()
            except Away as error:
                log.warning("live.database_away", error=type(error).__name__)
            except Exception:
                log.exception("live.line")
            took = time.monotonic() - began

    async def tell(self) -> None:
        """Say what has changed noticeably."""
        waiting = {id_ for client in self._everybody() for id_ in client.waiting}
        if not waiting:
            return
        asked = list(waiting)
        found: dict[str, Outlook] = {}
        async with self._db.read() as session:
            for start in range(0, len(asked), AT_ONCE):
                found |= await outlooks(session, asked[start : start + AT_ONCE])
        moment = time.monotonic()
        for client in self._everybody():
            for id_ in waiting & client.waiting.keys():
                self._tell(client, id_, found.get(id_), moment)

    def _tell(self, client: Client, id_: str, outlook: Outlook | None, moment: float) -> None:
        if outlook is None:  # gone from the queue; the look at the database puts back what has come again meanwhile
            del client.waiting[id_]
        elif noticeable(client.waiting[id_], outlook, moment):
            # Passing frames are worth nothing later: they are left out rather than queued up.
            if client.has_room:
                client.waiting[id_] = Told(outlook, moment)
                client.offer(_frame(id_, outlook))
            else:
                self._counts["dropped"] += 1


def noticeable(told: Told | None, new: Outlook, moment: float) -> bool:
    """Whether a person would see another number: by a twentieth, and at last by any difference."""
    if told is None:
        return True
    old = told.outlook
    if old == new:
        return False
    if moment - told.at >= SETTLED or (old.workers == 0) != (new.workers == 0):
        return True
    if old.eta_seconds is None or new.eta_seconds is None:
        return old.eta_seconds != new.eta_seconds or _far(old.position, new.position)
    return _far(old.position, new.position) or _far(old.eta_seconds, new.eta_seconds)


def _far(old: float, new: float) -> bool:
    return abs(old - new) >= max(1.0, old / 20)


def _frame(id_: str, outlook: Outlook) -> str:
    frame = {"type": "queue", "id": id_, "queue_position": outlook.position, "eta_seconds": outlook.eta_seconds}
    return orjson.dumps({**frame, "workers": outlook.workers}).decode()
