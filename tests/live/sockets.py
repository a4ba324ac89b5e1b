"""What the live room's tests share: the room served in this loop, real sockets, events straight from the heart."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import orjson
import uvicorn
import websockets
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute

from app import generations
from app.accounts import cookie_name, token_for
from app.database import Database
from app.generations import Bell, Claim
from app.live.client import Client
from app.live.hub import Hub
from app.live.socket import live
from app.person import Person
from app.settings import Settings
from app.state import State, lifespan
from tests.support.services import PATIENCE, free_port


class Web:
    """The live room of a web process, served by uvicorn on a port."""

    def __init__(self, settings: Settings, port: int | None = None) -> None:
        self.settings, self.port = settings, port or free_port()
        app = Starlette(routes=[WebSocketRoute("/live", live)], lifespan=self._lifespan)
        app.state.settings = settings
        config = uvicorn.Config(
            app, port=self.port, ws="websockets-sansio", ws_per_message_deflate=False, ws_max_size=65536,
            log_level="critical", lifespan="on", timeout_graceful_shutdown=3,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._task: asyncio.Task[None] | None = None
        self.hub: Hub

    @contextlib.asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[State]:
        async with lifespan(app) as state:
            self.hub = state["hub"]
            yield state

    async def start(self) -> "Web":
        self._task = asyncio.create_task(self._server.serve())
        while not self._server.started:
            await asyncio.sleep(0.01)
        return self

    @property
    def clients(self) -> list[Client]:
        return self.hub._everybody()

    async def stop(self) -> None:
        self._server.should_exit = True
        if self._task is not None:
            await self._task

    def connect(self, person: Person | None, **headers: str) -> Any:
        """A socket of this person, signed in by token; ``headers`` instead of it, if given."""
        if person is not None and not headers:
            headers = {"Authorization": f"Bearer {token_for(self.settings, person.id).access_token}"}
        url = f"ws://127.0.0.1:{self.port}/live"
        return websockets.connect(url, additional_headers=headers, compression=None, max_queue=None)

    def cookie(self, value: str) -> dict[str, str]:
        return {"Cookie": f"{cookie_name(self.settings)}={value}", "Origin": f"http://127.0.0.1:{self.port}"}


@contextlib.asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Web]:
    web = await Web(settings).start()
    try:
        yield web
    finally:
        await web.stop()


class Script:
    """A generation whose events are written by the test, with or without publishing them."""

    def __init__(self, db: Database, bell: Bell, settings: Settings, person: Person) -> None:
        self.db, self.bell, self.settings, self.person = db, bell, settings, person
        self.silent = _Silent()
        self.claim: Claim

    async def begin(self, name: str = "Script") -> "Script":
        given = {"name": name}
        made = await generations.create(self.db, self.bell, self.settings, self.person, "drill", given)
        claim = await generations.claim(self.db, self.bell, "test", 600)
        assert claim is not None and claim.id == made.generation.id
        self.claim = claim
        return self

    @property
    def id(self) -> str:
        return self.claim.id

    async def say(self, count: int = 1, published: bool = True) -> None:
        bell: Any = self.bell if published else self.silent
        for _ in range(count):
            await generations.record(self.db, bell, self.claim, [("phase.progress", {"phase": "prepare"})])

    async def shout(self, hundreds: int) -> None:
        """Hundreds of events nearly as large as they may be."""
        for _ in range(hundreds):
            filler = {"phase": "prepare", "note": "x" * 7000}
            await generations.record(self.db, self.bell, self.claim, [("phase.progress", filler)] * 100)

    async def end(self, published: bool = True) -> None:
        bell: Any = self.bell if published else self.silent
        await generations.end(self.db, bell, self.claim, {"code": "x", "message": "", "retryable": False}, [])

    async def log(self) -> list[dict[str, Any]]:
        found = await generations.log(self.db, self.person.id, self.id, 0)
        assert found is not None
        return [orjson.loads(body) for body in found[0]]


class _Silent:
    """A publisher that dies between the commit and the publish."""

    def publish(self, account_id: str, frames: list[bytes]) -> None:
        pass

    def ring(self, *args: Any) -> None:
        pass


async def send(socket: Any, **message: Any) -> None:
    await socket.send(orjson.dumps(message).decode())


async def receive(socket: Any, seconds: float = PATIENCE) -> dict[str, Any]:
    async with asyncio.timeout(seconds):
        frame: dict[str, Any] = orjson.loads(await socket.recv())
        return frame


async def until_seq(socket: Any, id_: str, seq: int, seconds: float = PATIENCE) -> list[dict[str, Any]]:
    """The durable events of a generation up to a number."""
    got: list[dict[str, Any]] = []
    async with asyncio.timeout(seconds):
        while not got or got[-1]["seq"] < seq:
            frame = orjson.loads(await socket.recv())
            if frame.get("id") == id_ and "seq" in frame:
                got.append(frame)
    return got


def numbers(events: list[dict[str, Any]]) -> list[int]:
    return [event["seq"] for event in events]
