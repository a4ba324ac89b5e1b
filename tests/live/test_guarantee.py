"""The guarantee: on one connection, every durable event after `after`, in order, once, whatever happens to Redis."""

import asyncio
import signal

import pytest
import websockets

from app import generations
from app.database import Database
from app.generations import Bell, channel
from app.person import Person
from app.settings import Settings
from tests.conftest import eventually
from tests.live.sockets import Script, Web, numbers, receive, send, serving, until_seq
from tests.support.services import Valkey

sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_history_and_live_events_come_as_one_sequence(web: Web, script: Script, alice: Person) -> None:
    await script.say(3)
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id=script.id, after=0)
        got = await until_seq(socket, script.id, 5, seconds=2)  # at once, not with the next look
        await send(socket, type="watch", id=script.id, after=0)
        saying = asyncio.create_task(script.say(30))
        got += await until_seq(socket, script.id, 35)
        await saying
    assert got == (await script.log())[:35]


async def test_a_client_that_comes_back_gets_what_it_missed_and_nothing_twice(
    web: Web, script: Script, alice: Person
) -> None:
    seen: list[int] = []
    saying = asyncio.create_task(script.say(60))
    while not seen or seen[-1] < 62:
        async with web.connect(alice) as socket:
            after = seen[-1] if seen else 0
            await send(socket, type="watch", id=script.id, after=after)
            seen += numbers(await until_seq(socket, script.id, min(62, after + 7)))
    await saying
    assert seen == list(range(1, 63))


async def test_events_whose_publisher_died_arrive_all_the_same(
    web: Web, script: Script, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.live.hub.LOOK", 1.0)
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id=script.id, after=0)
        await until_seq(socket, script.id, 2)
        await script.say(2, published=False)
        assert numbers(await until_seq(socket, script.id, 4)) == [3, 4]  # found by looking
        await script.say(2, published=False)
        await script.say()
        assert numbers(await until_seq(socket, script.id, 7)) == [5, 6, 7]  # found by the hole
        await script.end(published=False)
        assert (await until_seq(socket, script.id, 8))[0]["type"] == "generation.failed"


@sqlite
async def test_doubled_and_shuffled_publishes_are_put_right(
    web: Web, script: Script, alice: Person, bell: Bell
) -> None:
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id=script.id, after=0)
        await until_seq(socket, script.id, 2)
        await script.say(4, published=False)
        log = await generations.log(script.db, alice.id, script.id, 0)
        assert log is not None
        frames = log[0]
        bell.publish(alice.id, [frames[5], frames[3], frames[3], frames[2], frames[0], frames[4], frames[5]])
        await script.say()
        assert numbers(await until_seq(socket, script.id, 7)) == [3, 4, 5, 6, 7]


@sqlite
@pytest.mark.parametrize("disaster", ["client_kill", "restart", "flushall", "freeze"])
async def test_whatever_happens_to_redis(
    web: Web, script: Script, alice: Person, valkey: Valkey, disaster: str
) -> None:
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id=script.id, after=0)
        await until_seq(socket, script.id, 2)
        saying = asyncio.create_task(script.say(20))
        await asyncio.to_thread(strike, valkey, disaster)
        await saying
        await script.say(20)
        await script.end()
        got = await until_seq(socket, script.id, 43, seconds=30)
    assert numbers(got) == list(range(3, 44))


def strike(valkey: Valkey, disaster: str) -> None:
    if disaster == "client_kill":
        for _ in range(3):
            valkey.command("CLIENT", "KILL", "TYPE", "pubsub")
    elif disaster == "restart":
        valkey.kill()
        valkey.start()
    elif disaster == "flushall":
        valkey.command("FLUSHALL")
    else:
        valkey.signal(signal.SIGSTOP)
        valkey.signal(signal.SIGCONT)


@sqlite
async def test_without_redis_events_come_within_seconds(
    web: Web, script: Script, alice: Person, valkey: Valkey
) -> None:
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id=script.id, after=0)
        await until_seq(socket, script.id, 2)
        valkey.kill()
        hub = web.hub
        await eventually(lambda: not hub.redis_connected, "the hub has noticed")
        await script.say(5)
        assert numbers(await until_seq(socket, script.id, 7, seconds=4)) == [3, 4, 5, 6, 7]
        async with web.connect(alice) as late:  # and a new tab opens all the same
            await send(late, type="watch", id=script.id, after=5)
            assert numbers(await until_seq(late, script.id, 7)) == [6, 7]
        valkey.start()
        await eventually(lambda: hub.redis_connected, "the hub is back")


@sqlite
async def test_a_silent_link_is_noticed_and_built_anew(
    web: Web, script: Script, alice: Person, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.live.link.PROBE_EVERY", 0.3)
    monkeypatch.setattr("app.live.link.SILENCE", 1.0)
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id=script.id, after=0)
        await until_seq(socket, script.id, 2)
        hub = web.hub
        valkey.signal(signal.SIGSTOP)  # the connection stays open, nothing comes
        await eventually(lambda: not hub.redis_connected, "silence is noticed")
        valkey.signal(signal.SIGCONT)
        await script.say(3)
        assert numbers(await until_seq(socket, script.id, 5)) == [3, 4, 5]
        await eventually(lambda: hub.redis_connected, "the hub is back")


@sqlite
async def test_after_a_restart_of_the_web_process_the_client_goes_on(
    settings: Settings, script: Script, alice: Person
) -> None:
    old = await Web(settings).start()
    socket = await old.connect(alice)
    await send(socket, type="watch", id=script.id, after=0)
    await until_seq(socket, script.id, 2)
    stopping = asyncio.create_task(old.stop())
    with pytest.raises(websockets.ConnectionClosed):
        await receive(socket)
    assert socket.close_code == 1012
    await script.say(3)
    await stopping
    async with serving(settings) as new, new.connect(alice) as again:
        await send(again, type="watch", id=script.id, after=2)
        assert numbers(await until_seq(again, script.id, 5)) == [3, 4, 5]


@sqlite
async def test_two_web_processes_show_the_same(settings: Settings, web: Web, script: Script, alice: Person) -> None:
    async with serving(settings) as other, web.connect(alice) as first, other.connect(alice) as second:
        for socket in (first, second):
            await send(socket, type="watch", id=script.id, after=0)
        await script.say(10)
        assert await until_seq(first, script.id, 12) == await until_seq(second, script.id, 12)


@sqlite
async def test_a_socket_that_does_not_read_is_closed_and_holds_nobody_up(
    web: Web, script: Script, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.live.client.BLOCKED", 1.0)
    async with web.connect(alice) as quick, web.connect(alice) as slow:
        slow.transport.pause_reading()
        for socket in (quick, slow):
            await send(socket, type="watch", id=script.id, after=0)
        await script.shout(12)  # more than the kernel's buffers hold
        assert numbers(await until_seq(quick, script.id, 1202)) == list(range(1, 1203))
        await eventually(lambda: any(client.code == 1013 for client in web.clients), "the slow socket is given up")
        assert all(client.size < 2**20 for client in web.clients)
        slow.transport.resume_reading()
        got = []
        with pytest.raises(websockets.ConnectionClosed):
            while True:
                got.append((await receive(slow))["seq"])
        assert slow.close_code == 1013
        assert got == list(range(1, len(got) + 1)) and len(got) < 1202
    async with web.connect(alice) as again:
        await send(again, type="watch", id=script.id, after=got[-1])
        assert numbers(await until_seq(again, script.id, 1202)) == list(range(got[-1] + 1, 1203))


@sqlite
async def test_a_socket_that_reads_slowly_gets_everything_at_its_own_pace(
    web: Web, script: Script, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.live.client.FULL", 100_000)
    async with web.connect(alice) as slow:
        slow.transport.pause_reading()
        await send(slow, type="watch", id=script.id, after=0)
        await script.shout(12)
        await eventually(lambda: web.hub.counts["resync_slow"], "its queue is full")
        slow.transport.resume_reading()
        assert numbers(await until_seq(slow, script.id, 1202)) == list(range(1, 1203))


@sqlite
async def test_a_long_history_does_not_overflow_a_socket(
    web: Web, script: Script, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.live.client.LARGEST", 100_000)
    monkeypatch.setattr("app.live.client.ROOM", 20_000)
    monkeypatch.setattr("app.live.repair.PAGE", 5)
    await script.shout(2)
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id=script.id, after=0)
        assert numbers(await until_seq(socket, script.id, 202)) == list(range(1, 203))


@sqlite
async def test_only_one_subscription_connection_for_many_sockets(
    web: Web, script: Script, alice: Person, bob: Person, valkey: Valkey, db: Database
) -> None:
    async with web.connect(alice) as a, web.connect(alice) as b, web.connect(bob) as c:
        for socket in (a, b):
            await send(socket, type="watch", id=script.id, after=0)
            await until_seq(socket, script.id, 2)
        await send(c, type="watch", id="*", seqs={})
        await send(c, type="watch", id="nonsense", after=0)
        await receive(c)
        clients = valkey.command("CLIENT", "LIST", "TYPE", "pubsub").decode()
        assert clients.count("id=") == 1
        assert f"{channel(alice.id)}" in valkey.command("PUBSUB", "CHANNELS").decode()
    await eventually(lambda: channel(alice.id) not in valkey.command("PUBSUB", "CHANNELS").decode(), "unsubscribed")
