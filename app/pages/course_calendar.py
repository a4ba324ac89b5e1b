"""The study sessions of a course put into a calendar: the form, and the way to the file."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.exports.studying import WORKDAYS, Studying, studies, tomorrow
from app.pages.calendar import DAYS as DAYS
from app.pages.forms import Form, errors_by_field
from app.pages.generations import finished
from app.pages.templates import page

LABELS = {"start": "First day", "days": "Days", "time": "Time", "minutes": "Minutes a session"}
FIELDS: Mapping[tuple[str | int, ...], str] = {(name,): name for name in LABELS}


def form(course: Mapping[str, Any], tz: str) -> Form:
    """As it would be without a word: half an hour after work."""
    usual = Studying()
    start = tomorrow(datetime.now(UTC), tz).isoformat()
    values = {"start": [start], "days": WORKDAYS.split(","), "time": [usual.time], "minutes": [str(usual.minutes)]}
    return Form(values, labels=LABELS)


async def calendar(request: Request) -> Response:
    """The form; once it is sent, the file, or the form with what is wrong."""
    person, course = await finished(request, "course")
    told = form(course, person.time_zone)
    if request.query_params:
        told.values = {name: request.query_params.getlist(name) for name in LABELS}
        asked = {name: ",".join(values) for name, values in told.values.items() if any(values)}
        try:
            studies(course, Studying.model_validate(asked), person.time_zone, datetime.now(UTC))
            return RedirectResponse(f"/api/v1/courses/{course['id']}.ics?{urlencode(asked)}", 303)
        except ValidationError as error:
            told.errors = errors_by_field(error, FIELDS)
    code = 422 if told.errors else 200
    return page(request, person, "course/calendar.html", code, course=course, form=told, weekdays=DAYS)
