"""What the live room counts of its sockets, and how long events take to them."""

from collections.abc import Iterator

import orjson
import pytest
from sqlalchemy import select

from app import metrics
from app.database import Database, now
from app.live.figures import Clock, clock, moment_of
from app.models import Counter
from app.person import Person
from tests.conftest import eventually
from tests.live.sockets import Script, Web, numbers, receive, send, until_seq

sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def nothing_counted_before() -> Iterator[None]:
    metrics._counted.clear()
    yield
    metrics._counted.clear()


def counted(name: str, **labels: str) -> float:
    """In this process, not yet told to the others."""
    wanted = set(labels.items())
    return sum(value for (its, theirs), value in metrics._counted.items() if its == name and wanted <= set(theirs))


async def test_the_databases_clock_is_known_to_half_a_round_trip(db: Database) -> None:
    ours = Clock()
    assert ours.now() is None
    await ours.measure(db)
    before = ours.now()
    async with db.read() as session:
        told = (await session.execute(select(now()))).scalar_one()
    after = ours.now()
    assert before is not None and after is not None
    assert before - 0.05 <= told <= after + 0.05


async def test_events_are_timed_from_their_write_to_the_socket(web: Web, script: Script, alice: Person) -> None:
    await eventually(lambda: clock.now() is not None, "the clock is known")
    await script.say(5)  # the past, asked for: no delay of ours
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id=script.id, after=0)
        assert numbers(await until_seq(socket, script.id, 7)) == list(range(1, 8))
        assert counted("delivery_seconds_bucket") == 0
        await script.say(3)
        await until_seq(socket, script.id, 10)
        assert counted("delivery_seconds_bucket") == 3
        assert 0 <= counted("delivery_seconds_sum") < 3
        await script.say(2, published=False)  # found late: that is what people wait for
        await script.say()
        await until_seq(socket, script.id, 13)
        assert counted("delivery_seconds_bucket") == 6


@sqlite
async def test_what_becomes_of_sockets_is_counted_once(web: Web, script: Script, alice: Person, bob: Person) -> None:
    async with web.connect(alice) as socket, web.connect(bob):
        await send(socket, type="watch", id=script.id, after=0)
        await until_seq(socket, script.id, 2)
        await script.say(2, published=False)
        await script.say()
        await until_seq(socket, script.id, 5)
        assert web.hub.figures()["sockets"] == 2
        assert counted("resyncs", cause="watch") == 1 and counted("resyncs", cause="hole") == 1
        assert counted("events_delivered") == 5
        web.hub.figures()
        assert counted("events_delivered") == 5
    await eventually(lambda: web.hub.figures()["sockets"] == 0, "they have left")
    assert counted("socket_closes") == counted("socket_closes", code="by_client") == 2
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id=script.id, after=5)
        await script.say()
        await receive(socket)
        await web.stop()
    async with script.db.read() as session:  # told at its end
        restarted = [Counter.name == "socket_closes", Counter.labels == '{"code":"1012"}']
        assert (await session.execute(select(Counter.value).where(*restarted))).scalar_one() == 1


async def test_the_moment_is_that_of_durable_events_only(script: Script) -> None:
    await script.say()
    for body in await script.log():
        assert moment_of(orjson.dumps(body).decode()) == body["at"]
    for frame in (
        '{"type":"heartbeat","at":1700000000.123,"seqs":{"x":3}}',
        '{"type":"queue","id":"x","queue_position":3,"eta_seconds":null}',
        '{"type":"item.delta","id":"x","phase":"p","key":"k","text":"\\"seq\\":1,\\"at\\":2,"}',
        '{"type":"error","code":"bad_request","id":null}',
    ):
        assert moment_of(frame) is None
