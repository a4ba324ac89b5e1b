"""Schedules: mine, a new one from something that was made, one less."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app import generations
from app.accounts import Person
from app.generations import Generation, schedules
from app.generations.schedules import Schedule, Timing, TooMany
from app.generations.slots import WEEKDAYS
from app.ids import valid
from app.kinds import KINDS, offered
from app.pages import forms, kinds
from app.pages.access import known
from app.pages.accounts import zones
from app.pages.filters import words
from app.pages.forms import Form
from app.pages.templates import page

LABELS = {"every": "How often", "weekday": "Day of the week", "month_day": "Day of the month", "at": "Time"}
LABELS["tz"] = "Time zone"
EVERY = [("day", "Every day"), ("week", "Every week"), ("month", "Every month")]
CHOOSE_FROM = 12  # of the newest generations
IMPOSSIBLE = "What this asked for is no longer possible. Ask for a new one, and put that on a schedule."


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th ... 11th ... 21st."""
    ending = "th" if number // 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def in_words(schedule: Schedule) -> str:
    if schedule.every == "week" and schedule.weekday:
        return f"Every {schedule.weekday.capitalize()} at {schedule.at}"
    if schedule.every == "month" and schedule.month_day:
        last = ", or its last day," if schedule.month_day > 28 else ""
        return f"Every month on the {ordinal(schedule.month_day)}{last} at {schedule.at}"
    return f"Every day at {schedule.at}"


async def index(request: Request) -> Response:
    person = await known(request)
    found = await schedules.items(request.state.db, person.id)
    made = (await generations.page(request.state.db, person.id, kinds=offered(), limit=1)).items if not found else []
    return page(
        request,
        person,
        "schedules/index.html",
        rows=[_row(one) for one in found],
        full=len(found) >= schedules.MOST,
        has_made=bool(made),
        new=request.query_params.get("new", ""),
        same=request.query_params.get("same", ""),
        deleted="deleted" in request.query_params,
    )


def _row(schedule: Schedule) -> dict[str, Any]:
    heading, about = _described(schedule)
    return {"schedule": schedule, "heading": heading, "about": about, "when": in_words(schedule)}


def _described(schedule: Schedule) -> tuple[str, str]:
    """What it makes and how; in a word where that can no longer be made."""
    if schedule.kind not in KINDS:
        return words(schedule.kind), ""
    try:
        KINDS[schedule.kind].input_model.model_validate(schedule.input)
    except ValidationError:
        return kinds.label(schedule.kind), ""
    own = kinds.pages(schedule.kind)
    return own.heading(schedule.input), own.about(schedule.input)


async def row(request: Request) -> Response:
    person = await known(request)
    schedule_id = request.path_params["id"]
    found = await schedules.get(request.state.db, person.id, schedule_id) if valid(schedule_id) else None
    if found is None:
        raise HTTPException(404)
    return page(request, person, "schedules/row.html", row=_row(found), new="")


async def new(request: Request) -> Response:
    """The form; without a generation to repeat, the choice of one."""
    person = await known(request)
    generation_id = request.query_params.get("generation", "")
    if not generation_id:
        return await _choose(request, person)
    asked = await _asked(request, person, generation_id)
    today = datetime.now(ZoneInfo(person.time_zone))
    values = {"every": "week", "at": "07:00", "weekday": WEEKDAYS[today.weekday()], "month_day": str(today.day)}
    form = Form({name: [value] for name, value in {**values, "tz": person.time_zone}.items()}, labels=LABELS)
    return _form_page(request, person, form, *asked)


async def _choose(request: Request, person: Person) -> Response:
    found = await generations.page(request.state.db, person.id, kinds=offered(), limit=CHOOSE_FROM)
    told = await generations.inputs(request.state.db, person.id, [one.id for one in found.items])
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in found.items:  # the newest of each
        own = kinds.pages(one.kind)
        heading, about = own.heading(told[one.id]), own.about(told[one.id])
        rows.setdefault((heading, about, one.subject), {"generation": one, "heading": heading, "about": about})
    return page(request, person, "schedules/choose.html", rows=list(rows.values()))


async def _asked(request: Request, person: Person, generation_id: str) -> tuple[Generation, dict[str, Any]]:
    """A generation of this person that can be asked for again, and its input."""
    db = request.state.db
    found = await generations.get(db, person.id, generation_id) if valid(generation_id) else None
    if found is None or found.kind not in offered():
        raise HTTPException(404)
    told = (await generations.inputs(db, person.id, [found.id]))[found.id]
    return found, {name: value for name, value in told.items() if name not in KINDS[found.kind].once}


def _form_page(
    request: Request, person: Person, form: Form, generation: Generation, told: dict[str, Any], code: int = 200
) -> Response:
    own = kinds.pages(generation.kind)
    return page(
        request,
        person,
        "schedules/new.html",
        code,
        form=form,
        generation=generation,
        heading=own.heading(told),
        about=own.about(told),
        told=own.told(told),
        every=EVERY,
        weekdays=[(name, name.capitalize()) for name in WEEKDAYS],
        month_days=[(str(day), ordinal(day)) for day in range(1, 32)],
        zones=zones(form.value("tz") or person.time_zone),
    )


async def create(request: Request) -> Response:
    person = await known(request)
    form = await forms.read(request, LABELS)
    generation, told = await _asked(request, person, form.value("generation"))
    code = 422
    try:
        timing = Timing.model_validate(_timing(form))
    except ValidationError as error:
        form.errors = forms.errors_by_field(error, {(name,): name for name in LABELS})
        return _form_page(request, person, form, generation, told, code)
    try:
        made, new = await schedules.create(
            request.state.db, person, generation.kind, told, timing, subject=generation.subject
        )
    except ValidationError:
        form.errors[""] = IMPOSSIBLE
    except TooMany as error:
        form.errors[""], code = str(error), 409
    else:
        return RedirectResponse(f"/schedules?{'new' if new else 'same'}={made.id}", 303)
    return _form_page(request, person, form, generation, told, code)


def _timing(form: Form) -> dict[str, Any]:
    """What counts of the fields: all three days stand in the form, and one of them at most is meant."""
    every, clock = form.value("every"), form.value("at")
    if short := re.fullmatch(r"(\d)([:.]\d\d)", clock):  # typed where browsers offer no clock
        clock = f"0{short[1]}{short[2]}"
    given = {"every": every, "at": clock.replace(".", ":"), "tz": form.value("tz") or None}
    if every == "week":
        given["weekday"] = form.value("weekday") or None
    if every == "month" and form.value("month_day"):
        return {**given, "month_day": forms.number(form.value("month_day"))}
    return given


async def delete(request: Request) -> Response:
    person = await known(request)
    schedule_id = request.path_params["id"]
    if not valid(schedule_id):
        raise HTTPException(404)
    gone = await schedules.remove(request.state.db, person.id, schedule_id)
    return RedirectResponse("/schedules?deleted" if gone else "/schedules", 303)
