"""Schedules: asking for the same again and again, at a local time. `slots` says when, `fire` does it."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from sqlalchemy import RowMapping, Select, delete, func, insert, select

from app.database import Database, now
from app.generations.create import Order, order
from app.generations.fire import fire
from app.generations.slots import WEEKDAYS, Every, Rule, Weekday, local_day, next_slot
from app.generations.view import Status, result_of, when
from app.ids import uuid7
from app.library.chosen import check_books
from app.models import Account, Generation
from app.models import Schedule as Row
from app.models import ScheduleSlot as Slot
from app.person import Person
from app.zones import Clock, TimeZone

__all__ = ["MOST", "Schedule", "Timing", "TooMany", "create", "fire", "get", "items", "remove"]

MOST = 50  # of one person
TABLE: Any = Row.__table__


class TooMany(Exception):
    """The person has as many schedules as anybody may have; ``str()`` is for them."""

    def __init__(self) -> None:
        super().__init__(f"You have {MOST} schedules, which is the most. Delete one first.")


class Timing(BaseModel):
    """When, as a person says it. What is left out is of the day on which the schedule is made."""

    model_config = ConfigDict(extra="forbid", strict=True)
    every: Every
    at: Annotated[Clock, Field(description="HH:MM on the clocks of `tz`.")]
    weekday: Annotated[Weekday | None, Field(description="With `week`; else that of today.")] = None
    month_day: Annotated[
        int | None,
        Field(ge=1, le=31, description="With `month`; else today's. A shorter month has it on its last day."),
    ] = None
    tz: Annotated[TimeZone | None, Field(description="An IANA name; else the account's.")] = None

    @field_validator("weekday", "month_day")
    @classmethod
    def _belongs(cls, value: Any, info: ValidationInfo) -> Any:
        owner = {"weekday": "week", "month_day": "month"}[str(info.field_name)]
        if value is not None and info.data.get("every", owner) != owner:
            raise PydanticCustomError("other_every", "Only with every: {owner}", {"owner": owner})
        return value

    def rule(self, person: Person, moment: float) -> Rule:
        """As of ``moment``, with what was left out."""
        tz = self.tz or person.time_zone
        today = local_day(tz, moment)
        weekday = self.weekday or WEEKDAYS[today.weekday()] if self.every == "week" else None
        month_day = self.month_day or today.day if self.every == "month" else None
        return Rule(self.every, self.at, tz, weekday, month_day)


class LastSlot(BaseModel):
    """What became of the last slot. ``status`` and ``title`` are those of the generation now."""

    slot: str
    outcome: Literal["created", "existing", "quota", "invalid"]
    reason: str
    generation_id: str | None
    generation: Annotated[str | None, Field(description="Its address.")]
    page: Annotated[str | None, Field(description="Where a person sees it, or its result when that is ready.")]
    status: Status | None
    title: str | None
    fired_at: datetime


class Schedule(BaseModel):
    id: str
    kind: str
    subject: str
    input: dict[str, Any]
    every: Every
    at: str
    weekday: Weekday | None
    month_day: int | None
    tz: str
    next_at: datetime
    last: LastSlot | None
    created_at: datetime


def _rows(account_id: str) -> Select[Any]:
    """A person's schedules, each with its last slot and the generation of that."""
    newest = select(func.max(Slot.slot)).where(Slot.schedule_id == Row.id).correlate(Row).scalar_subquery()
    return (
        select(
            *TABLE.c, Slot.slot, Slot.outcome, Slot.reason, Slot.fired_at, Slot.generation_id,
            Generation.status, Generation.title,
        )
        .outerjoin_from(Row, Slot, (Slot.schedule_id == Row.id) & (Slot.slot == newest))
        .outerjoin(Generation, Generation.id == Slot.generation_id)
        .where(Row.account_id == account_id)
    )  # fmt: skip


def _view(row: RowMapping) -> Schedule:
    values = {name: row[name] for name in Schedule.model_fields if name in row}
    values |= {"next_at": when(row["next_at"]), "created_at": when(row["created_at"]), "last": None}
    if row["slot"] is not None:
        last = {name: row[name] for name in LastSlot.model_fields if name in row}
        values["last"] = LastSlot(**{**last, **_links(row), "fired_at": when(row["fired_at"])})
    return Schedule(**values)


def _links(row: RowMapping) -> dict[str, str | None]:
    made = row["generation_id"]
    if made is None:
        return {"generation": None, "page": None}
    ready = row["status"] == "completed"
    page = result_of(made, row["kind"], row["title"])["url"] if ready else f"/generations/{made}"
    return {"generation": f"/api/v1/generations/{made}", "page": page}


async def create(
    db: Database, person: Person, kind: str, given: dict[str, Any], timing: Timing, *, subject: str = ""
) -> tuple[Schedule, bool]:
    """A new schedule, or the very same one that is there already; and whether it is new.

    Raises TooMany, UnknownKind, pydantic's ValidationError (``given`` is not the kind's input, or names books that the
    person does not see).
    """
    asked = order(kind, given, subject=subject, fresh=True)
    await check_books(db, person.id, asked.kind, asked.asked)
    async with db.write() as session:
        # One after the other for each person, so that they are counted and a double click makes one.
        account = select(Account.id).where(Account.id == person.id).with_for_update(key_share=True)
        await session.execute(account)
        moment = (await session.execute(select(now()))).scalar_one()
        new = _values(asked, timing.rule(person, moment))
        mine = (await session.execute(_rows(person.id))).mappings().all()
        for row in mine:
            if all(row[name] == value for name, value in new.items()):
                return _view(row), False
        if len(mine) >= MOST:
            raise TooMany
        made = {"id": uuid7(), "account_id": person.id, "created_at": moment}
        following = next_slot(timing.rule(person, moment), moment).instant
        await session.execute(insert(TABLE), {**new, **made, "next_at": following})
        row = (await session.execute(_rows(person.id).where(Row.id == made["id"]))).mappings().one()
    return _view(row), True


def _values(asked: Order, rule: Rule) -> dict[str, Any]:
    given = {name: value for name, value in asked.asked.items() if name not in asked.kind.once}
    return {"kind": asked.kind.name, "subject": asked.subject, "input": given, **asdict(rule)}


async def items(db: Database, account_id: str) -> list[Schedule]:
    """All of a person's, newest first."""
    async with db.read() as session:
        found = (await session.execute(_rows(account_id).order_by(Row.id.desc()))).mappings().all()
    return [_view(row) for row in found]


async def get(db: Database, account_id: str, schedule_id: str) -> Schedule | None:
    async with db.read() as session:
        row = (await session.execute(_rows(account_id).where(Row.id == schedule_id))).mappings().one_or_none()
    return None if row is None else _view(row)


async def remove(db: Database, account_id: str, schedule_id: str) -> bool:
    """Delete it; what it has made stays. False: there is no such schedule of this person."""
    async with db.write() as session:
        mine = delete(TABLE).where(TABLE.c.id == schedule_id, TABLE.c.account_id == account_id).returning(TABLE.c.id)
        return (await session.execute(mine)).scalar_one_or_none() is not None
