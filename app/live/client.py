"""One socket as the hub sees it: what it watches, how far it has got, what waits to be sent."""

import asyncio
import time
from collections import deque

from starlette.websockets import WebSocket

from app.accounts import Person

LARGEST_QUEUE = 1 << 20  # bytes waiting for a socket that does not read: beyond it, 1013
ROOM = 64 * 1024  # a repair goes on when fewer bytes wait
TOO_SLOW = 1013
SIGNED_OUT = 4401

ENDS = tuple(f'{{"type":"generation.{end}"' for end in ("completed", "failed", "cancelled"))
AGAIN = '{"type":"generation.queued"'


class Client:
    """Durable events go out in the order of their numbers: ``cursor`` has the last one of each generation that did."""

    __slots__ = (
        "account_id", "blocked_since", "code", "cursor", "dirty", "ended", "everything", "expires_at", "heartbeat_at",
        "named", "queue", "repairing", "room", "sender", "session", "size", "wake",
    )  # fmt: skip

    def __init__(self, person: Person, heartbeat_at: float) -> None:
        self.account_id, self.session, self.expires_at = person.id, person.session, person.expires_at
        self.cursor: dict[str, int] = {}
        self.named: set[str] = set()  # watched by id
        self.ended: set[str] = set()
        self.everything = False  # watches "*"
        self.dirty: set[str] = set()  # may have missed something
        self.repairing: asyncio.Task[None] | None = None
        self.queue: deque[str] = deque()
        self.size = 0
        self.wake = asyncio.Event()
        self.room = asyncio.Event()
        self.room.set()
        self.blocked_since: float | None = None
        self.heartbeat_at = heartbeat_at
        self.sender: asyncio.Task[None] | None = None
        self.code: int | None = None

    def offer(self, text: str) -> None:
        """Queue a frame; a socket that has let too much wait is closed."""
        if self.code is not None:
            return
        self.queue.append(text)
        self.size += len(text)
        if self.size > ROOM:
            self.room.clear()
        if self.size > LARGEST_QUEUE:
            self.close(TOO_SLOW)
        self.wake.set()

    def advance(self, generation_id: str, seq: int, text: str) -> None:
        """Send the next event of a watched generation."""
        self.cursor[generation_id] = seq
        if text.startswith(ENDS):
            self.ended.add(generation_id)
        elif text.startswith(AGAIN):
            self.ended.discard(generation_id)
        self.offer(text)

    def close(self, code: int) -> None:
        """End this socket with a code, even in the middle of a send that does not return."""
        if self.code is None:
            self.code = code
            self.queue.clear()
            self.room.set()
            if self.sender is not None:
                self.sender.cancel()

    async def send_forever(self, websocket: WebSocket) -> None:
        while True:
            await self.wake.wait()
            self.wake.clear()
            while self.queue:
                text = self.queue.popleft()
                self.blocked_since = time.monotonic()
                await websocket.send_text(text)
                self.blocked_since = None
                self.size -= len(text)
                if self.size <= ROOM:
                    self.room.set()
