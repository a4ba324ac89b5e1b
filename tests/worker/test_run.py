"""The runner on real stores, in this process: what it does with every way a phase can end."""

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import update

from app import generations
from app.database import Database, now
from app.generations import Bell, rescue
from app.models import Generation
from app.person import Person
from app.settings import Settings
from tests.conftest import eventually
from tests.support.drill import PIPELINE
from worker.phases import Spec
from worker.run import Runner
from worker.sweeper import heartbeat


class Drills:
    def __init__(self, db: Database, bell: Bell, settings: Settings, person: Person, folder: Path) -> None:
        self.db, self.bell, self.settings, self.person, self.folder = db, bell, settings, person, folder
        self.runner = Runner(db, bell, settings, "worker-1", {"drill": PIPELINE})

    async def ask(self, **given: Any) -> str:
        given = {"folder": str(self.folder), **given}
        return (await generations.create(self.db, self.bell, self.settings, self.person, "drill", given)).generation.id

    async def make(self) -> None:
        """Make whatever is due, retries included, without waiting for their delays."""
        for _ in range(10):
            async with self.db.write() as session:
                await session.execute(update(Generation).values(due_at=now() - 1))
            await self.runner.make()

    async def view(self, id_: str) -> generations.Generation:
        found = await generations.get(self.db, self.person.id, id_)
        assert found is not None
        return found

    async def events(self, id_: str) -> list[dict[str, Any]]:
        found = await generations.log(self.db, self.person.id, id_, 0)
        assert found is not None
        return [orjson.loads(body) for body in found[0]]

    def open(self, gate: str) -> None:
        (self.folder / gate).touch()

    @property
    def effects(self) -> list[str]:
        log = self.folder / "effects"
        return log.read_text().split() if log.exists() else []


@pytest.fixture
async def drills(db: Database, bell: Bell, settings: Settings, alice: Person, tmp_path: Path) -> Drills:
    folder = tmp_path / "drill"
    folder.mkdir()
    return Drills(db, bell, settings, alice, folder)


@contextlib.asynccontextmanager
async def beating(runner: Runner) -> AsyncIterator[None]:
    task = asyncio.create_task(heartbeat(runner))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_the_log_tells_what_happened_in_order(drills: Drills) -> None:
    id_ = await drills.ask()
    await drills.make()
    events = await drills.events(id_)
    told = [(e["type"], e.get("phase"), e.get("item", {}).get("key")) for e in events if e["type"] != "phase.progress"]
    assert told == [
        ("generation.queued", None, None),
        ("generation.started", None, None),
        ("phase.started", "prepare", None),
        ("phase.completed", "prepare", None),
        ("phase.started", "write_parts", None),
        ("item.ready", "write_parts", "part-1"),
        ("item.ready", "write_parts", "part-2"),
        ("item.ready", "write_parts", "part-3"),
        ("phase.completed", "write_parts", None),
        ("phase.started", "save", None),
        ("phase.completed", "save", None),
        ("generation.completed", None, None),
    ]
    progress = [event["progress"] for event in events]
    assert progress == sorted(progress) and progress[-1] == 1.0
    view = await drills.view(id_)
    assert [phase.status for phase in view.phases] == ["done"] * 3
    assert (view.phases[1].done, view.phases[1].total) == (3, 3)
    assert drills.effects == ["prepare", "part-1", "part-2", "part-3"]


@pytest.mark.parametrize("fault", ["unreachable", "broken", "exit"])
async def test_a_fault_is_retried_from_the_last_checkpoint(drills: Drills, fault: str) -> None:
    id_ = await drills.ask(fault=fault, times=2)
    await drills.make()
    assert (await drills.view(id_)).status == "completed"
    assert drills.effects == ["prepare", "part-1", "part-2", "part-2", "part-2", "part-3"]
    events = await drills.events(id_)
    retries = [event for event in events if event["type"] == "generation.retrying"]
    assert [event["attempt"] for event in retries] == [2, 3]
    reused = [event["phase"] for event in events if event.get("reused")]
    assert reused == ["prepare", "prepare"]
    assert "secret-in-exception" not in str(events)


async def test_tries_are_spent_and_the_error_says_so_without_leaking(drills: Drills) -> None:
    id_ = await drills.ask(fault="broken")
    await drills.make()
    view = await drills.view(id_)
    assert view.status == "failed" and view.error is not None and view.error.code == "internal_error"
    assert (view.attempt, view.max_attempts) == (3, 3)
    assert "secret" not in view.model_dump_json()
    assert view.phases[1].status == "failed"


async def test_a_request_that_cannot_be_met_fails_at_once_and_says_what_to_change(drills: Drills) -> None:
    id_ = await drills.ask(fault="rejected")
    await drills.make()
    view = await drills.view(id_)
    assert view.status == "failed" and view.error is not None
    assert (view.attempt, view.error.message) == (1, "Ask for less.")


async def test_a_phase_that_takes_too_long_ends_as_timed_out(
    db: Database, bell: Bell, settings: Settings, drills: Drills
) -> None:
    hurried = settings.model_copy(update={"phase_timeout": 0.05})
    drills.runner = Runner(db, bell, hurried, "worker-1", {"drill": PIPELINE})
    id_ = await drills.ask(fault="sleepy")
    await drills.make()
    view = await drills.view(id_)
    assert view.status == "failed" and view.error is not None and view.error.code == "timed_out"
    assert drills.effects.count("part-1") == 1


async def test_a_title_longer_than_its_column_is_cut_there_and_nowhere_else(drills: Drills) -> None:
    long = "Ein sehr langer Titel. " * 30
    prepare, parts = PIPELINE.phases
    named = dataclasses.replace(parts, items=lambda _: [Spec("part-1", 1, long)])
    drills.runner = Runner(
        drills.db,
        drills.bell,
        drills.settings,
        "worker-1",
        {"drill": dataclasses.replace(PIPELINE, phases=(prepare, named))},
    )
    id_ = await drills.ask(name=long)
    await drills.make()
    made = await drills.view(id_)
    assert made.status == "completed" and made.result is not None
    result = await generations.result(drills.db, drills.person.id, "drill", id_)
    assert result is not None and result["title"] == long
    assert [one.title for one in await generations.items(drills.db, drills.person.id, id_)] == [long[:300]]
    assert made.result.title == long[:300]


async def test_a_shutdown_hands_over_at_once_and_costs_no_attempt(drills: Drills) -> None:
    id_ = await drills.ask(gates=["part-2"])
    making = asyncio.create_task(drills.runner.make())
    await eventually(lambda: "part-2" in drills.effects, "part 2 has begun")
    making.cancel()
    await asyncio.wait([making])
    view = await drills.view(id_)
    assert (view.status, view.attempt) == ("pending", 1)
    retrying = (await drills.events(id_))[-1]
    assert retrying["error"]["code"] == "worker_stopped" and retrying["retry_in_seconds"] == 0
    drills.open("part-2")
    await drills.make()
    assert (await drills.view(id_)).status == "completed"
    assert drills.effects == ["prepare", "part-1", "part-2", "part-2", "part-3"]


async def test_cancel_stops_a_running_step_and_keeps_what_was_made(drills: Drills) -> None:
    id_ = await drills.ask(gates=["part-2"])
    async with beating(drills.runner):
        making = asyncio.create_task(drills.runner.make())
        await eventually(lambda: "part-2" in drills.effects, "part 2 has begun")
        await generations.cancel(drills.db, drills.bell, drills.person.id, id_)
        await asyncio.wait_for(making, 60)
    assert (await drills.view(id_)).status == "cancelled"
    pieces = await generations.items(drills.db, drills.person.id, id_)
    assert [piece.key for piece in pieces] == ["part-1"]
    assert [event["type"] for event in await drills.events(id_)][-2:] == [
        "generation.cancelling",
        "generation.cancelled",
    ]


async def test_an_owner_that_lost_its_lease_stops_and_writes_nothing_more(drills: Drills) -> None:
    id_ = await drills.ask(gates=["part-2"])
    async with beating(drills.runner):
        making = asyncio.create_task(drills.runner.make())
        await eventually(lambda: "part-2" in drills.effects, "part 2 has begun")
        async with drills.db.write() as session:
            await session.execute(update(Generation).values(lease_until=now() - 1, worker="gone"))
        await rescue.take_back(drills.db, drills.bell)
        await asyncio.wait_for(making, 60)
    assert (await drills.events(id_))[-1]["error"]["code"] == "worker_lost"
    assert not drills.runner.running


async def test_a_permit_with_nothing_due_leaves_quietly(drills: Drills) -> None:
    await drills.runner.make()
    assert drills.effects == []


async def test_a_cancel_that_meets_a_failing_step_is_a_cancel(drills: Drills) -> None:
    id_ = await drills.ask(gates=["part-2"], fault="unreachable")
    making = asyncio.create_task(drills.runner.make())
    await eventually(lambda: "part-2" in drills.effects, "part 2 has begun")
    await generations.cancel(drills.db, drills.bell, drills.person.id, id_)
    drills.open("part-2")
    await making
    assert (await drills.view(id_)).status == "cancelled"
    assert [event["type"] for event in await drills.events(id_)][-2:] == [
        "generation.cancelling",
        "generation.cancelled",
    ]


async def test_a_cancel_that_meets_a_shutdown_is_a_cancel(drills: Drills) -> None:
    id_ = await drills.ask(gates=["part-2"])
    making = asyncio.create_task(drills.runner.make())
    await eventually(lambda: "part-2" in drills.effects, "part 2 has begun")
    await generations.cancel(drills.db, drills.bell, drills.person.id, id_)
    making.cancel()
    await asyncio.wait([making])
    assert (await drills.view(id_)).status == "cancelled"


@pytest.mark.parametrize("fault", ["inner_cancel", "database"])
async def test_faults_that_look_like_a_shutdown_or_an_outage_have_an_end_too(drills: Drills, fault: str) -> None:
    id_ = await drills.ask(fault=fault, at="prepare")
    await drills.make()
    view = await drills.view(id_)
    assert view.status == "failed" and view.attempt == 3


async def test_the_time_of_all_claims_counts_until_a_person_asks_again(
    db: Database, bell: Bell, settings: Settings, drills: Drills
) -> None:
    hurried = settings.model_copy(update={"generation_timeout": 0.6})
    drills.runner = Runner(db, bell, hurried, "worker-1", {"drill": PIPELINE})
    id_ = await drills.ask(gates=["part-2"])
    making = asyncio.create_task(drills.runner.make())
    await eventually(lambda: "part-2" in drills.effects, "part 2 has begun")
    await asyncio.sleep(0.3)  # time that is spent
    making.cancel()  # a deploy
    await asyncio.wait([making])
    began = asyncio.get_running_loop().time()
    await drills.runner.make()
    assert asyncio.get_running_loop().time() - began < 0.5
    view = await drills.view(id_)
    assert (
        view.status == "failed" and view.error is not None and view.error.code == "timed_out" and view.error.retryable
    )
    drills.open("part-2")
    await generations.retry(db, bell, settings, drills.person.id, id_)
    await drills.make()
    view = await drills.view(id_)
    assert view.status == "completed" and [phase.status for phase in view.phases] == ["done"] * 3


async def test_kinds_without_a_pipeline_here_are_left_to_others(drills: Drills) -> None:
    drills.runner.pipelines = {}
    id_ = await drills.ask()
    await drills.make()
    assert (await drills.view(id_)).status == "pending"
    async with drills.db.write() as session:
        await session.execute(update(Generation).values(rung_at=now() - 60))
    assert await rescue.ring_again(drills.db, drills.bell, 10, kinds={"other"}) == 0


async def test_taking_over_ones_own_lost_lease_stops_the_old_run(drills: Drills) -> None:
    id_ = await drills.ask(gates=["part-2"])
    first = asyncio.create_task(drills.runner.make())
    await eventually(lambda: "part-2" in drills.effects, "part 2 has begun")
    old = drills.runner.running[id_]
    async with drills.db.write() as session:
        await session.execute(update(Generation).values(lease_until=now() - 1))
    await rescue.take_back(drills.db, drills.bell)
    second = asyncio.create_task(drills.runner.make())
    await asyncio.wait([first])
    assert old.task.done() and drills.runner.running[id_] is not old
    drills.open("part-2")
    await second
    assert (await drills.view(id_)).status == "completed"
    assert not drills.runner.running
