"""Generations: asking for something, watching it, stopping it."""

import asyncio
import re
import time

import orjson
from pydantic import ValidationError
from starlette.responses import Response

from app import generations
from app.api.calls import Answer, Asked, Call, Header, answer, missing, raw
from app.api.events import Events
from app.api.problems import Problem, invalid, of_validation
from app.api.schemas import (
    Active,
    CreateGeneration,
    EventsAfter,
    GenerationPage,
    ListGenerations,
    Piece,
    create_shown,
)
from app.generations import ACTIVE, AlreadyActive, Generation, KeyReused, NotPossible
from app.kinds import KINDS

LONGEST_KEY = 255
IDEMPOTENCY_KEY = Header(
    "Idempotency-Key",
    "The same key and body give the same generation, however often they are sent.",
    {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$"},
)
PREFER = Header(
    "Prefer",
    "wait=N holds the answer back for up to N seconds until it is finished; shorter where platforms cut connections.",
    {"type": "string", "examples": ["wait=10"]},
)
LONGEST_WAIT = 25.0  # seconds; platforms end requests at 30
LOOK_EVERY = 0.25


async def create(asked: Asked[CreateGeneration, None]) -> Response:
    body = asked.body
    try:
        created = await generations.create(
            asked.db, asked.bell, asked.settings, asked.person, body.kind, body.input,
            subject=body.subject, fresh=body.fresh, idempotency_key=_key(asked),
        )  # fmt: skip
    except ValidationError as error:
        raise of_validation(error, KINDS[body.kind].input_model) from None
    except KeyReused:
        raise invalid([([IDEMPOTENCY_KEY.name], "This key was used with another body; take a new one")]) from None
    made = await _finished(asked, created.generation, _patience(asked.request.headers.get(PREFER.name, "")))
    return answer(made, 200 if created.existing or made.status not in ACTIVE else 202, location=made.links.self)


def _patience(preferences: str) -> float:
    """Seconds by ``wait=N`` (RFC 7240). A preference that cannot be met or read is passed over, as it says there."""
    found = re.search(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,9})", preferences, re.IGNORECASE)
    return min(float(found[1]), LONGEST_WAIT) if found else 0.0


async def _finished(asked: Asked[CreateGeneration, None], made: Generation, patience: float) -> Generation:
    """The generation at its end, or as it is when the patience is."""
    until = time.monotonic() + patience
    while made.status in ACTIVE and (left := until - time.monotonic()) > 0:
        await asyncio.sleep(min(left, LOOK_EVERY))
        now = await generations.get(asked.db, asked.person.id, made.id)
        if now is None:
            break
        made = now.model_copy(update={"existing": made.existing})
    return made


def _key(asked: Asked[CreateGeneration, None]) -> str | None:
    value = asked.request.headers.get(IDEMPOTENCY_KEY.name)
    if value is None:
        return None
    if not 1 <= len(value) <= LONGEST_KEY or not (value.isascii() and value.isprintable()):
        raise invalid([([IDEMPOTENCY_KEY.name], f"1 to {LONGEST_KEY} visible ASCII characters are allowed")])
    return value


async def show(asked: Asked[None, None]) -> Response:
    found = await generations.get(asked.db, asked.person.id, asked.id)
    if found is None:
        raise missing()
    return answer(found)


async def index(asked: Asked[None, ListGenerations]) -> Response:
    page = await generations.page(asked.db, asked.person.id, **dict(asked.query))
    return answer(GenerationPage(items=page.items, next_cursor=page.next_cursor))


async def active(asked: Asked[None, None]) -> Response:
    return answer(Active(items=await generations.active(asked.db, asked.person.id)))


async def events(asked: Asked[None, EventsAfter]) -> Response:
    found = await generations.log(asked.db, asked.person.id, asked.id, asked.query.after)
    if found is None:
        raise missing()
    frames, last_seq = found  # the very bytes that sockets send
    return raw(b'{"items":[' + b",".join(frames) + b'],"last_seq":' + str(last_seq).encode() + b"}")


async def item(asked: Asked[None, None]) -> Response:
    key = asked.request.path_params["key"]
    # PostgreSQL takes no NUL in a text.
    found = await generations.item(asked.db, asked.person.id, asked.id, key) if key.isprintable() else None
    if found is None:
        raise missing()
    return raw(orjson.dumps(found.content))


async def cancel(asked: Asked[None, None]) -> Response:
    try:
        found = await generations.cancel(asked.db, asked.bell, asked.person.id, asked.id)
    except NotPossible as error:
        raise Problem(409, str(error)) from None
    if found is None:
        raise missing()
    return answer(found, 202)


async def retry(asked: Asked[None, None]) -> Response:
    try:
        found = await generations.retry(asked.db, asked.bell, asked.settings, asked.person.id, asked.id)
    except NotPossible as error:
        raise Problem(409, str(error)) from None
    except AlreadyActive as error:
        twin = error.generation.links.self
        raise Problem(409, "The same is being made already; see `generation`.", generation=twin) from None
    if found is None:
        raise missing()
    return answer(found, 202)


ONE = "/generations/{id}"
CALLS = [
    Call(
        "POST", "/generations", create, "Ask for something to be made",
        {
            202: Answer("It is queued.", Generation, location=True),
            200: Answer(
                "It is there: an active twin, the answer to the same Idempotency-Key, or finished while you waited.",
                Generation, location=True,
            ),
        },
        group="generations", body=CreateGeneration, body_shown=create_shown, headers=(IDEMPOTENCY_KEY, PREFER),
    ),
    Call(
        "GET", "/generations", index, "My generations, newest first", {200: Answer("A page.", GenerationPage)},
        group="generations", query=ListGenerations,
    ),
    Call(
        "GET", "/generations/active", active, "What is waiting or being made",
        {200: Answer("All of it.", Active)}, group="generations",
    ),
    Call("GET", ONE, show, "One generation", {200: Answer("The generation.", Generation)}, group="generations"),
    Call(
        "GET", f"{ONE}/events", events, "What has happened to it, in order",
        {200: Answer("The numbered events.", Events)}, group="generations", query=EventsAfter,
    ),
    Call(
        "GET", f"{ONE}/items/{{key}}", item, "A finished piece, such as week-3", {200: Answer("The piece.", Piece)},
        group="generations",
    ),
    Call(
        "POST", f"{ONE}/cancel", cancel, "Stop it",
        {202: Answer("It is cancelled, or will be in a moment.", Generation)}, group="generations", problems=(409,),
    ),
    Call(
        "POST", f"{ONE}/retry", retry, "Queue it again after it failed or was cancelled; finished pieces are kept",
        {202: Answer("It is queued.", Generation)}, group="generations", problems=(409,),
    ),
]  # fmt: skip
