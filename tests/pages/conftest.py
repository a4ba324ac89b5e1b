"""Browsers without a browser: clients of the real application, and a worker in this process that makes programs."""

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from app.database import Database
from app.generations import Bell
from app.live.hub import Hub
from app.main import create_app
from app.settings import Settings
from worker.errors import Rejected
from worker.phases import Phase, Pipeline, Spec, Work
from worker.programs.pipeline import PIPELINE
from worker.run import Runner

FORM: dict[str, str | list[str]] = {
    "goal": "strength",
    "experience": "intermediate",
    "days_per_week": "3",
    "session_minutes": "60",
    "weeks": "4",
    "equipment": ["barbell", "dumbbells"],
    "units": "kg",
    "lifts.squat": "120",
    "lifts.bench_press": "90",
}


class WithState:
    """Gives requests what the lifespan would give them."""

    def __init__(self, app: ASGIApp, **state: Any) -> None:
        self.app, self.state = app, state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app({**scope, "state": dict(self.state)}, receive, send)


Browser = Callable[[], httpx.AsyncClient]


@pytest.fixture
async def browser(db: Database, bell: Bell, settings: Settings) -> AsyncIterator[Browser]:
    """Opens browsers with a cookie jar each; redirects are left to the test."""
    app = WithState(create_app(settings), db=db, bell=bell, settings=settings, hub=Hub(db, bell, settings))
    async with contextlib.AsyncExitStack() as stack:
        opened: list[httpx.AsyncClient] = []

        def open_one() -> httpx.AsyncClient:
            client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://unfold.test")
            opened.append(client)
            stack.push_async_callback(client.aclose)
            return client

        yield open_one


@pytest.fixture
def visitor(browser: Browser) -> httpx.AsyncClient:
    """Somebody who has never been here."""
    return browser()


async def ask(client: httpx.AsyncClient, **fields: str | list[str]) -> str:
    """Send the form; returns the path of the live page."""
    answer = await client.post("/programs", data={**FORM, **fields})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


class Maker:
    """A worker in this process. It can stop before a week, or fail at it."""

    def __init__(self, db: Database, bell: Bell, settings: Settings) -> None:
        self.at, self.fails = "", False
        self.gate = asyncio.Event()
        phases = tuple(self._gated(phase) if phase.make else phase for phase in PIPELINE.phases)
        pipelines: dict[str, Pipeline] = {"program": dataclasses.replace(PIPELINE, phases=phases)}
        self.runner = Runner(db, bell, settings, "worker-of-the-test", pipelines)
        self.stopped = asyncio.Event()

    def _gated(self, phase: Phase) -> Phase:
        make: Callable[[Work, Spec], Awaitable[dict[str, Any]]] | None = phase.make
        assert make is not None

        async def at_gate(work: Work, spec: Spec) -> dict[str, Any]:
            if spec.key == self.at:
                if self.fails:
                    raise Rejected("Two barbells cannot be lifted at once. Ask for one.")
                self.stopped.set()
                await self.gate.wait()
            return await make(work, spec)

        return dataclasses.replace(phase, make=at_gate)

    async def make(self) -> None:
        await self.runner.make()

    @contextlib.asynccontextmanager
    async def stopped_at(self, key: str) -> AsyncIterator[None]:
        """Work is under way and waits before this week for as long as the block lasts."""
        self.at = key
        task = asyncio.create_task(self.runner.make())
        await self.stopped.wait()
        try:
            yield
        finally:
            self.gate.set()
            await task


@pytest.fixture
def maker(db: Database, bell: Bell, settings: Settings) -> Maker:
    return Maker(db, bell, settings)
