"""Requests made together: all or none, each client once, one end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import orjson
import pytest
from sqlalchemy import event, func, select, update

from app import generations
from app.accounts import sign_in, sign_up
from app.accounts.people import guest_from
from app.database import Database, now
from app.generations import Bell, OverLimit, batches, channel
from app.generations.create import Order, order
from app.models import Account, Batch, Generation
from app.person import Person
from app.settings import Settings
from tests.conftest import eventually
from tests.support import drill
from worker.run import Runner

Ask = Callable[..., Awaitable[batches.Batch]]


def orders(*subjects: str, **given: Any) -> list[Order]:
    return [order("drill", {"parts": 1, **given}, subject=subject) for subject in subjects]


def clients(count: int) -> list[str]:
    return [f"Client {number}" for number in range(count)]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"max_active_per_user": 200, "max_daily_per_user": 2000})


@pytest.fixture
def ask(db: Database, bell: Bell, settings: Settings, alice: Person) -> Ask:
    async def asked(*subjects: str, of: Person = alice, **given: Any) -> batches.Batch:
        return await batches.create(db, bell, settings, of, orders(*subjects, **given))

    return asked


@pytest.fixture
def runner(db: Database, bell: Bell, settings: Settings) -> Runner:
    return Runner(db, bell, settings, "worker-of-the-test", {"drill": drill.PIPELINE})


@pytest.fixture
async def heard(bell: Bell, alice: Person) -> AsyncIterator[list[dict[str, Any]]]:
    """The frames on alice's channel from now on."""
    frames: list[dict[str, Any]] = []
    async with bell.redis.pubsub() as ear:
        await ear.subscribe(channel(alice.id))

        async def listen() -> None:
            async for message in ear.listen():
                if message["type"] == "message":
                    frames.append(orjson.loads(message["data"]))

        task = asyncio.create_task(listen())
        yield frames
        task.cancel()
        await asyncio.wait([task])


def of_batch(frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [frame for frame in frames if frame["type"] == "batch.finished"]


MODELS = (Batch, Generation)


async def everything(db: Database) -> tuple[int, int]:
    """How many batches and generations there are."""
    async with db.read() as session:
        counts = [(await session.execute(select(func.count()).select_from(one))).scalar_one() for one in MODELS]
    return counts[0], counts[1]


async def test_a_batch_is_its_requests_in_their_order(db: Database, alice: Person, ask: Ask) -> None:
    made = await ask("Zoe", "Ann", "Mia")
    assert [one.subject for one in made.generations] == ["Zoe", "Ann", "Mia"]
    assert made.counts == batches.Counts(pending=3) and made.finished_at is None
    assert [one.queue_position for one in made.generations] == [1, 2, 3]
    assert await batches.get(db, alice.id, made.id) == made
    log = await generations.log(db, alice.id, made.generations[0].id, 0)
    assert log is not None and orjson.loads(log[0][0])["batch"] == made.id


async def test_what_one_asks_for_ones_clients_is_not_what_one_told_of_oneself(
    db: Database, alice: Person, ask: Ask
) -> None:
    await ask("Ann", "Ben")
    async with db.read() as session:
        profile = (await session.execute(select(Account.profile).where(Account.id == alice.id))).scalar_one()
    assert profile == {}


async def test_two_twins_inside_are_refused_and_leave_nothing(db: Database, ask: Ask) -> None:
    with pytest.raises(batches.Twins) as refused:
        await ask("Ann", "Ben", "Cleo", "Ben", "Ann")
    assert refused.value.of == {3: 1, 4: 0}
    assert await everything(db) == (0, 0)


async def test_a_limit_takes_none_and_says_how_many_there_is_room_for(
    db: Database, bell: Bell, settings: Settings, alice: Person, bob: Person, ask: Ask
) -> None:
    await ask("Ann", "Ben")
    before = await everything(db)
    tight = settings.model_copy(update={"max_active_per_user": 5})
    with pytest.raises(OverLimit) as refused:
        await batches.create(db, bell, tight, alice, orders("Ann", *clients(4)))
    said = str(refused.value)
    assert "4 new ones" in said and "room for 3" in said and "limit is 5 at once" in said
    assert refused.value.retry_after >= 1
    assert await everything(db) == before
    few = settings.model_copy(update={"max_daily_per_user": 4})
    with pytest.raises(OverLimit) as refused:
        await batches.create(db, bell, few, alice, orders(*clients(3)))
    assert "room for 2" in str(refused.value) and "24 hours" in str(refused.value)
    assert await everything(db) == before
    # Alice's are not counted with bob's, and those that are active already need no room.
    assert (await batches.create(db, bell, tight, bob, orders(*clients(5)))).counts.pending == 5
    assert (await batches.create(db, bell, tight, alice, orders("Ann", "Ben", *clients(3)))).counts.pending == 5


async def test_batches_at_once_are_counted_together_and_clients_made_once(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    tight = settings.model_copy(update={"max_active_per_user": 10})

    async def asked(subjects: list[str]) -> batches.Batch | None:
        try:
            return await batches.create(db, bell, tight, alice, orders(*subjects))
        except OverLimit:
            return None

    ways = [clients(6), clients(6)[::-1], clients(7)[1:], [f"Other {n}" for n in range(6)]]
    made = [one for one in await asyncio.gather(*map(asked, ways)) if one is not None]
    assert made
    active = await generations.active(db, alice.id)
    assert 6 <= len(active) <= 10
    assert len({one.subject for one in active}) == len(active)
    assert {one.id for each in made for one in each.generations} == {one.id for one in active}


async def test_what_is_being_made_already_is_included(
    db: Database, bell: Bell, settings: Settings, alice: Person, ask: Ask
) -> None:
    alone = (await generations.create(db, bell, settings, alice, "drill", {"parts": 1}, subject="Ben")).generation
    made = await ask("Ann", "Ben", "Cleo")
    assert [one.existing for one in made.generations] == [False, True, False]
    assert made.generations[1].id == alone.id and made.counts.pending == 3
    assert await everything(db) == (1, 3)
    assert await batches.get(db, alice.id, made.id) == made


async def test_what_was_made_before_is_there_at_once_unless_it_must_be_fresh(
    db: Database, bell: Bell, settings: Settings, alice: Person, ask: Ask, runner: Runner
) -> None:
    await ask("Ann")
    await runner.make()
    made = await ask("Ann", "Ben")
    assert [one.cached for one in made.generations] == [True, True]
    assert made.counts == batches.Counts(completed=2)
    asked = [order("drill", {"parts": 1}, subject=name, fresh=name == "Ann") for name in ("Ann", "Cleo")]
    fresh = await batches.create(db, bell, settings, alice, asked)
    assert [one.cached for one in fresh.generations] == [False, True]
    assert fresh.counts == batches.Counts(pending=1, completed=1)


async def test_nobody_else_has_it(
    db: Database, bell: Bell, settings: Settings, alice: Person, bob: Person, ask: Ask
) -> None:
    made = await ask("Ann", "Ben")
    assert await batches.get(db, bob.id, made.id) is None
    assert await batches.cancel(db, bell, bob.id, made.id) is None
    assert await batches.retry(db, bell, settings, bob.id, made.id) is None
    assert (await batches.page(db, bob.id)) == ([], None)
    found = await batches.get(db, alice.id, made.id)
    assert found is not None and found.counts.pending == 2
    # The same names are other people to another coach.
    assert not any(one.existing for one in (await ask("Ann", "Ben", of=bob)).generations)


async def test_its_end_is_told_once_however_many_look(
    db: Database, bell: Bell, alice: Person, ask: Ask, runner: Runner, heard: list[dict[str, Any]]
) -> None:
    made = await ask("Ann", "Ben")
    await runner.make()
    assert await batches.finish(db, bell) == 0  # one of two
    await runner.make()
    assert sum(await asyncio.gather(*(batches.finish(db, bell) for _ in range(8)))) == 1
    await eventually(lambda: of_batch(heard), "the end is published")
    assert await batches.finish(db, bell) == 0
    await bell.redis.publish(channel(alice.id), b'{"type":"after"}')
    await eventually(lambda: heard[-1]["type"] == "after", "what was published after it")
    (told,) = of_batch(heard)
    counts = {"pending": 0, "processing": 0, "completed": 2, "failed": 0, "cancelled": 0}
    assert told | {"at": 0} == {
        "type": "batch.finished", "id": made.id, "at": 0, "kind": "drill", "counts": counts, "total": 2,
        "url": f"/batches/{made.id}",
    }  # fmt: skip
    found = await batches.get(db, alice.id, made.id)
    assert found is not None and found.finished_at is not None
    ends = [frame for frame in heard if frame["type"] == "generation.completed"]
    assert len(ends) == 2 and all(frame["batch"] == made.id for frame in ends)


async def test_it_ends_with_the_last_of_what_was_active_before(
    db: Database, bell: Bell, settings: Settings, alice: Person, ask: Ask
) -> None:
    await generations.create(db, bell, settings, alice, "drill", {"parts": 1}, subject="Ben")
    made = await ask("Ann", "Ben")
    await generations.cancel(db, bell, alice.id, made.generations[0].id)
    assert await batches.finish(db, bell) == 0
    await generations.cancel(db, bell, alice.id, made.generations[1].id)
    assert await batches.finish(db, bell) == 1


async def test_one_that_is_tried_again_ends_it_again(
    db: Database, bell: Bell, settings: Settings, alice: Person, runner: Runner, heard: list[dict[str, Any]]
) -> None:
    broken = {"fault": "rejected", "at": "prepare", "times": 1}
    asked = [order("drill", {"parts": 1}, subject="Ann"), order("drill", {"parts": 1, **broken}, subject="Ben")]
    made = await batches.create(db, bell, settings, alice, asked)
    for _ in range(2):
        await runner.make()
    assert await batches.finish(db, bell) == 1
    failed = made.generations[1].id
    assert await generations.retry(db, bell, settings, alice.id, failed) is not None
    found = await batches.get(db, alice.id, made.id)
    assert found is not None and found.finished_at is None and found.counts.pending == 1
    assert await batches.finish(db, bell) == 0
    await runner.make()
    assert await batches.finish(db, bell) == 1
    await eventually(lambda: len(of_batch(heard)) == 2, "both ends are published")
    assert [frame["counts"]["failed"] for frame in of_batch(heard)] == [1, 0]
    assert of_batch(heard)[1]["counts"]["completed"] == 2


async def test_cancel_ends_all_that_has_not_ended_and_nothing_else(
    db: Database, bell: Bell, alice: Person, ask: Ask, runner: Runner
) -> None:
    alone = await ask("Dan")
    made = await ask("Ann", "Ben", "Cleo")
    for _ in range(2):
        await runner.make()
    found = await batches.cancel(db, bell, alice.id, made.id)
    assert found is not None and found.counts == batches.Counts(completed=1, cancelled=2)
    other = await batches.get(db, alice.id, alone.id)
    assert other is not None and other.counts == batches.Counts(completed=1)
    assert await batches.finish(db, bell) == 2


async def test_retry_queues_again_what_can_go_better(
    db: Database, bell: Bell, settings: Settings, alice: Person, runner: Runner
) -> None:
    wrong: dict[str, dict[str, Any]] = {
        "Ann": {},
        "Ben": {"fault": "rejected", "at": "prepare"},
        "Cleo": {"fault": "broken", "at": "prepare", "times": 1},
    }
    asked = [order("drill", {"parts": 1, **given}, subject=name) for name, given in wrong.items()]
    made = await batches.create(db, bell, settings.model_copy(update={"max_attempts": 1}), alice, asked)
    for _ in asked:
        await runner.make()
    found = await batches.get(db, alice.id, made.id)
    assert found is not None and found.counts == batches.Counts(completed=1, failed=2)
    again = await batches.retry(db, bell, settings, alice.id, made.id)
    assert again is not None and again.counts == batches.Counts(completed=1, failed=1, pending=1)
    await runner.make()
    found = await batches.get(db, alice.id, made.id)
    assert found is not None and found.counts == batches.Counts(completed=2, failed=1)
    assert found.generations[1].status == "failed"  # asked for again, it would be the same


async def test_a_hundred_of_one_person_do_not_hold_up_one_of_another(
    db: Database, bell: Bell, settings: Settings, alice: Person, bob: Person, ask: Ask, runner: Runner
) -> None:
    made = await ask(*clients(100))
    async with db.write() as session:  # she asked an hour ago, and there is one pair of hands
        await session.execute(update(Generation).values(queued_at=now() - 3600))
    for _ in range(3):
        await runner.make()
    single = (await generations.create(db, bell, settings, bob, "drill", {"parts": 1})).generation
    assert single.queue_position == 2  # the turn is hers, then his
    for _ in range(2):
        await runner.make()
    found = await generations.get(db, bob.id, single.id)
    assert found is not None and found.status == "completed"
    batch = await batches.get(db, alice.id, made.id)
    assert batch is not None and batch.counts == batches.Counts(completed=4, pending=96)
    assert [one.status for one in batch.generations[:5]] == ["completed"] * 4 + ["pending"]


async def test_what_was_begun_and_given_back_keeps_its_place(
    db: Database, bell: Bell, settings: Settings, alice: Person, bob: Person, ask: Ask
) -> None:
    made = await ask(*clients(3))
    await generations.create(db, bell, settings, bob, "drill", {})
    first = await generations.claim(db, bell, "worker-1", 30)
    assert first is not None and first.id == made.generations[0].id
    stopped = {"code": "worker_stopped", "message": "", "retryable": True}
    await generations.back_to_queue(db, bell, first, stopped, [], 0, {}, counts=False)
    again = await generations.claim(db, bell, "worker-2", 30)
    assert again is not None and again.id == first.id


async def test_a_hundred_take_as_few_statements_as_one(db: Database, ask: Ask) -> None:
    """Others write to the same database, and wait for the commit."""
    counts: list[int] = []
    event.listen(db.writer.sync_engine, "before_cursor_execute", lambda *_: counts.append(counts.pop() + 1))
    for batch in (clients(1), [f"Other {number}" for number in range(100)]):
        counts.append(0)
        assert len((await ask(*batch)).generations) == len(batch)
    assert counts[1] <= counts[0]


async def test_the_list_tells_how_far_each_has_got(
    db: Database, bell: Bell, alice: Person, ask: Ask, runner: Runner
) -> None:
    first, second = await ask("Ann", "Ben"), await ask("Cleo", name="other")
    await runner.make()
    heads, following = await batches.page(db, alice.id, limit=1)
    assert [head.id for head in heads] == [second.id] and following == second.id
    assert heads[0].counts.pending == 1 and heads[0].progress == 0 and heads[0].subjects == ["Cleo"]
    heads, following = await batches.page(db, alice.id, limit=1, cursor=following)
    assert [head.id for head in heads] == [first.id] and following is None
    assert (heads[0].counts, heads[0].total, heads[0].progress) == (
        batches.Counts(completed=1, pending=1), 2, 0.5,
    )  # fmt: skip


async def test_a_guests_batch_goes_to_the_account_signed_in_to(
    db: Database, bell: Bell, settings: Settings, ask: Ask, runner: Runner
) -> None:
    account = await sign_up(db, "carla@example.org", "three words are enough")
    guest = await guest_from(db, settings, "", "", "")
    made = await ask("Ann", "Ben", of=guest)
    await runner.make()
    await sign_in(db, bell, settings, "carla@example.org", "three words are enough", guest)
    assert await batches.get(db, guest.id, made.id) is None
    found = await batches.get(db, account.id, made.id)
    assert found is not None and found.counts == batches.Counts(completed=1, pending=1)
    await runner.make()
    assert await batches.finish(db, bell) == 1
