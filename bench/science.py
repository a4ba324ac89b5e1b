"""A program without database, events, queue: the phases' own functions in a row, on a stand-in for their Work."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from app.kinds.program import ProgramInput
from bench.making import PROGRAM
from worker.programs.pipeline import PIPELINE


class BareWork(SimpleNamespace):
    llm: Any = None
    claim = SimpleNamespace(kind="program")

    async def note(self, note: str) -> None:
        pass

    async def stand_in(self, why: str) -> None:
        pass

    async def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        pass

    async def offload(self, function: Callable[..., Any], *args: Any) -> Any:
        return function(*args)

    async def replace(self, key: str, content: dict[str, Any], title: str | None = None) -> None:
        self.made[key] = content


async def make() -> dict[str, Any]:
    work: Any = BareWork(
        input=ProgramInput.model_validate(PROGRAM), account={"time_zone": "UTC", "units": "kg"}, done={}, made={}
    )
    for phase in PIPELINE.phases:
        value = await phase.run(work) if phase.run else None
        for spec in phase.items(work) if phase.items else ():
            assert phase.make is not None
            work.made[spec.key] = await phase.make(work, spec)
        work.done[phase.name] = value
    return PIPELINE.head(work)


def program() -> dict[str, Any]:
    return asyncio.run(make())
