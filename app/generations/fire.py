"""What schedules ask for when they are due: once for each slot, however many workers look at the same time."""

import random
from dataclasses import dataclass, fields
from typing import Any

import orjson
import structlog
from pydantic import ValidationError
from sqlalchemy import Row, RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app import metrics
from app.database import Away, Database, now
from app.generations.bell import Bell
from app.generations.create import Placed, UnknownKind, order, place, tell
from app.generations.limits import OverLimit
from app.generations.slots import Rule, latest_slot, next_slot
from app.models import Account, Schedule, ScheduleSlot
from app.person import Person
from app.settings import Settings

log = structlog.get_logger()

AT_ONCE = 50  # in one look, so that the sweeper's other duties wait for no great crowd at seven o'clock
PUT_OFF = 60.0  # seconds until another try of one that fails for a reason of our own
TABLE: Any = Schedule.__table__
SLOTS: Any = ScheduleSlot.__table__
# The moment as a subquery: PostgreSQL uses no index for what may change from row to row.
DUE = (
    select(Schedule.id, Schedule.account_id, Schedule.next_at)
    .where(Schedule.next_at <= select(now()).scalar_subquery())
    .order_by(Schedule.next_at)
    .limit(AT_ONCE)
)
Due = Row[str, str, float]


@dataclass(frozen=True)
class Fired:
    outcome: str  # created, existing, quota, invalid
    reason: str = ""
    placed: Placed | None = None


async def fire(db: Database, bell: Bell, settings: Settings) -> int:
    """Use up the slots of the schedules that are due; returns how many. Any number of workers may do it at once."""
    async with db.read() as session:
        due = list(await session.execute(DUE))
    random.shuffle(due)  # so that workers seldom meet at the same one
    count = 0
    for one in due:
        try:
            async with db.write() as session:
                fired = await _fire(session, settings, one)
        except Away:
            raise
        except Exception:
            log.exception("schedule.failed", schedule=one.id)
            await _set_next(db, one, now() + PUT_OFF)
            continue
        if fired is not None:
            count += 1
            _tell(bell, one, fired)
    return count


async def _fire(session: AsyncSession, settings: Settings, due: Due) -> Fired | None:
    """Use up the latest slot that has come; those missed before it are not made up for. None: nothing to do."""
    # The account first, as everybody else does who locks both. Somebody at work on it: the next look comes soon.
    person = select(Account).where(Account.id == due.account_id).with_for_update(key_share=True, skip_locked=True)
    account = (await session.execute(person)).scalar_one_or_none()
    if account is None:
        return None
    still = select(*TABLE.c, now().label("moment")).where(*_unchanged(due)).with_for_update()
    schedule = (await session.execute(still)).mappings().one_or_none()
    if schedule is None:
        return None
    rule = Rule(**{field.name: schedule[field.name] for field in fields(Rule)})
    moment = schedule["moment"]
    slot = latest_slot(rule, moment)
    await session.execute(update(TABLE).where(*_unchanged(due)).values(next_at=next_slot(rule, moment).instant))
    used = select(SLOTS.c.slot).where(SLOTS.c.schedule_id == due.id, SLOTS.c.slot >= slot.name).limit(1)
    # Both happen only when the rules of the time zone have changed meanwhile.
    if slot.instant <= schedule["created_at"] or (await session.execute(used)).first() is not None:
        return None
    fired = await _ask(session, settings, _person(account), schedule)
    made = fired.placed and fired.placed.row["id"]
    values = {"schedule_id": due.id, "slot": slot.name, "generation_id": made}
    values |= {"outcome": fired.outcome, "reason": fired.reason}
    await session.execute(insert(SLOTS).values(**values, fired_at=now()))
    return fired


def _unchanged(due: Due) -> list[Any]:
    """It is still there, still this person's, and nobody has dealt with this slot."""
    return [TABLE.c.id == due.id, TABLE.c.account_id == due.account_id, TABLE.c.next_at == due.next_at]


def _person(account: Account) -> Person:
    return Person(
        id=account.id, email=account.email, tier=account.tier, guest=account.guest, admin=account.admin,
        time_zone=account.time_zone, units=account.units, profile=account.profile,
    )  # fmt: skip


async def _ask(session: AsyncSession, settings: Settings, person: Person, schedule: RowMapping) -> Fired:
    try:
        asked = order(schedule["kind"], schedule["input"], subject=schedule["subject"], fresh=True)
    except UnknownKind:
        return Fired("invalid", "This can no longer be made.")
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in wrong["loc"])
        return Fired("invalid", f"What it asks for is no longer possible: {where}: {wrong['msg']}.")
    for last in (False, True):
        try:
            async with session.begin_nested():
                placed = await place(session, settings, person, asked)
            break
        except OverLimit as error:
            often = "in the making" if error.what == "active" else "in 24 hours"
            return Fired("quota", f"Your limit of {error.allowed} {often} was reached.")
        except IntegrityError:  # the person has just asked for the same: look again
            if last:
                raise
    if placed.how == "existing":
        return Fired("existing", f"Another {asked.kind.label.lower()} was still being made.", placed)
    return Fired("created", "", placed)


def _tell(bell: Bell, due: Due, fired: Fired) -> None:
    """After the commit. The last frame is for pages that show the schedule; who misses it sees it when it loads."""
    metrics.add("schedule_slots", outcome=fired.outcome)
    if fired.placed is not None:
        tell(bell, due.account_id, fired.placed)
    bell.publish(due.account_id, [orjson.dumps({"type": "schedule.fired", "id": due.id})])


async def _set_next(db: Database, due: Due, moment: Any) -> None:
    async with db.write() as session:
        await session.execute(update(TABLE).where(*_unchanged(due)).values(next_at=moment))
