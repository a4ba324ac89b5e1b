"""How much one person may have in the making, and in a day."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import update

from app import generations
from app.database import Database, now
from app.generations import Bell, OverLimit
from app.generations.limits import in_use, of_tier
from app.models import Account, Generation
from app.person import Person
from app.settings import Settings
from tests.worker.books.test_pipeline import ask as read


def limited(settings: Settings, active: int | None = None, daily: int | None = None) -> Settings:
    return settings.model_copy(update={"max_active_per_user": active, "max_daily_per_user": daily})


class Asker:
    def __init__(self, db: Database, bell: Bell, settings: Settings) -> None:
        self.db, self.bell, self.settings = db, bell, settings

    async def ask(self, person: Person, name: str, **options: Any) -> str:
        made = await generations.create(self.db, self.bell, self.settings, person, "drill", {"name": name}, **options)
        return made.generation.id

    async def end(self, id_: str, person: Person) -> None:
        assert await generations.cancel(self.db, self.bell, person.id, id_)


async def test_no_more_than_the_limit_are_active_however_many_ask_at_once(
    db: Database, bell: Bell, settings: Settings, alice: Person, bob: Person
) -> None:
    asker = Asker(db, bell, limited(settings, active=3))
    found = await asyncio.gather(*(asker.ask(alice, str(n)) for n in range(8)), return_exceptions=True)
    refused = [one for one in found if isinstance(one, BaseException)]
    assert len(refused) == 5
    assert all(isinstance(one, OverLimit) and (one.what, one.allowed) == ("active", 3) for one in refused)
    assert await generations.count(db, alice.id) == 3
    await asker.ask(bob, "0")  # another person's are counted apart
    await asker.end(next(one for one in found if isinstance(one, str)), alice)
    await asker.ask(alice, "again")


async def test_books_take_no_place_but_count_for_the_day(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    strict = limited(settings, active=1, daily=4)
    asked = [await read(db, bell, strict, alice, b"Rain. " * 50 + b"%d" % n, f"{n}.txt") for n in range(3)]
    asker = Asker(db, bell, strict)
    drill = await asker.ask(alice, "a")
    with pytest.raises(OverLimit, match="Your limit is 4 in 24 hours"):
        await read(db, bell, strict, alice, b"Snow. " * 50, "snow.txt")
    assert asked[0].generation is not None
    await asker.end(asked[0].generation.id, alice)
    assert await generations.retry(db, bell, strict, alice.id, asked[0].generation.id)
    assert await in_use(db, strict, alice) == (1, 1)
    await asker.end(drill, alice)
    again = await generations.retry(db, bell, strict, alice.id, drill)
    assert again is not None and again.status == "pending"


async def test_what_is_there_already_is_answered_over_the_limit(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    asker = Asker(db, bell, limited(settings, active=1))
    first = await asker.ask(alice, "a", idempotency_key="k")
    assert await asker.ask(alice, "a") == first
    assert await asker.ask(alice, "a", idempotency_key="k") == first
    with pytest.raises(OverLimit):
        await asker.ask(alice, "b")


async def test_a_day_has_its_limit_and_says_when_it_is_over(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    asker = Asker(db, bell, limited(settings, daily=2))
    ids = [await asker.ask(alice, name) for name in "ab"]
    for id_ in ids:
        await asker.end(id_, alice)
    with pytest.raises(OverLimit) as refused:
        await asker.ask(alice, "c")
    assert refused.value.what == "daily"
    assert 86_300 < refused.value.retry_after <= 86_400
    async with db.write() as session:
        await session.execute(update(Generation).where(Generation.id == ids[0]).values(created_at=now() - 86_401))
    await asker.ask(alice, "c")


async def test_trying_again_needs_room_but_no_day(db: Database, bell: Bell, settings: Settings, alice: Person) -> None:
    asker = Asker(db, bell, limited(settings, active=1, daily=2))
    first = await asker.ask(alice, "a")
    await asker.end(first, alice)
    second = await asker.ask(alice, "b")
    with pytest.raises(OverLimit):
        await generations.retry(db, bell, asker.settings, alice.id, first)
    await asker.end(second, alice)
    again = await generations.retry(db, bell, asker.settings, alice.id, first)
    assert again is not None and again.status == "pending"


async def test_the_tier_of_now_counts(db: Database, bell: Bell, settings: Settings, alice: Person) -> None:
    asker = Asker(db, bell, limited(settings))
    for n in range(5):
        await asker.ask(alice, str(n))
    with pytest.raises(OverLimit, match="limit is 5"):
        await asker.ask(alice, "5")
    async with db.write() as session:
        await session.execute(update(Account).where(Account.id == alice.id).values(tier="pro"))
    await asker.ask(alice, "5")


def test_limits_by_tier_and_by_setting(settings: Settings) -> None:
    assert of_tier(limited(settings), "free") == (5, 50)
    assert of_tier(limited(settings), "pro") == (200, 2000)
    assert of_tier(limited(settings, active=0, daily=7), "pro") == (0, 7)
