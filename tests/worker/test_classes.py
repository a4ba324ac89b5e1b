"""Each class of failure in its own way: pauses of a provider, the ladder of authors, computations that are stopped."""

import asyncio

import pytest
from sqlalchemy import update

from app import generations
from app.database import now
from app.models import Generation, Pause
from tests.conftest import eventually
from tests.support.drill import PIPELINE, PROVIDER
from tests.worker.test_run import Drills, beating, drills
from worker.run import Runner

assert drills  # a fixture


def other_worker(drills: Drills) -> Runner:
    return Runner(drills.db, drills.bell, drills.settings, "worker-2", {"drill": PIPELINE})


async def test_a_rate_limit_pauses_the_provider_for_every_worker(drills: Drills) -> None:
    first = await drills.ask(name="first", fault="limited", times=1, at="part-1", retry_after=30)
    await drills.runner.make()
    view = await drills.view(first)
    assert (view.status, view.attempt) == ("pending", 2)
    retrying = [event for event in await drills.events(first) if event["type"] == "generation.retrying"]
    assert retrying[0]["error"]["code"] == "llm_rate_limited"
    assert 29 < retrying[0]["retry_in_seconds"] <= 30
    assert 28 < await generations.paused_for(drills.db, PROVIDER) <= 30
    # Another that needs it, on another worker, finds the door closed before it knocks, which costs it no try.
    second = await drills.ask(name="second", asks=True)
    await other_worker(drills).make()
    view = await drills.view(second)
    assert (view.status, view.attempt) == ("pending", 1)
    # Once it is known to need the provider it is not even claimed, though it is due.
    async with drills.db.write() as session:
        await session.execute(update(Generation).values(due_at=now() - 1))
    before = await drills.events(second)
    await other_worker(drills).make()
    assert await drills.events(second) == before
    # What does not need it goes on.
    third = await drills.ask(name="third")
    await drills.runner.make()
    assert (await drills.view(third)).status == "completed"
    async with drills.db.write() as session:
        await session.execute(update(Pause).values(until=now() - 1))
    await drills.make()
    assert [(await drills.view(id_)).status for id_ in (first, second)] == ["completed", "completed"]


async def test_a_longer_pause_is_not_shortened_and_none_is_endless(drills: Drills) -> None:
    await generations.pause(drills.db, "a", 60)
    await generations.pause(drills.db, "a", 5)
    assert await generations.paused_for(drills.db, "a") > 50
    await generations.pause(drills.db, "b", 1e9)
    assert await generations.paused_for(drills.db, "b") <= 3600
    assert await generations.paused_for(drills.db, "c") == 0


@pytest.mark.parametrize(("good", "author"), [(1, "author-1"), (2, "author-2"), (3, "author-3")])
async def test_a_piece_that_does_not_pass_is_written_by_the_next_author_at_once(
    drills: Drills, good: int, author: str
) -> None:
    id_ = await drills.ask(parts=2, good_author=good)
    await drills.make()
    assert (await drills.view(id_)).attempt == 1
    piece = await generations.item(drills.db, drills.person.id, id_, "part-2")
    assert piece is not None and piece.content["author"] == author
    notes = [event["note"] for event in await drills.events(id_) if event["type"] == "phase.progress"]
    assert sum("did not pass our checks" in note for note in notes) == 2 * (good - 1)


async def test_when_no_author_passes_it_is_tried_again_at_once_and_ends(drills: Drills) -> None:
    id_ = await drills.ask(parts=1, good_author=4)
    await drills.make()
    view = await drills.view(id_)
    assert view.status == "failed" and view.error is not None and view.error.code == "invalid_output"
    retrying = [event for event in await drills.events(id_) if event["type"] == "generation.retrying"]
    assert [event["retry_in_seconds"] for event in retrying] == [0, 0]


async def test_a_cancel_stops_a_long_computation_and_keeps_what_was_made(drills: Drills) -> None:
    id_ = await drills.ask(fault="compute", at="part-2")
    async with beating(drills.runner):
        making = asyncio.create_task(drills.runner.make())
        await eventually(lambda: "part-2" in drills.effects, "part 2 computes")
        asked = await generations.cancel(drills.db, drills.bell, drills.person.id, id_)
        assert asked is not None and asked.cancelling
        again = await drills.ask()  # the same kind, at once
        assert again != id_
        await asyncio.wait_for(making, 60)
    view = await drills.view(id_)
    assert (view.status, view.cancelling) == ("cancelled", False)
    assert [item.key for item in await generations.items(drills.db, drills.person.id, id_)] == ["part-1"]


async def test_a_computation_over_its_time_ends_as_timed_out(drills: Drills) -> None:
    drills.runner.settings = drills.settings.model_copy(update={"phase_timeout": 0.3, "max_attempts": 1})
    id_ = await drills.ask(fault="compute", at="part-1")
    await drills.make()
    view = await drills.view(id_)
    assert view.status == "failed" and view.error is not None
    assert (view.error.code, view.error.retryable) == ("timed_out", True)


async def test_what_it_cost_is_written_down(drills: Drills) -> None:
    id_ = await drills.ask(parts=3)
    await drills.make()
    async with drills.db.read() as session:
        row = await session.get_one(Generation, id_)
    assert 0 < row.cpu_seconds < 60
    assert row.spent > 0
    assert (row.tokens_in, row.tokens_out, row.cost) == (0, 0, 0.0)
