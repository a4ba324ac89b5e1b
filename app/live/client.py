"""One socket as the hub sees it: what it watches, how far it has got, what waits to be sent."""

import asyncio
import contextlib
from typing import NamedTuple

from starlette.websockets import WebSocket, WebSocketDisconnect

from app.generations.outlook import Outlook
from app.generations.watch import Newest
from app.live.figures import handed_over
from app.person import Person

# Characters that wait for a socket. A repair goes on, and passing frames are queued, while there are fewer than ROOM;
# beyond FULL durable events are left to the repair, at the socket's own pace; beyond LARGEST it is closed.
ROOM, FULL, LARGEST = 1 << 16, 1 << 19, 1 << 20
BLOCKED = 30.0  # seconds that one send may take: then it is closed, too
GONE = 0  # closed by the other side: there is nobody to tell
BROKEN = 1011
RESTART = 1012
TOO_SLOW = 1013
SIGNED_OUT = 4401

TURN = '{"type":"generation.'
ENDS = {"completed", "failed", "cancelled"}
WAITS = {"queued", "retrying"}


class Told(NamedTuple):
    outlook: Outlook
    at: float  # monotonic


class Client:
    """Durable events go out in the order of their numbers: ``cursor`` has the last one of each watched generation."""

    __slots__ = (
        "account_id", "code", "cursor", "dirty", "ended", "everything", "expires_at", "heartbeat_at", "named", "queue",
        "repairing", "room", "session", "since", "size", "waiting", "wake",
    )  # fmt: skip

    def __init__(self, person: Person, heartbeat_at: float) -> None:
        self.account_id, self.session, self.expires_at = person.id, person.session, person.expires_at
        self.cursor: dict[str, int] = {}
        self.named: set[str] = set()  # watched by id
        self.ended: set[str] = set()
        self.waiting: dict[str, Told | None] = {}  # watched and in the queue: what was last said of its place
        self.everything: float | None = None  # watches "*": since when, by the database's clock
        self.dirty: set[str] = set()  # may have missed something
        self.repairing: asyncio.Task[None] | None = None
        self.queue: list[str] = []
        self.size = 0
        self.wake = asyncio.Event()
        self.room: asyncio.Event | None = None  # while somebody waits for it
        self.heartbeat_at = heartbeat_at
        self.since: float | None = None  # the database's clock at its last watch: the past was asked for then
        self.code: int | None = None  # why this socket ends

    def offer(self, text: str) -> None:
        """Queue a frame; a socket that has let too much wait is closed."""
        if self.code is not None:
            return
        self.queue.append(text)
        self.size += len(text)
        if self.size > LARGEST:
            self.close(TOO_SLOW)
        self.wake.set()

    def advance(self, generation_id: str, seq: int, text: str) -> None:
        """Send the next event of a watched generation."""
        self.cursor[generation_id] = seq
        if text.startswith(TURN):
            self._turned(generation_id, text[len(TURN) : text.index('"', len(TURN))])
        self.offer(text)

    def _turned(self, generation_id: str, turn: str) -> None:
        if turn in ENDS:
            self.ended.add(generation_id)
        elif turn == "queued":
            self.ended.discard(generation_id)
        if turn in WAITS:
            self.waiting.setdefault(generation_id, None)
        else:
            self.waiting.pop(generation_id, None)

    def note(self, newest: Newest) -> None:
        """What the database said counts, unless events have passed since: then they do."""
        if self.cursor.get(newest.id) == newest.last_seq:
            if newest.waits:
                self.waiting.setdefault(newest.id, None)
            else:
                self.waiting.pop(newest.id, None)

    def forget(self, generation_id: str) -> None:
        self.cursor.pop(generation_id, None)
        self.named.discard(generation_id)
        self.ended.discard(generation_id)
        self.waiting.pop(generation_id, None)
        self.dirty.discard(generation_id)

    def close(self, code: int) -> None:
        """End this socket with a code; the first one counts. What still waits is not sent."""
        if self.code is None:
            self.code = code
            self.queue.clear()
            self.wake.set()
            self._make_room()

    @property
    def has_room(self) -> bool:
        return self.size <= ROOM

    @property
    def is_full(self) -> bool:
        return self.size > FULL

    async def drained(self) -> None:
        """Wait until little is left to send, or the socket ends."""
        while not self.has_room and self.code is None:
            self.room = self.room or asyncio.Event()
            await self.room.wait()

    async def send_until_closed(self, websocket: WebSocket) -> None:
        """Send what is offered until somebody closes this socket, then say why."""
        try:
            while self.code is None:
                await self.wake.wait()
                self.wake.clear()
                texts, self.queue = self.queue, []
                for text in texts:
                    if self.code is None:
                        await self._send(websocket, text)
        except TimeoutError:
            self.close(TOO_SLOW)
        except (WebSocketDisconnect, OSError, RuntimeError):
            self.close(GONE)
        if self.code:
            # A slow one gets the time to read what is under way: the code comes after it.
            with contextlib.suppress(TimeoutError, WebSocketDisconnect, OSError, RuntimeError):
                async with asyncio.timeout(BLOCKED):
                    await websocket.close(self.code)

    async def _send(self, websocket: WebSocket, text: str) -> None:
        async with asyncio.timeout(BLOCKED):
            await websocket.send_text(text)
        handed_over(text, self.since)
        self.size -= len(text)
        if self.has_room:
            self._make_room()

    def _make_room(self) -> None:
        if self.room is not None:
            self.room.set()
            self.room = None
