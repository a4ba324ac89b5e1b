"""What is told of this moment, and when it counts as changed."""

from typing import Any

import pytest
from sqlalchemy import insert, update

from app.database import Database, now
from app.generations.present import MOST_SHOWN, STALE, present
from app.ids import uuid7
from app.models import Alert, Generation, Worker
from app.person import Person
from tests.support.history import History


@pytest.fixture
async def history(db: Database, alice: Person) -> History:
    return await History.begin(db, alice)


async def worker(db: Database, name: str, seen: float, **columns: Any) -> None:
    values = {"id": name, "host": "here", "pid": 7, "concurrency": 10, "started_at": now(), "memory_mb": 150.5}
    async with db.write() as session:
        await session.execute(insert(Worker).values(**values, seen_at=now() - seen, **columns))


async def processing(history: History, since: float, **columns: Any) -> str:
    claimed = {"status": "processing", "claimed_at": history.at - since, "phase": "write_parts", "spent": 0.0}
    return await history.active(since, **{**claimed, **columns})


async def test_an_idle_product_is_told_as_such(db: Database) -> None:
    found = await present(db)
    assert (found.queue, found.running, found.workers, found.alert) == ([], [], [], None)
    assert (found.depth, found.oldest, found.running_count, found.alive) == (0, 0.0, 0, 0)


async def test_the_queue_is_told_by_kind(db: Database, history: History) -> None:
    for since, kind in ((30.0, "drill"), (90.0, "drill"), (40.0, "program")):
        await history.active(since, kind=kind)
    await history.active(500.0, waiting_for="outline")
    await processing(history, 600.0)
    await history.ended(700.0)
    found = await present(db)
    assert [(one.kind, one.count) for one in found.queue] == [("drill", 2), ("program", 1)]
    assert [one.oldest for one in found.queue] == [pytest.approx(90, abs=5), pytest.approx(40, abs=5)]
    assert found.depth == 3
    assert found.oldest == pytest.approx(90, abs=5)


async def test_what_is_being_made_is_told_the_longest_first_with_all_of_its_claims(
    db: Database, history: History
) -> None:
    short = await processing(history, 5.0)
    long = await processing(history, 3.0, spent=100.0, attempt=2, kind="program", phase="write_weeks")
    found = await present(db)
    assert [one.id for one in found.running] == [long, short]
    first = found.running[0]
    assert (first.kind, first.phase, first.attempt) == ("program", "write_weeks", 2)
    assert first.seconds == pytest.approx(103, abs=5)


async def test_of_very_many_the_rest_is_counted(db: Database, history: History) -> None:
    for _ in range(MOST_SHOWN + 1):
        await processing(history, 5.0)
    found = await present(db)
    assert (len(found.running), found.running_count) == (MOST_SHOWN, MOST_SHOWN + 1)


async def test_a_worker_that_was_not_heard_of_is_stale(db: Database) -> None:
    await worker(db, "a", 1.0, running=3)
    await worker(db, "b", STALE + 5)
    found = await present(db)
    assert [(one.id, one.stale) for one in found.workers] == [("a", False), ("b", True)]
    assert found.alive == 1
    assert (found.workers[0].running, found.workers[0].concurrency, found.workers[0].memory_mb) == (3, 10, 150.5)
    assert found.workers[1].seen == pytest.approx(STALE + 5, abs=5)


async def test_an_open_alert_is_told_and_one_that_is_over_is_not(db: Database) -> None:
    alert = {"id": uuid7(), "event": "failure_rate", "began_at": now(), "try_at": now(), "tries": 0}
    async with db.write() as session:
        await session.execute(insert(Alert).values(**alert, finished=40, failed=13))
    found = await present(db)
    assert found.alert is not None
    assert (found.alert.finished, found.alert.failed) == (40, 13)
    async with db.write() as session:
        await session.execute(update(Alert).values(ended_at=now()))
    after = await present(db)
    assert after.alert is None
    assert after.version != found.version


async def test_time_alone_changes_no_version_and_everything_else_does(db: Database, history: History) -> None:
    await history.active(30.0)
    running = await processing(history, 5.0)
    await worker(db, "a", 1.0)
    seen = {(await present(db)).version}
    assert {(await present(db)).version} == seen

    async def changes(statement: Any) -> None:
        async with db.write() as session:
            await session.execute(statement)
        version = (await present(db)).version
        assert version not in seen
        seen.add(version)

    of_running = update(Generation).where(Generation.id == running)
    await changes(of_running.values(phase="save"))
    await changes(of_running.values(attempt=2))
    await changes(update(Worker).values(running=1))
    await changes(update(Worker).values(seen_at=now() - STALE - 1))
    await history.active(10.0)
    assert (await present(db)).version not in seen
    async with db.write() as session:
        before = (await present(db)).version
        await session.execute(update(Worker).values(seen_at=now() - STALE - 2, memory_mb=999.0))
    assert (await present(db)).version == before, "a heartbeat comes with the frame"


async def test_an_end_changes_what_was_made_even_if_it_is_not_the_newest(db: Database, history: History) -> None:
    seen = {(await present(db)).made}
    for ago in (10.0, 5.0, 20.0):
        await history.ended(ago)
        made = (await present(db)).made
        assert made not in seen
        seen.add(made)
    await history.active(1.0)
    assert (await present(db)).made == made
