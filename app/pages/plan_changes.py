"""What a person does with a plan: follow it, tick things off, weigh themselves, change it."""

import asyncio
import time
from typing import Any

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app import generations
from app.generations import ACTIVE, Created
from app.generations.revise import Newer, revise
from app.pages import forms
from app.pages.forms import Form
from app.pages.generations import to
from app.pages.plan_graphs import POUND
from app.pages.plans import own, shown, today
from app.person import Person
from app.plans.follow import NotInPlan, NoWeighIns, activate
from app.plans.follow import mark as mark_done
from app.plans.follow import weigh as weigh_in

LABELS = {
    "what": "Change", "part": "What to write anew", "day": "Day", "meal": "Meal", "food": "Food", "to": "Instead",
    "grams": "Grams", "reason": "Your words", "weight": "Weight", "to_version": "Version",
}  # fmt: skip
NUMBERS = {"version", "day", "meal", "grams", "to_version"}
CHANGED = "The plan has changed since you looked at it. Look at it again, then ask again."
# A swap is done before the eye notices; what takes longer is watched on its own page.
PATIENCE, LOOK_EVERY = 3.0, 0.1


async def follow(request: Request) -> Response:
    person, plan = await own(request)
    form = await forms.read(request)
    state = "archived" if form.value("state") == "archived" else "active"
    await activate(request.state.db, person.id, plan["id"], state)
    return back(plan["id"])


def back(plan_id: str, day: str = "", place: str = "") -> Response:
    return RedirectResponse(f"/plans/{plan_id}" + (f"?day={day}" if day else "") + (f"#{place}" if place else ""), 303)


async def mark(request: Request) -> Response:
    """``day``, ``what`` and ``done`` (yes or no)."""
    person, plan = await own(request)
    form = await forms.read(request)
    day = forms.number(form.value("day"))
    if not isinstance(day, int):
        raise HTTPException(404)
    try:
        await mark_done(request.state.db, person.id, plan["id"], day, {form.value("what"): form.value("done") == "yes"})
    except NotInPlan:
        raise HTTPException(404) from None
    if request.headers.get("x-fragment"):
        return Response(status_code=204)
    return back(plan["id"], str(day) if day else form.value("at"), "shopping" if day == 0 else "")


async def weigh(request: Request) -> Response:
    person, plan = await own(request)
    form = await forms.read(request, LABELS)
    value = forms.number(form.value("weight"))
    kilograms = value * (POUND if plan["units"] == "lb" else 1.0) if not isinstance(value, str) else 0.0
    if not 25 <= kilograms <= 350:
        least, most = (55, 770) if plan["units"] == "lb" else (25, 350)
        form.errors["weight"] = f"Write a weight between {least} and {most} {plan['units']}."
        return await shown(request, person, plan, form, 422)
    try:
        await weigh_in(request.state.db, person.id, kilograms, today(person), plan["subject"])
    except NoWeighIns:
        raise HTTPException(404) from None
    return back(plan["id"], place="scale")


async def change(request: Request) -> Response:
    """Ask for a change; back at the plan if it is done at once, else where it is seen being made."""
    person, plan = await own(request)
    form = await forms.read(request, LABELS)
    state, code = request.state, 422
    try:
        made = await revise(
            state.db, state.bell, state.settings, person, "plan_edit", plan["id"], _given(form)
        )  # fmt: skip
    except ValidationError as error:
        names: dict[tuple[str | int, ...], str] = {(name,): name for name in LABELS}
        form.errors = forms.errors_by_field(error, names)
    except Newer:
        form.errors[""], code = CHANGED, 409
    else:
        if made is None:
            raise HTTPException(404)
        return await _led(request, person, made, plan["id"], form)
    return await shown(request, person, plan, form, code)


async def _led(request: Request, person: Person, made: Created, plan_id: str, form: Form) -> Response:
    until = time.monotonic() + PATIENCE
    status = made.generation.status
    while status in ACTIVE and time.monotonic() < until:
        await asyncio.sleep(LOOK_EVERY)
        found = await generations.get(request.state.db, person.id, made.generation.id)
        status = found.status if found else "failed"
    if status != "completed":
        return to(made)
    meal = form.value("meal")
    return back(plan_id, form.value("day"), f"meal-{meal}" if meal else "")


def _given(form: Form) -> dict[str, Any]:
    """The `PlanEdit` that the form gives."""
    given: dict[str, Any] = {}
    for name in ("version", *LABELS):
        value = form.value(name)
        if value and name != "weight":
            given[name] = forms.number(value) if name in NUMBERS else value
    if given.get("what") in {"swap_meal", "redo"}:
        given.pop("food", None)
    if given.get("what") == "redo":
        given.pop("meal", None)
    return given
