"""With real processes: a worker makes it, a worker tells it, and one killed between claim and answer loses nothing."""

import asyncio
import signal
from functools import partial

import pytest
from sqlalchemy import delete, text

from app import generations
from app.database import Database
from app.notices.outbox import SUBSCRIPTIONS
from app.person import Person
from tests.conftest import Processes, eventually
from tests.live.sockets import send, serving, until_seq
from tests.notices.conftest import World
from tests.support.drill import DRILL
from tests.support.push_service import PushService


async def ask(world: World, person: Person, name: str = "Drill") -> str:
    asked = {"name": name, "parts": 1}
    return (await generations.create(world.db, world.bell, world.settings, person, DRILL.name, asked)).generation.id


async def test_a_worker_tells_what_it_has_made(
    world: World, service: PushService, alice: Person, processes: Processes
) -> None:
    await world.subscribe(alice)
    processes.worker()
    id_ = await ask(world, alice)
    await eventually(lambda: service.received, f"it is told; {processes.output}", 30)
    assert [one["tag"] for one in service.said] == [id_]
    await eventually(partial(nothing_left, world), "and noted")


async def nothing_left(world: World) -> bool:
    return await world.count() == 0


async def test_what_a_socket_has_seen_is_not_told(
    world: World, service: PushService, alice: Person, processes: Processes
) -> None:
    await world.subscribe(alice)
    async with serving(world.settings) as web, web.connect(alice) as socket:
        id_ = await ask(world, alice, "seen")
        await send(socket, type="watch", id=id_, after=0)
        processes.worker()
        await eventually(partial(ended, world, alice, id_), f"it ends; {processes.output}", 30)
        last = await generations.log(world.db, alice.id, id_, 0)
        assert last is not None
        await until_seq(socket, id_, last[1])
        await send(socket, type="seen", id=id_)
        later = await ask(world, alice, "not seen")
        await eventually(lambda: service.received, f"the later one is told; {processes.output}", 30)
    assert [one["tag"] for one in service.said] == [later]


async def ended(world: World, person: Person, id_: str) -> bool:
    found = await generations.get(world.db, person.id, id_)
    return found is not None and found.status == "completed"


async def test_a_worker_killed_between_claim_and_answer_loses_no_notice_and_neither_does_redis(
    world: World, service: PushService, alice: Person, processes: Processes
) -> None:
    await world.subscribe(alice)
    first = processes.worker()
    service.answers.append("hang")
    id_ = await ask(world, alice)
    await eventually(lambda: service.asked, f"the worker is in the midst of it; {processes.output}", 30)
    first.send_signal(signal.SIGKILL)
    await asyncio.to_thread(first.wait)
    await world.bell.redis.flushall()
    assert await world.count() == 1
    processes.worker()
    await world.pass_time()  # the dead one's claim is over
    await eventually(lambda: service.received, f"the other one tells it; {processes.output}", 30)
    assert [one["tag"] for one in service.said] == [id_]
    await eventually(partial(nothing_left, world), "and noted")
    assert len(service.asked) == 2


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_an_end_outlives_a_browser_that_is_removed_in_the_same_moment(
    world: World, db: Database, alice: Person
) -> None:
    await world.subscribe(alice)
    kept = await world.subscribe(alice)
    sessions = "pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    waits = text(f"SELECT count(*) FROM {sessions}")

    async def somebody_waits() -> bool:
        async with db.read() as session:
            return bool((await session.execute(waits)).scalar_one())

    async with db.write() as session:
        await session.execute(delete(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.endpoint != kept.endpoint))
        ending = asyncio.create_task(world.completed(alice))
        await eventually(somebody_waits, "the end waits for the removal")
    id_ = await ending
    assert await ended(world, alice, id_)
    assert await world.count() == 1
