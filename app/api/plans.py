"""Finished plans: read, download, follow, change."""

import asyncio
from datetime import UTC, date, datetime
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import Response

from app import generations
from app.api.calls import Answer, Asked, Call, answer, missing, raw
from app.api.problems import Problem, invalid, of_validation
from app.api.programs import MEDIA
from app.api.schemas import ListResults, ResultHead, ResultPage
from app.exports.names import filename
from app.exports.plan_csv import to_csv
from app.exports.plan_ics import PlanPlacing, to_ics
from app.exports.plan_text import to_markdown
from app.generations import Generation, edits
from app.generations.revise import Newer, revise
from app.generations.view import when
from app.kinds.fields import Line, Told
from app.kinds.plan import Day, PlanResult
from app.kinds.plan_edit import Part, PlanEdit
from app.plans import read
from app.plans.follow import NotInPlan, NoWeighIns, activate, forget_weight, mark, weigh

KIND = "plan"


class Plan(PlanResult):
    """A week."""

    version: int
    done: dict[str, list[str]] = Field({}, description="By day what is done; of day 0 the foods bought.")


class Redo(Told):
    """Write training, meals or both anew; the rest of the plan is kept."""

    reason: Annotated[str, Field(max_length=500)] = ""
    what: Part
    day: Annotated[int, Field(ge=1, le=7)] | None = None
    version: Annotated[int, Field(ge=1)] | None = None


class Swap(Told):
    """A meal (counted from 1) for another, or with ``food`` a food in it; ``to``: the id of what comes instead."""

    meal: Annotated[int, Field(ge=1, le=6)]
    food: Line | None = None
    to: Line | None = None


class Amount(Told):
    meal: Annotated[int, Field(ge=1, le=6)]
    food: Line
    grams: Annotated[float, Field(ge=0, le=5000, allow_inf_nan=False)]


class ChangeDay(Told):
    """``done``: training, nutrition, recovery. One of ``swap`` and ``amount`` at a time."""

    version: Annotated[int, Field(ge=1)] | None = None
    done: dict[str, bool] = Field({})
    swap: Swap | None = None
    amount: Amount | None = None
    reason: Annotated[str, Field(max_length=500)] = ""


class State(BaseModel):
    id: str
    state: str


class WeighInInput(Told):
    day: Day
    weight_kg: Annotated[float, Field(ge=25, le=350, allow_inf_nan=False)]
    subject: Line = ""


class WeighIn(BaseModel):
    day: str
    weight_kg: float


class WeighIns(BaseModel):
    items: list[WeighIn]


class OfSubject(BaseModel):
    model_config = ConfigDict(extra="forbid")
    subject: Line = ""


class OfDay(OfSubject):
    day: Day


async def index(asked: Asked[None, ListResults]) -> Response:
    heads, following = await generations.results(asked.db, asked.person.id, KIND, **dict(asked.query))
    items = [ResultHead(**{**head, "created_at": when(head["created_at"])}) for head in heads]
    return answer(ResultPage(items=items, next_cursor=following))


async def _plan(asked: Asked[Any, Any]) -> dict[str, Any]:
    found = await read.plan(asked.db, asked.person.id, asked.id)
    if found is None:
        raise missing()
    return found


async def show(asked: Asked[None, None]) -> Response:
    return raw(orjson.dumps(await _plan(asked)))


async def as_json(asked: Asked[None, None]) -> Response:
    plan = await _plan(asked)
    return _file(plan, "json", orjson.dumps(plan, option=orjson.OPT_INDENT_2))


async def as_markdown(asked: Asked[None, None]) -> Response:
    plan = await _plan(asked)
    return _file(plan, "md", to_markdown(plan).encode())


async def as_csv(asked: Asked[None, None]) -> Response:
    plan = await _plan(asked)
    return _file(plan, "csv", to_csv(plan))


async def as_calendar(asked: Asked[None, PlanPlacing]) -> Response:
    plan = await _plan(asked)
    base = asked.settings.public_url or str(asked.request.base_url).rstrip("/")
    tz, page = asked.query.tz or asked.person.time_zone, f"{base}/plans/{asked.id}"
    return _file(plan, "ics", await asyncio.to_thread(to_ics, plan, tz, datetime.now(UTC), page=page))


async def as_pdf(asked: Asked[None, None]) -> Response:
    plan = await _plan(asked)
    return _file(plan, "pdf", await asyncio.to_thread(_pdf, plan))


def _pdf(plan: dict[str, Any]) -> bytes:
    # As for programs: loaded only where somebody wants a PDF, and beside the event loop.
    from app.exports.plan_pdf import to_pdf

    return to_pdf(plan, plan["subject"])


def _file(plan: dict[str, Any], extension: str, body: bytes) -> Response:
    name = filename(f"{plan['subject']} {plan['title']}", KIND)
    return raw(body, MEDIA[extension], **{"Content-Disposition": f'attachment; filename="{name}.{extension}"'})


async def follow(asked: Asked[None, None]) -> Response:
    return await _state(asked, "active")


async def put_away(asked: Asked[None, None]) -> Response:
    return await _state(asked, "archived")


async def _state(asked: Asked[None, None], state: str) -> Response:
    if not await activate(asked.db, asked.person.id, asked.id, state):
        raise missing()
    return answer(State(id=asked.id, state=state))


async def redo(asked: Asked[Redo, None]) -> Response:
    told = asked.body.model_dump(exclude_none=True)
    return await _edit(asked, {**told, "what": "redo", "part": told["what"]})


async def edit(asked: Asked[PlanEdit, None]) -> Response:
    return await _edit(asked, asked.body.model_dump(mode="json", exclude_none=True))


async def change_day(asked: Asked[ChangeDay, None]) -> Response:
    """What is done is written down at once; what needs the maker is a generation."""
    body, day = asked.body, asked.request.path_params["day"]
    wishes = [one for one in (body.swap, body.amount) if one is not None]
    if len(wishes) + bool(body.done) == 0 or len(wishes) > 1:
        raise invalid([([], "Give done, or one of swap and amount")])
    if body.done:
        try:
            if not await mark(asked.db, asked.person.id, asked.id, int(day), body.done):
                raise missing()
        except NotInPlan as error:
            raise invalid([(["done"], str(error))]) from None
    if not wishes:
        return raw(orjson.dumps(await _plan(asked)))
    told = wishes[0].model_dump(exclude_none=True)
    what = "amount" if body.amount else "swap_food" if "food" in told else "swap_meal"
    seen = {"version": body.version} if body.version else {}
    return await _edit(asked, {"what": what, "day": int(day), "reason": body.reason, **seen, **told})


async def _edit(asked: Asked[Any, None], given: dict[str, Any]) -> Response:
    try:
        made = await revise(asked.db, asked.bell, asked.settings, asked.person, "plan_edit", asked.id, given)
    except ValidationError as error:
        raise of_validation(error, PlanEdit) from None
    except Newer as error:
        raise Problem(409, str(error)) from None
    if made is None:
        raise missing()
    return answer(made.generation, 200 if made.existing else 202, location=made.generation.links.self)


async def versions(asked: Asked[None, None]) -> Response:
    if await generations.result_version(asked.db, asked.person.id, KIND, asked.id) is None:
        raise missing()
    rows = await edits.versions(asked.db, asked.person.id, asked.id)
    items = [{**{key: row[key] for key in ("version", "what", "why", "changes")}} for row in rows]
    return raw(orjson.dumps({"items": [*items, {"version": 1, "what": "Made", "why": "", "changes": []}]}))


async def weigh_ins(asked: Asked[None, OfSubject]) -> Response:
    return await _weights(asked, asked.query.subject)


async def _weights(asked: Asked[Any, Any], subject: str) -> Response:
    found = await read.weigh_ins(asked.db, asked.person.id, subject)
    return answer(WeighIns(items=[WeighIn(**one) for one in found]))


async def weigh_in(asked: Asked[WeighInInput, None]) -> Response:
    body = asked.body
    try:
        await weigh(asked.db, asked.person.id, body.weight_kg, date.fromisoformat(body.day), body.subject)
    except NoWeighIns as error:
        raise Problem(409, str(error)) from None
    return await _weights(asked, body.subject)


async def forget(asked: Asked[None, OfDay]) -> Response:
    day = date.fromisoformat(asked.query.day)
    if not await forget_weight(asked.db, asked.person.id, day, asked.query.subject):
        raise missing()
    return await _weights(asked, asked.query.subject)


class PlanVersion(BaseModel):
    version: int
    what: str
    why: str
    changes: list[dict[str, Any]]


class PlanVersions(BaseModel):
    items: list[PlanVersion]


ONE = "/plans/{id}"
GROUP = "plans"
QUEUED = {
    202: Answer("The change is queued; it is a generation like any other.", Generation, location=True),
    200: Answer("A change of this plan is under way already.", Generation, location=True),
}
CALLS = [
    Call("GET", "/plans", index, "My plans, newest first", {200: Answer("A page.", ResultPage)}, group=GROUP,
         query=ListResults),
    Call("GET", f"{ONE}.json", as_json, "Download it as JSON", {200: Answer("A file.", Plan)}, group=GROUP),
    Call("GET", f"{ONE}.md", as_markdown, "Download it as Markdown",
         {200: Answer("A file.", media="text/markdown")}, group=GROUP),
    Call("GET", f"{ONE}.csv", as_csv, "Download the meals as a table, one line a food",
         {200: Answer("A file for spreadsheets.", media="text/csv")}, group=GROUP),
    Call("GET", f"{ONE}.ics", as_calendar, "Download it as a calendar, an event a session and a meal",
         {200: Answer("A file for calendars; taken in again, it moves the events.", media="text/calendar")},
         group=GROUP, query=PlanPlacing),
    Call("GET", f"{ONE}.pdf", as_pdf, "Download it as a PDF to print",
         {200: Answer("A file.", media="application/pdf")}, group=GROUP),
    Call("GET", ONE, show, "One plan", {200: Answer("The whole week.", Plan)}, group=GROUP),
    Call("POST", f"{ONE}/activate", follow, "Follow this plan; another one of its week is put away",
         {200: Answer("It is active.", State)}, group=GROUP),
    Call("POST", f"{ONE}/archive", put_away, "Put it away", {200: Answer("It is archived.", State)}, group=GROUP),
    Call("POST", f"{ONE}/redo", redo, "Write training, meals or both anew, in your own words", QUEUED, group=GROUP,
         body=Redo, problems=(409,)),
    Call("POST", f"{ONE}/edits", edit, "Change it, or go back to an earlier version", QUEUED, group=GROUP,
         body=PlanEdit, problems=(409,)),
    Call("PATCH", f"{ONE}/days/{{day}}", change_day, "Mark a day's parts as done; swap a meal or a food, set an amount",
         {**QUEUED, 200: Answer("What is done is kept: the plan.", Plan)}, group=GROUP, body=ChangeDay,
         problems=(409,)),
    Call("GET", f"{ONE}/versions", versions, "What has changed, and why", {200: Answer("All versions.", PlanVersions)},
         group=GROUP),
    Call("GET", "/weigh-ins", weigh_ins, "My weights, oldest first", {200: Answer("The newest sixty.", WeighIns)},
         group=GROUP, query=OfSubject),
    Call("PUT", "/weigh-ins", weigh_in, "Write down the weight of a day", {200: Answer("All of them.", WeighIns)},
         group=GROUP, body=WeighInInput, problems=(409,)),
    Call("DELETE", "/weigh-ins", forget, "Take a weight out", {200: Answer("The others.", WeighIns)}, group=GROUP,
         query=OfDay, problems=(404,)),
]  # fmt: skip
