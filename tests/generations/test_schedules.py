"""Schedules are made, read and deleted, and go where their person goes; on both stores."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import delete, update

from app import accounts, generations
from app.accounts import Person
from app.database import Database
from app.generations import Bell, schedules
from app.generations.schedules import Timing
from app.models import Account, Generation, ScheduleSlot
from app.settings import Settings
from tests.support.schedules import DAILY, again, made, overdue, used_slots


async def test_deleting_keeps_what_was_made(db: Database, bell: Bell, settings: Settings, alice: Person) -> None:
    schedule = await made(db, alice)
    await overdue(db, schedule.id)
    await schedules.fire(db, bell, settings)
    assert await schedules.remove(db, alice.id, schedule.id)
    assert await generations.count(db, alice.id) == 1 and await used_slots(db) == 0


async def test_with_the_person_the_schedules_go(db: Database, bell: Bell, settings: Settings, alice: Person) -> None:
    await overdue(db, (await made(db, alice)).id)
    async with db.write() as session:
        await session.execute(delete(Account).where(Account.id == alice.id))
    assert await schedules.fire(db, bell, settings) == 0


async def test_what_is_left_out_is_of_the_local_day(db: Database, alice: Person) -> None:
    far = Timing(every="week", at="09:15", tz="Pacific/Kiritimati")
    today = datetime.now(UTC) + timedelta(hours=14)
    week = await made(db, alice, far)
    assert week.weekday == f"{today:%A}".lower() and week.month_day is None
    month = await made(db, alice, far.model_copy(update={"every": "month"}))
    assert month.month_day == today.day and month.weekday is None
    day = await made(db, alice, far.model_copy(update={"every": "day"}))
    assert (day.weekday, day.month_day, day.last) == (None, None, None)
    for one in (week, month, day):
        local = one.next_at + timedelta(hours=14)
        assert f"{local:%H:%M}" == "09:15" and one.next_at > datetime.now(UTC)
    mine = await made(db, alice, Timing(every="day", at="05:00"))
    assert mine.tz == alice.time_zone


async def test_a_later_change_of_the_accounts_zone_changes_no_schedule(db: Database, alice: Person) -> None:
    schedule = await made(db, alice, Timing(every="day", at="05:00"))
    await accounts.change(db, alice.id, time_zone="Asia/Tokyo")
    assert await again(db, schedule) == schedule


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("at", {"at": "7:00"}), ("at", {"at": "24:00"}), ("at", {"at": "07:60"}), ("at", {"at": "٠٧:٠٠"}),
        ("at", {"at": "07:00:00"}), ("tz", {"tz": "Mars/Olympus"}), ("tz", {"tz": "localtime"}),
        ("tz", {"tz": "../UTC"}), ("every", {"every": "year"}), ("weekday", {"weekday": "monday"}),
        ("weekday", {"every": "week", "weekday": "Monday"}), ("month_day", {"every": "week", "month_day": 1}),
        ("month_day", {"every": "month", "month_day": 0}), ("month_day", {"every": "month", "month_day": 32}),
        ("month_day", {"every": "month", "month_day": 1.5}), ("hour", {"hour": 7}),
    ],
)  # fmt: skip
def test_a_wrong_time_is_refused_by_its_field(field: str, given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        Timing.model_validate({"every": "day", "at": "07:00", **given})
    assert [error["loc"] for error in refused.value.errors()] == [(field,)]


async def test_a_double_click_makes_one_schedule(db: Database, alice: Person, bob: Person) -> None:
    clicks = [schedules.create(db, alice, "drill", {}, DAILY) for _ in range(6)]
    found = await asyncio.gather(*clicks, schedules.create(db, bob, "drill", {}, DAILY))
    assert len({schedule.id for schedule, _ in found}) == 2 and sum(new for _, new in found) == 2
    assert len(await schedules.items(db, alice.id)) == 1
    await made(db, alice, DAILY.model_copy(update={"at": "07:01"}))
    assert len(await schedules.items(db, alice.id)) == 2


async def test_nobody_has_more_than_the_most(db: Database, alice: Person, bob: Person) -> None:
    for n in range(schedules.MOST - 2):
        await made(db, alice, name=str(n))
    more = [schedules.create(db, alice, "drill", {"name": f"more {n}"}, DAILY) for n in range(6)]
    refused = await asyncio.gather(*more, return_exceptions=True)
    assert sum(isinstance(one, schedules.TooMany) for one in refused) == 4
    assert len(await schedules.items(db, alice.id)) == schedules.MOST
    await made(db, bob)


async def test_schedules_are_ones_own(db: Database, alice: Person, bob: Person) -> None:
    schedule = await made(db, alice)
    assert await schedules.get(db, bob.id, schedule.id) is None
    assert await schedules.items(db, bob.id) == []
    assert await schedules.get(db, alice.id, schedule.id) == schedule


async def test_a_guests_schedules_go_to_the_account(db: Database, bell: Bell, settings: Settings) -> None:
    person = await accounts.sign_up(db, "ann@example.org", "a long enough password")
    guest = await accounts.guest_from(db, settings, "")
    schedule = await made(db, guest)
    await overdue(db, schedule.id)
    await schedules.fire(db, bell, settings)
    await accounts.sign_in(db, bell, settings, "ann@example.org", "a long enough password", guest)
    [moved] = await schedules.items(db, person.id)
    assert moved.id == schedule.id and moved.last is not None
    await overdue(db, schedule.id)
    async with db.write() as session:  # another day
        await session.execute(update(ScheduleSlot).values(slot="2020-01-01T07:00"))
        await session.execute(update(Generation).values(twin=None, status="cancelled"))
    await schedules.fire(db, bell, settings)
    assert await generations.count(db, person.id) == 2
