"""A course asked for right after the first start, while the starter shelf is still being put up."""

import asyncio
from typing import Any

import orjson
import pytest

from app import generations
from app.database import Database
from app.generations import Bell
from app.person import Person
from app.settings import Settings
from tests.conftest import eventually
from tests.support import library
from worker.books import shelf
from worker.courses import pipeline, texts
from worker.run import Runner
from worker.stocking import is_stocking, stocking

TOLD: dict[str, Any] = {"query": "Learn DCF valuation", "hours": 1.0}
BOOKS = ["valuation-first-principles", "valuing-a-company"]


class Course:
    """Asked for on an empty shelf, and being made."""

    def __init__(self, db: Database, bell: Bell, settings: Settings, person: Person) -> None:
        self.db, self.bell, self.settings, self.person = db, bell, settings, person
        self.id = ""

    async def make(self) -> None:
        made = await generations.create(self.db, self.bell, self.settings, self.person, "course", TOLD)
        self.id = made.generation.id
        await Runner(self.db, self.bell, self.settings, "worker", {"course": pipeline.PIPELINE}).make()

    async def notes(self) -> list[str]:
        found = await generations.log(self.db, self.person.id, self.id, 0) if self.id else None
        return [orjson.loads(body).get("note", "") for body in found[0]] if found else []

    async def level(self) -> str:
        made = await generations.result(self.db, self.person.id, "course", self.id)
        assert made is not None
        return str(made["coverage"]["level"])


@pytest.fixture
def course(db: Database, bell: Bell, settings: Settings, alice: Person) -> Course:
    return Course(db, bell, settings, alice)


async def test_a_course_waits_for_the_shelf_and_says_so(course: Course, db: Database) -> None:
    with stocking(2) as stock:
        task = asyncio.create_task(course.make())

        async def waits() -> bool:
            return texts.stocking(0, 2) in await course.notes()

        await eventually(waits, "the course says that it waits")
        await library.put(db, BOOKS)
        stock.done = 2
    await task
    assert texts.STOCKED in await course.notes()
    assert await course.level() == "good"


async def test_it_waits_for_so_long_and_no_longer(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "LONGEST_WAIT", 0.05)
    with stocking(2):
        await course.make()
    assert texts.INCOMPLETE in await course.notes()
    assert await course.level() == "none"


async def test_the_shelf_is_under_way_until_the_last_primer_is_read(db: Database) -> None:
    task = asyncio.create_task(shelf.stock(db, shelf.primers()[:1]))
    await eventually(is_stocking, "it is being put up")
    assert await task == 1
    assert not is_stocking()
