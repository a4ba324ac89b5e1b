"""Finished programs, to be listed, read and downloaded."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import orjson
from starlette.responses import Response

from app import generations
from app.api.calls import Answer, Asked, Call, answer, missing, raw
from app.api.problems import invalid
from app.api.schemas import ListResults, Program, ResultHead, ResultPage
from app.exports.names import filename
from app.exports.placing import Placing, WrongDays, sessions
from app.exports.program_csv import to_csv
from app.exports.program_ics import to_ics
from app.exports.program_text import to_markdown
from app.generations.view import when

KIND = "program"
MEDIA = {
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
    "pdf": "application/pdf",
}


async def index(asked: Asked[None, ListResults]) -> Response:
    heads, following = await generations.results(asked.db, asked.person.id, KIND, **dict(asked.query))
    items = [ResultHead(**{**head, "created_at": when(head["created_at"])}) for head in heads]
    return answer(ResultPage(items=items, next_cursor=following))


async def show(asked: Asked[None, None]) -> Response:
    return raw(orjson.dumps(await _program(asked)))


async def as_json(asked: Asked[None, None]) -> Response:
    program, subject = await _mine(asked)
    return _file(program, subject, "json", orjson.dumps(program, option=orjson.OPT_INDENT_2))


async def as_markdown(asked: Asked[None, None]) -> Response:
    program, subject = await _mine(asked)
    return _file(program, subject, "md", to_markdown(program).encode())


async def as_csv(asked: Asked[None, None]) -> Response:
    program, subject = await _mine(asked)
    return _file(program, subject, "csv", to_csv(program))


async def as_calendar(asked: Asked[None, Placing]) -> Response:
    program, subject = await _mine(asked)
    now = datetime.now(UTC)
    try:
        placed = sessions(program, asked.query, asked.person.time_zone, now)
    except WrongDays as error:
        raise invalid([(["days"], str(error))]) from None
    base = asked.settings.public_url or str(asked.request.base_url).rstrip("/")
    page = f"{base}/programs/{asked.id}"
    made = await asyncio.to_thread(to_ics, program, placed, now, subject=subject, page=page)
    return _file(program, subject, "ics", made)


async def as_pdf(asked: Asked[None, None]) -> Response:
    program, subject = await _mine(asked)
    return _file(program, subject, "pdf", await asyncio.to_thread(_pdf, program, subject))


def _pdf(program: dict[str, Any], subject: str) -> bytes:
    # The library takes 0.3 s and 37 MB to load: only where somebody wants a PDF, and beside the event loop.
    from app.exports.program_pdf import to_pdf

    return to_pdf(program, subject)


async def _program(asked: Asked[None, Any]) -> dict[str, Any]:
    program = await generations.result(asked.db, asked.person.id, KIND, asked.id)
    if program is None:
        raise missing()
    return program


async def _mine(asked: Asked[None, Any]) -> tuple[dict[str, Any], str]:
    """A program of this person, and whom they made it for."""
    program = await _program(asked)
    made = await generations.get(asked.db, asked.person.id, asked.id)
    return program, made.subject if made else ""


def _file(program: dict[str, Any], subject: str, extension: str, body: bytes) -> Response:
    name = filename(f"{subject} {program['title']}", KIND)
    disposition = f'attachment; filename="{name}.{extension}"'
    return raw(body, MEDIA[extension], **{"Content-Disposition": disposition})


ONE = "/programs/{id}"
CALLS = [
    Call(
        "GET", "/programs", index, "My programs, newest first", {200: Answer("A page.", ResultPage)},
        group="programs", query=ListResults,
    ),
    # Before the program itself: an id may not end in .md, but a path parameter would take it.
    Call(
        "GET", f"{ONE}.json", as_json, "Download it as JSON", {200: Answer("A file.", Program)}, group="programs",
    ),
    Call(
        "GET", f"{ONE}.md", as_markdown, "Download it as Markdown",
        {200: Answer("A file.", media="text/markdown")}, group="programs",
    ),
    Call(
        "GET", f"{ONE}.csv", as_csv, "Download it as a table, one line a set",
        {200: Answer("A file for spreadsheets.", media="text/csv")}, group="programs",
    ),
    Call(
        "GET", f"{ONE}.ics", as_calendar, "Download it as a calendar, one event a session",
        {200: Answer("A file for calendars; taken in again, it moves the events.", media="text/calendar")},
        group="programs", query=Placing,
    ),
    Call(
        "GET", f"{ONE}.pdf", as_pdf, "Download it as a PDF to print and write into",
        {200: Answer("A file.", media="application/pdf")}, group="programs",
    ),
    Call("GET", ONE, show, "One program", {200: Answer("The whole program.", Program)}, group="programs"),
]  # fmt: skip
