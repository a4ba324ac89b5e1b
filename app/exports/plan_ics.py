"""A plan as a calendar (RFC 5545): an event a session and a meal, on the plan's own days."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from pydantic import BaseModel, ConfigDict, Field

from app.exports.plan_text import eaten, recovery, sets
from app.zones import TimeZone

MEAL_MINUTES = 30


class PlanPlacing(BaseModel):
    """A plan has its own dates and times; only whose clocks they are is asked."""

    model_config = ConfigDict(extra="forbid")
    tz: Annotated[TimeZone | None, Field(description="An IANA name such as Europe/Berlin; else the account's.")] = None


def to_ics(plan: dict[str, Any], tz: str, stamp: datetime, *, page: str = "") -> bytes:
    """``stamp`` is now, in UTC. An event keeps its UID in every version of the plan, so that calendars move it."""
    calendar = Calendar()
    calendar.add("prodid", "-//Unfold//Weekly plan//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", plan["title"])
    calendar.add("x-wr-calname", plan["title"])
    for day in plan["days"]:
        for number, meal in enumerate(day["nutrition"]["meals"], 1):
            told = "\n".join([*(eaten(item) for item in meal["items"]), "", meal["method"]]).strip()
            minutes = MEAL_MINUTES
            calendar.add_component(_event(plan, day, f"meal-{number}", meal, minutes, told, tz, stamp, page))
        if training := day["training"]:
            lines = [f"{one['name']}: {sets(one, plan['units'])}" for one in training["exercises"]]
            told = "\n".join([training["warm_up"], *lines, "", *recovery(day)]).strip()
            minutes = training["estimated_minutes"]
            calendar.add_component(_event(plan, day, "training", training, minutes, told, tz, stamp, page))
    written: bytes = calendar.to_ical()
    return written


def _event(
    plan: dict[str, Any], day: dict[str, Any], what: str, of: dict[str, Any], minutes: int, told: str, tz: str,
    stamp: datetime, page: str,
) -> Event:  # fmt: skip
    event = Event()
    event.add("uid", str(uuid5(UUID(plan["id"]), f"day-{day['day']}-{what}")))
    event.add("sequence", plan["version"])
    event.add("dtstamp", stamp)
    local = datetime.combine(date.fromisoformat(day["date"]), time.fromisoformat(of["time"]), ZoneInfo(tz))
    event.add("dtstart", local.astimezone(UTC))
    event.add("duration", timedelta(minutes=minutes))
    event.add("summary", of["name"])
    event.add("description", told)
    if page:
        event.add("url", f"{page}?day={day['day']}")
    return event
