"""Schedules for the tests: new ones, and such whose time has come."""

from typing import Any

from sqlalchemy import func, select, update

from app.database import Database, now
from app.generations import schedules
from app.generations.schedules import Schedule, Timing
from app.models import Schedule as Row
from app.models import ScheduleSlot
from app.person import Person

DAILY = Timing(every="day", at="07:00", tz="Europe/Berlin")


async def made(db: Database, person: Person, timing: Timing = DAILY, subject: str = "", **given: Any) -> Schedule:
    schedule, new = await schedules.create(db, person, "drill", given or {"parts": 1}, timing, subject=subject)
    assert new
    return schedule


async def again(db: Database, schedule: Schedule) -> Schedule:
    """As it is now."""
    async with db.read() as session:
        owner = (await session.execute(select(Row.account_id).where(Row.id == schedule.id))).scalar_one()
    found = await schedules.get(db, owner, schedule.id)
    assert found is not None
    return found


async def used_slots(db: Database) -> int:
    async with db.read() as session:
        return (await session.execute(select(func.count()).select_from(ScheduleSlot))).scalar_one()


async def overdue(db: Database, *ids: str, days: float = 0.0) -> None:
    """As if they had been made long ago and nobody had looked at them for so many days. No ids: all there are."""
    values = {"next_at": now() - days * 86400 - 1, "created_at": now() - 90 * 86400}
    chosen = [Row.id.in_(ids)] if ids else []
    async with db.write() as session:
        await session.execute(update(Row).where(*chosen).values(**values))
