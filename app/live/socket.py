"""``GET /live``: the endpoint of a tab's one socket."""

import asyncio
import contextlib
import time
from typing import Annotated, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.accounts import cookie_name, identify
from app.database import Away
from app.generations.watch import seen
from app.ids import valid
from app.live.client import SIGNED_OUT, TOO_SLOW, Client
from app.live.hub import Hub, first_heartbeat
from app.security import origin_allowed

PER_SECOND, AT_ONCE = 20.0, 200.0  # messages that a client may send

Seq = Annotated[int, Field(ge=0, le=2**53)]


class _Message(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


class Watch(_Message):
    type: Literal["watch"]
    id: str
    after: Seq = 0
    seqs: Annotated[dict[str, Seq], Field(max_length=1000)] = {}


class Unwatch(_Message):
    type: Literal["unwatch"]
    id: str


class Seen(_Message):
    type: Literal["seen"]
    id: str


Message = TypeAdapter[Watch | Unwatch | Seen](Annotated[Watch | Unwatch | Seen, Field(discriminator="type")])


async def live(websocket: WebSocket) -> None:
    by_cookie = "authorization" not in websocket.headers and cookie_name(websocket.state.settings) in websocket.cookies
    if by_cookie and not origin_allowed(websocket):
        await websocket.close()  # before accept: 403
        return
    person = await identify(websocket)
    await websocket.accept()
    if person is None:
        await websocket.close(SIGNED_OUT)
        return
    hub: Hub = websocket.state.hub
    client = Client(person, first_heartbeat())
    try:
        if not await hub.join(client):
            await websocket.close(TOO_SLOW, "too many sockets")
            return
        client.sender = asyncio.create_task(client.send_forever(websocket))
        receiver = asyncio.create_task(_receive(websocket, hub, client))
        both = {client.sender, receiver}
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)
    finally:
        code = client.code
        await hub.leave(client)
        if code is not None:
            with contextlib.suppress(RuntimeError, OSError, TimeoutError, WebSocketDisconnect):
                async with asyncio.timeout(1):
                    await websocket.close(code)


async def _receive(websocket: WebSocket, hub: Hub, client: Client) -> None:
    allowance, last = AT_ONCE, time.monotonic()
    while True:
        event = await websocket.receive()
        if event["type"] == "websocket.disconnect":
            return
        moment = time.monotonic()
        allowance, last = min(AT_ONCE, allowance + (moment - last) * PER_SECOND), moment
        if allowance < 1:
            error(client, "too_fast")
            continue
        allowance -= 1
        try:
            message = Message.validate_json(event.get("text") or b"")
        except ValidationError:
            error(client, "bad_request")
            continue
        try:
            await _answer(hub, client, message, websocket)
        except Away:
            error(client, "unavailable", message.id)


async def _answer(hub: Hub, client: Client, message: Watch | Unwatch | Seen, websocket: WebSocket) -> None:
    if message.id != "*" and not valid(message.id):
        error(client, "not_found", message.id[:64])
    elif isinstance(message, Unwatch):
        hub.unwatch(client, message.id)
    elif isinstance(message, Seen):
        await seen(websocket.state.db, client.account_id, message.id)
    elif message.id == "*":
        for id_ in await hub.watch_everything(client, message.seqs):
            error(client, "not_found", id_[:64])
    elif (code := await hub.watch(client, message.id, message.after)) is not None:
        error(client, code, message.id)


def error(client: Client, code: str, generation_id: str | None = None) -> None:
    client.offer(orjson.dumps({"type": "error", "code": code, "id": generation_id}).decode())
