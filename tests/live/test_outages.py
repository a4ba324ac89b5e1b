"""What happens to the guarantee while Redis, the database or the network in between are away."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import websockets

from app.database import Database
from app.generations import Bell, after, channel, connect
from app.person import Person
from app.settings import Settings
from tests.conftest import eventually, migrated, new_person
from tests.live.sockets import Script, Web, numbers, send, serving, until_seq
from tests.support.services import Postgres, Valkey, free_port, running_postgres

sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Proxy:
    """A TCP proxy in front of Redis that can stop forwarding without closing anything."""

    def __init__(self, target: int) -> None:
        self.target, self.port = target, free_port()
        self.frozen: set[int] = set()
        self.connections = 0
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> "Proxy":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def freeze(self) -> None:
        """What is connected now says nothing any more; new connections work."""
        self.frozen = set(range(self.connections))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number, self.connections = self.connections, self.connections + 1
        there, here = await asyncio.open_connection("127.0.0.1", self.target)
        for task in (self._copy(number, reader, here), self._copy(number, there, writer)):
            self._tasks.add(asyncio.create_task(task))

    async def _copy(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if number not in self.frozen:
                    writer.write(data)
        writer.close()


@pytest.fixture
async def proxy(valkey: Valkey) -> AsyncIterator[Proxy]:
    async with Proxy(valkey.port) as running:
        yield running


@sqlite
async def test_a_silent_network_delays_and_is_noticed(
    settings: Settings, proxy: Proxy, script: Script, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, seconds in {"PROBE_EVERY": 0.4, "DOUBT": 1.0, "SILENCE": 1.4}.items():
        monkeypatch.setattr(f"app.live.link.{name}", seconds)
    through = Settings(**{**settings.model_dump(), "redis_url": f"redis://127.0.0.1:{proxy.port}/0"})
    async with serving(through) as web, web.connect(alice) as socket:
        await send(socket, type="watch", id=script.id, after=2)
        await script.say()
        assert numbers(await until_seq(socket, script.id, 3)) == [3]
        proxy.freeze()
        await script.say(3)
        assert numbers(await until_seq(socket, script.id, 6, seconds=4)) == [4, 5, 6]
        await eventually(lambda: web.hub.counts["redis_lost"] == 1 and web.hub.redis_connected, "a new connection")
        heard = web.hub.counts["resync_look"]
        await script.say(3)
        assert numbers(await until_seq(socket, script.id, 9)) == [7, 8, 9]
        assert web.hub.counts["resync_look"] == heard  # live again


@sqlite
async def test_an_idle_link_is_not_given_up(web: Web, monkeypatch: pytest.MonkeyPatch, alice: Person) -> None:
    for name, seconds in {"PROBE_EVERY": 0.1, "DOUBT": 0.3, "SILENCE": 0.5}.items():
        monkeypatch.setattr(f"app.live.link.{name}", seconds)
    async with web.connect(alice):
        await eventually(lambda: web.hub.redis_connected, "connected")
        await asyncio.sleep(1.5)
        assert web.hub.redis_connected and web.hub.counts["redis_lost"] == 0


@sqlite
async def test_a_hub_that_begins_without_redis(
    settings: Settings, valkey: Valkey, script: Script, alice: Person
) -> None:
    valkey.kill()
    async with serving(settings) as web, web.connect(alice) as socket:
        await send(socket, type="watch", id="*", seqs={})
        await script.say(2)
        assert numbers(await until_seq(socket, script.id, 4, seconds=4)) == [1, 2, 3, 4]
        assert not web.hub.redis_connected
        valkey.start()
        await eventually(lambda: web.hub.redis_connected, "the hub is there")
        await eventually(lambda: channel(alice.id) in valkey.command("PUBSUB", "CHANNELS").decode(), "subscribed")
        await script.say()
        assert numbers(await until_seq(socket, script.id, 5)) == [5]


@sqlite
async def test_garbage_on_a_channel_harms_nobody(web: Web, script: Script, alice: Person, valkey: Valkey) -> None:
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id=script.id, after=2)
        await script.say()
        await until_seq(socket, script.id, 3)
        for garbage in ("", "{", "[]", "7", "{}", '{"type": "x", "id": 3, "seq": "a"}'):
            valkey.command("PUBLISH", channel(alice.id), garbage)
        await script.say()
        assert numbers(await until_seq(socket, script.id, 4)) == [4]


@sqlite
async def test_many_sockets_with_the_same_hole_share_their_reads(
    web: Web, script: Script, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[str] = []

    async def counted(db: Database, account_id: str, generation_id: str, *rest: int) -> list[tuple[int, bytes]]:
        reads.append(generation_id)
        return await after(db, account_id, generation_id, *rest)

    async with contextlib.AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(web.connect(alice)) for _ in range(40)]
        for socket in sockets:
            await send(socket, type="watch", id=script.id, after=1)
            await until_seq(socket, script.id, 2)
        await eventually(lambda: not any(client.repairing for client in web.clients), "nothing is under way")
        monkeypatch.setattr("app.live.repair.after", counted)
        await script.say(2, published=False)
        await script.say()
        for socket in sockets:
            assert numbers(await until_seq(socket, script.id, 5)) == [3, 4, 5]
    assert len(reads) <= 2


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


async def test_a_database_that_restarts_is_only_a_delay(own_postgres: Postgres, valkey: Valkey, tmp_path: Path) -> None:
    url = own_postgres.create()
    migrated(url)
    settings = Settings(
        database_url=url, redis_url=valkey.url, data_dir=tmp_path, secret_key="a secret of the tests", throttle=False
    )
    db, bell = Database(settings.database), Bell(connect(settings))
    alice = await new_person(db, "alice@example.org")
    script = await Script(db, bell, settings, alice).begin()
    async with serving(settings) as web, web.connect(alice) as socket:
        await send(socket, type="watch", id=script.id, after=2)
        await script.say()
        assert numbers(await until_seq(socket, script.id, 3)) == [3]
        await script.say(2, published=False)
        await asyncio.to_thread(own_postgres.stop)
        with pytest.raises(websockets.InvalidStatus) as refused:
            await web.connect(alice)
        assert refused.value.response.status_code == 503
        await send(socket, type="watch", id=script.id, after=2)
        await asyncio.to_thread(own_postgres.start)
        await script.say()
        assert numbers(await until_seq(socket, script.id, 6)) == [4, 5, 6]
    await bell.close()
    await db.close()


@sqlite
async def test_a_stopped_redis_holds_up_neither_opening_nor_closing(
    web: Web, script: Script, alice: Person, bob: Person, valkey: Valkey
) -> None:
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id=script.id, after=0)
        await until_seq(socket, script.id, 2)
        valkey.signal(signal.SIGSTOP)
        async with asyncio.timeout(8):
            async with web.connect(bob) as other:
                await send(other, type="watch", id="*", seqs={})
                his = await Script(script.db, script.bell, script.settings, bob).begin("bob's")
                assert numbers(await until_seq(other, his.id, 2)) == [1, 2]
            await script.say(2)
            assert numbers(await until_seq(socket, script.id, 4)) == [3, 4]
        valkey.signal(signal.SIGCONT)
    await eventually(lambda: not web.clients, "both are gone")
