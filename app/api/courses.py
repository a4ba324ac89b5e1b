"""Courses: the outline before they are written, and finished ones to be listed, read and changed section by section."""

import orjson
from pydantic import ValidationError
from starlette.responses import Response

from app import generations
from app.api.calls import Answer, Asked, Call, answer, missing, raw
from app.api.problems import Problem, invalid, of_validation
from app.api.schemas import ListResults, ResultHead, ResultPage
from app.generations import Generation, NotPossible
from app.generations.revise import Busy, Newer, revise
from app.generations.view import when
from app.kinds.course import CourseResult
from app.kinds.course_edit import CourseEdit, Redo
from app.kinds.course_outline import OutlineEdit
from app.library.outline import WrongOutline, go_on

KIND = "course"


class Course(CourseResult):
    """A course."""

    version: int


async def index(asked: Asked[None, ListResults]) -> Response:
    heads, following = await generations.results(asked.db, asked.person.id, KIND, **dict(asked.query))
    items = [ResultHead(**{**head, "created_at": when(head["created_at"])}) for head in heads]
    return answer(ResultPage(items=items, next_cursor=following))


async def show(asked: Asked[None, None]) -> Response:
    course = await generations.result(asked.db, asked.person.id, KIND, asked.id)
    if course is None:
        raise missing()
    return raw(orjson.dumps(course))


async def outline(asked: Asked[OutlineEdit, None]) -> Response:
    try:
        made = await go_on(asked.db, asked.bell, asked.person.id, asked.id, asked.body)
    except WrongOutline as error:
        raise invalid(error.faults) from None
    except NotPossible as error:
        raise Problem(409, str(error)) from None
    if made is None:
        raise missing()
    return answer(made, 202, location=made.links.self)


async def redo(asked: Asked[Redo, None]) -> Response:
    course = await generations.result(asked.db, asked.person.id, KIND, asked.id)
    number = asked.request.path_params["section"]
    if course is None or all(one["number"] != number for part in course["parts"] for one in part["sections"]):
        raise missing()
    given = {**asked.body.model_dump(mode="json", exclude_none=True), "section": number}
    try:
        made = await revise(asked.db, asked.bell, asked.settings, asked.person, "course_edit", asked.id, given)
    except ValidationError as error:
        raise of_validation(error, CourseEdit) from None
    except Newer as error:
        raise Problem(409, str(error)) from None
    except Busy as error:
        raise Problem(409, str(error), generation=error.generation.links.self) from None
    if made is None:
        raise missing()
    return answer(made.generation, 200 if made.existing else 202, location=made.generation.links.self)


ONE = "/courses/{id}"
GROUP = "courses"
CALLS = [
    Call(
        "POST", "/generations/{id}/outline", outline, "Go on with this outline; what is not named is dropped",
        {202: Answer("The lessons are queued to be written.", Generation, location=True)},
        group=GROUP, body=OutlineEdit, problems=(409,),
    ),
    Call(
        "GET", "/courses", index, "My courses, newest first", {200: Answer("A page.", ResultPage)},
        group=GROUP, query=ListResults,
    ),
    Call("GET", ONE, show, "One course", {200: Answer("The whole course.", Course)}, group=GROUP),
    Call(
        "POST", f"{ONE}/sections/{{section}}/redo", redo, "Have one section written anew, such as 2.1",
        {
            202: Answer("It is queued; it is a generation like any other.", Generation, location=True),
            200: Answer("A change of this course is under way already.", Generation, location=True),
        },
        group=GROUP, body=Redo, problems=(409,),
    ),
]  # fmt: skip
