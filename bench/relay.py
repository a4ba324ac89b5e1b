"""The bare floor of the live channel: Redis pub/sub to WebSocket. No sign-in, no database, no order, no repair."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator

from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.generations import channel

redis: Redis = Redis.from_url(os.environ.get("REDIS_URL", "redis://127.0.0.1/0"))
pubsub = redis.pubsub()
sockets: dict[bytes, WebSocket] = {}


async def relay() -> None:
    async for message in pubsub.listen():
        if message["type"] == "message" and (socket := sockets.get(message["channel"])) is not None:
            await socket.send_text(message["data"].decode())


async def live(websocket: WebSocket) -> None:
    name = channel(websocket.query_params["account"])
    await websocket.accept()
    sockets[name.encode()] = websocket
    await pubsub.subscribe(name)
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await websocket.receive_text()


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    await pubsub.subscribe("floor")
    task = asyncio.create_task(relay())
    yield
    task.cancel()


async def health(request: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


app = Starlette(routes=[WebSocketRoute("/live", live), Route("/healthz", health)], lifespan=lifespan)
