"""A schedule asks once for each slot, whatever happens around it; on both stores."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import insert, text, update

from app import generations
from app.accounts import Person
from app.database import Database
from app.generations import Bell, channel, schedules
from app.generations import fire as firing
from app.models import Schedule as Row
from app.settings import Settings
from tests.conftest import Processes, eventually
from tests.support import drill
from tests.support.schedules import again, made, overdue, used_slots
from worker.run import Runner


async def waiting(db: Database) -> bool:
    async with db.read() as session:
        return (await session.execute(firing.DUE)).first() is not None


async def test_a_schedule_asks_when_it_is_due_and_not_before(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    schedule = await made(db, alice, subject="Ann", parts=2)
    assert await schedules.fire(db, bell, settings) == 0
    await overdue(db, schedule.id)
    assert await schedules.fire(db, bell, settings) == 1
    [asked] = (await generations.page(db, alice.id)).items
    assert (asked.kind, asked.subject, asked.status) == ("drill", "Ann", "pending")
    assert (await generations.inputs(db, alice.id, [asked.id]))[asked.id]["parts"] == 2
    found = await again(db, schedule)
    assert found.last is not None and found.last.generation == f"/api/v1/generations/{asked.id}"
    assert (found.last.outcome, found.last.reason, found.last.status) == ("created", "", "pending")
    assert found.last.slot.endswith("T07:00") and found.next_at > datetime.now(UTC)
    assert await schedules.fire(db, bell, settings) == 0


async def test_what_was_asked_for_is_made_though_a_worker_is_killed(
    db: Database, alice: Person, processes: Processes
) -> None:
    """By real workers that both look for what is due."""
    found = [await made(db, alice, name=str(n), parts=1) for n in range(12)]
    killed, _ = processes.worker(), processes.worker()
    await eventually(lambda: processes.output.count("Starting worker") == 2, "both are there", 60)
    await overdue(db)
    while not await generations.count(db, alice.id):
        await asyncio.sleep(0.01)
    killed.kill()

    async def all_ready() -> bool:
        return len((await generations.page(db, alice.id, status="completed", limit=100)).items) == len(found)

    await eventually(all_ready, "all are made", 90)
    assert await generations.count(db, alice.id) == await used_slots(db) == len(found)
    assert {one.last.status for one in await schedules.items(db, alice.id) if one.last} == {"completed"}


async def test_many_workers_at_once_ask_once(
    db: Database, bell: Bell, settings: Settings, alice: Person, bob: Person
) -> None:
    found = [await made(db, person, name=str(n)) for n in range(4) for person in (alice, bob)]
    await overdue(db)
    others = [Database(settings.database) for _ in range(8)]  # as in processes of their own
    try:
        while await waiting(db):  # who meets somebody at work leaves it to the next look
            await asyncio.gather(*(schedules.fire(one, bell, settings) for one in others))
    finally:
        for one in others:
            await one.close()
    assert await used_slots(db) == len(found)
    for person in (alice, bob):
        assert await generations.count(db, person.id) == 4


async def test_eight_workers_at_once_ask_once_for_one_slot(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    schedule = await made(db, alice)
    await overdue(db, schedule.id)
    fired = await asyncio.gather(*(schedules.fire(db, bell, settings) for _ in range(8)))
    assert sum(fired) == 1
    assert await generations.count(db, alice.id) == await used_slots(db) == 1


async def test_after_ten_days_away_only_the_latest_slot_runs(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    schedule = await made(db, alice)
    await overdue(db, schedule.id, days=10)
    assert await schedules.fire(db, bell, settings) == 1
    assert await schedules.fire(db, bell, settings) == 0
    assert await generations.count(db, alice.id) == await used_slots(db) == 1
    found = await again(db, schedule)
    assert found.last is not None
    age = found.last.fired_at - datetime.fromisoformat(f"{found.last.slot}+01:00")
    assert timedelta(hours=-2) <= age <= timedelta(hours=26)
    assert timedelta(0) < found.next_at - found.last.fired_at <= timedelta(hours=25)


async def test_a_spent_limit_uses_the_slot_up(db: Database, bell: Bell, settings: Settings, alice: Person) -> None:
    few = settings.model_copy(update={"max_active_per_user": 1})
    await generations.create(db, bell, settings, alice, "drill", {"name": "first"})
    schedule = await made(db, alice)
    await overdue(db, schedule.id)
    assert await schedules.fire(db, bell, few) == 1
    found = await again(db, schedule)
    assert found.last is not None and found.last.generation is None
    assert (found.last.outcome, found.last.reason) == ("quota", "Your limit of 1 in the making was reached.")
    assert await schedules.fire(db, bell, settings) == 0  # the limit is gone, and so is the slot
    assert await generations.count(db, alice.id) == 1
    daily = settings.model_copy(update={"max_daily_per_user": 1})
    other = await made(db, alice, name="other")
    await overdue(db, other.id)
    await schedules.fire(db, bell, daily)
    last = (await again(db, other)).last
    assert last is not None and last.reason == "Your limit of 1 in 24 hours was reached."


async def test_what_is_still_being_made_uses_the_slot_up(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    first = await generations.create(db, bell, settings, alice, "drill", {})
    schedule = await made(db, alice, parts=3)
    await overdue(db, schedule.id)
    assert await schedules.fire(db, bell, settings) == 1
    last = (await again(db, schedule)).last
    assert last is not None and last.generation_id == first.generation.id
    assert (last.outcome, last.reason) == ("existing", "Another drill was still being made.")
    assert await generations.count(db, alice.id) == 1


async def test_while_the_person_asks_for_the_same_there_is_one(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    schedule = await made(db, alice, parts=3)
    await overdue(db, schedule.id)
    asks = [generations.create(db, bell, settings, alice, "drill", {}) for _ in range(4)]
    await asyncio.gather(*asks, *(schedules.fire(db, bell, settings) for _ in range(4)))
    while await waiting(db):
        await schedules.fire(db, bell, settings)
    assert await generations.count(db, alice.id) == await used_slots(db) == 1


async def test_a_schedule_is_never_answered_from_an_earlier_result(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    first = await generations.create(db, bell, settings, alice, "drill", {"parts": 1})
    await Runner(db, bell, settings, "worker-of-the-test", {"drill": drill.PIPELINE}).make()
    copied = await generations.create(db, bell, settings, alice, "drill", {"parts": 1})
    assert copied.generation.cached  # else this test would show nothing
    schedule = await made(db, alice, parts=1)
    await overdue(db, schedule.id)
    await schedules.fire(db, bell, settings)
    last = (await again(db, schedule)).last
    assert last is not None and (last.outcome, last.status) == ("created", "pending")
    assert last.generation_id not in {first.generation.id, copied.generation.id}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"input": {"parts": "many"}}, "parts: Input should be a valid integer"),
        ({"kind": "sculpture"}, "This can no longer be made."),
    ],
)
async def test_what_is_no_longer_possible_uses_the_slot_up(
    db: Database, bell: Bell, settings: Settings, alice: Person, changed: dict[str, Any], reason: str
) -> None:
    schedule = await made(db, alice)
    await overdue(db, schedule.id)
    async with db.write() as session:
        await session.execute(update(Row).where(Row.id == schedule.id).values(**changed))
    assert await schedules.fire(db, bell, settings) == 1
    last = (await again(db, schedule)).last
    assert last is not None and last.outcome == "invalid" and reason in last.reason
    assert await generations.count(db, alice.id) == 0
    assert await schedules.fire(db, bell, settings) == 0


async def test_one_that_was_deleted_after_the_look_asks_for_nothing(
    db: Database, settings: Settings, alice: Person, bob: Person
) -> None:
    schedule = await made(db, alice)
    await overdue(db, schedule.id)
    async with db.read() as session:
        [seen] = await session.execute(firing.DUE)
    assert not await schedules.remove(db, bob.id, schedule.id)
    assert await schedules.remove(db, alice.id, schedule.id)
    assert not await schedules.remove(db, alice.id, schedule.id)
    async with db.write() as session:
        assert await firing._fire(session, settings, seen) is None
    assert await generations.count(db, alice.id) == await used_slots(db) == 0


async def test_a_worker_that_ends_before_its_commit_has_used_nothing_up(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    schedule = await made(db, alice)
    await overdue(db, schedule.id)

    async def ends(session: Any) -> None:
        async with session:
            [seen] = await session.execute(firing.DUE)
            assert await firing._fire(session, settings, seen) is not None
            raise SystemExit

    with pytest.raises(SystemExit):
        async with db.write() as session:
            await ends(session)
    assert await generations.count(db, alice.id) == await used_slots(db) == 0
    assert await schedules.fire(db, bell, settings) == 1
    assert await generations.count(db, alice.id) == await used_slots(db) == 1


async def test_one_that_cannot_be_told_is_put_off_and_holds_nobody_up(
    db: Database, bell: Bell, settings: Settings, alice: Person, bob: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    broken, _ = await made(db, alice), await made(db, bob)
    await overdue(db)
    async with db.write() as session:
        await session.execute(update(Row).where(Row.id == broken.id).values(tz="Mars/Olympus"))
    assert await schedules.fire(db, bell, settings) == 1
    assert await generations.count(db, bob.id) == 1
    assert "schedule.failed" in capsys.readouterr().out
    later = (await again(db, broken)).next_at - datetime.now(UTC)
    assert timedelta(seconds=30) < later <= timedelta(seconds=60)


async def test_a_slot_is_used_once_even_when_the_clocks_rules_are_changed(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    schedule = await made(db, alice)
    await overdue(db, schedule.id)
    await schedules.fire(db, bell, settings)
    after = await again(db, schedule)
    await overdue(db, schedule.id)  # new rules: what was to come later seems to be due again
    assert await schedules.fire(db, bell, settings) == 0
    assert await again(db, schedule) == after.model_copy(update={"created_at": (await again(db, schedule)).created_at})
    assert await generations.count(db, alice.id) == 1


async def test_pages_hear_of_it_after_the_generation(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    frames: list[dict[str, Any]] = []
    async with bell.redis.pubsub() as heard:
        await heard.subscribe(channel(alice.id))
        schedule = await made(db, alice)
        await overdue(db, schedule.id)
        await schedules.fire(db, bell, settings)

        async def two() -> bool:
            if message := await heard.get_message(ignore_subscribe_messages=True, timeout=0.1):
                frames.append(orjson.loads(message["data"]))
            return len(frames) >= 2

        await eventually(two, "two frames")
    assert frames[0]["type"] == "generation.queued" and frames[0]["seq"] == 1
    assert frames[1] == {"type": "schedule.fired", "id": schedule.id}


async def test_looking_for_what_is_due_reads_an_index(db: Database, alice: Person) -> None:
    rows = [
        {"id": str(n), "account_id": alice.id, "kind": "drill", "input": {}, "every": "day", "at": "07:00", "tz": "UTC",
         "next_at": 4e9 + n, "created_at": 0.0}
        for n in range(2000)
    ]  # fmt: skip
    async with db.write() as session:
        await session.execute(insert(Row), rows)
    query = firing.DUE.compile(db.writer.sync_engine, compile_kwargs={"literal_binds": True})
    async with db.write() as session:
        if not db.sqlite:
            await session.execute(text("ANALYZE schedules"))
        told = await session.execute(text(f"EXPLAIN {'QUERY PLAN' if db.sqlite else ''} {query}"))
        plan = "\n".join(str(row) for row in told)
    assert "ix_schedules_next_at" in plan
    assert "next_at<?" in plan if db.sqlite else "Index Cond: (next_at <= " in plan
