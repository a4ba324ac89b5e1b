"""Who watches what, and the guarantee: each durable event once, in order, whatever Redis does.

A socket has a cursor for each generation it watches. A published event that is the next one is sent; an older one is
dropped; a later one means a hole. First load, resume and hole are the same: the generation is marked, and a repair
reads what follows the cursor from the database. What is published meanwhile is there too, so nothing has to be kept.
"""

import asyncio
import random
import time
from collections import Counter
from typing import Any

import orjson
import structlog
from sqlalchemy import select

from app.database import Away, Database, now
from app.generations import Bell, after, channel
from app.generations.watch import active_seqs, chunks, last_seqs, newest
from app.ids import uuid7
from app.live.client import SIGNED_OUT, TOO_SLOW, Client
from app.live.link import Link
from app.models import Session
from app.settings import Settings

log = structlog.get_logger()

HEARTBEAT = 20.0
RECONCILE = 5.0  # seconds between looks at the database for lost publishes
RECONCILE_AWAY = 1.0  # while Redis is away
SESSIONS = 60.0  # seconds between looks for sessions that ended
BLOCKED = 30.0  # seconds that one send may take
PAGE = 200  # events read at once
READS = 6  # repairs reading at the same time
MOST_WATCHES = 1000
MOST_SOCKETS = 50  # of one person


class Hub:
    def __init__(self, db: Database, bell: Bell, settings: Settings) -> None:
        self._db, self._bell = db, bell
        self._clients: dict[str, set[Client]] = {}
        self._link = Link(settings, self._received, self._back)
        self._reads = asyncio.Semaphore(READS)
        self._look = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.counts: Counter[str] = Counter()  # sockets, delivered, resyncs by cause, closes by code

    async def start(self) -> None:
        self._link.start()
        self._tasks = [asyncio.create_task(self._tick()), asyncio.create_task(self._reconcile_forever())]

    async def close(self) -> None:
        repairs = [client.repairing for client in self._everybody() if client.repairing]
        for task in (*self._tasks, *repairs):
            task.cancel()
        await asyncio.gather(*self._tasks, *repairs, return_exceptions=True)
        await self._link.close()

    @property
    def redis_connected(self) -> bool:
        return self._link.connected

    # Sockets come and go.

    async def join(self, client: Client) -> bool:
        """False: this person has too many sockets."""
        clients = self._clients.setdefault(client.account_id, set())
        if len(clients) >= MOST_SOCKETS:
            return False
        clients.add(client)
        self.counts["sockets"] += 1
        await self._link.add(channel(client.account_id))
        return True

    async def leave(self, client: Client) -> None:
        client.close(1000)
        if client.repairing is not None:
            client.repairing.cancel()
        clients = self._clients.get(client.account_id, set())
        if client in clients:
            clients.discard(client)
            self.counts["sockets"] -= 1
        if not clients:
            self._clients.pop(client.account_id, None)
            await self._link.drop(channel(client.account_id))

    def _everybody(self) -> list[Client]:
        return [client for clients in self._clients.values() for client in clients]

    # What a socket asks for.

    async def watch(self, client: Client, generation_id: str, seq: int) -> str | None:
        """All events after ``seq``, then live ones. Returns the code of what is wrong with it."""
        if generation_id not in client.named and len(client.named) >= MOST_WATCHES:
            return "too_many_watches"
        last = (await last_seqs(self._db, client.account_id, [generation_id])).get(generation_id)
        if last is None:
            return "not_found"
        client.named.add(generation_id)
        # What this socket has been sent already is not sent again.
        client.cursor[generation_id] = max(client.cursor.get(generation_id, 0), min(seq, last))
        self._mark(client, generation_id, "watch")
        return "ahead" if seq > last else None

    async def watch_everything(self, client: Client, seqs: dict[str, int]) -> list[str]:
        """All of this person: ``seqs`` from there on, all else that is active. Returns ids that are not theirs."""
        theirs = await last_seqs(self._db, client.account_id, seqs)
        client.everything = True
        for id_, last in {**await active_seqs(self._db, client.account_id), **theirs}.items():
            client.cursor[id_] = max(client.cursor.get(id_, 0), min(seqs.get(id_, 0), last))
            if client.cursor[id_] < last:
                self._mark(client, id_, "watch")
        return [id_ for id_ in seqs if id_ not in theirs]

    def unwatch(self, client: Client, generation_id: str) -> None:
        if generation_id == "*":
            client.everything = False
            for id_ in client.cursor.keys() - client.named:
                del client.cursor[id_]
        else:
            client.named.discard(generation_id)
            if not client.everything:
                client.cursor.pop(generation_id, None)

    # What Redis brings.

    def _received(self, name: str, data: bytes) -> None:
        clients = self._clients.get(name.rpartition(":")[2])
        if not clients:
            return
        frame: dict[str, Any] = orjson.loads(data)
        text, seq, id_ = data.decode(), frame.get("seq"), frame.get("id", "")
        if frame["type"] == "signed_out":
            self._signed_out(clients, frame.get("session"))
        elif seq is None:
            self._pass_on(clients, id_, text)
        else:
            for client in clients:
                self._event(client, id_, seq, text)

    def _event(self, client: Client, id_: str, seq: int, text: str) -> None:
        cursor = client.cursor.get(id_)
        if cursor is None:
            if not client.everything:
                return
            cursor = client.cursor[id_] = 0
        if seq == cursor + 1:
            client.advance(id_, seq, text)
            self.counts["delivered"] += 1
        elif seq > cursor:
            self._mark(client, id_, "hole")

    @staticmethod
    def _pass_on(clients: set[Client], id_: str, text: str) -> None:
        for client in clients:
            # Passing frames are worth nothing later: they are left out rather than queued up.
            if (id_ in client.cursor or client.everything) and client.room.is_set():
                client.offer(text)

    @staticmethod
    def _signed_out(clients: set[Client], session: str | None) -> None:
        for client in clients:
            if session is None or client.session == session:
                client.close(SIGNED_OUT)

    def _back(self) -> None:
        self.counts["resync_reconnect"] += 1
        self._look.set()

    # Repairs.

    def _mark(self, client: Client, id_: str, cause: str) -> None:
        self.counts[f"resync_{cause}"] += id_ not in client.dirty
        client.dirty.add(id_)
        if client.repairing is None:
            client.repairing = asyncio.create_task(self._repair(client))

    async def _repair(self, client: Client) -> None:
        try:
            while client.dirty and client.code is None:
                id_ = client.dirty.pop()
                try:
                    await self._catch_up(client, id_)
                except Away as error:
                    log.warning("live.database_away", error=type(error).__name__)
                    client.dirty.add(id_)
                    await asyncio.sleep(random.uniform(0.3, 1.0))  # noqa: S311 - jitter
        finally:
            client.repairing = None

    async def _catch_up(self, client: Client, id_: str) -> None:
        while id_ in client.cursor and client.code is None:
            await client.room.wait()
            async with self._reads:
                found = await after(self._db, client.account_id, id_, client.cursor.get(id_, 0), PAGE)
            for seq, body in found:
                # A live event may have been faster than this read.
                if client.cursor.get(id_) == seq - 1:
                    client.advance(id_, seq, body.decode())
                    self.counts["delivered"] += 1
            if len(found) < PAGE:
                return

    async def _reconcile_forever(self) -> None:
        since = uuid7()
        while True:
            try:
                async with asyncio.timeout(RECONCILE if self._link.connected else RECONCILE_AWAY):
                    await self._look.wait()
            except TimeoutError:
                pass
            self._look.clear()
            began = _floor(uuid7())
            try:
                await self._reconcile(since)
                since = began
            except Away as error:
                log.warning("live.database_away", error=type(error).__name__)
                await asyncio.sleep(RECONCILE_AWAY)
            except Exception:
                log.exception("live.reconcile")

    async def _reconcile(self, since: str) -> None:
        everybody = self._everybody()
        ids = {id_ for client in everybody for id_ in client.named}
        ids.update(id_ for client in everybody for id_ in client.cursor if id_ not in client.ended)
        accounts = {client.account_id for client in everybody if client.everything}
        if not ids and not accounts:
            return
        for id_, account_id, last in await newest(self._db, ids, accounts, since):
            for client in self._clients.get(account_id, ()):
                cursor = client.cursor.get(id_, 0 if client.everything else last)
                if cursor < last:
                    client.cursor.setdefault(id_, 0)
                    self._mark(client, id_, "reconcile")

    # Time.

    async def _tick(self) -> None:
        checked = time.monotonic()
        while True:
            await asyncio.sleep(1)
            moment, clock = time.monotonic(), time.time()
            for client in self._everybody():
                if client.expires_at is not None and client.expires_at <= clock:
                    client.close(SIGNED_OUT)
                elif client.blocked_since is not None and moment - client.blocked_since > BLOCKED:
                    client.close(TOO_SLOW)
                elif client.heartbeat_at <= moment:
                    client.heartbeat_at = moment + HEARTBEAT
                    if not client.queue:
                        client.offer(heartbeat(client, clock))
            if moment - checked > SESSIONS:
                checked = moment
                try:
                    await self._check_sessions()
                except Away as error:
                    log.warning("live.database_away", error=type(error).__name__)

    async def _check_sessions(self) -> None:
        by_session: dict[str, list[Client]] = {}
        for client in self._everybody():
            if client.session is not None:
                by_session.setdefault(client.session, []).append(client)
        async with self._db.read() as session:
            for chunk in chunks(by_session):
                alive = select(Session.id).where(Session.id.in_(chunk), Session.expires_at > now())
                for id_ in set(chunk) - set((await session.execute(alive)).scalars()):
                    for client in by_session[id_]:
                        client.close(SIGNED_OUT)


def _floor(id_: str) -> str:
    """An id some seconds older: clocks of processes differ a little, and transactions take a moment."""
    stamp = int(id_[:8] + id_[9:13], 16) - 30_000
    return f"{stamp >> 16:08x}-{stamp & 0xFFFF:04x}-7000-8000-000000000000"


def heartbeat(client: Client, clock: float) -> str:
    seqs = {id_: seq for id_, seq in client.cursor.items() if id_ not in client.ended}
    return orjson.dumps({"type": "heartbeat", "at": round(clock, 3), "seqs": seqs}).decode()


def first_heartbeat() -> float:
    """Spread, so that a thousand sockets that came at once do not beat at once."""
    return time.monotonic() + random.uniform(0.5, 1.0) * HEARTBEAT  # noqa: S311 - jitter
