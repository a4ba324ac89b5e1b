"""How far one is in a course: read, marked, noted, self-checks known."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field
from starlette.responses import Response

from app import generations
from app.api.calls import Answer, Asked, Call, answer, missing
from app.api.problems import Problem
from app.generations.view import when
from app.kinds.course_progress import Known, ProgressInput
from app.library import progress


class SectionProgress(BaseModel):
    section: str = Field(description="The section's number, such as `2.1`.")
    read_at: datetime | None
    marked: bool
    note: str
    answers: dict[str, Known] = Field(description="By the first 12 hex digits of the SHA-256 of the question.")
    opened_at: datetime


class CourseProgress(BaseModel):
    items: list[SectionProgress]


def _shown(number: str, row: Any) -> SectionProgress:
    times = {name: when(row[name]) for name in ("read_at", "opened_at")}
    return SectionProgress(section=number, marked=row["marked"], note=row["note"], answers=row["answers"], **times)


async def index(asked: Asked[None, None]) -> Response:
    if await generations.result_version(asked.db, asked.person.id, progress.KIND, asked.id) is None:
        raise missing()
    rows = await progress.of(asked.db, asked.person.id, asked.id)
    return answer(CourseProgress(items=[_shown(number, row) for number, row in rows.items()]))


async def put(asked: Asked[ProgressInput, None]) -> Response:
    number = asked.request.path_params["section"].removeprefix("section-")
    try:
        row = await progress.put(asked.db, asked.person.id, asked.id, number, asked.body)
    except progress.Newer as newer:
        raise Problem(
            409, f"{newer} It is in `note`; send yours again with it as `note_was`. All else is kept.", note=newer.note
        ) from None
    if row is None:
        raise missing()
    return answer(_shown(number, row))


ONE = "/courses/{id}/progress"
CALLS = [
    Call(
        "GET", ONE, index, "How far I am in a course", {200: Answer("Of each opened section.", CourseProgress)},
        group="progress",
    ),
    Call(
        "PUT", f"{ONE}/{{section}}", put, "Say how far I am in a section; what is left out stays as it was",
        {200: Answer("As it is kept.", SectionProgress)}, group="progress", body=ProgressInput,
        problems=(409,),
    ),
]  # fmt: skip
