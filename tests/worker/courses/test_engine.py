"""A course on the engine: what is made stays made, and what is read stays readable."""

import dataclasses
from collections import Counter
from typing import Any

from app import generations
from app.database import Database
from app.generations import Bell
from app.library import importing
from app.person import Person
from app.settings import Settings
from tests.support.library import put
from worker.courses.pipeline import PIPELINE
from worker.errors import Unreachable
from worker.phases import Phase, Pipeline, Spec, Work
from worker.run import Runner

ASKED = {"query": "How to sleep better", "hours": 1.0}


def breaking(made: Counter[str], after: int) -> Pipeline:
    """The pipeline, of which one section breaks off the first time."""

    def wrapped(phase: Phase) -> Phase:
        if phase.name != "write_sections":
            return phase
        make = phase.make
        assert make is not None

        async def counted(work: Work, spec: Spec) -> dict[str, Any]:
            made[spec.key] += 1
            if made.total() == after:
                raise Unreachable
            return await make(work, spec)

        return dataclasses.replace(phase, make=counted)

    return dataclasses.replace(PIPELINE, phases=tuple(map(wrapped, PIPELINE.phases)))


async def test_a_section_that_is_written_is_never_written_again(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    await put(db, ["sleep"])
    asked = await generations.create(db, bell, settings, alice, "course", ASKED)
    made: Counter[str] = Counter()
    pipeline = breaking(made, 3)
    await Runner(db, bell, settings, "w", {"course": pipeline}).make()
    broken = await generations.get(db, alice.id, asked.generation.id)
    assert broken is not None and broken.status == "pending" and broken.error is not None
    assert await generations.cancel(db, bell, alice.id, broken.id)
    assert await generations.retry(db, bell, settings, alice.id, broken.id)
    await Runner(db, bell, settings, "w", {"course": pipeline}).make()
    document = await generations.result(db, alice.id, "course", broken.id)
    assert document is not None
    keys = [f"section-{one['number']}" for part in document["parts"] for one in part["sections"]]
    assert made == {**dict.fromkeys(keys, 1), keys[2]: 2}
    log = await generations.log(db, alice.id, broken.id, 0)
    assert log is not None
    ready = [frame for frame in log[0] if b'"item.ready"' in frame and b"section-" in frame]
    assert len(ready) == len(keys)


async def test_a_course_stays_readable_when_its_book_is_gone(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    [book] = (await put(db, ["sleep"], alice.id)).values()
    asked = await generations.create(db, bell, settings, alice, "course", ASKED)
    await Runner(db, bell, settings, "w", {"course": PIPELINE}).make()
    before = await generations.result(db, alice.id, "course", asked.generation.id)
    await importing.remove(db, book)
    after = await generations.result(db, alice.id, "course", asked.generation.id)
    assert before is not None and after == before
    source = after["parts"][0]["sections"][0]["sources"][0]
    assert source["quote"] and source["book"] == "Sleep and How to Sleep Better"


async def test_a_book_that_goes_in_the_middle_leaves_what_can_be_said_without_it(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    [book] = (await put(db, ["sleep"], alice.id)).values()
    asked = await generations.create(
        db, bell, settings, alice, "course", {**ASKED, "preferences": {"review_outline": True}}
    )
    runner = Runner(db, bell, settings, "w", {"course": PIPELINE})
    await runner.make()
    await importing.remove(db, book)
    waiting = await generations.items(db, alice.id, asked.generation.id)
    parts = [{"title": item.title, "sections": item.content["sections"]} for item in waiting]
    assert await generations.answer(db, bell, alice.id, asked.generation.id, "outline", {"parts": parts})
    await runner.make()
    document = await generations.result(db, alice.id, "course", asked.generation.id)
    assert document is not None and document["coverage"]["level"] == "none" and document["estimated_minutes"] == 0
    assert "were deleted meanwhile" in document["coverage"]["note"] and "you added" not in document["coverage"]["note"]
    assert document["summary"] == document["coverage"]["note"] and document["books"] == []
    assert all("has nothing on this" in one["lesson"] for part in document["parts"] for one in part["sections"])


async def test_another_book_takes_the_place_of_one_that_goes_in_the_middle(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    [gone] = (await put(db, ["valuation-first-principles"], alice.id)).values()
    given = {"query": "Learn DCF valuation", "hours": 1.0, "preferences": {"review_outline": True}}
    asked = await generations.create(db, bell, settings, alice, "course", given)
    runner = Runner(db, bell, settings, "w", {"course": PIPELINE})
    await runner.make()
    await importing.remove(db, gone)
    [other] = (await put(db, ["valuing-a-company"])).values()
    waiting = await generations.items(db, alice.id, asked.generation.id)
    parts = [{"title": item.title, "sections": item.content["sections"]} for item in waiting]
    assert await generations.answer(db, bell, alice.id, asked.generation.id, "outline", {"parts": parts})
    await runner.make()
    document = await generations.result(db, alice.id, "course", asked.generation.id)
    assert document is not None and document["estimated_minutes"] > 0
    assert [book["id"] for book in document["books"]] == [other]
