"""A worker in this process that makes tales with a scripted model."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from sqlalchemy import select, update

from app import generations
from app.database import Database, now
from app.generations import Bell, spend
from app.models import Generation, LlmCall
from app.person import Person
from app.settings import Settings
from tests.support.library import put
from tests.support.models import KEY, Models, Says, models
from tests.support.tale import PIPELINE, tell
from worker.run import Runner

if TYPE_CHECKING:
    from tests.worker.llm.course_support import Courses


@pytest.fixture
async def model() -> AsyncIterator[Models]:
    async with models(Says(tell)) as ours:
        yield ours


class Tales:
    def __init__(self, db: Database, bell: Bell, settings: Settings, person: Person) -> None:
        self.db, self.bell, self.settings, self.person = db, bell, settings, person
        self.frames: list[dict[str, Any]] = []  # passing ones
        self.at: list[float] = []
        self.runner = Runner(db, bell, settings, "worker-1", {"tale": PIPELINE})
        publish = bell.publish

        def heard(account_id: str, frames: Any) -> None:
            for frame in frames:
                body = orjson.loads(frame)
                if "seq" not in body:
                    self.frames.append(body)
                    self.at.append(time.monotonic())
            publish(account_id, frames)

        bell.publish = heard  # type: ignore[method-assign]  # it listens in, and passes on

    async def close(self) -> None:
        await self.runner.close()

    async def with_settings(self, **changes: Any) -> "Tales":
        await self.runner.close()
        self.settings = self.settings.model_copy(update=changes)
        for name in ("llm", "redis"):
            self.settings.__dict__.pop(name, None)
        self.runner = Runner(self.db, self.bell, self.settings, "worker-1", {"tale": PIPELINE})
        return self

    async def ask(self, **given: Any) -> str:
        made = await generations.create(self.db, self.bell, self.settings, self.person, "tale", given, fresh=True)
        return made.generation.id

    async def make(self, times: int = 6) -> None:
        """Whatever is due, retries included, without waiting for their delays, but not before a pause is over."""
        for _ in range(times):
            async with self.db.write() as session:
                await session.execute(update(Generation).values(due_at=now() - 1))
            await self.runner.make()

    async def made(self, times: int = 6, **given: Any) -> "Told":
        id_ = await self.ask(**given)
        await self.make(times)
        return await self.told(id_)

    async def told(self, id_: str) -> "Told":
        view = await generations.get(self.db, self.person.id, id_)
        log = await generations.log(self.db, self.person.id, id_, 0)
        assert view is not None and log is not None
        items = await generations.items(self.db, self.person.id, id_)
        async with self.db.read() as session:
            calls = (await session.execute(select(LlmCall).order_by(LlmCall.id))).scalars().all()
        return Told(view, [orjson.loads(body) for body in log[0]], [one.content for one in items], list(calls))


class Told:
    """What became of a generation."""

    def __init__(
        self, view: generations.Generation, events: list[dict[str, Any]], pieces: list[dict[str, Any]], calls: Any
    ) -> None:
        self.view, self.events, self.pieces = view, events, pieces
        self.calls: list[LlmCall] = calls

    @property
    def authors(self) -> list[str]:
        return [piece["author"] for piece in self.pieces]

    @property
    def types(self) -> list[str]:
        return [event["type"] for event in self.events]

    def rungs(self, number: int) -> list[tuple[str, str]]:
        """Which rungs were left of a part, and why."""
        return [(one["rung"], one["why"]) for one in self.pieces[number - 1].get("rungs", [])]

    @property
    def outcomes(self) -> list[str]:
        return [call.outcome for call in self.calls]


@pytest.fixture
async def tales(db: Database, bell: Bell, settings: Settings, alice: Person, model: Models) -> AsyncIterator[Tales]:
    ours = Tales(db, bell, settings, alice)
    await ours.with_settings(
        llm_base_url=model.url, llm_api_key=KEY, llm_model="scripted", llm_requests_per_minute=60_000,
        llm_price_input=1.0, llm_price_output=2.0, llm_idle_timeout=0.4,
    )  # fmt: skip
    yield ours
    await ours.close()


async def until(condition: Callable[[], object], what: str) -> None:
    async with asyncio.timeout(15):
        while not condition():
            await asyncio.sleep(0.01)


assert spend.ANSWERED


@pytest.fixture
async def courses(tales: Tales, model: Models) -> "AsyncIterator[Courses]":
    from tests.worker.llm.course_support import Courses  # which imports this

    await tales.with_settings(llm_idle_timeout=20.0)
    await put(tales.db, ["valuing-a-company", "valuation-first-principles"])
    ours = Courses(tales)
    yield ours
    await ours.runner.close()
