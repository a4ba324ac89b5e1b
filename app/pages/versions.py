"""The versions of a program: what has changed and why, what differs between two, and asking for a change."""

from typing import Any

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.accounts import Person
from app.generations import edits
from app.generations.revise import Newer, revise
from app.kinds.program_choices import WEEKDAYS
from app.pages import forms, train
from app.pages.forms import Form
from app.pages.generations import to
from app.pages.programs import OPTIONS, own
from app.pages.templates import page
from app.training import log
from app.training.compare import compare

LABELS = {
    "what": "What to change", "week": "Week", "day": "Day", "exercise": "Exercise", "to": "What instead",
    "from_week": "From week", "days_per_week": "Days a week", "weekdays": "Weekdays",
    "session_minutes": "Minutes a session", "equipment": "Equipment", "reason": "Why", "to_version": "Version",
}  # fmt: skip
NUMBERS = {"version", "week", "day", "from_week", "days_per_week", "session_minutes", "to_version"}
LISTS = {"weekdays", "equipment"}
CHANGED = "The program was changed meanwhile, perhaps in another tab. This is how it is now: look at it, and ask again."


async def index(request: Request) -> Response:
    person, program = await own(request)
    made = await edits.versions(request.state.db, person.id, program["id"])
    return page(request, person, "training/versions.html", program=program, versions=made)


async def compared(request: Request) -> Response:
    """Two versions beside each other; without a word, the newest and the one before."""
    person, program = await own(request)
    newest = program["version"]
    numbers = [forms.number(request.query_params.get(name, default))
               for name, default in (("from", str(max(1, newest - 1))), ("to", str(newest)))]  # fmt: skip
    if not all(isinstance(one, int) and 1 <= one <= newest for one in numbers):
        raise HTTPException(404)
    db, old, new = request.state.db, int(numbers[0]), int(numbers[1])
    found = [await edits.at_version(db, person.id, "program", program["id"], one) for one in (old, new)]
    if found[0] is None or found[1] is None:
        raise HTTPException(404)
    return page(
        request,
        person,
        "training/compare.html",
        program=program,
        form=Form({"from": [str(old)], "to": [str(new)]}),
        versions=[(str(one), f"Version {one}") for one in range(1, newest + 1)],
        old=old,
        new=new,
        differences=compare(found[0], found[1]),
    )


async def choose(request: Request) -> Response:
    """What can be changed; a link may have chosen the exercise or the week already."""
    person, program = await own(request)
    values = {name: request.query_params.getlist(name) for name in LABELS if name in request.query_params}
    return await _page(request, person, program, Form(values, labels=dict(LABELS)))


async def _page(request: Request, person: Person, program: dict[str, Any], form: Form, code: int = 200) -> Response:
    logged = [dict(one) for one in await log.items(request.state.db, person.id, program["id"])]
    done = {(one["week"], one["day"]) for one in logged if one["finished_at"] is not None}
    last = max((week for week, _ in done), default=0)
    coming = [
        {**week, "days": [day for day in week["days"] if week["week"] > last or (week["week"], day["day"]) not in done]}
        for week in program["schedule"]
        if week["week"] >= last
    ]
    coming = [week for week in coming if week["days"]]
    exercises = {one["exercise"]: one for week in coming for day in week["days"] for one in day["exercises"]}
    chosen = exercises.get(form.value("exercise"))
    place = train.next_place(program, logged)
    return page(
        request,
        person,
        "training/change.html",
        code,
        program=program,
        form=form,
        coming=coming,
        names=sorted(((key, one["name"]) for key, one in exercises.items()), key=lambda pair: pair[1]),
        chosen=chosen,
        instead=[(key, chosen["substitute_names"].get(key, key)) for key in chosen["substitutes"]] if chosen else [],
        next_week=next((week for week in coming if not week["deload"] and week["week"] > (place or (0, 0))[0]), None),
        days=OPTIONS["days"],
        minutes=OPTIONS["minutes"],
        equipment=OPTIONS["equipment"],
        weekdays=[(name, name[:3].capitalize()) for name in WEEKDAYS],
    )


async def change(request: Request) -> Response:
    """Ask for a change; leads to where it is seen being made."""
    person, program = await own(request)
    form = await forms.read(request, LABELS)
    state, code = request.state, 422
    try:
        made = await revise(
            state.db, state.bell, state.settings, person, "program_edit", program["id"], _given(form)
        )  # fmt: skip
    except ValidationError as error:
        names: dict[tuple[str | int, ...], str] = {(name,): name for name in LABELS}
        form.errors = forms.errors_by_field(error, names)
    except Newer:
        form.errors[""], code = CHANGED, 409
    else:
        if made is None:
            raise HTTPException(404)
        return to(made)
    return await _page(request, person, program, form, code)


def _given(form: Form) -> dict[str, Any]:
    """The `ProgramEdit` that the form gives. A ``place`` is a week, ``2``, or a session of it, ``2.1``."""
    given: dict[str, Any] = {}
    for name in ("version", *LABELS):
        values = [value for value in form.values.get(name, []) if value]
        if values:
            given[name] = values if name in LISTS else forms.number(values[0]) if name in NUMBERS else values[0]
    week, _, day = form.value("place").partition(".")
    given |= {name: forms.number(value) for name, value in (("week", week), ("day", day)) if value}
    if given.get("what") == "anew":
        given["what"] = "day" if day else "week"
    return given
