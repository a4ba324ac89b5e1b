"""When the sessions of a program are: what a person says about it, and the instants that follow."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.kinds.program_choices import Weekday
from app.zones import Clock, TimeZone

WEEKDAYS: tuple[str, ...] = get_args(Weekday)
YEARS = (2000, 2100)  # a first day outside of these is a slip


def day_of(value: Any) -> Any:
    """A date and nothing else that pydantic would take for one."""
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            found = date.fromisoformat(value)
            if YEARS[0] <= found.year <= YEARS[1]:
                return found
    except ValueError:
        pass
    if value is None or isinstance(value, date):
        return value
    raise PydanticCustomError("day", f"Write a date as YYYY-MM-DD, from the year {YEARS[0]} to {YEARS[1]}")


def weekdays_of(text: str) -> str:
    """The weekdays in full, in the order of the week; three letters of one are enough."""
    known = {name[:3]: name for name in WEEKDAYS} | {name: name for name in WEEKDAYS}
    given = [part.strip().lower() for part in text.split(",")] if text.strip() else []
    if not set(given) <= set(known):
        raise PydanticCustomError("weekdays", f"Name weekdays, with commas between them: {', '.join(WEEKDAYS)}")
    found = {known[name] for name in given}
    if len(found) < len(given):
        raise PydanticCustomError("weekdays_twice", "Name each weekday once")
    return ",".join(name for name in WEEKDAYS if name in found)


class Placing(BaseModel):
    """What is left out follows from the program and the account."""

    model_config = ConfigDict(extra="forbid")
    start: Annotated[
        date | None,
        BeforeValidator(day_of),
        Field(description="The first day, YYYY-MM-DD: weeks are counted from it. Else next Monday."),
    ] = None
    days: Annotated[
        str,
        AfterValidator(weekdays_of),
        Field(description="Weekdays with commas between them, `days_per_week` of them. Else the program's own."),
    ] = ""
    time: Annotated[Clock, Field(description="HH:MM on the clocks of `tz`.")] = "18:00"
    tz: Annotated[TimeZone | None, Field(description="An IANA name such as Europe/Berlin; else the account's.")] = None


class WrongDays(Exception):
    """Another number of weekdays than the program has days; ``str()`` says which is right."""

    def __init__(self, asked: int) -> None:
        super().__init__(f"This program has {asked} days a week: name {asked} weekdays")


@dataclass(frozen=True)
class Session:
    week: dict[str, Any]
    day: dict[str, Any]
    start: datetime  # UTC


def next_monday(now: datetime, tz: str) -> date:
    today = now.astimezone(ZoneInfo(tz)).date()
    return today + timedelta(days=7 - today.weekday())


def sessions(program: dict[str, Any], placing: Placing, tz: str, now: datetime) -> list[Session]:
    """Every session with its start; ``tz`` is the account's. Raises WrongDays.

    Each weekday is the first of its name from the week's first day on, and the days of a week keep their order. A week
    that was changed to fewer days uses the first of them, one that was changed to more keeps its own weekdays.
    A time that clocks skip is as long after the skip began as it would have been without (RFC 5545, 3.3.5).
    """
    chosen = placing.days.split(",") if placing.days else []
    if chosen and len(chosen) != program["days_per_week"]:
        raise WrongDays(program["days_per_week"])
    zone, clock = ZoneInfo(placing.tz or tz), time.fromisoformat(placing.time)
    first = placing.start or next_monday(now, placing.tz or tz)
    found: list[Session] = []
    for week in program["schedule"]:
        begin = first + timedelta(weeks=week["week"] - 1)
        own = [day["weekday"] for day in week["days"]]
        names = chosen if len(chosen) >= len(own) else own
        dates = sorted(begin + timedelta(days=(WEEKDAYS.index(name) - begin.weekday()) % 7) for name in names)
        for day, on in zip(week["days"], dates, strict=False):
            found.append(Session(week, day, datetime.combine(on, clock, zone).astimezone(UTC)))
    return found
