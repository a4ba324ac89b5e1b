"""What a person asked for: the list, the live page, its pieces, and what can be done with it."""

from typing import Any
from urllib.parse import urlencode

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app import generations
from app.accounts import Person
from app.generations import ACTIVE, AlreadyActive, Created, Generation, NotPossible, OverLimit, UnknownKind
from app.ids import valid
from app.kinds import KINDS, offered
from app.pages import kinds, outline
from app.pages.access import known
from app.pages.templates import page, refused

PAGE_SIZE = 20
FILTERS = [
    ("", "All"),
    ("active", "In the making"),
    ("completed", "Ready"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
]
OF_KIND = [("", "Everything"), ("program", "Programs"), ("course", "Courses"), ("plan", "Weeks"), ("book", "Books")]


async def index(request: Request) -> Response:
    person = await known(request)
    status = request.query_params.get("status", "")
    kind = request.query_params.get("kind", "")
    cursor = request.query_params.get("cursor", "")
    if status not in {value for value, _ in FILTERS} or not (cursor == "" or valid(cursor)):
        raise HTTPException(404)
    if kind not in {"", *KINDS}:
        raise HTTPException(404)
    if status == "active":
        active = await generations.active(request.state.db, person.id)
        items, following = [one for one in active if kind in {"", one.kind}], None
    else:
        found = await generations.page(
            request.state.db,
            person.id,
            kind=kind or None,
            status=status or None,
            limit=PAGE_SIZE,
            cursor=cursor or None,
        )
        items, following = found.items, found.next_cursor
    return page(
        request,
        person,
        "generations/index.html",
        rows=await rows(request, person, items),
        status=status,
        kind=kind,
        cursor=cursor,
        newest=_address(kind, status),
        older=_address(kind, status, following) if following else None,
        filters=[(value, text, _address(kind, value)) for value, text in FILTERS],
        of_kind=[(value, text, _address(value, status)) for value, text in OF_KIND],
        waiting=any(one.status == "pending" for one in items),
    )


def _address(kind: str, status: str, cursor: str = "") -> str:
    told = {name: value for name, value in (("kind", kind), ("status", status), ("cursor", cursor)) if value}
    return "/generations" + (f"?{urlencode(told)}" if told else "")


async def rows(request: Request, person: Person, found: list[Generation]) -> list[dict[str, Any]]:
    told = await generations.inputs(request.state.db, person.id, [one.id for one in found])
    return [
        {
            "generation": one,
            "heading": kinds.pages(one.kind).heading(told[one.id]),
            "about": kinds.pages(one.kind).about(told[one.id]),
        }
        for one in found
    ]


async def finished(request: Request, kind: str) -> tuple[Person, dict[str, Any]]:
    """The person and the result of the address; one that is not made yet leads to its live page."""
    person = await known(request)
    result_id = request.path_params["id"]
    result = await generations.result(request.state.db, person.id, kind, result_id) if valid(result_id) else None
    if result is None:
        generation = await generations.get(request.state.db, person.id, result_id) if valid(result_id) else None
        if generation is None or generation.kind != kind:
            raise HTTPException(404)
        raise HTTPException(303, headers={"Location": f"/generations/{result_id}"})  # not made yet, or never
    return person, result


async def _told(request: Request, person: Person, generation: Generation) -> dict[str, Any]:
    return (await generations.inputs(request.state.db, person.id, [generation.id]))[generation.id]


async def _found(request: Request, person: Person) -> Generation:
    generation_id = request.path_params["id"]
    found = await generations.get(request.state.db, person.id, generation_id) if valid(generation_id) else None
    if found is None:
        raise HTTPException(404)
    return found


def _panel(generation: Generation) -> dict[str, Any]:
    own = kinds.pages(generation.kind)
    return {
        "generation": generation,
        "label": kinds.label(generation.kind),
        "kind_noun": own.noun,
        "again": own.again,
        "repeatable": generation.kind in offered(),
    }


async def show(request: Request) -> Response:
    """The live page, complete as of the number it carries: the generation is read first, its pieces after it."""
    person = await known(request)
    return page(request, person, "generations/show.html", **await _live(request, person))


async def _live(request: Request, person: Person) -> dict[str, Any]:
    generation = await _found(request, person)
    told = await _told(request, person, generation)
    own = kinds.pages(generation.kind)
    items = await generations.items(request.state.db, person.id, generation.id)
    items.sort(key=lambda one: own.place(one.key, one.index))
    coming = generation.status in ACTIVE
    promised = sum(KINDS[generation.kind].units(told).values())
    return {
        **_panel(generation),
        "heading": own.heading(told),
        "asked": own.about(told),
        "items": items,
        "place": own.place,
        "editor": await outline.waiting(request, person.id, generation.id),
        "nouns": own.nouns,
        "existing": coming and "existing" in request.query_params,
        "missing": max(0, promised - len(items)) if coming else 0,
        "item_template": own.item_template,
        "units": told.get("units", person.units),
        "waiting": generation.status == "pending",
    }


async def panel(request: Request) -> Response:
    person = await known(request)
    return page(request, person, "generations/panel.html", **_panel(await _found(request, person)))


async def row(request: Request) -> Response:
    person = await known(request)
    found = await rows(request, person, [await _found(request, person)])
    return page(request, person, "generations/row.html", row=found[0])


async def item(request: Request) -> Response:
    person = await known(request)
    generation = await _found(request, person)
    key = request.path_params["key"]
    found = await generations.item(request.state.db, person.id, generation.id, key) if key.isprintable() else None
    if found is None:
        raise HTTPException(404)
    told = await _told(request, person, generation)
    template = kinds.pages(generation.kind).item_template
    units = told.get("units", person.units)
    return page(request, person, template, title=found.title, content=found.content, units=units)


async def cancel(request: Request) -> Response:
    person = await known(request)
    generation_id = request.path_params["id"]
    try:
        found = await generations.cancel(request.state.db, request.state.bell, person.id, generation_id)
    except NotPossible:
        return _to(generation_id)  # it has ended meanwhile: its page says how
    if found is None:
        raise HTTPException(404)
    return _to(generation_id)


async def retry(request: Request) -> Response:
    person = await known(request)
    state = request.state
    generation_id = request.path_params["id"]
    try:
        found = await generations.retry(state.db, state.bell, state.settings, person.id, generation_id)
    except NotPossible:
        return _to(generation_id)
    except AlreadyActive as twin:
        return _to(twin.generation.id)
    except OverLimit as limit:
        return refused(request, person, "generations/show.html", limit, **await _live(request, person))
    if found is None:
        raise HTTPException(404)
    return _to(generation_id)


async def anew(request: Request) -> Response:
    """The same once more, made and not answered from what there is."""
    person = await known(request)
    state = request.state
    old = await _found(request, person)
    if old.kind not in offered():
        raise HTTPException(404)
    told = await _told(request, person, old)
    try:
        created = await generations.create(
            state.db, state.bell, state.settings, person, old.kind, told, subject=old.subject, fresh=True
        )
    except UnknownKind:  # a change of something: it is asked for there
        raise HTTPException(404) from None
    except ValidationError:  # asked for in another version's terms
        return RedirectResponse(kinds.pages(old.kind).again, 303)
    except OverLimit as limit:
        return refused(request, person, "generations/show.html", limit, **await _live(request, person))
    return to(created)


def to(created: Created) -> Response:
    """To the live page of what was asked for."""
    return _to(created.generation.id + ("?existing" if created.existing else ""))


def _to(generation_id: str) -> Response:
    return RedirectResponse(f"/generations/{generation_id}", 303)
