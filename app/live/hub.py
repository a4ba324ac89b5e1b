"""Who watches what, and the guarantee: each durable event once, in order, whatever Redis does.

A socket has a cursor for each generation it watches. A published event that is the next one is sent; an older one is
dropped; a later one means a hole. First load, resume and hole are the same: the generation is marked, and a repair
reads what follows the cursor from the database. What is published meanwhile is there too, so nothing has to be kept.
"""

import asyncio
import contextlib
import math
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

import orjson
import structlog

from app.database import Away, Database
from app.generations import Bell, channel
from app.generations.watch import Newest, active_of, newest_of
from app.live import upkeep
from app.live.client import RESTART, SIGNED_OUT, Client
from app.live.feed import Feed
from app.live.figures import clock, tell
from app.live.line import Line
from app.live.link import Link
from app.live.making import Making
from app.live.repair import Repairs, behind
from app.settings import Settings

log = structlog.get_logger()

LOOK = 5.0  # seconds between looks at the database for lost publishes
LOOK_AWAY = 1.0  # while Redis is away
LOOK_BACK = 10.0  # ends that committed late are looked for this much longer
IN_FLIGHT = 0.25  # what is committed already may still be on its way here
GATHER = 0.02  # what asks for a look at the same time gets one
MOST_WATCHES = 1000
MOST_SOCKETS = 50  # of one person


class Hub:
    """One in each web process. ``counts``: sockets, delivered, dropped, ``resync_CAUSE``, ``closed_CODE``."""

    def __init__(self, db: Database, bell: Bell, settings: Settings) -> None:
        self._db = db
        self._clients: dict[str, set[Client]] = {}  # by account
        self._link = Link(settings, received=self._received, changed=self._redis_changed)
        self._look = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.counts: Counter[str] = Counter()
        self._told: Counter[str] = Counter()
        self._repairs = Repairs(db, self.counts)
        self._line = Line(db, self._everybody, self.counts)
        self._making = Making()
        self.feed = Feed(db)

    async def start(self) -> None:
        self._link.start()
        loops = (self._look_forever(), self._keep_up(), self._line.keep_telling(), clock.keep(self._db))
        self._tasks = [asyncio.create_task(loop) for loop in loops]

    async def close(self) -> None:
        clients = self._everybody()
        for client in clients:
            client.close(RESTART)
        tasks = [*self._tasks, *(client.repairing for client in clients if client.repairing)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.feed.close()
        await self._link.close()

    @property
    def redis_connected(self) -> bool:
        return self._link.healthy

    @property
    def making_paused(self) -> bool:
        """Redis has been away for longer than a moment: what waits goes on waiting."""
        return self._making.paused

    def figures(self) -> dict[str, float]:
        """Add what was counted since the last call to the metrics. Returns what there is at the moment."""
        for name, value in self.counts.items():
            if more := value - self._told[name]:
                tell(name, more)
        self._told = self.counts.copy()
        return {"sockets": self.counts["sockets"], "redis_connected": self.redis_connected}

    def _everybody(self) -> list[Client]:
        return [client for clients in self._clients.values() for client in clients]

    # Sockets come and go.

    async def join(self, client: Client) -> bool:
        """Listen to this person's channel from now on. False: this person has too many sockets."""
        clients = self._clients.setdefault(client.account_id, set())
        if len(clients) >= MOST_SOCKETS:
            return False
        clients.add(client)
        self.counts["sockets"] += 1
        self._making.greet(client)
        await self._link.add(channel(client.account_id))
        return True

    async def leave(self, client: Client) -> None:
        if client.repairing is not None:
            client.repairing.cancel()
        self.feed.drop(client)
        clients = self._clients.get(client.account_id, set())
        if client not in clients:
            return
        clients.discard(client)
        self.counts["sockets"] -= 1
        self.counts[f"closed_{client.code or 'by_client'}"] += 1
        if not clients:
            del self._clients[client.account_id]
            await self._link.drop(channel(client.account_id))

    # What a socket asks for. Live events count from before the database is read: none falls between the two.

    async def watch(self, client: Client, generation_id: str, seq: int) -> str | None:
        """All events after ``seq``, then live ones. Returns the code of what is wrong with it."""
        if generation_id not in client.named and len(client.named) >= MOST_WATCHES:
            return "too_many_watches"
        client.since = clock.now()
        before = _from(client, generation_id, seq)
        client.named.add(generation_id)
        found = await newest_of(self._db, client.account_id, [generation_id])
        return self._settle(client, generation_id, seq, before, found.get(generation_id))

    async def watch_everything(self, client: Client, seqs: Mapping[str, int]) -> dict[str, str]:
        """All of this person: ``seqs`` from there on, all else that is active or comes. Returns what is wrong by id."""
        client.since = clock.now()
        before = {id_: _from(client, id_, seq) for id_, seq in seqs.items()}
        if client.everything is None:
            client.everything = math.inf
        moment, active = await active_of(self._db, client.account_id)
        found = {**await newest_of(self._db, client.account_id, seqs), **active}
        client.everything = min(client.everything, moment)
        for id_ in active.keys() - seqs.keys():
            before[id_] = _from(client, id_, 0)
        settled = {id_: self._settle(client, id_, seqs.get(id_, 0), old, found.get(id_)) for id_, old in before.items()}
        return {id_: code for id_, code in settled.items() if code is not None}

    def unwatch(self, client: Client, generation_id: str) -> None:
        """What is still watched otherwise goes on; a later watch begins anew."""
        if generation_id == "*":
            client.everything = None
            for id_ in client.cursor.keys() - client.named:
                client.forget(id_)
        elif client.everything is None:
            client.forget(generation_id)
        else:
            client.named.discard(generation_id)

    def _settle(self, client: Client, id_: str, seq: int, before: int | None, newest: Newest | None) -> str | None:
        if newest is None:
            client.forget(id_)
            return "not_found"
        ahead = seq > newest.last_seq  # the database has been put back: the client knows what never was
        if ahead and before is None:
            client.cursor[id_] = newest.last_seq
        client.note(newest)
        if ahead or client.cursor[id_] < newest.last_seq:
            self._repairs.mark(client, id_, "watch")
        return "ahead" if ahead else None

    # What Redis brings.

    def _received(self, name: str, data: bytes) -> None:
        clients = self._clients.get(name.rpartition(":")[2])
        if not clients:
            return
        frame: dict[str, Any] = orjson.loads(data)
        text, seq, id_ = data.decode(), frame.get("seq"), frame.get("id", "")
        if frame["type"] == "signed_out":
            _sign_out(clients, frame.get("session"))
        elif seq is None:
            self._pass_on(clients, id_, text)
        else:
            for client in clients:
                self._event(client, id_, seq, text)

    def _event(self, client: Client, id_: str, seq: int, text: str) -> None:
        cursor = client.cursor.get(id_)
        if cursor is None:
            if client.everything is None:
                return
            if seq != 1:  # tried again after its end, or an end that this socket came too late for: the look tells
                self._look.set()
                return
            cursor = client.cursor[id_] = 0
        if seq == cursor + 1 and not client.is_full:
            client.advance(id_, seq, text)
            self.counts["delivered"] += 1
        elif seq > cursor:
            self._repairs.mark(client, id_, "slow" if client.is_full else "hole")

    def _pass_on(self, clients: set[Client], id_: str, text: str) -> None:
        for client in clients:
            if id_ not in client.cursor and client.everything is None:
                continue
            # Passing frames are worth nothing later: they are left out rather than queued up.
            if client.has_room:
                client.offer(text)
            else:
                self.counts["dropped"] += 1

    def _redis_changed(self, *, back: bool) -> None:
        self.counts["redis_back" if back else "redis_lost"] += 1
        self._look.set()

    # Redis may lose anything at any time: the database is looked at, too.

    async def _look_forever(self) -> None:
        looked = began = time.monotonic()
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(GATHER, began + LOOK_AWAY - time.monotonic())):
                    await self._look.wait()
            asked, began = self._look.is_set(), time.monotonic()
            if not asked and self._link.healthy and began - looked < LOOK:
                continue
            try:
                await asyncio.sleep(GATHER if asked else 0)
                self._look.clear()
                found = await behind(self._db, self._clients, began - looked + LOOK_BACK)
                if found and not asked and self._link.healthy:
                    found = await _still_behind(found)
                for client, id_ in found:
                    self._repairs.mark(client, id_, "look")
                looked = began
            except Away as error:
                log.warning("live.database_away", error=type(error).__name__)
                await asyncio.sleep(LOOK_AWAY)
                self._look.set()
            except Exception:
                log.exception("live.look")
                await asyncio.sleep(LOOK_AWAY)

    async def _keep_up(self) -> None:
        checked = time.monotonic()
        while True:
            await asyncio.sleep(upkeep.TICK)
            try:
                upkeep.tick(self._everybody())
                self._making.look(self._everybody(), connected=self._link.healthy)
                if time.monotonic() - checked > upkeep.SESSIONS:
                    checked = time.monotonic()
                    await upkeep.check_sessions(self._db, self._everybody())
            except Away as error:
                log.warning("live.database_away", error=type(error).__name__)
            except Exception:
                log.exception("live.keep_up")


def _from(client: Client, id_: str, seq: int) -> int | None:
    """Begin after ``seq``, or go on where an earlier watch has got to. Returns the cursor before."""
    before = client.cursor.get(id_)
    client.cursor.setdefault(id_, seq)
    return before


async def _still_behind(found: list[tuple[Client, str]]) -> list[tuple[Client, str]]:
    """Without what was only on its way: what has moved meanwhile gets on by itself."""
    cursors = [client.cursor.get(id_) for client, id_ in found]
    await asyncio.sleep(IN_FLIGHT)
    return [one for one, cursor in zip(found, cursors, strict=True) if one[0].cursor.get(one[1]) == cursor]


def _sign_out(clients: set[Client], session: str | None) -> None:
    for client in clients:
        if session is None or client.session == session:
            client.close(SIGNED_OUT)
