"""The socket that comes back by itself: every durable event of what is followed, once and in order, whatever happens to
the connection or the server."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from app.client.errors import NotFound, Unauthorized, Unreachable
from app.client.models import Event, event_of
from app.client.wire import Wire, pause

STALL = 45.0  # seconds without a frame: the link is dead though nobody has said so (heartbeats come every 20 s)
OPENING = 10.0
SIGNED_OUT = 4401
LARGEST = 2**20  # bytes of a frame
ASK_AGAIN = 1.0  # seconds after the server could not look at what was asked for


class Stream:
    """Follows generations from ``last`` (id -> seq) on, each to its end."""

    def __init__(self, wire: Wire, last: Mapping[str, int]) -> None:
        self._wire = wire
        self.last = dict(last)
        self._open = set(last)  # not known to have ended
        self._refused = 0
        self._silent: Counter[str] = Counter()  # heartbeats that did not name it, though it has not ended for us

    async def events(self) -> AsyncIterator[Event]:
        """Until all have ended. Raises UnfoldError."""
        heard, tries = time.monotonic(), 0
        while self._open:
            try:
                await self._look()
                if not self._open:
                    return
                async with await self._connect() as socket:
                    for id_ in self._open:
                        await self._ask(socket, id_)
                    async for frame in self._frames(socket):
                        heard, tries = time.monotonic(), 0
                        for event in await self._heard(socket, frame):
                            yield event
                        if not self._open:
                            return
            except ConnectionClosed as closed:
                await self._closed(closed)
            except InvalidStatus as error:
                if error.response.status_code in {401, 403}:
                    said = "The server does not let this client watch."
                    raise Unauthorized(401, "Unauthorized", said, retry_after=None, document={}) from error
            except (InvalidHandshake, OSError, TimeoutError):
                pass
            if time.monotonic() - heard > self._wire.patience:
                raise Unreachable(f"{self._wire.url} does not answer")
            await asyncio.sleep(pause(tries))
            tries += 1

    async def _look(self) -> None:
        """Those that have ended, and of which we know everything, are over: nothing will be told of them any more."""
        for id_ in list(self._open):
            found = await self._wire.get(f"/generations/{quote(id_, safe='')}")
            known = found["last_seq"] <= self.last[id_] or self._silent[id_] > 1  # or its events are kept no longer
            if found["status"] not in {"pending", "processing"} and known:
                self._open.discard(id_)

    async def _connect(self) -> ClientConnection:
        address = self._wire.url.replace("http", "ws", 1) + "/live"
        headers = {"Authorization": f"Bearer {await self._wire.valid_token()}"}
        return await connect(
            address, additional_headers=headers, compression=None, open_timeout=OPENING, max_size=LARGEST, proxy=None
        )

    async def _ask(self, socket: ClientConnection, id_: str) -> None:
        await socket.send(orjson.dumps({"type": "watch", "id": id_, "after": self.last[id_]}).decode())

    async def _frames(self, socket: ClientConnection) -> AsyncIterator[dict[str, Any]]:
        while True:
            async with asyncio.timeout(STALL):
                text = await socket.recv()
            yield orjson.loads(text)

    async def _heard(self, socket: ClientConnection, frame: dict[str, Any]) -> list[Event]:
        """The events in a frame that are new to whoever follows."""
        id_, kind = frame.get("id", ""), frame["type"]
        self._refused = 0
        if kind == "heartbeat":
            await self._compare(socket, frame.get("seqs") or {})
            return []
        if kind == "error":
            await self._wrong(socket, frame)
            return []
        if id_ not in self._open:
            return []
        seq = frame.get("seq")
        if seq is not None:
            if seq <= self.last[id_]:
                return []
            self.last[id_] = seq
            del self._silent[id_]
        event = event_of(frame)
        if event.is_end:
            self._open.discard(id_)
        return [event]

    async def _compare(self, socket: ClientConnection, seqs: dict[str, int]) -> None:
        """A higher number than ours is an event that never came. What is not named there has ended."""
        for id_ in list(self._open):
            if seqs.get(id_, 0) > self.last[id_]:
                await self._ask(socket, id_)
        if unnamed := self._open - seqs.keys():
            self._silent.update(unnamed)
            await self._look()

    async def _wrong(self, socket: ClientConnection, frame: dict[str, Any]) -> None:
        if frame["code"] == "not_found" and frame["id"] in self._open:
            said = f"There is no generation {frame['id']}, or it is not yours."
            raise NotFound(404, "Not Found", said, retry_after=None, document={})
        if frame["code"] == "unavailable" and frame["id"] in self._open:
            await asyncio.sleep(ASK_AGAIN)
            await self._ask(socket, frame["id"])

    async def _closed(self, closed: ConnectionClosed) -> None:
        """Signed out: the token has ended on the way, or is not good. Any other close: come back."""
        if closed.rcvd is None or closed.rcvd.code != SIGNED_OUT:
            return
        self._refused += 1
        token = self._wire.token
        renewed = token is not None and await self._wire.renew(f"Bearer {token.value}")
        if (self._refused > 1 and not renewed) or self._refused > 2:
            said = "The server has closed the socket: the token is not valid or has expired."
            raise Unauthorized(401, "Unauthorized", said, retry_after=None, document={})
