"""A course as a calendar of study sessions: RFC 5545 ("Internet Calendaring and Scheduling", 2009).

The nth session keeps its UID however it is placed, so that a calendar imported again moves it instead of doubling it.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from icalendar import Calendar, Event

from app.exports.studying import Piece, Study


def to_ics(course: dict[str, Any], planned: list[Study], stamp: datetime, *, page: str = "") -> bytes:
    """``stamp`` is now, in UTC; ``page`` the course's address."""
    calendar = Calendar()
    calendar.add("prodid", "-//Unfold//Course//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", course["title"])  # RFC 7986
    calendar.add("x-wr-calname", course["title"])  # what calendars read in practice
    for study in planned:
        calendar.add_component(_event(course, study, len(planned), stamp, page))
    written: bytes = calendar.to_ical()
    return written


def uid(course_id: str, number: int) -> str:
    return str(uuid5(UUID(course_id), f"study-{number}"))


def _event(course: dict[str, Any], study: Study, of: int, stamp: datetime, page: str) -> Event:
    event = Event()
    event.add("uid", uid(course["id"], study.number))
    event.add("sequence", course["version"])
    event.add("dtstamp", stamp)
    event.add("dtstart", study.start)
    event.add("duration", timedelta(minutes=study.minutes))
    event.add("summary", f"{course['title']} · session {study.number} of {of}")
    event.add("description", "\n\n".join(_described(piece) for piece in study.pieces))
    if page:
        event.add("url", f"{page}/{study.pieces[0].section['number']}")
    return event


def _described(piece: Piece) -> str:
    section = piece.section
    which = f", piece {piece.piece} of {piece.pieces}" if piece.pieces > 1 else ""
    return "\n".join(
        [
            f"{section['number']} {section['title']}{which} ({piece.minutes} min)",
            *(f"– {objective}" for objective in section["objectives"]),
        ]
    )
