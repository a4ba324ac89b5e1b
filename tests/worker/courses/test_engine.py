"""A course on the engine: what is made stays made, and what is read stays readable."""

import dataclasses
from collections import Counter
from typing import Any

from app import generations
from app.accounts import anon_id, guest_from, sign_in, sign_up
from app.database import Database
from app.generations import Bell
from app.kinds.course_outline import OutlineEdit
from app.library import importing
from app.library.outline import go_on
from app.person import Person
from app.settings import Settings
from tests.support.library import put
from worker.courses.pipeline import PIPELINE
from worker.errors import Unreachable
from worker.phases import Phase, Pipeline, Spec, Work
from worker.run import Runner

PASSWORD = "three or four words"
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


async def test_a_course_that_is_being_made_goes_with_its_guest_and_their_book(
    db: Database, bell: Bell, settings: Settings
) -> None:
    alice = await sign_up(db, "alice@example.org", PASSWORD)
    guest = await guest_from(db, settings, anon_id(settings))
    [book] = (await put(db, ["sleep"], guest.id)).values()
    asked = await generations.create(db, bell, settings, guest, "course", {**ASKED, "books": [book]})
    made: Counter[str] = Counter()

    def wrapped(phase: Phase) -> Phase:
        make = phase.make
        if phase.name != "write_sections" or make is None:
            return phase

        async def counted(work: Work, spec: Spec) -> dict[str, Any]:
            made[spec.key] += 1
            if made.total() == 3:
                await sign_in(db, bell, settings, "alice@example.org", PASSWORD, guest)
            return await make(work, spec)

        return dataclasses.replace(phase, make=counted)

    pipeline = dataclasses.replace(PIPELINE, phases=tuple(map(wrapped, PIPELINE.phases)))
    runner = Runner(db, bell, settings, "w", {"course": pipeline})
    await runner.make()
    moved = await generations.get(db, alice.id, asked.generation.id)
    assert moved is not None and (moved.status, moved.attempt) == ("pending", 1)
    await runner.make()
    document = await generations.result(db, alice.id, "course", asked.generation.id)
    assert document is not None and document["coverage"]["level"] == "good"
    written = [one for part in document["parts"] for one in part["sections"]]
    assert all(one["sources"] for one in written)
    keys = [f"section-{one['number']}" for one in written]
    assert made == {**dict.fromkeys(keys, 1), keys[2]: 2}


async def waiting(
    db: Database,
    bell: Bell,
    settings: Settings,
    person: Person,
    hours: float = 1.0,
    told: dict[str, Any] | None = None,
) -> tuple[Runner, str, list[dict[str, Any]]]:
    """A course that waits for its outline, and the outline."""
    told = told or {**ASKED, "hours": hours, "preferences": {"review_outline": True}}
    asked = await generations.create(db, bell, settings, person, "course", told)
    runner = Runner(db, bell, settings, "w", {"course": PIPELINE})
    await runner.make()
    items = await generations.items(db, person.id, asked.generation.id)
    return runner, asked.generation.id, [{"title": one.title, "sections": one.content["sections"]} for one in items]


async def gone_on(
    db: Database, bell: Bell, person: Person, runner: Runner, id_: str, parts: list[dict[str, Any]]
) -> dict[str, Any]:
    told = [{**part, "sections": [{n: v for n, v in one.items() if n in {"id", "title"}} for one in part["sections"]]}
            for part in parts]  # fmt: skip
    edit = OutlineEdit.model_validate({"parts": told})
    assert await go_on(db, bell, person.id, id_, edit)
    await runner.make()
    document = await generations.result(db, person.id, "course", id_)
    assert document is not None
    return document


async def test_a_course_whose_books_go_while_its_outline_waits_says_so(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    [book] = (await put(db, ["sleep"], alice.id)).values()
    runner, id_, parts = await waiting(db, bell, settings, alice)
    await importing.remove(db, book)
    made = await gone_on(db, bell, alice, runner, id_, parts)
    assert made["coverage"]["level"] == "none" and made["estimated_minutes"] == 0 and made["books"] == []
    assert all("has nothing on this" in one["lesson"] for part in made["parts"] for one in part["sections"])
    count = sum(len(part["sections"]) for part in parts)
    assert count > 5
    told = f"The books that {count} sections were to be made from were deleted meanwhile, and the library has no other."
    assert made["summary"] == made["coverage"]["note"] == told


async def test_a_section_whose_book_goes_is_made_of_another_that_serves(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    [book] = (await put(db, ["sleep"], alice.id)).values()
    runner, id_, parts = await waiting(db, bell, settings, alice, 0.5)
    await put(db, ["sleep"])
    await importing.remove(db, book)
    new = {"title": "Training a falcon"}
    parts[-1]["sections"].append(new)
    made = await gone_on(db, bell, alice, runner, id_, parts)
    written = [one for part in made["parts"] for one in part["sections"]]
    assert written[0]["sources"] and written[0]["sources"][0]["book_id"] != book
    assert made["coverage"]["level"] == "thin" and "none" not in made["summary"]
    assert "The library has nothing on “Training a falcon”, which you added." in made["coverage"]["note"]
    assert "composed from “Sleep and How to Sleep Better”" in made["summary"]


async def test_a_section_that_is_added_is_of_what_it_is_called_or_says_where_that_is(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    await put(db, ["first-aid"])
    told = {"query": "First aid", "hours": 3.0, "preferences": {"review_outline": True}}
    runner, id_, parts = await waiting(db, bell, settings, alice, told=told)
    where = next((part, one) for part in parts for one in part["sections"] if "burn" in one["title"].lower())
    for title in ("Burns", "Bird photography", "Nosebleeds"):
        parts[-1]["sections"].append({"title": title})
    made = await gone_on(db, bell, alice, runner, id_, parts)
    sections = {one["title"]: one for part in made["parts"] for one in part["sections"]}
    assert where[1]["title"] in sections["Burns"]["lesson"] and "treats this already" in sections["Burns"]["lesson"]
    assert sections["Bird photography"]["lesson"].startswith("The library has nothing on this yet.")
    assert "treats this already" in sections["Nosebleeds"]["lesson"] and not sections["Nosebleeds"]["sources"]
    assert "“Burns” and “Nosebleeds” are treated in other sections already." in made["coverage"]["note"]
    assert made["coverage"]["missing"] == ["Bird photography"]


async def test_what_was_left_out_of_the_outline_is_told(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    await put(db, ["sleep"])
    runner, id_, parts = await waiting(db, bell, settings, alice)
    count = sum(len(part["sections"]) for part in parts)
    made = await gone_on(db, bell, alice, runner, id_, [{**parts[0], "sections": parts[0]["sections"][:1]}])
    minutes = made["estimated_minutes"]
    assert made["coverage"]["note"] == (
        f"You kept 1 of {count} sections: the course takes about {minutes} minutes, and you asked for 1 hour."
    )


async def test_sentences_of_a_book_that_goes_before_the_review_stay_and_are_told_of(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    [book] = (await put(db, ["sleep"], alice.id)).values()
    asked = await generations.create(db, bell, settings, alice, "course", ASKED)
    before: dict[str, str] = {}

    def wrapped(phase: Phase) -> Phase:
        run = phase.run
        if phase.name != "review_outline" or run is None:
            return phase

        async def late(work: Work) -> Any:
            before.update({key: one["lesson"] for key, one in work.made.items() if "lesson" in one})
            await importing.remove(db, book)
            return await run(work)

        return dataclasses.replace(phase, run=late)

    pipeline = dataclasses.replace(PIPELINE, phases=tuple(map(wrapped, PIPELINE.phases)))
    await Runner(db, bell, settings, "w", {"course": pipeline}).make()
    made = await generations.result(db, alice.id, "course", asked.generation.id)
    assert made is not None
    assert before == {f"section-{one['number']}": one["lesson"] for part in made["parts"] for one in part["sections"]}
    assert not any("do not support" in change for change in made["review"]["changes"])
    assert any("deleted meanwhile" in change for change in made["review"]["changes"])
    assert "before" not in made["review"]


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
