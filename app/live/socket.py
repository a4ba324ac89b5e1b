"""``GET /live``: the endpoint of a tab's one socket.

Codes of ``error`` frames: bad_request (not understood), not_found (no such generation of this person), ahead (``after``
is higher than the last event; what comes next is sent), too_many_watches, unavailable (the database is away: what was
asked is watched as soon as it is back). What a connection has been sent is not sent again by another watch of it.
"""

import asyncio
import time
from typing import Annotated, Literal

import orjson
import structlog
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket

from app.accounts import cookie_name, identify
from app.database import Away
from app.generations.watch import seen
from app.ids import valid
from app.live.client import BROKEN, GONE, RESTART, SIGNED_OUT, TOO_SLOW, Client
from app.live.feed import FEED, Feed
from app.live.hub import MOST_WATCHES, Hub
from app.live.upkeep import first_heartbeat
from app.security import origin_allowed

log = structlog.get_logger()

PER_SECOND, AT_ONCE = 20.0, 200.0  # messages of a client: beyond it, they are read later

Seq = Annotated[int, Field(ge=0, le=2**31 - 1)]


class _Message(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")
    id: str


class Watch(_Message):
    type: Literal["watch"]
    after: Seq = 0
    seqs: Annotated[dict[str, Seq], Field(max_length=MOST_WATCHES)] = {}


class Unwatch(_Message):
    type: Literal["unwatch"]


class Seen(_Message):
    type: Literal["seen"]


Message = TypeAdapter[Watch | Unwatch | Seen](Annotated[Watch | Unwatch | Seen, Field(discriminator="type")])


async def live(websocket: WebSocket) -> None:
    by_cookie = "authorization" not in websocket.headers and cookie_name(websocket.state.settings) in websocket.cookies
    if by_cookie and not origin_allowed(websocket):
        await websocket.close()  # before accept: 403
        return
    try:
        person = await identify(websocket)
    except Away as error:
        log.warning("live.database_away", error=type(error).__name__)
        await websocket.send_denial_response(PlainTextResponse("The database is away.", 503))
        return
    await websocket.accept()
    if person is None:
        await websocket.close(SIGNED_OUT)
        return
    hub: Hub = websocket.state.hub
    client = Client(person, first_heartbeat())
    receiver: asyncio.Task[None] | None = None
    try:
        if await hub.join(client):
            receiver = asyncio.create_task(_receive(websocket, hub, client))
        else:
            client.close(TOO_SLOW)
        await client.send_until_closed(websocket)
    finally:
        if receiver is not None:
            receiver.cancel()
            await asyncio.wait([receiver])
        await hub.leave(client)


async def _receive(websocket: WebSocket, hub: Hub, client: Client) -> None:
    allowance, last = AT_ONCE, time.monotonic()
    try:
        while (event := await websocket.receive())["type"] != "websocket.disconnect":
            moment = time.monotonic()
            allowance, last = min(AT_ONCE, allowance + (moment - last) * PER_SECOND) - 1, moment
            if allowance < 0:
                await asyncio.sleep(-allowance / PER_SECOND)
            await _take(websocket, hub, client, event.get("text") or "")
        if event.get("code") == RESTART:  # the server itself has closed all of them
            client.close(RESTART)
    except Exception:
        log.exception("live.receive")
        client.close(BROKEN)
    finally:
        client.close(GONE)


async def _take(websocket: WebSocket, hub: Hub, client: Client, text: str) -> None:
    try:
        message = Message.validate_json(text)
    except ValidationError:
        refuse(client, "bad_request")
        return
    try:
        await _answer(websocket, hub, client, message)
    except Away as error:
        log.warning("live.database_away", error=type(error).__name__)
        refuse(client, "unavailable", message.id)


async def _answer(websocket: WebSocket, hub: Hub, client: Client, message: Watch | Unwatch | Seen) -> None:
    if message.id == FEED:
        await _answer_feed(hub.feed, client, message)
    elif message.id != "*" and not valid(message.id):
        refuse(client, "not_found", message.id)
    elif isinstance(message, Unwatch):
        hub.unwatch(client, message.id)
    elif isinstance(message, Seen):
        await seen(websocket.state.db, client.account_id, message.id)
    elif message.id == "*":
        possible = {id_: seq for id_, seq in message.seqs.items() if valid(id_)}
        wrong = await hub.watch_everything(client, possible)
        for id_ in message.seqs:
            if (code := "not_found" if id_ not in possible else wrong.get(id_)) is not None:
                refuse(client, code, id_)
    elif (code := await hub.watch(client, message.id, message.after)) is not None:
        refuse(client, code, message.id)


async def _answer_feed(feed: Feed, client: Client, message: Watch | Unwatch | Seen) -> None:
    """What administrators may watch beside generations."""
    if isinstance(message, Unwatch):
        feed.drop(client)
    elif isinstance(message, Watch) and (code := await feed.watch(client)) is not None:
        refuse(client, code, message.id)


def refuse(client: Client, code: str, generation_id: str | None = None) -> None:
    """Say what is wrong; the socket stays open."""
    shown = None if generation_id is None else generation_id[:64]
    client.offer(orjson.dumps({"type": "error", "code": code, "id": shown}).decode())
