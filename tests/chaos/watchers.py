"""Clients of ``/live`` that are cut again and again, and come back with the last numbers that they have seen."""

import asyncio
import contextlib
import random
from collections import defaultdict

import orjson
import websockets

from tests.chaos.people import Someone
from tests.chaos.stage import Stage

ENDS = ("generation.completed", "generation.failed", "generation.cancelled")


class Watcher:
    """Watches everything of a person, or single ones; ``got`` has the very bytes of each event by generation."""

    def __init__(self, stage: Stage, who: Someone, everything: bool, dice: random.Random) -> None:
        self.stage, self.who, self.everything, self.dice = stage, who, everything, dice
        self.got: defaultdict[str, list[bytes]] = defaultdict(list)
        self.wanted: list[str] = []  # single ones
        self.connections = self.resumed = self.frames = 0
        self.errors: list[str] = []
        self.calm = False
        self._socket: websockets.ClientConnection | None = None

    @property
    def expected(self) -> list[str]:
        return self.who.ids if self.everything else self.wanted

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            port = self.dice.choice(self.stage.webs).port
            headers = {"Authorization": f"Bearer {self.who.token}"}
            with contextlib.suppress(OSError, TimeoutError, websockets.WebSocketException):
                async with websockets.connect(
                    f"ws://127.0.0.1:{port}/live", additional_headers=headers, compression=None, open_timeout=5,
                    close_timeout=1,
                ) as socket:  # fmt: skip
                    self._socket = socket
                    self.connections += 1
                    await self._follow(socket, None if self.calm else self.dice.uniform(0.5, 10))
            self._socket = None
            await asyncio.sleep(self.dice.uniform(0.05, 0.5))

    async def last_time(self) -> None:
        """The storm is over: come back once more with the whole list, as a page does that is loaded again, and stay."""
        self.calm = True
        if self._socket is not None:
            await self._socket.close()

    async def _follow(self, socket: websockets.ClientConnection, seconds: float | None) -> None:
        reading = asyncio.create_task(self._read(socket))
        watched: set[str] = set()
        try:
            async with asyncio.timeout(seconds):
                if self.everything:
                    known = {*self.who.ids, *self.got}
                    await self._send(socket, id="*", seqs={id_: len(self.got[id_]) for id_ in known})
                while not reading.done():
                    for id_ in self.wanted:
                        if id_ not in watched:
                            watched.add(id_)
                            await self._send(socket, id=id_, after=len(self.got[id_]))
                    await asyncio.wait([reading], timeout=0.2)
        except TimeoutError:
            if self.dice.random() < 0.5 and socket.transport is not None:
                socket.transport.abort()  # no good-bye
        finally:
            reading.cancel()
            await asyncio.wait([reading])

    async def _send(self, socket: websockets.ClientConnection, **message: object) -> None:
        await socket.send(orjson.dumps({"type": "watch", **message}).decode())

    async def _read(self, socket: websockets.ClientConnection) -> None:
        first = set(self.got)  # of which an event here is a resumption
        async for text in socket:
            frame = orjson.loads(text)
            if "seq" in frame:
                self.frames += 1
                if frame["id"] in first:
                    first.discard(frame["id"])
                    self.resumed += 1
                self.got[frame["id"]].append(text.encode() if isinstance(text, str) else text)
            elif frame["type"] == "error" and frame["code"] != "unavailable":
                self.errors.append(orjson.dumps(frame).decode())
