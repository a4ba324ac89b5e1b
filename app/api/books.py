"""The library: the shared shelf and one's own books."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError
from starlette.responses import Response

from app.api.calls import Answer, Asked, Call, answer, missing
from app.api.problems import Problem, invalid, of_validation, too_large
from app.api.schemas import ListResults
from app.generations import Generation
from app.kinds.book import KIND
from app.library import asking, books, uploads
from app.library.books import BookHead, BookView, NotYours
from app.library.formats import ALLOWED
from app.library.multipart import Malformed
from app.library.receiving import Form, TooMany, largest_body, receive
from app.library.search import search as find
from app.library.uploads import Full, TooLarge

UPLOAD: dict[str, Any] = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "string", "format": "binary", "description": f"{ALLOWED}, up to 50 MiB."},
        "title": {"type": "string", "maxLength": 300, "description": "Instead of the one that the file tells."},
        "author": {"type": "string", "maxLength": 300},
    },
}


class BookPage(BaseModel):
    items: list[BookHead]
    next_cursor: str | None


class Search(BaseModel):
    q: Annotated[str, Field(min_length=1, max_length=400, description="A question, or a few words.")]
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class Passage(BaseModel):
    """A passage that answers, and where it stands."""

    book: str
    title: str
    author: str
    subject: str
    heading: str
    locator: str
    text: str
    words: int
    number: int
    score: float


class FoundPassages(BaseModel):
    items: list[Passage]


async def create(asked: Asked[None, None]) -> Response:
    form = await _received(asked)
    try:
        file = await form.sinks[0].finish(asked.person.id)
    except Full as error:
        await form.drop()
        raise _full(error) from None
    except BaseException:
        await form.drop()
        raise
    told = {name: form.fields.get(name, "").strip() for name in ("title", "author")}
    try:
        found = await asking.ask(asked.db, asked.bell, asked.settings, asked.person, file, **told)
    except ValidationError as error:
        raise of_validation(error, KIND.input_model) from None
    if found.generation is None:
        where = "The shelf has" if found.shelf else "Your library has"
        raise Problem(409, f"{where} this book already: “{found.title}”.", book=f"/api/v1/books/{found.book}")
    return answer(found.generation, 200 if found.existing else 202, location=found.generation.links.self)


async def _received(asked: Asked[None, None]) -> Form:
    """With one file in it. Raises Problem."""
    request = asked.request
    try:
        await uploads.check_room(asked.db, asked.person.id)
    except Full as error:
        raise _full(error) from None
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > largest_body(1):
        raise too_large("A book may have up to 50 MiB.")
    try:
        form = await receive(asked.db, request.headers.get("content-type", ""), request.stream())
    except Malformed as error:
        raise Problem(400, f"The body cannot be read: {error}.") from None
    except TooLarge as error:
        raise too_large(str(error)) from None
    for _, reason in form.refused:
        await form.drop()
        if isinstance(reason, TooLarge):
            raise too_large(str(reason))
        if isinstance(reason, TooMany):
            raise invalid([(["file"], str(reason))])
        raise Problem(415, str(reason))
    if not form.sinks:
        raise invalid([(["file"], "Required")])
    return form


def _full(error: Full) -> Problem:
    # What is still coming is not read, so the connection cannot be used again.
    return Problem(429, str(error), {"Retry-After": str(error.retry_after), "Connection": "close"})


async def index(asked: Asked[None, ListResults]) -> Response:
    items, following = await books.page(asked.db, asked.person.id, **dict(asked.query))
    return answer(BookPage(items=items, next_cursor=following))


async def search(asked: Asked[None, Search]) -> Response:
    found = await find(asked.db, asked.person.id, asked.query.q, limit=asked.query.limit)
    names = Passage.model_fields
    items = [
        Passage(book=one.book_id, **{name: getattr(one, name) for name in names if name != "book"}) for one in found
    ]
    return answer(FoundPassages(items=items))


async def show(asked: Asked[None, None]) -> Response:
    found = await books.get(asked.db, asked.person.id, asked.id)
    if found is None:
        raise missing()
    return answer(found)


async def delete(asked: Asked[None, None]) -> Response:
    try:
        gone = await books.delete(asked.db, asked.person.id, asked.id)
    except NotYours:
        raise Problem(403, "This book is on the shelf that everybody shares; only your own can be deleted.") from None
    if not gone:
        raise missing()
    return Response(status_code=204)


ONE = "/books/{id}"
CALLS = [
    Call(
        "POST", "/books", create, "Put a book into the library",
        {
            202: Answer("It is queued to be read.", Generation, location=True),
            200: Answer("It is being read already, or has been: the same file is one book.", Generation, location=True),
        },
        group="books", upload=UPLOAD, problems=(400, 409, 415, 422),
    ),
    Call(
        "GET", "/books", index, "The books of the shelf and my own", {200: Answer("A page.", BookPage)},
        group="books", query=ListResults,
    ),
    # Before the book itself: "search" would be taken for an id.
    Call(
        "GET", "/books/search", search, "Passages about something, best first",
        {200: Answer("None when the library has nothing about it.", FoundPassages)}, group="books", query=Search,
    ),
    Call("GET", ONE, show, "One book with its contents", {200: Answer("The book.", BookView)}, group="books"),
    Call("DELETE", ONE, delete, "Delete a book of my own", {204: Answer("It is gone.", media="")}, group="books"),
]  # fmt: skip
