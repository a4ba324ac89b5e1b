"""Books are read on some of the CPUs only, and while one waits for its turn no time limit of its own goes on."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from anyio.to_process import current_default_process_limiter

from app import generations
from app.database import Database
from app.generations import Bell
from app.generations.bell import QUEUE
from app.person import Person
from app.settings import Settings
from tests.conftest import eventually
from tests.worker.books import samples
from tests.worker.books.test_hostile import outcome
from tests.worker.books.test_pipeline import ask
from worker.books import pipeline
from worker.books.pipeline import PIPELINE, slots
from worker.phases import Phase, Pipeline, Work
from worker.programs.pipeline import PIPELINE as PROGRAM
from worker.run import Runner

SECONDS = 2.0
ASKED = {
    "goal": "strength", "experience": "beginner", "days_per_week": 2, "session_minutes": 45, "weeks": 4,
    "equipment": ["barbell"],
}  # fmt: skip


async def count(work: Work) -> dict[str, Any]:
    return {"length": await pipeline._offload(work, len, "book")}


async def nothing(_: Work) -> None:
    return None


# One that has nothing to do but to wait for its turn.
WAITING = Pipeline(
    kind="book",
    phases=tuple(Phase(one.name, run=count if one.name == "read_file" else nothing) for one in PIPELINE.phases),
    head=lambda _: {"title": "Read"},
    share=PIPELINE.share,
)


@contextlib.asynccontextmanager
async def held() -> AsyncIterator[None]:
    """All of the turns."""
    places = range(int(slots().total_tokens))
    for place in places:
        await slots().acquire_on_behalf_of(place)
    try:
        yield
    finally:
        for place in places:
            slots().release_on_behalf_of(place)


async def waits() -> bool:
    return slots().statistics().tasks_waiting == 1


async def test_a_book_that_waits_for_its_turn_is_not_slow_and_holds_up_nothing_else(
    db: Database, bell: Bell, settings: Settings, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "READ_SECONDS", SECONDS)
    short = settings.model_copy(update={"phase_timeout": SECONDS, "generation_timeout": SECONDS})
    asked = await ask(db, bell, settings, alice, samples.text(), "rain.txt")
    assert asked.generation is not None
    await Runner(db, bell, settings, "w", {"book": WAITING}).make()  # its child process is there from now on
    async with held():
        again = await ask(db, bell, settings, alice, samples.epub(), "weather.epub")
        assert again.generation is not None
        reading = asyncio.create_task(Runner(db, bell, short, "w", {"book": WAITING}).make())
        await eventually(waits, "a book that waits")
        program = await generations.create(db, bell, settings, alice, "program", ASKED)
        await Runner(db, bell, settings, "w", {"program": PROGRAM}).make()
        assert (await outcome(db, alice, program.generation.id)).status == "completed"
        await asyncio.sleep(1.5 * SECONDS)  # all of its time limits, would they go on
        assert await waits()
    await reading
    assert (await outcome(db, alice, again.generation.id)).status == "completed"


async def test_a_book_that_waits_for_its_turn_can_be_cancelled(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    asked = await ask(db, bell, settings, alice, samples.text(), "rain.txt")
    assert asked.generation is not None
    runner = Runner(db, bell, settings, "w", {"book": WAITING})
    async with held():
        reading = asyncio.create_task(runner.make())
        await eventually(waits, "a book that waits")
        runner.stop(runner.running[asked.generation.id], "cancel")
        await reading
    assert (await outcome(db, alice, asked.generation.id)).status == "cancelled"
    assert slots().statistics().borrowed_tokens == 0


async def test_half_of_what_a_worker_makes_at_once_are_books_and_the_next_is_rung_for(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    small = settings.model_copy(update={"worker_concurrency": 4})
    runner = Runner(db, bell, small, "w", {"book": WAITING, "program": PROGRAM})
    for number in range(3):
        await ask(db, bell, settings, alice, samples.text() + b"%d" % number, f"{number}.txt")
    program = await generations.create(db, bell, settings, alice, "program", ASKED)
    async with held():
        reading = [asyncio.create_task(runner.make()) for _ in range(2)]
        await eventually(lambda: slots().statistics().tasks_waiting == 2, "two books that wait")
        await runner.make()  # rung for by the third book
        assert (await outcome(db, alice, program.generation.id)).status == "completed"
        await runner.make()
        assert len(runner.running) == 2
        await bell.settle()
        await bell.redis.delete(QUEUE)
    await asyncio.gather(*reading)
    assert await bell.redis.zcard(QUEUE) > 0
    await runner.make()
    assert [one.status for one in (await generations.page(db, alice.id, kind="book")).items] == ["completed"] * 3


async def test_half_of_the_cpus_read_books_and_one_at_least() -> None:
    assert slots().total_tokens == max(1, int(current_default_process_limiter().total_tokens) // 2)
