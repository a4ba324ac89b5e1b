"""When a course is studied: what a person says about it, and the sessions that follow."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from app.exports.placing import WEEKDAYS, day_of, weekdays_of
from app.zones import Clock, TimeZone

OVER = 1.25  # a session may be so much longer than asked, rather than cut a section
WORKDAYS = ",".join(WEEKDAYS[:5])


def _whole(value: Any) -> Any:
    """A query has only text."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else value


class Studying(BaseModel):
    model_config = ConfigDict(extra="forbid")
    start: Annotated[
        date | None, BeforeValidator(day_of), Field(description="The first day, YYYY-MM-DD. Else tomorrow.")
    ] = None
    days: Annotated[
        str,
        AfterValidator(weekdays_of),
        Field(description="Weekdays with commas between them. Else Monday to Friday."),
    ] = ""
    time: Annotated[Clock, Field(description="HH:MM on the clocks of `tz`.")] = "18:00"
    tz: Annotated[TimeZone | None, Field(description="An IANA name such as Europe/Berlin; else the account's.")] = None
    minutes: Annotated[
        int, BeforeValidator(_whole), Field(ge=10, le=240, description="How long a session is, about: 10 to 240.")
    ] = 30


@dataclass(frozen=True)
class Piece:
    """A section, or one of the equal pieces into which a long one is cut."""

    section: dict[str, Any]
    minutes: int
    piece: int = 1
    pieces: int = 1


@dataclass(frozen=True)
class Study:
    number: int  # from 1
    start: datetime  # UTC
    pieces: list[Piece]

    @property
    def minutes(self) -> int:
        return sum(piece.minutes for piece in self.pieces)


def studies(course: dict[str, Any], told: Studying, tz: str, now: datetime) -> list[Study]:
    """Every session with its start; ``tz`` is the account's.

    Sections keep their order and are cut only when they are longer than a session. A time that clocks skip is as long
    after the skip began as it would have been without (RFC 5545, 3.3.5).
    """
    zone, clock = ZoneInfo(told.tz or tz), time.fromisoformat(told.time)
    first = told.start or tomorrow(now, told.tz or tz)
    dates = _dates(first, (told.days or WORKDAYS).split(","))
    return [
        Study(number, datetime.combine(on, clock, zone).astimezone(UTC), pieces)
        for number, (on, pieces) in enumerate(zip(dates, _packed(course, told.minutes), strict=False), start=1)
    ]


def tomorrow(now: datetime, tz: str) -> date:
    return now.astimezone(ZoneInfo(tz)).date() + timedelta(days=1)


def _dates(first: date, names: list[str]) -> Iterator[date]:
    days = {WEEKDAYS.index(name) for name in names}
    while True:
        if first.weekday() in days:
            yield first
        first += timedelta(days=1)


def _packed(course: dict[str, Any], minutes: int) -> list[list[Piece]]:
    found: list[list[Piece]] = []
    for section in (section for part in course["parts"] for section in part["sections"]):
        for piece in _cut(section, minutes):
            if found and sum(one.minutes for one in found[-1]) + piece.minutes <= minutes * OVER:
                found[-1].append(piece)
            else:
                found.append([piece])
    return found


def _cut(section: dict[str, Any], minutes: int) -> list[Piece]:
    whole = max(1, section["minutes"])
    count = 1 if whole <= minutes * OVER else ceil(whole / minutes)
    ends = [round(whole * end / count) for end in range(count + 1)]
    return [Piece(section, ends[at] - ends[at - 1], at, count) for at in range(1, count + 1)]
