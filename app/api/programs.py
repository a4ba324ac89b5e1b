"""Finished programs, to be listed, read and downloaded."""

import re
import unicodedata
from typing import Any

import orjson
from starlette.responses import Response

from app import generations
from app.api.calls import Answer, Asked, Call, answer, missing, raw
from app.api.schemas import ListResults, Program, ResultHead, ResultPage
from app.generations.view import when
from app.kinds.program_text import to_markdown

KIND = "program"


async def index(asked: Asked[None, ListResults]) -> Response:
    heads, following = await generations.results(asked.db, asked.person.id, KIND, **dict(asked.query))
    items = [ResultHead(**{**head, "created_at": when(head["created_at"])}) for head in heads]
    return answer(ResultPage(items=items, next_cursor=following))


async def show(asked: Asked[None, None]) -> Response:
    return raw(orjson.dumps(await _program(asked)))


async def as_json(asked: Asked[None, None]) -> Response:
    program = await _program(asked)
    return _download(program, "json", "application/json", orjson.dumps(program, option=orjson.OPT_INDENT_2))


async def as_markdown(asked: Asked[None, None]) -> Response:
    program = await _program(asked)
    return _download(program, "md", "text/markdown; charset=utf-8", to_markdown(program).encode())


async def _program(asked: Asked[None, None]) -> dict[str, Any]:
    program = await generations.result(asked.db, asked.person.id, KIND, asked.id)
    if program is None:
        raise missing()
    return program


def _download(program: dict[str, Any], extension: str, media: str, body: bytes) -> Response:
    disposition = f'attachment; filename="{filename(program["title"], KIND)}.{extension}"'
    return raw(body, media, **{"Content-Disposition": disposition})


def filename(title: str, otherwise: str) -> str:
    """A name that is safe in a header and in every file system."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:80].strip("-") or otherwise


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
    Call("GET", ONE, show, "One program", {200: Answer("The whole program.", Program)}, group="programs"),
]  # fmt: skip
