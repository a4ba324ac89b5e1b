"""Programs: the form, and the finished program."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app import generations
from app.accounts import GUESTS, Person, Throttled, anon_id, guest_from, identify, start_session, throttle
from app.generations import OverLimit
from app.kinds import program_choices as choices
from app.pages import calendar, forms, program_form, program_view
from app.pages.forms import Form
from app.pages.generations import finished, to
from app.pages.templates import page, refused
from app.security import client_address

OPTIONS: dict[str, Any] = {
    "goals": [(value, text, choices.GOAL_HINTS[value]) for value, text in choices.GOALS.items()],
    "experiences": [(value, text, choices.EXPERIENCE_HINTS[value]) for value, text in choices.EXPERIENCES.items()],
    "days": [(count, str(count)) for count in range(2, 8)],
    "minutes": [(count, str(count)) for count in program_form.MINUTES],
    "weeks": [(count, f"{count} weeks") for count in range(4, 17)],
    "equipment": [(value, text, choices.EQUIPMENT_HINTS[value]) for value, text in choices.EQUIPMENT.items()],
    "units": list(choices.UNITS.items()),
    "lifts": list(choices.LIFTS.items()),
    "lifts_sources": list(choices.LIFTS_SOURCES.items()),
    "sexes": list(choices.SEXES.items()),
    "areas": list(choices.AREAS.items()),
    "severities": list(choices.SEVERITIES.items()),
    "energies": list(choices.ENERGIES.items()),
    "stress": [(level, str(level)) for level in range(1, 11)],
    "muscles": list(choices.MUSCLES.items()),
}


def options(form: Form) -> dict[str, Any]:
    """The choices, with the minutes of the profile among them when they are none of the usual."""
    minutes = {count for count, _ in OPTIONS["minutes"]}
    told = form.value("session_minutes")
    if told.isdecimal() and 20 <= int(told) <= 120:
        minutes.add(int(told))
    return {**OPTIONS, "minutes": [(count, str(count)) for count in sorted(minutes)]}


async def new(request: Request) -> Response:
    person = await identify(request)
    query: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        query.setdefault(name, []).append(value)
    form = program_form.new_form(person.profile if person else {}, person.units if person else "kg", query)
    return page(request, person, "program/new.html", form=form, anon=anon_id(request.state.settings), **options(form))


async def create(request: Request) -> Response:
    form = await forms.read(request, program_form.LABELS)
    told = program_form.check(form)
    person = await identify(request)
    if told is None:
        anon = form.value("anon") or anon_id(request.state.settings)
        return page(request, person, "program/new.html", 422, form=form, anon=anon, **options(form))
    state = request.state
    guest = None if person else await new_guest(request, form)
    asker = person or guest
    assert asker is not None
    response: Response
    try:
        created = await generations.create(state.db, state.bell, state.settings, asker, "program", told)
        response = to(created)
    except OverLimit as limit:
        anon = form.value("anon")
        response = refused(request, asker, "program/new.html", limit, form=form, anon=anon, **options(form))
    if guest:
        await start_session(state.db, state.settings, guest.id, response, request.headers.get("user-agent", ""))
    return response


async def new_guest(request: Request, form: Form) -> Person:
    """The account of a first visitor; a double click of one form makes one."""
    state = request.state
    try:
        await throttle(state.bell, state.settings, GUESTS, client_address(request, state.settings))
    except Throttled as error:
        raise HTTPException(429, headers={"Retry-After": str(error.retry_after)}) from None
    return await guest_from(state.db, state.settings, form.value("anon"), form.value("time_zone"), form.value("units"))


async def own(request: Request) -> tuple[Person, dict[str, Any]]:
    """The person and the finished program of the address; one that is not made yet leads to its live page."""
    return await finished(request, "program")


async def show(request: Request) -> Response:
    person, program = await own(request)
    template, of = program_view.chosen(program, request.query_params)
    return page(
        request,
        person,
        template,
        program=program,
        api=f"/api/v1/programs/{program['id']}",
        models=choices.MODELS,
        splits=choices.SPLITS,
        form=calendar.form(program, person.time_zone),
        weekdays=calendar.DAYS,
        **of,
    )
