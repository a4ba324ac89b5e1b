"""Schedules: asking for the same again and again."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, ValidationError
from starlette.responses import Response

from app.api.calls import Answer, Asked, Call, answer, missing
from app.api.problems import Problem, of_validation
from app.api.schemas import KindName, plain, with_inputs
from app.generations import schedules
from app.generations.schedules import Schedule, Timing, TooMany
from app.kinds import KINDS


class CreateSchedule(Timing):
    kind: KindName
    input: dict[str, Any]
    subject: Annotated[
        str, Field(max_length=200, description="Whom or what it is for, as with generations."), AfterValidator(plain)
    ] = ""


class Schedules(BaseModel):
    items: list[Schedule]


def _shown() -> Any:
    return with_inputs(CreateSchedule, "Schedule")


async def create(asked: Asked[CreateSchedule, None]) -> Response:
    body = asked.body
    timing = Timing.model_validate(body.model_dump(include=set(Timing.model_fields)))
    try:
        made, new = await schedules.create(asked.db, asked.person, body.kind, body.input, timing, subject=body.subject)
    except ValidationError as error:
        raise of_validation(error, KINDS[body.kind].input_model) from None
    except TooMany as error:
        raise Problem(409, str(error)) from None
    return answer(made, 201 if new else 200, location=f"/api/v1/schedules/{made.id}")


async def index(asked: Asked[None, None]) -> Response:
    return answer(Schedules(items=await schedules.items(asked.db, asked.person.id)))


async def show(asked: Asked[None, None]) -> Response:
    found = await schedules.get(asked.db, asked.person.id, asked.id)
    if found is None:
        raise missing()
    return answer(found)


async def remove(asked: Asked[None, None]) -> Response:
    if not await schedules.remove(asked.db, asked.person.id, asked.id):
        raise missing()
    return Response(status_code=204)


ONE = "/schedules/{id}"
CALLS = [
    Call(
        "POST", "/schedules", create, "Ask for the same every day, week or month",
        {
            201: Answer("The schedule.", Schedule, location=True),
            200: Answer("The very same schedule was there already.", Schedule, location=True),
        },
        group="schedules", body=CreateSchedule, body_shown=_shown, problems=(409,),
    ),
    Call(
        "GET", "/schedules", index, "My schedules, newest first", {200: Answer("All of them.", Schedules)},
        group="schedules",
    ),
    Call("GET", ONE, show, "One schedule", {200: Answer("The schedule.", Schedule)}, group="schedules"),
    Call(
        "DELETE", ONE, remove, "Delete it; what it has made stays", {204: Answer("It is gone.", media="")},
        group="schedules",
    ),
]  # fmt: skip
