"""Finished courses, to be downloaded."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import anyio.to_process
import orjson
from starlette.responses import Response

from app import generations
from app.api.calls import Answer, Asked, Call, missing, raw
from app.exports.course_ics import to_ics
from app.exports.course_text import to_markdown
from app.exports.names import filename
from app.exports.studying import Studying, studies
from app.kinds.course import CourseResult

KIND = "course"
MEDIA = {
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
    "pdf": "application/pdf",
    "apkg": "application/octet-stream",
}


async def as_json(asked: Asked[None, None]) -> Response:
    course = await _mine(asked)
    return _file(course, "json", orjson.dumps(course, option=orjson.OPT_INDENT_2))


async def as_markdown(asked: Asked[None, None]) -> Response:
    course = await _mine(asked)
    return _file(course, "md", to_markdown(course).encode())


async def as_calendar(asked: Asked[None, Studying]) -> Response:
    course = await _mine(asked)
    now = datetime.now(UTC)
    planned = studies(course, asked.query, asked.person.time_zone, now)
    return _file(course, "ics", await asyncio.to_thread(_ics, course, planned, now, _page(asked)))


def _ics(course: dict[str, Any], planned: list[Any], now: datetime, page: str) -> bytes:
    return to_ics(course, planned, now, page=page)


async def as_pdf(asked: Asked[None, None]) -> Response:
    course = await _mine(asked)
    return _file(course, "pdf", await anyio.to_process.run_sync(pdf, course, cancellable=True))


async def as_deck(asked: Asked[None, None]) -> Response:
    course = await _mine(asked)
    return _file(course, "apkg", await asyncio.to_thread(_deck, course, _page(asked)))


def pdf(course: dict[str, Any]) -> bytes:
    """In a process of its own: a course of forty hours takes seconds, in which nothing else would be answered."""
    from app.exports.course_pdf import to_pdf

    return to_pdf(course)


def _deck(course: dict[str, Any], page: str) -> bytes:
    # Only where somebody wants a deck: the library takes a while to load.
    from app.exports.course_anki import to_apkg
    from app.exports.program_pdf import made_at

    return to_apkg(course, made_at(course["id"]).timestamp(), page)


def _page(asked: Asked[None, Any]) -> str:
    base = asked.settings.public_url or str(asked.request.base_url).rstrip("/")
    return f"{base}/courses/{asked.id}"


async def _mine(asked: Asked[None, Any]) -> dict[str, Any]:
    course = await generations.result(asked.db, asked.person.id, KIND, asked.id)
    if course is None:
        raise missing()
    return course


def _file(course: dict[str, Any], extension: str, body: bytes) -> Response:
    disposition = f'attachment; filename="{filename(course["title"], KIND)}.{extension}"'
    return raw(body, MEDIA[extension], **{"Content-Disposition": disposition})


ONE = "/courses/{id}"
GROUP = "courses"
# They stand before the course itself: an id may not end in .md, but a path parameter would take it.
CALLS = [
    Call("GET", f"{ONE}.json", as_json, "Download it as JSON", {200: Answer("A file.", CourseResult)}, group=GROUP),
    Call(
        "GET", f"{ONE}.md", as_markdown, "Download it as Markdown, its citations as footnotes",
        {200: Answer("A file.", media="text/markdown")}, group=GROUP,
    ),
    Call(
        "GET", f"{ONE}.pdf", as_pdf, "Download it as a PDF to read on paper",
        {200: Answer("A file.", media="application/pdf")}, group=GROUP,
    ),
    Call(
        "GET", f"{ONE}.ics", as_calendar, "Download it as a calendar of study sessions",
        {200: Answer("A file for calendars; taken in again, it moves the events.", media="text/calendar")},
        group=GROUP, query=Studying,
    ),
    Call(
        "GET", f"{ONE}.apkg", as_deck, "Download its self-checks as a deck for Anki",
        {200: Answer("A deck; taken in again, it changes its cards and keeps what was learned.",
                     media="application/octet-stream")},
        group=GROUP,
    ),
]  # fmt: skip
