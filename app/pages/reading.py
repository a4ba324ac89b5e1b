"""Reading a course: one section, its sources beside it, and what is kept of the reading."""

from typing import Any

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.accounts import Person
from app.generations.revise import Busy, Newer, revise
from app.kinds.course_progress import ProgressInput
from app.library import places, progress
from app.pages import forms, study
from app.pages.forms import Form
from app.pages.generations import finished, to
from app.pages.templates import page

LABELS = {"read": "Read", "marked": "Marked", "note": "Your notes", "answer": "Answer"}
FIELDS: dict[tuple[str | int, ...], str] = {("note",): "note", ("answers",): "answer"}
CHANGED = "The course was changed meanwhile, perhaps in another tab. This is how it is now: look at it, and ask again."
# A form leads back to where it stands on the page.
BACK = {"note": "#notes", "answer": "#check", "marked": "", "read": ""}


async def _section(request: Request) -> tuple[Person, dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The person, the course, its section of the address and that one's part."""
    person, course = await finished(request, "course")
    found = study.found(course, request.path_params["section"])
    if found is None:
        raise HTTPException(404)
    return person, course, *found


async def show(request: Request) -> Response:
    """The lesson. That it was opened is kept, so that the next visit can go on here."""
    person, course, section, part = await _section(request)
    if request.method == "GET":
        await progress.put(request.state.db, person.id, course["id"], section["number"], ProgressInput(), opened=True)
    return await shown(request, person, course, section, part)


async def shown(
    request: Request,
    person: Person,
    course: dict[str, Any],
    section: dict[str, Any],
    part: dict[str, Any],
    code: int = 200,
    form: Form | None = None,
    **more: Any,
) -> Response:
    """The page of a section; ``form``: what was sent and could not be kept."""
    rows = await progress.of(request.state.db, person.id, course["id"])
    own = rows.get(section["number"]) or {"read_at": None, "marked": False, "note": "", "answers": {}}
    before, after = study.around(course, section["number"])
    return page(
        request,
        person,
        "course/section.html",
        code,
        course=course,
        section=section,
        part=part,
        own=own,
        form=form or Form({"note": [own["note"]]}, labels=LABELS),
        checks=[(progress.question_id(one["question"]), one) for one in section["check"]],
        places=await places.addresses(request.state.db, person.id, section["sources"]),
        needed=[one for one in study.sections(course) if one["id"] in section["prerequisites"]],
        standing=study.standing(course, rows),
        rows=rows,
        before=before,
        after=after,
        here=f"/courses/{course['id']}/{section['number']}",
        **more,
    )


async def save(request: Request) -> Response:
    """One of the page's forms without a script: a note, a mark, an answer, or that it is read, and perhaps on."""
    person, course, section, part = await _section(request)
    form = await forms.read(request, LABELS)
    try:
        told = ProgressInput.model_validate(given(form))
    except ValidationError as error:
        form.errors = forms.errors_by_field(error, FIELDS)
        return await shown(request, person, course, section, part, 422, form)
    try:
        kept = await progress.put(request.state.db, person.id, course["id"], section["number"], told)
    except progress.Newer as newer:
        return await shown(request, person, course, section, part, 409, form, theirs=newer.note)
    if kept is None:
        raise HTTPException(404)
    _, after = study.around(course, section["number"])
    home = f"/courses/{course['id']}"
    if "on" in form.values:
        return RedirectResponse(f"{home}/{after['number']}" if after else home, 303)
    name = next((one for one in BACK if one in form.values), "")
    at = f"#check-{form.value('question')}" if name == "answer" else BACK.get(name, "")
    return RedirectResponse(f"{home}/{section['number']}{at}", 303)


async def redo(request: Request) -> Response:
    """Have the section made anew; leads to where it is seen being made."""
    person, course, section, part = await _section(request)
    form = await forms.read(request, {"reason": "What should change"})
    version = forms.number(form.value("version") or str(course["version"]))
    told = {"section": section["number"], "reason": form.value("reason"), "version": version}
    state = request.state
    try:
        made = await revise(state.db, state.bell, state.settings, person, "course_edit", course["id"], told)
    except ValidationError as error:
        form.errors = forms.errors_by_field(error, {("reason",): "reason"})
        return await shown(request, person, course, section, part, 422, form)
    except Newer:
        return await shown(request, person, course, section, part, 409, form, changed=CHANGED)
    except Busy as error:
        return await shown(request, person, course, section, part, 409, form, changed=str(error))
    if made is None:
        raise HTTPException(404)
    return to(made)


def given(form: Form) -> dict[str, Any]:
    told: dict[str, Any] = {name: form.value(name) == "yes" for name in ("read", "marked") if name in form.values}
    if "note" in form.values:
        told["note"] = form.value("note")
        told["note_was"] = form.value("note_was") if "note_was" in form.values else None
    if "answer" in form.values:
        told["answers"] = {form.value("question"): form.value("answer")}
    return told
