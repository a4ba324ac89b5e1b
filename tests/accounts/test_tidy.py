"""Rows that nobody needs go, and nothing else."""

from typing import Any

from sqlalchemy import insert, select, update

from app import generations
from app.accounts.tidy import tidy
from app.database import Database, now
from app.generations import Bell
from app.ids import uuid7
from app.models import Account, IdempotencyKey, Schedule, ScheduleSlot, Session
from app.person import Person
from app.settings import Settings
from tests.conftest import new_person

SCHEDULE = {"kind": "drill", "input": {}, "every": "day", "at": "07:00", "tz": "UTC", "next_at": 4e9}


async def sessions(db: Database, account: Person, expires_in: float) -> str:
    id_ = uuid7()
    async with db.write() as session:
        values = {"id": id_, "account_id": account.id, "created_at": now(), "expires_at": now() + expires_in}
        await session.execute(insert(Session).values(**values))
    return id_


async def ids(db: Database, column: Any) -> set[str]:
    async with db.read() as session:
        return set((await session.execute(select(column))).scalars())


async def test_what_is_over_goes_and_what_is_not_stays(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    stranger, visitor, maker = [await new_person(db, None) for _ in range(3)]
    over, open_, visits = [
        await sessions(db, alice, -1), await sessions(db, alice, 60), await sessions(db, visitor, 60)
    ]  # fmt: skip
    await generations.create(db, bell, settings, maker, "drill", {}, idempotency_key="old")
    await generations.create(db, bell, settings, alice, "drill", {}, idempotency_key="new")
    async with db.write() as session:
        await session.execute(update(Account).values(created_at=now() - 31 * 86_400))
        old = update(IdempotencyKey).where(IdempotencyKey.key == "old")
        await session.execute(old.values(created_at=now() - 8 * 86_400))
        schedule = uuid7()
        await session.execute(insert(Schedule).values(**SCHEDULE, id=schedule, account_id=alice.id, created_at=now()))
        for slot, age in (("2025-01-01T07:00", 401), ("2026-01-01T07:00", 36)):
            used = {"schedule_id": schedule, "slot": slot, "outcome": "created", "fired_at": now() - age * 86_400}
            await session.execute(insert(ScheduleSlot).values(**used))
    young = await new_person(db, None)
    assert await tidy(db) == 4
    assert await ids(db, Account.id) == {alice.id, visitor.id, maker.id, young.id}
    assert stranger.id not in await ids(db, Account.id)
    assert await ids(db, Session.id) == {open_, visits} and over not in await ids(db, Session.id)
    assert await ids(db, IdempotencyKey.key) == {"new"}
    assert await ids(db, ScheduleSlot.slot) == {"2026-01-01T07:00"}
    assert await tidy(db) == 0
