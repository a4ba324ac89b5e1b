"""The socket's manners: who may open it, what it understands, whom it shows what, when it ends."""

import asyncio
import time
from typing import Any

import jwt
import orjson
import pytest
import websockets
from sqlalchemy import delete, insert, select

from app import accounts, generations
from app.accounts.secrets import AUDIENCE, key
from app.accounts.sessions import session_id, sign_off
from app.database import Database, now
from app.generations import Bell
from app.models import Generation, Session
from app.person import Person
from app.settings import Settings
from tests.conftest import eventually
from tests.live.sockets import Script, Web, numbers, receive, send, until_seq

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def signed_in(db: Database, person: Person, cookie: str = "a cookie of the tests") -> str:
    async with db.write() as session:
        values = {"id": session_id(cookie), "account_id": person.id, "created_at": now(), "expires_at": now() + 3600}
        await session.execute(insert(Session).values(user_agent="", **values))
    return cookie


async def closed(socket: Any) -> int:
    with pytest.raises(websockets.ConnectionClosed):
        while True:
            await receive(socket)
    code: int = socket.close_code
    return code


async def test_nobody_is_accepted_and_told_to_sign_in(web: Web) -> None:
    async with web.connect(None) as socket:
        assert await closed(socket) == 4401
    async with web.connect(None, Authorization="Bearer nonsense") as socket:
        assert await closed(socket) == 4401
    async with web.connect(None, **web.cookie("unknown")) as socket:
        assert await closed(socket) == 4401


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", None])
async def test_a_cookie_from_another_site_is_refused_before_accept(
    web: Web, db: Database, alice: Person, origin: str | None
) -> None:
    headers = web.cookie(await signed_in(db, alice))
    headers.pop("Origin")
    if origin is not None:
        headers["Origin"] = origin
    with pytest.raises(websockets.InvalidStatus) as refused:
        await web.connect(alice, **headers)
    assert refused.value.response.status_code == 403


async def test_a_cookie_from_our_own_pages_is_welcome_by_every_loopback_name(
    web: Web, db: Database, alice: Person, script: Script
) -> None:
    headers = web.cookie(await signed_in(db, alice))
    for origin in (headers["Origin"], f"http://localhost:{web.port}"):
        async with web.connect(alice, **{**headers, "Origin": origin}) as socket:
            await send(socket, type="watch", id=script.id, after=0)
            assert numbers(await until_seq(socket, script.id, 2)) == [1, 2]


async def test_signing_out_ends_that_sessions_sockets_at_once(
    web: Web, db: Database, bell: Bell, alice: Person, script: Script
) -> None:
    mine, other = await signed_in(db, alice), await signed_in(db, alice, "another browser")
    async with web.connect(alice, **web.cookie(mine)) as socket, web.connect(alice, **web.cookie(other)) as stays:
        for each in (socket, stays):
            await send(each, type="watch", id=script.id, after=1)
            await until_seq(each, script.id, 2)
        sign_off(bell, alice.id, session_id(mine))
        assert await closed(socket) == 4401
        await script.say()
        assert numbers(await until_seq(stays, script.id, 3)) == [3]
        await accounts.end_all_sessions(db, bell, alice.id)
        assert await closed(stays) == 4401


async def test_a_session_that_ended_elsewhere_ends_a_long_socket(
    web: Web, db: Database, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.live.upkeep.SESSIONS", 0.5)
    async with web.connect(alice, **web.cookie(await signed_in(db, alice))) as socket:
        async with db.write() as session:
            await session.execute(delete(Session))
        assert await closed(socket) == 4401


async def test_a_token_that_ends_ends_its_socket(web: Web, settings: Settings, alice: Person) -> None:
    claims = {"sub": alice.id, "exp": time.time() + 2, "aud": AUDIENCE}
    token = jwt.encode(claims, key(settings, "token"), algorithm="HS256")
    async with web.connect(None, Authorization=f"Bearer {token}") as socket:
        assert await closed(socket) == 4401


async def test_anothers_generation_does_not_exist(web: Web, script: Script, bob: Person) -> None:
    async with web.connect(bob) as socket:
        await send(socket, type="watch", id=script.id, after=0)
        assert await receive(socket) == {"type": "error", "code": "not_found", "id": script.id}
        await send(socket, type="watch", id="*", seqs={script.id: 0})
        assert await receive(socket) == {"type": "error", "code": "not_found", "id": script.id}
        await script.say(3)
        mine = await Script(script.db, script.bell, script.settings, bob).begin("bob's own")
        assert {(await receive(socket))["id"] for _ in range(2)} == {mine.id}


async def test_a_retry_goes_on_on_the_same_watch(web: Web, script: Script, alice: Person, bell: Bell) -> None:
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id=script.id, after=0)
        await script.end()
        await until_seq(socket, script.id, 3)
        await generations.retry(script.db, bell, script.settings, alice.id, script.id)
        assert [e["type"] for e in await until_seq(socket, script.id, 4)] == ["generation.queued"]


async def test_unwatched_is_silent(web: Web, script: Script, alice: Person) -> None:
    other = await Script(script.db, script.bell, script.settings, alice).begin("other")
    async with web.connect(alice) as socket:
        for id_ in (script.id, other.id):
            await send(socket, type="watch", id=id_, after=2)
        await send(socket, type="unwatch", id=script.id)
        await send(socket, type="watch", id="nothing", after=0)
        assert (await receive(socket))["type"] == "error"  # so the others are done
        await script.say(2)
        await other.say()
        frame = await receive(socket)
        assert (frame["id"], frame["seq"]) == (other.id, 3)


@pytest.mark.parametrize(
    "text",
    [
        "", "nonsense", "[]", "{}", '{"type": "watch"}', '{"type": "dance", "id": "x"}', '{"type": "watch", "id": 7}',
        '{"type": "watch", "id": "*", "seqs": {"a": -1}}', '{"type": "watch", "id": "a", "after": "0"}',
        '{"type": "watch", "id": "a", "after": 99999999999}', "[" * 60_000, b"\x00\x01",
    ],
)  # fmt: skip
async def test_what_it_does_not_understand_is_said_and_the_socket_stays(
    web: Web, script: Script, alice: Person, text: str | bytes
) -> None:
    async with web.connect(alice) as socket:
        await socket.send(text)
        assert (await receive(socket))["code"] == "bad_request"
        await send(socket, type="watch", id=script.id, after=1)
        assert numbers(await until_seq(socket, script.id, 2)) == [2]


async def test_a_client_that_is_ahead_is_told(web: Web, script: Script, alice: Person) -> None:
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id=script.id, after=99)
        assert (await receive(socket))["code"] == "ahead"
        await script.say()
        assert numbers(await until_seq(socket, script.id, 3)) == [3]


async def test_heartbeats_carry_the_newest_numbers(
    web: Web, script: Script, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.live.upkeep.HEARTBEAT", 1.0)
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id=script.id, after=0)
        await until_seq(socket, script.id, 2)
        beat = await receive(socket)
        assert beat["type"] == "heartbeat" and beat["seqs"] == {script.id: 2}
        await script.end()
        await until_seq(socket, script.id, 3)
        assert (await receive(socket))["seqs"] == {}


async def test_too_many_sockets_of_one_person_are_refused(
    web: Web, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.live.hub.MOST_SOCKETS", 2)
    async with web.connect(alice) as first, web.connect(alice), web.connect(alice) as third:
        assert await closed(third) == 1013
        await send(first, type="watch", id="?", after=0)
        assert (await receive(first))["code"] == "not_found"


async def test_seen_is_kept(web: Web, script: Script, alice: Person) -> None:
    async with web.connect(alice) as socket:
        await script.end()
        await send(socket, type="seen", id=script.id)
        await send(socket, type="watch", id="?", after=0)
        await receive(socket)
    async with script.db.read() as session:
        assert (await session.execute(select(Generation.seen_at))).scalar_one() is not None


async def test_a_flood_of_messages_is_read_slowly_and_answered_all_the_same(
    web: Web, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.live.socket.AT_ONCE", 20.0)
    async with web.connect(alice) as socket:
        began = time.monotonic()
        await asyncio.gather(*(send(socket, type="unwatch", id="x") for _ in range(40)))
        assert [(await receive(socket))["code"] for _ in range(40)] == ["not_found"] * 40
        assert time.monotonic() - began > 0.9


async def test_passing_frames_go_to_those_who_watch(web: Web, script: Script, alice: Person, bell: Bell) -> None:
    other = await Script(script.db, script.bell, script.settings, alice).begin("other")
    async with web.connect(alice) as named, web.connect(alice) as everything:
        await send(named, type="watch", id=script.id, after=1)
        await send(everything, type="watch", id="*", seqs={script.id: 1, other.id: 2})
        for socket in (named, everything):
            await until_seq(socket, script.id, 2)
        for script_ in (other, script):
            bell.publish(alice.id, [orjson.dumps({"type": "queue", "id": script_.id, "queue_position": 3})])
        assert (await receive(named))["id"] == script.id
        assert [(await receive(everything))["id"] for _ in range(2)] == [other.id, script.id]


async def test_more_watches_than_allowed_are_refused(
    web: Web, script: Script, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.live.hub.MOST_WATCHES", 1)
    other = await Script(script.db, script.bell, script.settings, alice).begin("other")
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id=script.id, after=2)
        await send(socket, type="watch", id=other.id, after=2)
        assert await receive(socket) == {"type": "error", "code": "too_many_watches", "id": other.id}


async def test_sockets_that_vanish_leave_nothing_behind(web: Web, script: Script, alice: Person) -> None:
    before = len(asyncio.all_tasks())
    sockets = [await web.connect(alice) for _ in range(20)]
    for socket in sockets:
        await send(socket, type="watch", id=script.id, after=0)
        await until_seq(socket, script.id, 2)
    assert web.hub.counts["sockets"] == 20
    for socket in sockets:
        socket.transport.abort()
    await eventually(lambda: not web.clients and web.hub.counts["sockets"] == 0, "they are gone")
    await eventually(lambda: len(asyncio.all_tasks()) <= before, "and their tasks")


async def test_a_sign_out_counts_while_the_socket_is_still_opening(
    web: Web, db: Database, bell: Bell, alice: Person
) -> None:
    mine = await signed_in(db, alice)
    for _ in range(10):
        opening = asyncio.create_task(web.connect(alice, **web.cookie(mine)).__aenter__())
        await eventually(lambda: web.clients, "the hub knows it")
        sign_off(bell, alice.id, session_id(mine))
        sign_off(bell, alice.id)
        assert await closed(await opening) == 4401
        await eventually(lambda: not web.clients, "it is gone")
