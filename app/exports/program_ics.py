"""A program as a calendar: RFC 5545 ("Internet Calendaring and Scheduling", 2009), one event a session.

Times are in UTC, each computed with its place's clocks on that very day: the session stays at 18:00 when they change.
An event keeps its UID however it is placed, so that a calendar imported again moves it instead of doubling it.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from icalendar import Calendar, Event

from app.exports import words
from app.exports.placing import Session
from app.kinds.program_sets import groups


def to_ics(
    program: dict[str, Any], placed: list[Session], stamp: datetime, *, subject: str = "", page: str = ""
) -> bytes:
    """``stamp`` is now, in UTC; ``subject`` whom it is for; ``page`` the program's address."""
    name = f"{program['title']} ({subject})" if subject else program["title"]
    calendar = Calendar()
    calendar.add("prodid", "-//Unfold//Training program//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", name)  # RFC 7986
    calendar.add("x-wr-calname", name)  # what calendars read in practice
    for session in placed:
        calendar.add_component(_event(program, session, stamp, subject, page))
    written: bytes = calendar.to_ical()
    return written


def uid(program_id: str, week: int, day: int) -> str:
    return str(uuid5(UUID(program_id), f"week-{week}-day-{day}"))


def _event(program: dict[str, Any], session: Session, stamp: datetime, subject: str, page: str) -> Event:
    week, day = session.week, session.day
    summary = f"{day['name']} · week {week['week']} of {program['weeks']}"
    event = Event()
    event.add("uid", uid(program["id"], week["week"], day["day"]))
    event.add("sequence", program["version"])
    event.add("dtstamp", stamp)
    event.add("dtstart", session.start)
    event.add("duration", timedelta(minutes=day["estimated_minutes"]))
    event.add("summary", f"{subject}: {summary}" if subject else summary)
    event.add("description", description(week, day, program["units"]))
    if page:
        event.add("url", f"{page}?week={week['week']}&day={day['day']}")
    return event


def description(week: dict[str, Any], day: dict[str, Any], units: str) -> str:
    """The session in plain text, a line an exercise."""
    head = f"{words.phase(week['phase'])}. {day.get('focus', '')}".strip()
    exercises = [
        f"{label} {exercise['name']}: {'; '.join(_sets(exercise, units))}".lstrip()
        for label, exercise in zip(words.labels(day), day["exercises"], strict=True)
    ]
    return "\n\n".join(part for part in (head, day.get("warm_up", ""), "\n".join(exercises)) if part)


def _sets(exercise: dict[str, Any], units: str) -> list[str]:
    return [
        f"{words.work(group)} {words.sides(exercise)}".rstrip()
        + f", {words.load(group, units)} {words.hands(exercise, group)}".rstrip()
        + f", RPE {words.number(group.rpe)}, rest {words.rest(group.rest_seconds)}"
        for group in groups(exercise["sets"])
    ]
