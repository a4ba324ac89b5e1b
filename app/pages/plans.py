"""Plans: the form, and the finished week."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app import generations
from app.accounts import Person, anon_id, identify, start_session
from app.generations import OverLimit
from app.kinds import plan_choices as choices
from app.kinds.plan_edit import PARTS
from app.pages import forms, plan_form
from app.pages.access import known
from app.pages.forms import Form
from app.pages.generations import to
from app.pages.plan_graphs import weights
from app.pages.programs import OPTIONS, new_guest
from app.pages.templates import page, refused
from app.plans import read

CHOICES: dict[str, Any] = {
    **{
        name: OPTIONS[name] for name in ("experiences", "minutes", "equipment", "units", "sexes", "areas", "severities")
    },
    "goals": [(value, text, choices.GOAL_HINTS[value]) for value, text in choices.GOALS.items()],
    "activities": list(choices.ACTIVITIES.items()),
    "conditions": list(choices.CONDITIONS.items()),
    "days": [(count, str(count)) for count in range(1, 8)],
    "times": list(choices.TRAINING_TIMES.items()),
    "diets": list(choices.DIETS.items()),
    "allergens": list(choices.ALLERGENS.items()),
    "meals": [(count, str(count)) for count in range(2, 7)],
    "budgets": list(choices.BUDGETS.items()),
    "weekdays": [(name, text[:3]) for name, text in plan_form.SAID["travel_days"].items()],
    "supplements": list(plan_form.SAID["supplements"].items()),
}


async def mine(request: Request) -> Response:
    return RedirectResponse("/generations?kind=plan", 303)


async def new(request: Request) -> Response:
    person = await identify(request)
    query: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        query.setdefault(name, []).append(value)
    form = plan_form.new_form(person.profile if person else {}, person.units if person else "kg", query)
    return page(request, person, "plan/new.html", form=form, anon=anon_id(request.state.settings), **CHOICES)


async def create(request: Request) -> Response:
    form = await forms.read(request, plan_form.LABELS)
    told = plan_form.check(form)
    person = await identify(request)
    if told is None:
        anon = form.value("anon") or anon_id(request.state.settings)
        return page(request, person, "plan/new.html", 422, form=form, anon=anon, **CHOICES)
    guest = None if person else await new_guest(request, form)
    asker = person or guest
    assert asker is not None
    response = await _asked(request, asker, form, told)
    if guest:
        state = request.state
        await start_session(state.db, state.settings, guest.id, response, request.headers.get("user-agent", ""))
    return response


async def _asked(request: Request, person: Person, form: Form, told: dict[str, Any]) -> Response:
    state = request.state
    try:
        return to(await generations.create(state.db, state.bell, state.settings, person, "plan", told))
    except OverLimit as limit:
        return refused(request, person, "plan/new.html", limit, form=form, anon=form.value("anon"), **CHOICES)


async def own(request: Request) -> tuple[Person, dict[str, Any]]:
    """The person and the finished plan of the address; one that is not made yet leads to its live page."""
    person = await known(request)
    plan_id = request.path_params["id"]
    plan = await read.plan(request.state.db, person.id, plan_id)
    if plan is None:
        generation = await generations.get(request.state.db, person.id, plan_id)
        if generation is None or generation.kind != "plan":
            raise HTTPException(404)
        raise HTTPException(303, headers={"Location": f"/generations/{plan_id}"})
    return person, plan


def today(person: Person) -> date:
    return datetime.now(UTC).astimezone(ZoneInfo(person.time_zone)).date()


def day_number(plan: dict[str, Any], asked: str, on: date) -> int:
    """The day that is shown first: the one asked for, else today, else the first."""
    if asked:
        if asked not in {str(day["day"]) for day in plan["days"]}:
            raise HTTPException(404)
        return int(asked)
    return next((int(day["day"]) for day in plan["days"] if day["date"] == on.isoformat()), 1)


async def show(request: Request) -> Response:
    person, plan = await own(request)
    return await shown(request, person, plan, Form(labels={}))


async def shown(request: Request, person: Person, plan: dict[str, Any], form: Form, code: int = 200) -> Response:
    on = today(person)
    number = day_number(plan, request.query_params.get("day", "") or form.value("day"), on)
    scale = await read.weigh_ins(request.state.db, person.id, plan["subject"]) if plan["show_numbers"] else []
    aisles: dict[str, list[dict[str, Any]]] = {}
    for row in plan["shopping_list"]:
        aisles.setdefault(choices.AISLES[row["aisle"]], []).append(row)
    return page(
        request, person, "plan/show.html", code, plan=plan, form=form, day=plan["days"][number - 1],
        on=on.isoformat(), aisles=aisles, bought=set(plan["done"].get("0", [])), parts=list(PARTS.items()),
        scale=weights(scale, plan["units"]), api=f"/api/v1/plans/{plan['id']}",
    )  # fmt: skip
