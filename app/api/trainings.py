"""Living programs: logging sessions and weeks, changing what is to come, and the versions that come of it."""

from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, Field, ValidationError
from sqlalchemy import RowMapping
from starlette.responses import Response

from app import generations
from app.api.calls import Answer, Asked, Call, answer, missing, raw
from app.api.problems import Problem, invalid, of_validation
from app.api.schemas import Program
from app.generations import Generation, edits
from app.generations.revise import Newer, revise
from app.generations.view import when
from app.kinds.program_edit import ProgramEdit
from app.kinds.training import CheckInInput, TrainingInput
from app.training import log
from app.training.compare import Difference, compare

KIND = "program"


class Training(TrainingInput):
    id: str
    program_version: int
    updated_at: datetime


class Trainings(BaseModel):
    items: list[Training]


class WeekCheckIn(CheckInInput):
    week: int
    created_at: datetime


class CheckIns(BaseModel):
    items: list[WeekCheckIn]


class Change(BaseModel):
    week: int | None = None
    day: int | None = None
    exercise: str | None = None
    what: str
    why: str


class Version(BaseModel):
    version: int
    what: str
    why: str
    changes: list[Change]
    created_at: datetime | None
    generation: str | None


class Versions(BaseModel):
    items: list[Version]


class OfVersion(BaseModel):
    version: Annotated[int, Field(ge=1, le=2**31 - 1)]


class TwoVersions(BaseModel):
    from_: Annotated[int, Field(ge=1, le=2**31 - 1, alias="from")]
    to: Annotated[int, Field(ge=1, le=2**31 - 1)]


class Compared(BaseModel):
    items: list[Difference]


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(round(seconds, 3), UTC)


def shown(row: RowMapping) -> Training:
    told = {name: row[name] for name in TrainingInput.model_fields}
    return Training(**told, id=row["id"], program_version=row["program_version"], updated_at=moment(row["updated_at"]))


async def put(asked: Asked[TrainingInput, None]) -> Response:
    training_id = asked.request.path_params["training"]
    try:
        logged = await log.put(asked.db, asked.person, asked.id, training_id, asked.body)
    except log.NotInProgram as error:
        raise invalid([([error.field], str(error))]) from None
    except log.Taken:
        raise Problem(409, "This id belongs to something else; make a new one.") from None
    if logged is None:
        raise missing()
    if asked.body.finished_at is not None:
        await log.adapt(asked.db, asked.bell, asked.settings, asked.person, asked.id)
    return answer(shown(logged.row), 201 if logged.new else 200)


async def index(asked: Asked[None, None]) -> Response:
    await _own(asked)
    return answer(Trainings(items=[shown(row) for row in await log.items(asked.db, asked.person.id, asked.id)]))


async def show(asked: Asked[None, None]) -> Response:
    found = await log.get(asked.db, asked.person.id, asked.id, asked.request.path_params["training"])
    if found is None:
        raise missing()
    return answer(shown(found))


async def remove(asked: Asked[None, None]) -> Response:
    if not await log.remove(asked.db, asked.person.id, asked.id, asked.request.path_params["training"]):
        raise missing()
    return Response(status_code=204)


async def check_in(asked: Asked[CheckInInput, None]) -> Response:
    week = asked.request.path_params["week"]
    try:
        found = await log.check_in(asked.db, asked.person, asked.id, int(week), asked.body)
    except log.NotInProgram as error:
        raise invalid([([error.field], str(error))]) from None
    if not found:
        raise missing()
    await log.adapt(asked.db, asked.bell, asked.settings, asked.person, asked.id)
    return await check_ins(asked)


async def check_ins(asked: Asked[Any, None]) -> Response:
    await _own(asked)
    rows = await log.check_ins(asked.db, asked.person.id, asked.id)
    items = [WeekCheckIn(**row["told"], week=row["week"], created_at=moment(row["created_at"])) for row in rows]
    return answer(CheckIns(items=items))


async def edit(asked: Asked[ProgramEdit, None]) -> Response:
    try:
        made = await revise(
            asked.db, asked.bell, asked.settings, asked.person, "program_edit", asked.id,
            asked.body.model_dump(mode="json", exclude_none=True),
        )  # fmt: skip
    except ValidationError as error:
        raise of_validation(error, ProgramEdit) from None
    except Newer as error:
        raise Problem(409, str(error)) from None
    if made is None:
        raise missing()
    return answer(made.generation, 200 if made.existing else 202, location=made.generation.links.self)


async def versions(asked: Asked[None, None]) -> Response:
    await _own(asked)
    rows = await edits.versions(asked.db, asked.person.id, asked.id)
    items = [
        Version(
            version=row["version"], what=row["what"], why=row["why"], changes=row["changes"],
            created_at=when(row["created_at"]), generation=row["generation_id"],
        )
        for row in rows
    ]  # fmt: skip
    first = Version(version=1, what="Made", why="", changes=[], created_at=None, generation=asked.id)
    return answer(Versions(items=[*items, first]))


async def version(asked: Asked[None, OfVersion]) -> Response:
    return raw(orjson.dumps(await _at(asked, asked.query.version)))


async def compared(asked: Asked[None, TwoVersions]) -> Response:
    old, new = [await _at(asked, number) for number in (asked.query.from_, asked.query.to)]
    return answer(Compared(items=compare(old, new)))


async def _at(asked: Asked[None, Any], number: int) -> dict[str, Any]:
    found = await edits.at_version(asked.db, asked.person.id, KIND, asked.id, number)
    if found is None:
        raise missing()
    return found


async def _own(asked: Asked[Any, Any]) -> None:
    if await generations.result_version(asked.db, asked.person.id, KIND, asked.id) is None:
        raise missing()


ONE = "/programs/{id}"
GROUP = "training"
CALLS = [
    Call(
        "PUT", f"{ONE}/trainings/{{training}}", put, "Log a session, or more of it; the highest revision counts",
        {201: Answer("It is new.", Training), 200: Answer("It was known.", Training)},
        group=GROUP, body=TrainingInput, problems=(409,),
    ),
    Call(
        "GET", f"{ONE}/trainings/{{training}}", show, "One logged session", {200: Answer("The session.", Training)},
        group=GROUP,
    ),
    Call(
        "DELETE", f"{ONE}/trainings/{{training}}", remove, "Take a session out of the log",
        {204: Answer("It is gone.", media="")}, group=GROUP,
    ),
    Call(
        "GET", f"{ONE}/trainings", index, "The logged sessions of a program, newest first",
        {200: Answer("All of them.", Trainings)}, group=GROUP,
    ),
    Call(
        "PUT", f"{ONE}/check-ins/{{week}}", check_in, "Say how a week went", {200: Answer("All weeks.", CheckIns)},
        group=GROUP, body=CheckInInput,
    ),
    Call(
        "GET", f"{ONE}/check-ins", check_ins, "How the weeks went", {200: Answer("All weeks.", CheckIns)}, group=GROUP,
    ),
    Call(
        "POST", f"{ONE}/edits", edit, "Change what is to come of a program, or go back to an earlier version",
        {
            202: Answer("The change is queued; it is a generation like any other.", Generation, location=True),
            200: Answer("A change of this program is under way already.", Generation, location=True),
        },
        group=GROUP, body=ProgramEdit, problems=(409,),
    ),
    Call(
        "GET", f"{ONE}/versions", versions, "What has changed, and why", {200: Answer("All versions.", Versions)},
        group=GROUP,
    ),
    Call(
        "GET", f"{ONE}/version", version, "The program as it was", {200: Answer("That version.", Program)},
        group=GROUP, query=OfVersion,
    ),
    Call(
        "GET", f"{ONE}/compare", compared, "What differs between two versions",
        {200: Answer("Set by set.", Compared)}, group=GROUP, query=TwoVersions,
    ),
]  # fmt: skip
