"""`AsyncClient`: for programs with an event loop."""

import asyncio
import inspect
import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import asdict
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from app.client.errors import Cancelled, Conflict, Failed
from app.client.follow import Stream
from app.client.models import Created, Event, Wanted, event_of
from app.client.wire import Wire
from app.generations.batches import Batch
from app.generations.view import ACTIVE, Generation

Progress = Callable[[Event], object]  # may be a coroutine function
PATIENCE = 60.0


class AsyncClient:
    """Speaks for one account: by ``token``, or by ``email`` and ``password``, with which it signs in when it has to.

    ``patience``: seconds for which requests and sockets are tried again while the server is away or asks to wait (429
    and 503 with Retry-After); then `Unreachable`, or the last refusal. Every method may raise `UnfoldError`.
    """

    def __init__(
        self, url: str, *, token: str | None = None, email: str | None = None, password: str | None = None,
        patience: float = PATIENCE, transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:  # fmt: skip
        self._wire = Wire(url, token=token, email=email, password=password, patience=patience, transport=transport)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._wire.close()

    @property
    def url(self) -> str:
        return self._wire.url

    @property
    def token(self) -> str | None:
        """The newest one, to be kept for the next time."""
        return self._wire.token.value if self._wire.token else None

    async def sign_up(self, email: str, password: str) -> None:
        """Make an account, and speak for it from now on."""
        await self._wire.sign_up(email, password)

    # Asking.

    async def create(
        self, kind: str, input: Mapping[str, Any], *, subject: str = "", fresh: bool = False,
        idempotency_key: str | None = None,
    ) -> Created:  # fmt: skip
        """Ask for something. It is made whether this program stays or not.

        A request that got lost is repeated under one ``idempotency_key``, so that nothing is asked for twice; with a
        key of your own that holds from one run of your program to the next, for a week.
        """
        body = {"kind": kind, "input": dict(input), "subject": subject, "fresh": fresh}
        headers = {"Idempotency-Key": idempotency_key or str(uuid.uuid4())}
        answer = await self._wire.request("POST", "/generations", json=body, headers=headers)
        made = Generation.model_validate_json(answer.content)
        return Created(made, "existing" if made.existing else "created")

    async def status(self, generation_id: str) -> Generation:
        return Generation.model_validate(await self._wire.get(_one(generation_id)))

    async def active(self) -> list[Generation]:
        """What waits or is being made, whoever has asked for it: this program, another one, the person on a page."""
        return [Generation.model_validate(one) for one in (await self._wire.get("/generations/active"))["items"]]

    async def history(self, *, kind: str | None = None, status: str | None = None) -> AsyncIterator[Generation]:
        """All of them, newest first."""
        cursor: str | None = None
        while True:
            page = await self._wire.get("/generations", kind=kind, status=status, limit=100, cursor=cursor)
            for one in page["items"]:
                yield Generation.model_validate(one)
            cursor = page["next_cursor"]
            if cursor is None:
                return

    # Watching.

    async def follow(self, generation_id: str, *, after: int = 0) -> AsyncIterator[Event]:
        """What has happened to it after event number ``after`` and what happens, to its end: each durable event once
        and in order, whatever becomes of the connection, the server or the worker."""
        async for event in Stream(self._wire, {generation_id: after}).events():
            yield event

    async def wait(
        self,
        generation_id: str,
        progress: Progress | None = None,
        *,
        after: int = 0,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> Generation:
        """The generation, once it is completed; ``progress`` is called with each event after number ``after``.

        Raises Failed, Cancelled, and TimeoutError after ``timeout`` seconds: then it goes on being made.
        """
        async with asyncio.timeout(timeout):
            last = {generation_id: after}
            while True:
                stream = Stream(self._wire, last)
                async for event in stream.events():
                    await _call(progress, event)
                last = stream.last
                found = await self.status(generation_id)
                if found.status not in ACTIVE:  # else somebody has had it tried again
                    return _ended(found)

    # Steering.

    async def cancel(self, generation_id: str) -> Generation:
        """Raises Conflict when it has ended."""
        return await self._post(f"{_one(generation_id)}/cancel")

    async def retry(self, generation_id: str) -> Generation:
        """Queue it again after it failed or was cancelled; what is made is kept. Raises Conflict."""
        try:
            return await self._post(f"{_one(generation_id)}/retry")
        except Conflict:
            found = await self.status(generation_id)
            if found.status in ACTIVE:  # the first try of this request was taken, and its answer lost
                return found
            raise

    async def _post(self, path: str) -> Generation:
        return Generation.model_validate_json((await self._wire.request("POST", path)).content)

    # Results.

    async def result(self, generation: str | Generation) -> dict[str, Any]:
        """The finished document. Raises NotFound, and Failed or Cancelled for what has ended so."""
        found: dict[str, Any] = await self._wire.get(await self._address(generation))
        return found

    async def download(self, generation: str | Generation, suffix: str) -> bytes:
        """The document as ``md``, ``pdf``, ``csv``, ``ics``, ``json``: what its kind offers."""
        path = f"{await self._address(generation)}.{quote(suffix, safe='')}"
        return (await self._wire.request("GET", path)).content

    async def item(self, generation_id: str, key: str) -> dict[str, Any]:
        """A piece that is ready, such as ``week-3``, while others are still being made."""
        found: dict[str, Any] = await self._wire.get(f"{_one(generation_id)}/items/{quote(key, safe='')}")
        return found

    async def events(self, generation_id: str, *, after: int = 0) -> list[Event]:
        """What has happened so far."""
        found = await self._wire.get(f"{_one(generation_id)}/events", after=after)
        return [event_of(frame) for frame in found["items"]]

    async def _address(self, generation: str | Generation) -> str:
        found = await self.status(generation) if isinstance(generation, str) else generation
        if found.result is None:
            if found.status in ACTIVE:
                raise _not_yet(found)
            _ended(found)
        assert found.result is not None
        return found.result.url

    # Batches.

    async def create_batch(self, items: Sequence[Wanted]) -> Batch:
        """Ask for up to a hundred at once: all are taken, or none. What was being made already is ``existing``."""
        body = {"items": [asdict(one) for one in items]}
        answer = await self._wire.request("POST", "/batches", json=body, repeat=False)
        return Batch.model_validate_json(answer.content)

    async def batch(self, batch_id: str) -> Batch:
        return Batch.model_validate(await self._wire.get(f"/batches/{quote(batch_id, safe='')}"))

    async def wait_batch(
        self,
        batch_id: str,
        progress: Progress | None = None,
        *,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> Batch:
        """The batch, once all of it has ended, well or not: its counts say how. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while (found := await self.batch(batch_id)).counts.active:
                last = {one.id: 0 for one in found.generations if one.status in ACTIVE}
                async for event in Stream(self._wire, last).events():
                    await _call(progress, event)
            return found


def _one(generation_id: str) -> str:
    return f"/generations/{quote(generation_id, safe='')}"


def _ended(found: Generation) -> Generation:
    if found.status == "failed":
        raise Failed(found)
    if found.status == "cancelled":
        raise Cancelled(found)
    return found


def _not_yet(found: Generation) -> Conflict:
    detail = f"It is {found.status}: wait for it first."
    return Conflict(409, "Conflict", detail, retry_after=None, document={"generation": found.links.self})


async def _call(progress: Progress | None, event: Event) -> None:
    if progress is not None and inspect.isawaitable(made := progress(event)):
        await made
