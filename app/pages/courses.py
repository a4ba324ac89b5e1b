"""Courses: the form, the list, and the finished course as a whole."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app import generations
from app.accounts import Person, anon_id, identify, start_session
from app.generations import OverLimit, edits
from app.ids import valid
from app.library import places, progress
from app.pages import course_calendar, course_form, forms, study
from app.pages.access import known
from app.pages.forms import Form
from app.pages.generations import finished, rows, to
from app.pages.programs import new_guest
from app.pages.templates import page, refused

PAGE_SIZE = 20
FIELDS_OF_A_FORM = 600  # each book on the shelf may be chosen


async def new(request: Request) -> Response:
    person = await identify(request)
    query: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        query.setdefault(name, []).append(value)
    form = course_form.new_form(person.profile if person else {}, query)
    return page(request, person, "course/new.html", **await _options(request, person, form))


async def _options(request: Request, person: Person | None, form: Form) -> dict[str, Any]:
    named = form.values.get("books", [])
    library = await course_form.library(request.state.db, person.id if person else None, named)
    chosen = [book for book in library if form.chosen("books", book.id)]
    return {
        **course_form.OPTIONS,
        "form": form,
        "anon": form.value("anon") or anon_id(request.state.settings),
        "library": library,
        "latest": course_form.MOST_BOOKS if sum(not book.shelf for book in library) >= course_form.MOST_BOOKS else 0,
        "chosen": chosen,
        "examples": course_form.examples(library),
    }


async def create(request: Request) -> Response:
    form = await forms.read(request, course_form.LABELS, FIELDS_OF_A_FORM)
    person = await identify(request)
    options = await _options(request, person, form)
    told = course_form.check(form, [book.id for book in options["library"]])
    if told is None:
        return page(request, person, "course/new.html", 422, **options)
    state = request.state
    guest = None if person else await new_guest(request, form)
    asker = person or guest
    assert asker is not None
    response: Response
    try:
        response = to(await generations.create(state.db, state.bell, state.settings, asker, "course", told))
    except OverLimit as limit:
        response = refused(request, asker, "course/new.html", limit, **options)
    if guest:
        await start_session(state.db, state.settings, guest.id, response, request.headers.get("user-agent", ""))
    return response


async def index(request: Request) -> Response:
    """What is finished, with how far one is, and above it what is being made."""
    person = await known(request)
    cursor = request.query_params.get("cursor", "")
    if cursor and not valid(cursor):
        raise HTTPException(404)
    db = request.state.db
    heads, following = await generations.results(db, person.id, "course", limit=PAGE_SIZE, cursor=cursor or None)
    active = [one for one in await generations.active(db, person.id) if one.kind == "course"] if not cursor else []
    done = await progress.read_counts(db, person.id, [head["id"] for head in heads])
    return page(
        request,
        person,
        "course/index.html",
        heads=[{**head, "read": done.get(head["id"], (0, 0))} for head in heads],
        rows=await rows(request, person, active),
        cursor=cursor,
        next_cursor=following,
        waiting=any(one.status == "pending" for one in active),
    )


async def show(request: Request) -> Response:
    person, course = await finished(request, "course")
    told = await progress.of(request.state.db, person.id, course["id"])
    return page(
        request,
        person,
        "course/show.html",
        course=course,
        rows=told,
        standing=study.standing(course, told),
        next=study.where(course, told),
        reviewed=study.reviewed(course),
        versions=await edits.versions(request.state.db, person.id, course["id"]),
        there=await places.present(request.state.db, person.id, [book["id"] for book in course["books"]]),
        api=f"/api/v1/courses/{course['id']}",
        form=course_calendar.form(course, person.time_zone),
        weekdays=course_calendar.DAYS,
    )
