"""A generation that waits for a person in the middle."""

import pytest
from sqlalchemy import update

from app import generations
from app.database import Database, now
from app.generations import Bell, Piece, rescue
from app.models import Generation
from app.person import Person
from app.settings import Settings
from tests.worker.test_run import Drills, drills

assert drills


async def test_it_waits_for_the_person_and_goes_on_with_what_they_say(drills: Drills, bob: Person) -> None:
    id_ = await drills.ask(consults=True)
    await drills.make()
    view = await drills.view(id_)
    assert (view.status, view.waiting_for, view.queue_position) == ("pending", "outline", None)
    assert (await drills.events(id_))[-1]["type"] == "generation.waiting"
    await rescue.ring_again(drills.db, drills.bell, 10)
    await drills.make()  # nobody takes it up meanwhile, however often it is rung for
    assert drills.effects == ["prepare"]

    mine = Piece("write_parts", "part-1", 1, "My part", 1, {"number": 1, "text": "My own."})
    said = (drills.db, drills.bell, drills.person.id, id_)
    assert await generations.answer(drills.db, drills.bell, bob.id, id_, "outline", {}, [mine]) is None
    with pytest.raises(generations.NotPossible):
        await generations.answer(*said, "something else", {})
    going = await generations.answer(*said, "outline", {"parts": 2}, [mine])
    assert going is not None and (going.waiting_for, going.queue_position) == (None, 1)
    with pytest.raises(generations.NotPossible):
        await generations.answer(*said, "outline", {"parts": 9})
    await drills.make()
    assert (await drills.view(id_)).status == "completed"
    assert drills.effects == ["prepare", "part-2"]  # the person's own part is kept
    told = [e["type"] for e in await drills.events(id_)]
    assert [e["seq"] for e in await drills.events(id_)] == list(range(1, len(told) + 1))
    assert told.count("generation.waiting") == 1 and told.count("item.ready") == 2


async def test_waiting_is_outside_all_time_limits_and_can_be_cancelled(drills: Drills) -> None:
    id_ = await drills.ask(consults=True)
    await drills.make()
    async with drills.db.write() as session:
        month = update(Generation).values(queued_at=now() - 2.6e6, due_at=now() - 2.6e6, created_at=now() - 2.6e6)
        await session.execute(month)
    await generations.answer(drills.db, drills.bell, drills.person.id, id_, "outline", {"parts": 1})
    await drills.make()
    assert (await drills.view(id_)).status == "completed"
    other = await drills.ask(consults=True, name="other")
    await drills.make()
    found = await generations.cancel(drills.db, drills.bell, drills.person.id, other)
    assert found is not None and (found.status, found.waiting_for) == ("cancelled", None)


async def test_what_waits_for_a_person_takes_no_place_of_their_limit(
    db: Database, bell: Bell, settings: Settings, drills: Drills
) -> None:
    await drills.ask(consults=True)
    await drills.make()
    narrow = settings.model_copy(update={"max_active_per_user": 1})
    asked = await generations.create(db, bell, narrow, drills.person, "drill", {"name": "another"})
    assert asked.generation.status == "pending"
