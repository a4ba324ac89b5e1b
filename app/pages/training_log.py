"""The log of a program: its sessions, how strength, weight and readiness went, and the check-in of each week."""

from typing import Any

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.accounts import Person
from app.ids import valid
from app.kinds import program_choices as choices
from app.kinds.training import CheckInInput
from app.pages import forms
from app.pages.forms import Form
from app.pages.programs import own
from app.pages.templates import page
from app.pages.trends import Told, Trend, day_of, trend
from app.training import log
from app.training.pain import pain_of

SCALES = {
    "stress": "Stress, 1 calm to 10 high", "soreness": "Soreness, 1 none to 10 very sore",
    "motivation": "Motivation, 1 none to 10 high",
}  # fmt: skip
LABELS = {
    "week": "Week", "sleep_hours": "Sleep", **SCALES, "body_weight": "Body weight", "notes": "Anything else",
    **{f"pain.{area}": label for area, label in choices.AREAS.items()},
}  # fmt: skip
NUMBERS = ("sleep_hours", *SCALES, "body_weight")
EMPTY = "Tell at least one thing."


async def show(request: Request) -> Response:
    person, program = await own(request)
    logged = await log.items(request.state.db, person.id, program["id"])
    told = {row["week"]: row["told"] for row in await log.check_ins(request.state.db, person.id, program["id"])}
    done = [one["week"] for one in logged if one["finished_at"] is not None]
    asked = request.query_params.get("week", "")
    week = int(asked) if asked.isdecimal() and 1 <= int(asked[:3]) <= program["weeks"] else max(done, default=1)
    return await _page(request, person, program, _form(week, told.get(week, {})))


def _form(week: int, told: dict[str, Any]) -> Form:
    values = {name: [f"{told[name]:g}"] for name in NUMBERS if told.get(name) is not None}
    pain = {f"pain.{one['area']}": [one["severity"]] for one in told.get("pain", ())}
    return Form({"week": [str(week)], **values, **pain, "notes": [told.get("notes", "")]}, labels=dict(LABELS))


async def _page(request: Request, person: Person, program: dict[str, Any], form: Form, code: int = 200) -> Response:
    db = request.state.db
    logged = [dict(one) for one in await log.items(db, person.id, program["id"])]
    told = [dict(one) for one in await log.check_ins(db, person.id, program["id"])]
    names = {one["exercise"]: one["name"] for week in program["schedule"] for day in week["days"]
             for one in day["exercises"]}  # fmt: skip
    return page(
        request,
        person,
        "training/log.html",
        code,
        program=program,
        form=form,
        sessions=[_row(program, one) for one in logged],
        check_ins=told,
        strength=strength(program, names),
        body=[one for one in body(program, logged, told) if one],
        signs=program.get("learned", {}).get("signs", []),
        saved="saved" in request.query_params,
        weeks=[(str(week), f"Week {week}") for week in range(1, program["weeks"] + 1)],
        scales=SCALES,
        levels=[(str(level), str(level)) for level in range(1, 11)],
        areas=list(choices.AREAS.items()),
        severities=list(choices.SEVERITIES.items()),
    )


def _row(program: dict[str, Any], one: dict[str, Any]) -> dict[str, Any]:
    """A session, with what its day is called; the plan may have other days by now."""
    week: dict[str, Any] = next((w for w in program["schedule"] if w["week"] == one["week"]), {"days": []})
    day = next((day for day in week["days"] if day["day"] == one["day"]), None)
    sets = sum(not done["warm_up"] for entry in one["entries"] for done in entry["sets"])
    pain, notes = pain_of(one["notes"])
    return {**one, "name": day["name"] if day else "", "sets": sets, "pain": pain, "notes": notes}


def strength(program: dict[str, Any], names: dict[str, str]) -> list[Trend]:
    """What each exercise shows for one repetition, those with the most sessions first."""
    found = []
    for key, points in program.get("learned", {}).get("e1rm", {}).items():
        told = [Told(day_of(point["date"]), point["value"], point["from"]) for point in points]
        name = names.get(key, key.replace("_", " ").capitalize())
        if (one := trend(name, program["units"], told)) is not None:
            found.append(one)
    return sorted(found, key=lambda one: (-len(one.dots), one.name))


def body(
    program: dict[str, Any], logged: list[dict[str, Any]], check_ins: list[dict[str, Any]]
) -> tuple[Trend | None, Trend | None]:
    weights = [Told(day_of(one["created_at"]), one["told"]["body_weight"], f"Check-in of week {one['week']}")
               for one in check_ins if one["told"].get("body_weight") is not None]  # fmt: skip
    ready = [Told(day_of(one["started_at"]), one["readiness"], f"Week {one['week']}, day {one['day']}")
             for one in reversed(logged) if one["readiness"] is not None]  # fmt: skip
    return trend("Body weight", program["units"], weights), trend("Readiness", "of 100", ready)


async def check_in(request: Request) -> Response:
    person, program = await own(request)
    form = await forms.read(request, LABELS)
    given: dict[str, Any] = {name: forms.number(form.value(name)) for name in NUMBERS if form.value(name)}
    pain = [{"area": area, "severity": form.value(f"pain.{area}")} for area in choices.AREAS
            if form.value(f"pain.{area}")]  # fmt: skip
    week = forms.number(form.value("week"))
    if not given and not pain and not form.value("notes"):
        form.errors[""] = EMPTY
        return await _page(request, person, program, form, 422)
    try:
        told = CheckInInput.model_validate({**given, "pain": pain, "notes": form.value("notes")})
        await log.check_in(request.state.db, person, program["id"], week if isinstance(week, int) else 0, told)
    except ValidationError as error:
        form.errors = forms.errors_by_field(error, {(name,): name for name in (*NUMBERS, "pain", "notes")})
    except log.NotInProgram as error:
        form.errors[error.field] = f"{error}."
    if form.errors:
        return await _page(request, person, program, form, 422)
    await log.adapt(request.state.db, request.state.bell, request.state.settings, person, program["id"])
    return RedirectResponse(f"/programs/{program['id']}/log?week={week}&saved#check-in", 303)


async def remove(request: Request) -> Response:
    """Take a session out of the log."""
    person, program = await own(request)
    training_id = request.path_params["training"]
    if not valid(training_id) or not await log.remove(request.state.db, person.id, program["id"], training_id):
        raise HTTPException(404)
    return RedirectResponse(f"/programs/{program['id']}/log", 303)
