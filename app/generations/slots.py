"""When a schedule is due. A slot is a date and time on the clocks of a place; its instant is when they first show it.

No I/O here. Instants are Unix seconds.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Every = Literal["day", "week", "month"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# Days and weeks, or months, that are looked at before and after a moment. Clocks have been put on or back by a whole
# day (Samoa, December 2011), so the slot looked for can be a day or two from where the calendar has it.
REACH = 3


@dataclass(frozen=True)
class Rule:
    """``weekday`` counts with weeks, ``month_day`` (1-31, the last day of shorter months) with months."""

    every: Every
    at: str  # HH:MM
    tz: str  # IANA name
    weekday: Weekday | None = None
    month_day: int | None = None


@dataclass(frozen=True)
class Slot:
    local: datetime  # without a zone, as the clocks of the place show it
    instant: float

    @property
    def name(self) -> str:
        """What tells the slots of one schedule apart, and sorts them: YYYY-MM-DDTHH:MM."""
        return self.local.isoformat(timespec="minutes")


def next_slot(rule: Rule, after: float) -> Slot:
    """The first slot whose instant is later than ``after``."""
    return next(slot for slot in _around(rule, after) if slot.instant > after)


def latest_slot(rule: Rule, moment: float) -> Slot:
    """The last slot whose instant has come by ``moment``. Of two of one instant, the later one."""
    return [slot for slot in _around(rule, moment) if slot.instant <= moment][-1]


def local_day(tz: str, moment: float) -> date:
    return datetime.fromtimestamp(moment, ZoneInfo(tz)).date()


def _around(rule: Rule, moment: float) -> Iterator[Slot]:
    zone, at = ZoneInfo(rule.tz), time.fromisoformat(rule.at)
    for day in _days(rule, local_day(rule.tz, moment)):
        local = datetime.combine(day, at)
        yield Slot(local, first_instant(local, zone))


def _days(rule: Rule, today: date) -> Iterator[date]:
    """The rule's days around one, in their order."""
    for step in range(-REACH, REACH + 1):
        if rule.every == "day":
            yield today + timedelta(days=step)
        elif rule.every == "week":
            assert rule.weekday is not None
            yield today + timedelta(days=WEEKDAYS.index(rule.weekday) - today.weekday(), weeks=step)
        else:
            assert rule.month_day is not None
            year, month = divmod(today.year * 12 + today.month - 1 + step, 12)
            yield date(year, month + 1, min(rule.month_day, monthrange(year, month + 1)[1]))


def first_instant(local: datetime, zone: ZoneInfo) -> float:
    """When the clocks of ``zone`` first show ``local``, or, where they are put on past it, what comes after it."""
    later = local.replace(tzinfo=zone, fold=0).timestamp()
    if _shown(later, zone) == local:
        return later  # fold 0: the first of two
    # In a gap, fold 0 is read with the offset of before it and so is late by less than the gap; fold 1 is early.
    early, late = int(local.replace(tzinfo=zone, fold=1).timestamp()), int(later)
    while late - early > 1:
        middle = (early + late) // 2
        if _shown(middle, zone) < local:
            early = middle
        else:
            late = middle
    return float(late)


def _shown(instant: float, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(instant, UTC).astimezone(zone).replace(tzinfo=None, fold=0)
