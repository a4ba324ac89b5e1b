"""Several at once: the form with a table of clients, one page that shows all of a batch, and the list of mine."""

from collections.abc import Collection
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app import generations
from app.accounts import Person, anon_id, identify, start_session
from app.counts import plural
from app.generations import AlreadyActive, Generation, NotPossible, OverLimit, batches
from app.generations.batches import MOST, Batch, Counts
from app.generations.create import order
from app.generations.limits import in_use
from app.ids import valid
from app.pages import batch_form, forms, kinds, sheet
from app.pages.access import known
from app.pages.batch_form import Checked
from app.pages.batch_kinds import BATCH_KINDS, BatchKind, values
from app.pages.forms import Form
from app.pages.programs import new_guest
from app.pages.templates import page, refused

LARGEST = 512 * 1024  # of the form with its file
PAGE_SIZE = 10


# The form.


async def new(request: Request) -> Response:
    person = await identify(request)
    kind = _kind(request.query_params.get("kind", ""))
    own = BATCH_KINDS[kind]
    form, text = own.blank(person.profile if person else {}, person.units if person else "kg"), ""
    if "from" in request.query_params:
        shared, text = await _as_before(request, kind)
        form.values |= shared
    return await _form_page(request, person, kind, form, text)


def _kind(name: str) -> str:
    if name and name not in BATCH_KINDS:
        raise HTTPException(404)
    return name or next(iter(BATCH_KINDS))


async def _as_before(request: Request, kind: str) -> tuple[dict[str, list[str]], str]:
    """The shared fields and the table that give an earlier batch again."""
    person = await known(request)
    batch = await _found(request, person, request.query_params["from"])
    members = [one for one in batch.generations if one.kind == kind]
    if not members:
        raise HTTPException(404)
    told = await generations.inputs(request.state.db, person.id, [one.id for one in members])
    return batch_form.table_of(BATCH_KINDS[kind], [(one.subject, told[one.id]) for one in members])


async def _form_page(
    request: Request,
    person: Person | None,
    kind: str,
    form: Form,
    text: str,
    checked: Checked | None = None,
    limit: OverLimit | None = None,
) -> Response:
    own = BATCH_KINDS[kind]
    form.labels = {**own.labels, "clients": "Clients"}
    preview = _preview(kind, checked) if checked and checked.holds else []
    context: dict[str, Any] = {
        "kind": kind,
        "kinds": [(name, kinds.label(name)) for name in BATCH_KINDS],
        "own": own,
        "noun": kinds.pages(kind).noun,
        "form": form,
        "text": text,
        "checked": checked,
        "preview": preview,
        "room": await _room(request, person, len(preview)),
        "most": MOST,
        "anon": form.value("anon") or anon_id(request.state.settings),
        **own.options(form),
    }
    if limit is not None:
        return refused(request, person, "batches/new.html", limit, **context)
    wrong = checked is not None and (form.errors or not checked.holds)
    return page(request, person, "batches/new.html", 422 if wrong else 200, **context)


def _preview(kind: str, checked: Checked) -> list[dict[str, Any]]:
    own, looks = BATCH_KINDS[kind], kinds.pages(kind)
    rows = []
    for client in checked.clients:
        asked = order(kind, client.told or {}).asked
        cells = [(own.labels[name], _said(own, name, cell)) for name, cell in client.line.cells.items()]
        extra = [cell for name, cell in zip(client.line.cells, cells, strict=True) if name not in own.shared]
        row = {"name": client.line.name, "heading": looks.heading(asked), "about": looks.about(asked), "extra": extra}
        rows.append(row)
    return rows


def _said(own: BatchKind, name: str, cell: str) -> str:
    if name not in own.choices:
        return cell
    return ", ".join(own.choices[name].get(value, value) for value in values(own, name, cell)[0])


async def _room(request: Request, person: Person | None, wanted: int) -> tuple[int, int] | None:
    """The limit and how much of it is used, when there is not room for so many."""
    if not wanted:
        return None
    state = request.state
    allowed, used = await in_use(state.db, state.settings, person or Person(id=""))
    return (allowed, used) if allowed and used + wanted > allowed else None


async def create(request: Request) -> Response:
    """Look the table over, or make what it asks for."""
    form, text = await _read(request)
    kind = _kind(form.value("kind"))
    checked = batch_form.check(BATCH_KINDS[kind], form, text)
    person = await identify(request)
    if form.errors or not checked.holds or form.value("do") != "make":
        return await _form_page(request, person, kind, form, text, checked)
    state = request.state
    orders = [order(kind, one.told or {}, subject=one.line.name) for one in checked.clients]
    guest = None if person else await new_guest(request, form)
    asker = person or guest
    assert asker is not None
    response: Response
    try:
        made = await batches.create(state.db, state.bell, state.settings, asker, orders)
        response = RedirectResponse(f"/batches/{made.id}", 303)
    except OverLimit as limit:
        response = await _form_page(request, asker, kind, form, text, checked, limit)
    if guest:
        await start_session(state.db, state.settings, guest.id, response, request.headers.get("user-agent", ""))
    return response


async def _read(request: Request) -> tuple[Form, str]:
    """What was typed, and the table: the uploaded file's, else the one in the form."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > LARGEST:
        raise HTTPException(413)
    async with request.form(max_files=1, max_fields=200, max_part_size=LARGEST) as sent:
        form = Form(forms.typed(sent))
        upload, text = sent.get("file"), sent.get("clients")
        if isinstance(upload, UploadFile) and (data := await upload.read()):
            return form, sheet.decoded(data)
    return form, text if isinstance(text, str) else ""


async def template(request: Request) -> Response:
    kind = _kind(request.query_params.get("kind", ""))
    headers = {"Content-Disposition": f'attachment; filename="{kind}s.csv"'}
    # With the mark that makes spreadsheets read it as UTF-8.
    return Response("\ufeff" + batch_form.sample(BATCH_KINDS[kind]), headers=headers, media_type="text/csv")


# One batch.


async def _found(request: Request, person: Person, batch_id: str = "") -> Batch:
    batch_id = batch_id or request.path_params["id"]
    found = await batches.get(request.state.db, person.id, batch_id) if valid(batch_id) else None
    if found is None:
        raise HTTPException(404)
    return found


async def show(request: Request) -> Response:
    person = await known(request)
    return page(request, person, "batches/show.html", **await _shown(request, person))


async def rows(request: Request) -> Response:
    """The summary, and those rows that are asked for."""
    person = await known(request)
    wanted = set(request.query_params.getlist("id"))
    return page(request, person, "batches/rows.html", **await _shown(request, person, wanted))


async def _shown(request: Request, person: Person, wanted: Collection[str] | None = None) -> dict[str, Any]:
    batch = await _found(request, person)
    members = [one for one in batch.generations if wanted is None or one.id in wanted]
    told = await generations.inputs(request.state.db, person.id, [one.id for one in members])
    return {
        "batch": batch,
        "title": title([one.kind for one in batch.generations], len(batch.generations)),
        "members": [_member(one, told[one.id]) for one in members],
        "waiting": batch.counts.pending > 0,
        **_summary(batch),
    }


def title(of: Collection[str], total: int) -> str:
    return plural(total, kinds.label(next(iter(of))).lower() if len(set(of)) == 1 else "request")


def state(counts: Counts) -> str:
    """How all of it stands, in the words for one."""
    if counts.active:
        return "processing" if counts.active < sum(dict(counts).values()) or counts.processing else "pending"
    return "failed" if counts.failed else "completed" if counts.completed else "cancelled"


def _member(generation: Generation, told: dict[str, Any]) -> dict[str, Any]:
    own = kinds.pages(generation.kind)
    heading = own.heading(told)
    return {
        "generation": generation,
        "name": generation.subject or heading,
        "about": ", ".join(part for part in (heading if generation.subject else "", own.about(told)) if part),
    }


def _summary(batch: Batch) -> dict[str, Any]:
    active = [one for one in batch.generations if one.status in generations.ACTIVE]
    left = [one.eta_seconds for one in active]
    reasons: dict[tuple[str, bool], list[Generation]] = {}
    for one in batch.generations:
        if one.status == "failed":
            text, again = (one.error.message, one.error.retryable) if one.error else ("", True)
            reasons.setdefault((text or "Something went wrong on our side.", again), []).append(one)
    made = sum(one.progress for one in active) + len(batch.generations) - len(active)
    return {
        "state": state(batch.counts),
        "end": batches.end_of(batch),
        "progress": made / max(1, len(batch.generations)),
        "left": max((one or 0.0 for one in left), default=None) if None not in left else None,
        "reasons": [{"text": text, "again": again, "of": of} for (text, again), of in reasons.items()],
        "can_retry": any(again for _, again in reasons),
    }


async def cancel(request: Request) -> Response:
    person = await known(request)
    batch = await _found(request, person)
    await batches.cancel(request.state.db, request.state.bell, person.id, batch.id)
    return RedirectResponse(f"/batches/{batch.id}", 303)


async def retry(request: Request) -> Response:
    """All that failed."""
    person, at = await known(request), request.state
    batch = await _found(request, person)
    try:
        await batches.retry(at.db, at.bell, at.settings, person.id, batch.id)
    except OverLimit as limit:
        return refused(request, person, "batches/show.html", limit, **await _shown(request, person))
    return RedirectResponse(f"/batches/{batch.id}", 303)


async def retry_one(request: Request) -> Response:
    person, at = await known(request), request.state
    batch = await _found(request, person)
    member = request.path_params["member"]
    if member not in {one.id for one in batch.generations}:
        raise HTTPException(404)
    try:
        await generations.retry(at.db, at.bell, at.settings, person.id, member)
    except (NotPossible, AlreadyActive):
        pass  # it has changed meanwhile: the page says how
    except OverLimit as limit:
        return refused(request, person, "batches/show.html", limit, **await _shown(request, person))
    return RedirectResponse(f"/batches/{batch.id}#m-{member}", 303)


# Mine.


async def index(request: Request) -> Response:
    person = await known(request)
    return page(request, person, "batches/index.html", **await _mine(request, person))


async def listed(request: Request) -> Response:
    """The list alone: the browser fetches it when one of its batches has got on."""
    person = await known(request)
    return page(request, person, "batches/list.html", **await _mine(request, person))


async def _mine(request: Request, person: Person) -> dict[str, Any]:
    cursor = request.query_params.get("cursor", "")
    if cursor and not valid(cursor):
        raise HTTPException(404)
    heads, following = await batches.page(request.state.db, person.id, limit=PAGE_SIZE, cursor=cursor or None)
    found = [{"head": head, "title": title(head.kinds, head.total), "state": state(head.counts)} for head in heads]
    return {"rows": found, "cursor": cursor, "next_cursor": following}
