"""`Client`: for programs without an event loop. What each method does, `AsyncClient` says."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

from app.client.asynchronous import PATIENCE, AsyncClient, Progress
from app.client.models import Created, Event, Wanted
from app.generations.batches import Batch
from app.generations.view import Generation

T = TypeVar("T")


class Client:
    """As `AsyncClient`, for one thread at a time; to be closed at the end. Ctrl-C ends a wait, not the making."""

    def __init__(
        self, url: str, *, token: str | None = None, email: str | None = None, password: str | None = None,
        patience: float = PATIENCE,
    ) -> None:  # fmt: skip
        self._runner = asyncio.Runner()
        self._client = AsyncClient(url, token=token, email=email, password=password, patience=patience)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._run(self._client.close())
        self._runner.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def _each(self, found: AsyncIterator[T]) -> Iterator[T]:
        async def following() -> T | None:
            return await anext(found, None)

        try:
            while (one := self._run(following())) is not None:
                yield one
        finally:
            self._run(_close(found))

    @property
    def token(self) -> str | None:
        return self._client.token

    def sign_up(self, email: str, password: str) -> None:
        self._run(self._client.sign_up(email, password))

    def create(
        self, kind: str, input: Mapping[str, Any], *, subject: str = "", fresh: bool = False,
        idempotency_key: str | None = None,
    ) -> Created:  # fmt: skip
        more: dict[str, Any] = {"subject": subject, "fresh": fresh, "idempotency_key": idempotency_key}
        return self._run(self._client.create(kind, input, **more))

    def status(self, generation_id: str) -> Generation:
        return self._run(self._client.status(generation_id))

    def active(self) -> list[Generation]:
        return self._run(self._client.active())

    def history(self, *, kind: str | None = None, status: str | None = None) -> Iterator[Generation]:
        return self._each(self._client.history(kind=kind, status=status))

    def follow(self, generation_id: str, *, after: int = 0) -> Iterator[Event]:
        return self._each(self._client.follow(generation_id, after=after))

    def wait(
        self, generation_id: str, progress: Progress | None = None, *, after: int = 0, timeout: float | None = None
    ) -> Generation:
        return self._run(self._client.wait(generation_id, progress, after=after, timeout=timeout))

    def cancel(self, generation_id: str) -> Generation:
        return self._run(self._client.cancel(generation_id))

    def retry(self, generation_id: str) -> Generation:
        return self._run(self._client.retry(generation_id))

    def result(self, generation: str | Generation) -> dict[str, Any]:
        return self._run(self._client.result(generation))

    def download(self, generation: str | Generation, suffix: str) -> bytes:
        return self._run(self._client.download(generation, suffix))

    def item(self, generation_id: str, key: str) -> dict[str, Any]:
        return self._run(self._client.item(generation_id, key))

    def events(self, generation_id: str, *, after: int = 0) -> list[Event]:
        return self._run(self._client.events(generation_id, after=after))

    def create_batch(self, items: Sequence[Wanted]) -> Batch:
        return self._run(self._client.create_batch(items))

    def batch(self, batch_id: str) -> Batch:
        return self._run(self._client.batch(batch_id))

    def wait_batch(self, batch_id: str, progress: Progress | None = None, *, timeout: float | None = None) -> Batch:
        return self._run(self._client.wait_batch(batch_id, progress, timeout=timeout))


async def _close(found: AsyncIterator[Any]) -> None:
    close = getattr(found, "aclose", None)
    if close is not None:
        await close()
