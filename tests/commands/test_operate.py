"""What whoever runs the product reads of everybody."""

import re
from typing import Any

import pytest
from sqlalchemy import update

from app import generations
from app.database import Database, now
from app.generations import Bell, operate
from app.generations.change import TABLE
from app.person import Person
from app.settings import Settings
from tests.conftest import ROOT
from tests.support.drill import DRILL, PROVIDER


def test_code_that_answers_requests_never_uses_it() -> None:
    """It has no filter of ownership: what it reads is for whoever runs the product."""
    for path in (ROOT / "app").rglob("*.py"):
        if "commands" not in path.parts and path.name != "operate.py":
            assert not re.search(r"\boperate\b", path.read_text()), path


@pytest.fixture
async def asked(settings: Settings, db: Database, bell: Bell, alice: Person, bob: Person) -> list[str]:
    """Alice's first, Bob's, Alice's second."""
    return [
        (await generations.create(db, bell, settings, who, DRILL.name, {"name": name})).generation.id
        for who, name in ((alice, "first"), (bob, "his"), (alice, "second"))
    ]


async def put(db: Database, id_: str, **values: Any) -> None:
    async with db.write() as session:
        await session.execute(update(TABLE).where(TABLE.c.id == id_).values(**values))


def ids(found: list[operate.Found]) -> list[str]:
    return [one.view.id for one in found]


async def test_it_is_found_by_any_end_of_its_id(db: Database, asked: list[str]) -> None:
    for part in (asked[1], asked[1].upper(), asked[1][-6:], asked[1][-13:], f" {asked[1][:34]} "):
        found = await operate.find(db, part)
        assert (found.view.id, found.email) == (asked[1], "bob@example.org")


async def test_what_names_several_or_nobody_is_refused(db: Database, asked: list[str]) -> None:
    with pytest.raises(operate.Unclear, match="several"):
        await operate.find(db, asked[0][:8])
    with pytest.raises(operate.Unclear, match="too short"):
        await operate.find(db, asked[0][-5:])
    flipped = asked[0][:-1] + ("0" if asked[0][-1] != "0" else "1")
    for nobody in (flipped, "%%%%%%", "______", "' OR 1=1"):
        with pytest.raises(operate.NotFound):
            await operate.find(db, nobody)


async def test_the_newest_come_first_and_are_filtered(db: Database, asked: list[str], bob: Person) -> None:
    assert ids(await operate.newest(db)) == asked[::-1]
    assert ids(await operate.newest(db, limit=2)) == asked[:0:-1]
    assert ids(await operate.newest(db, account_id=bob.id)) == [asked[1]]
    assert await operate.newest(db, kind="program") == []
    await put(db, asked[0], status="failed", twin=None, finished_at=now() - 7200)
    assert ids(await operate.newest(db, statuses=["failed", "cancelled"])) == [asked[0]]
    assert ids(await operate.newest(db, active=True)) == [asked[2], asked[1]]
    assert ids(await operate.newest(db, ended_within=7300)) == [asked[0]]
    assert await operate.newest(db, ended_within=7100) == []


async def test_places_in_the_queue_are_told(db: Database, asked: list[str]) -> None:
    places = {one.view.id: one.view.queue_position for one in await operate.newest(db)}
    assert places == {asked[0]: 1, asked[1]: 2, asked[2]: 3}


async def test_what_goes_on_is_what_is_active_or_has_just_ended(db: Database, asked: list[str]) -> None:
    await put(db, asked[0], status="completed", twin=None, finished_at=now() - 60)
    await put(db, asked[1], status="completed", twin=None, finished_at=now() - 1)
    assert set(ids(await operate.going_on(db, 5, 10))) == {asked[1], asked[2]}
    await put(db, asked[2], status="processing")
    assert ids(await operate.going_on(db, 0, 1)) == [asked[2]]


async def test_the_queue_tells_what_waits_for_what(db: Database, asked: list[str], alice: Person) -> None:
    await generations.pause(db, PROVIDER, 100)
    await put(db, asked[0], queued_at=now() - 50, due_at=now() - 50)
    await put(db, asked[1], status="processing")
    await put(db, asked[2], due_at=now() + 30, provider=PROVIDER)
    found = await operate.queue(db)
    drill, pause = found.kinds[0], found.pauses[0]
    assert [one.kind for one in found.kinds] == [DRILL.name]
    assert (drill.waiting, drill.delayed, drill.held, drill.running) == (1, 1, 0, 1)
    assert drill.oldest_seconds is not None
    assert 50 <= drill.oldest_seconds < 60
    assert [(one.account_id, one.email, one.count) for one in found.people] == [(alice.id, alice.email, 2)]
    assert (pause.provider, pause.waiting) == (PROVIDER, 1)
    assert 90 < pause.seconds <= 100
    assert (found.workers, found.slots) == (0, 0)
    await put(db, asked[0], waiting_for="outline")
    assert (await operate.queue(db)).kinds[0].held == 1
