"""The place in the queue, told to those who watch one that waits, and what is said while Redis is away."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from sqlalchemy import event, insert

from app import generations
from app.database import Database, now
from app.generations import Bell
from app.generations.outlook import Outlook
from app.live.client import Told
from app.live.line import noticeable
from app.models import Worker
from app.person import Person
from app.settings import Settings
from tests.conftest import eventually
from tests.live.sockets import Script, Web, receive, send, serving, until_seq
from tests.support.services import Valkey

sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Asker:
    """Asks for things that nobody makes."""

    def __init__(self, db: Database, bell: Bell, settings: Settings) -> None:
        self.db, self.bell, self.settings = db, bell, settings

    async def ask(self, person: Person, name: str) -> str:
        given = {"name": name}
        return (await generations.create(self.db, self.bell, self.settings, person, "drill", given)).generation.id

    async def worker(self, concurrency: int = 2) -> None:
        values = {"id": "w", "host": "h", "pid": 1, "concurrency": concurrency}
        async with self.db.write() as session:
            await session.execute(insert(Worker).values(**values, started_at=now(), seen_at=now()))


@pytest.fixture
def asker(db: Database, bell: Bell, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Asker:
    monkeypatch.setattr("app.live.line.EVERY", 0.1)
    return Asker(db, bell, settings)


async def place(socket: Any, id_: str, seconds: float = 10) -> dict[str, Any]:
    """The next frame that tells of this one's place."""
    async with asyncio.timeout(seconds):
        while True:
            frame: dict[str, Any] = orjson.loads(await socket.recv())
            if frame["type"] == "queue" and frame["id"] == id_:
                return frame


async def whatever_comes(socket: Any, seconds: float) -> list[dict[str, Any]]:
    frames: list[dict[str, Any]] = []
    try:
        async with asyncio.timeout(seconds):
            while True:
                frames.append(orjson.loads(await socket.recv()))
    except TimeoutError:
        return frames


async def test_who_watches_is_told_the_place_and_told_again_when_it_changes(
    web: Web, asker: Asker, alice: Person, bob: Person
) -> None:
    first = await asker.ask(bob, "first")
    mine = await asker.ask(alice, "mine")
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id=mine, after=1)
        assert await place(socket, mine) == {
            "type": "queue", "id": mine, "queue_position": 2, "eta_seconds": None, "workers": 0,
        }  # fmt: skip
        await generations.cancel(asker.db, asker.bell, bob.id, first)
        assert (await place(socket, mine))["queue_position"] == 1
        await asker.worker()
        assert (await place(socket, mine))["workers"] == 1
        await generations.cancel(asker.db, asker.bell, alice.id, mine)
        await until_seq(socket, mine, 2)
        assert [frame["type"] for frame in await whatever_comes(socket, 0.5)] == []


async def test_the_end_of_the_wait_is_the_end_of_the_frames_and_a_retry_brings_them_back(
    web: Web, asker: Asker, alice: Person
) -> None:
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id="*", seqs={})
        id_ = await asker.ask(alice, "mine")
        assert (await place(socket, id_))["queue_position"] == 1
        claim = await generations.claim(asker.db, asker.bell, "w", 600)
        assert claim is not None
        await until_seq(socket, id_, 2)
        assert [frame["type"] for frame in await whatever_comes(socket, 0.5)] == []
        error = {"code": "unreachable", "message": "", "retryable": True}
        await generations.back_to_queue(asker.db, asker.bell, claim, error, claim.phases, 30.0, {}, counts=True)
        assert (await place(socket, id_))["queue_position"] == 1


async def test_what_was_put_back_without_a_word_is_found_by_the_look(
    web: Web, script: Script, asker: Asker, alice: Person
) -> None:
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id=script.id, after=2)
        await script.say()
        await until_seq(socket, script.id, 3)
        error = {"code": "worker_lost", "message": "", "retryable": True}
        silent: Any = script.silent
        await generations.back_to_queue(script.db, silent, script.claim, error, [], 0.0, {}, counts=False)
        assert (await place(socket, script.id))["queue_position"] == 1


async def test_nobody_is_told_of_anothers_place(web: Web, asker: Asker, alice: Person, bob: Person) -> None:
    hers = await asker.ask(alice, "hers")
    async with web.connect(alice) as socket, web.connect(bob) as other:
        await send(other, type="watch", id=hers, after=0)
        assert (await receive(other))["code"] == "not_found"
        await send(other, type="watch", id="*", seqs={hers: 0})
        assert (await receive(other))["code"] == "not_found"
        await send(socket, type="watch", id=hers, after=1)
        await place(socket, hers)
        assert await whatever_comes(other, 0.5) == []


@pytest.fixture
async def questions(web: Web) -> AsyncIterator[list[str]]:
    """The statements with which the line asks."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "busy" in statement:
            asked.append(statement)

    engine = web.hub._db.reader.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


@sqlite
async def test_while_nobody_watches_one_that_waits_nothing_is_asked(
    web: Web, asker: Asker, questions: list[str], script: Script, alice: Person, bob: Person
) -> None:
    await asker.ask(bob, "unwatched")
    async with web.connect(alice) as socket, web.connect(bob):
        await send(socket, type="watch", id=script.id, after=2)
        await script.say()
        await until_seq(socket, script.id, 3)
        questions.clear()
        await asyncio.sleep(1.0)  # what is looked for is that nothing comes
        assert questions == []


@sqlite
async def test_one_question_is_enough_for_all_sockets(
    web: Web, asker: Asker, questions: list[str], alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.live.line.EVERY", 0.4)
    ids = {person.id: [await asker.ask(person, str(n)) for n in range(6)] for person in (alice, bob)}
    async with web.connect(alice) as hers, web.connect(alice) as second, web.connect(bob) as his:
        questions.clear()
        began = time.monotonic()
        for socket in (hers, second, his):
            await send(socket, type="watch", id="*", seqs={})
        for socket, person in ((hers, alice), (second, alice), (his, bob)):
            told: set[str] = set()
            while told != set(ids[person.id]):
                frame = await receive(socket)
                told |= {frame["id"]} if frame["type"] == "queue" else set()
        assert len(questions) <= (time.monotonic() - began) / 0.4 + 1


@sqlite
async def test_a_pause_is_told_to_all_and_to_whoever_comes_and_ends_by_itself(
    settings: Settings, valkey: Valkey, alice: Person, bob: Person
) -> None:
    async with serving(settings) as web, web.connect(alice) as socket:
        await eventually(lambda: web.hub.redis_connected, "connected")
        assert not web.hub.making_paused
        valkey.kill()
        assert await receive(socket) == {"type": "service", "making": "paused"}
        assert web.hub.making_paused
        async with web.connect(bob) as late:
            assert await receive(late) == {"type": "service", "making": "paused"}
            valkey.start()
            for each in (socket, late):
                assert await receive(each) == {"type": "service", "making": "on"}
        async with web.connect(bob) as well:
            await send(well, type="watch", id="nonsense", after=0)
            assert (await receive(well))["type"] == "error"  # the first frame: nothing was said of a pause


def test_a_change_is_told_when_a_person_would_notice_it() -> None:
    told = Told(Outlook(position=200, eta_seconds=60.0, workers=1), at=100.0)

    def told_of(position: int = 200, eta: float | None = 60.0, workers: int = 1, at: float = 101.0) -> bool:
        return noticeable(told, Outlook(position, eta, workers), at)

    assert noticeable(None, told.outlook, 0.0)
    assert not told_of()
    assert not told_of(position=195)
    assert told_of(position=190)
    assert told_of(position=199, at=105.0)  # small, but it has been so for a while
    assert not told_of(eta=58.0) and told_of(eta=57.0)
    assert told_of(eta=None) and told_of(workers=0)
    assert not told_of(workers=2)
