"""The sessions of a program put into a calendar: the form, and the way to the file."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app import generations
from app.exports.placing import WEEKDAYS, Placing, WrongDays, next_monday, sessions
from app.pages.access import known
from app.pages.forms import Form, errors_by_field
from app.pages.templates import page

LABELS = {"start": "First day", "days": "Training days", "time": "Time"}
DAYS = [(name, name[:3].capitalize()) for name in WEEKDAYS]
FIELDS: Mapping[tuple[str | int, ...], str] = {(name,): name for name in LABELS}


def form(program: dict[str, Any], tz: str) -> Form:
    """As it would be without a word: from next Monday on, on the program's own days."""
    own = [day["weekday"] for day in program["schedule"][0]["days"]]
    start = next_monday(datetime.now(UTC), tz).isoformat()
    return Form({"start": [start], "days": own, "time": [str(Placing().time)]}, labels=LABELS)


async def calendar(request: Request) -> Response:
    """The form; once it is sent, the file, or the form with what is wrong."""
    person = await known(request)
    program_id = request.path_params["id"]
    program = await generations.result(request.state.db, person.id, "program", program_id)
    if program is None:
        raise HTTPException(404)
    told = form(program, person.time_zone)
    if request.query_params:
        told.values = {name: request.query_params.getlist(name) for name in LABELS}
        asked = {name: ",".join(values) for name, values in told.values.items() if any(values)}
        told.errors = _wrong(program, asked, person.time_zone)
        if not told.errors:
            return RedirectResponse(f"/api/v1/programs/{program_id}.ics?{urlencode(asked)}", 303)
    return page(
        request,
        person,
        "program/calendar.html",
        422 if told.errors else 200,
        program=program,
        form=told,
        weekdays=DAYS,
    )


def _wrong(program: dict[str, Any], asked: dict[str, str], tz: str) -> dict[str, str]:
    try:
        sessions(program, Placing.model_validate(asked), tz, datetime.now(UTC))
    except ValidationError as error:
        return errors_by_field(error, FIELDS)
    except WrongDays as error:
        return {"days": f"{error}."}
    return {}
