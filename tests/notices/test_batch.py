"""A batch is told of once, when all of it has ended."""

import pytest

from app import generations
from app.generations import batches
from app.generations.create import order
from app.generations.watch import seen
from app.notices.words import of_batch
from app.person import Person
from tests.notices.conftest import World
from tests.support.drill import DRILL
from tests.support.push_service import PushService


async def batch(world: World, person: Person, count: int) -> str:
    orders = [order(DRILL.name, {"name": f"n{number}"}) for number in range(count)]
    return (await batches.create(world.db, world.bell, world.settings, person, orders)).id


async def end_all(world: World, count: int) -> None:
    for _ in range(count):
        claim = await generations.claim(world.db, world.bell, "w", 600)
        assert claim is not None
        done = generations.Checkpointed("save", None, 0.0)
        await generations.complete(world.db, world.bell, claim, {"title": "x"}, claim.phases, done)


async def test_one_notice_for_all_of_them_when_the_last_has_ended(
    world: World, service: PushService, alice: Person
) -> None:
    await world.subscribe(alice)
    id_ = await batch(world, alice, 3)
    await end_all(world, 2)
    assert await batches.finish(world.db, world.bell) == 0
    assert await world.count() == 0
    await end_all(world, 1)
    assert await batches.finish(world.db, world.bell) == 1
    [left] = await world.waiting()
    assert 3 < left <= 5
    await world.tell()
    assert service.said == [{"title": "3 of 3 drills are ready", "url": f"/batches/{id_}", "tag": id_}]


async def test_a_batch_that_a_visible_tab_has_seen_is_not_told(
    world: World, service: PushService, alice: Person
) -> None:
    await world.subscribe(alice)
    id_ = await batch(world, alice, 2)
    await seen(world.db, alice.id, id_)  # before its end: that says nothing
    await end_all(world, 2)
    await batches.finish(world.db, world.bell)
    await seen(world.db, alice.id, id_)
    await world.tell()
    assert service.asked == []
    assert await world.count() == 0


async def test_a_batch_that_its_owner_has_cancelled_is_told_to_nobody(world: World, alice: Person) -> None:
    await world.subscribe(alice)
    id_ = await batch(world, alice, 2)
    await batches.cancel(world.db, world.bell, alice.id, id_)
    await batches.finish(world.db, world.bell)
    assert await world.count() == 0


async def test_after_a_retry_of_a_member_its_new_end_is_told(world: World, service: PushService, alice: Person) -> None:
    await world.subscribe(alice)
    id_ = await batch(world, alice, 1)
    claim = await generations.claim(world.db, world.bell, "w", 600)
    assert claim is not None
    await world.failed(claim)
    await batches.finish(world.db, world.bell)
    await seen(world.db, alice.id, id_)
    await generations.retry(world.db, world.bell, world.settings, alice.id, claim.id)
    await end_all(world, 1)
    await batches.finish(world.db, world.bell)
    await world.tell()
    assert service.said == [{"title": "1 of 1 drill is ready", "url": f"/batches/{id_}", "tag": id_}]


@pytest.mark.parametrize(
    ("statuses", "kinds", "said"),
    [
        (["completed"] * 2, {"program"}, "2 of 2 programs are ready"),
        (["completed", "failed"], {"program", "course"}, "1 ready, 1 failed"),
        (["completed", "cancelled", "failed"], {"plan"}, "1 ready, 1 failed, 1 cancelled"),
        (["completed"], {"plan", "course"}, "1 of 1 is ready"),
    ],
)
def test_what_is_said_of_a_batch(statuses: list[str], kinds: set[str], said: str) -> None:
    assert of_batch("1", statuses, kinds).title == said
