"""The library: books of one's own and of the shelf, searching them, and putting new ones in."""

from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app import generations
from app.accounts import UPLOADS, Person, Throttled, anon_id, identify, start_session, throttle
from app.generations import OverLimit
from app.ids import valid
from app.library import asking, books, uploads
from app.library.books import BookView, ChapterView, NotYours
from app.library.formats import ALLOWED, NAMES
from app.library.multipart import Malformed
from app.library.receiving import LARGEST_TOGETHER, receive
from app.library.receiving import Form as Received
from app.library.search import Found, search
from app.library.uploads import LARGEST, Full, Sink, TooLarge
from app.pages import forms
from app.pages.access import known
from app.pages.generations import rows as generation_rows
from app.pages.programs import new_guest
from app.pages.templates import page
from app.security import client_address

MOST_AT_ONCE = 20  # files of one form
OWN_SHOWN = 100  # of one's own on a page
RESULTS = 12
LONGEST_QUERY = 400
LATEST = 20  # generations looked at for what could not be read
Refused = list[tuple[str, str]]  # names of files, and why they were not taken


async def index(request: Request) -> Response:
    person = await identify(request)
    return await _shown(request, person)


async def _shown(request: Request, person: Person | None, code: int = 200, refused: Refused | None = None) -> Response:
    query = " ".join(request.query_params.get("q", "").replace("\x00", "").split())[:LONGEST_QUERY]
    shelf = sorted(
        await books.shelf(request.state.db),
        key=lambda book: (not book.subject, book.subject.lower(), book.title.lower()),
    )
    context: dict[str, Any] = {
        "q": query,
        "found": await _found(request, person, query) if query else None,
        "shelf": shelf,
        "refused": refused or [],
        "deleted": "deleted" in request.query_params,
        "accept": ",".join(sorted({*NAMES, "application/epub+zip", "application/pdf", "text/markdown", "text/html"})),
        "allowed": ALLOWED,
        "largest": LARGEST,
        "anon": anon_id(request.state.settings),
        **await _mine(request, person),
    }
    return page(request, person, "library/index.html", code, **context)


async def _found(request: Request, person: Person | None, query: str) -> list[Found]:
    return await search(request.state.db, person.id if person else None, query, limit=RESULTS)


async def _mine(request: Request, person: Person | None) -> dict[str, Any]:
    """One's own books, what is being read, and what could not be read of late."""
    if person is None:
        return {"mine": [], "rows": [], "cursor": "", "older": None}
    db = request.state.db
    cursor = request.query_params.get("cursor", "")
    if cursor and not valid(cursor):
        raise HTTPException(404)
    latest = await generations.page(db, person.id, kind="book", limit=LATEST)
    active = [one for one in await generations.active(db, person.id) if one.kind == "book"]
    day_ago = datetime.now(UTC) - timedelta(days=1)
    shown = active + [one for one in latest.items if one.status == "failed" and one.created_at > day_ago]
    own, older = await books.page(db, person.id, limit=OWN_SHOWN, cursor=cursor or None, shelf=False)
    return {"mine": own, "rows": await generation_rows(request, person, shown), "cursor": cursor, "older": older}


async def mine(request: Request) -> Response:
    """The part of the page that changes while books are read."""
    person = await known(request)
    return page(request, person, "library/mine.html", **await _mine(request, person))


async def create(request: Request) -> Response:
    """The form without a script: files, of one who may never have been here. Who sends them is asked before they are
    read."""
    db = request.state.db
    person = await identify(request)
    if (refusal := await _refusal(request, person)) is not None:
        return refusal
    try:
        form = await receive(db, request.headers.get("content-type", ""), request.stream(), MOST_AT_ONCE)
    except Malformed as error:
        return await _shown(request, person, 400, [("The form", f"It cannot be read: {error}.")])
    except TooLarge:
        return await _too_large(request, person)
    refused: Refused = [(name, str(reason)) for name, reason in form.refused]
    if not form.sinks:
        refused = refused or [("No file", "Choose one or more files first.")]
        return await _shown(request, person, 422, refused)
    guest = None if person else await _guest(request, form)
    asker = person or guest
    assert asker is not None
    refused += await _ask(request, asker, form.sinks)
    response = await _shown(request, asker, 422, refused) if refused else RedirectResponse("/library#mine", 303)
    if guest:
        agent = request.headers.get("user-agent", "")
        await start_session(db, request.state.settings, guest.id, response, agent)
    return response


async def _refusal(request: Request, person: Person | None) -> Response | None:
    """What is answered instead of reading the body. Raises HTTPException."""
    state = request.state
    try:
        who = person.id if person else client_address(request, state.settings)
        await throttle(state.bell, state.settings, UPLOADS, who)
        if person is not None:
            await uploads.check_room(state.db, person.id)
    except Throttled as error:
        raise HTTPException(429, headers={"Retry-After": str(error.retry_after), "Connection": "close"}) from None
    except Full as error:
        return _unread(await _shown(request, person, 429, [("The files", str(error))]))
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > LARGEST_TOGETHER:
        return await _too_large(request, person)
    return None


async def _too_large(request: Request, person: Person | None) -> Response:
    most = f"Files that are sent together may have up to {LARGEST_TOGETHER // 2**20} MiB. Send them in parts."
    return _unread(await _shown(request, person, 413, [("The files", most)]))


def _unread(response: Response) -> Response:
    # What is still coming is not read, so the connection cannot be used again.
    response.headers["Connection"] = "close"
    return response


async def _guest(request: Request, form: Received) -> Person:
    try:
        return await new_guest(request, forms.Form({name: [value] for name, value in form.fields.items()}))
    except BaseException:
        await form.drop()
        raise


async def _ask(request: Request, person: Person, sinks: list[Sink]) -> Refused:
    state = request.state
    refused: Refused = []
    for sink in sinks:
        try:
            file = await sink.finish(person.id)
        except Full as full:
            await sink.drop()
            refused.append((sink.name, str(full)))
            continue
        except BaseException:
            await sink.drop()
            raise
        try:
            asked = await asking.ask(state.db, state.bell, state.settings, person, file)
        except OverLimit as limit:
            refused.append((file.name, str(limit)))
            continue
        if asked.generation is None:
            where = "The shelf has" if asked.shelf else "Your library has"
            refused.append((file.name, f"{where} this book already: “{asked.title}”."))
    return refused


async def show(request: Request) -> Response:
    person = await identify(request)
    book_id = request.path_params["id"]
    book = await books.get(request.state.db, person.id if person else None, book_id) if valid(book_id) else None
    if book is None:
        generation = await generations.get(request.state.db, person.id, book_id) if person and valid(book_id) else None
        if generation is None or generation.kind != "book" or generation.status == "completed":
            raise HTTPException(404)
        return RedirectResponse(f"/generations/{book_id}", 303)  # not read yet, or never
    made = await generations.get(request.state.db, person.id, book_id) if person else None
    return page(request, person, "library/book.html", book=book, chapters=_contents(book), made=made is not None)


def _contents(book: BookView) -> list[tuple[ChapterView, list[ChapterView], int]]:
    """Each chapter, its sections, and the words of both."""
    found: list[tuple[ChapterView, list[ChapterView], int]] = []
    for one in book.chapters:
        if one.level == 1 or not found:
            found.append((one, [], one.words))
        else:
            chapter, sections, words = found[-1]
            found[-1] = (chapter, [*sections, one], words + one.words)
    return found


async def delete(request: Request) -> Response:
    person = await known(request)
    book_id = request.path_params["id"]
    try:
        gone = valid(book_id) and await books.delete(request.state.db, person.id, book_id)
    except NotYours:
        raise HTTPException(403) from None
    if not gone:
        raise HTTPException(404)
    return RedirectResponse("/library?deleted", 303)


async def by_result(request: Request) -> Response:
    """Where a generation's result is, as of any kind."""
    return RedirectResponse(
        f"/library/{request.path_params['id']}" if valid(request.path_params["id"]) else "/library", 303
    )
