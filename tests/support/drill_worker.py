"""The real worker with one pipeline more: ``arq tests.support.drill_worker.WorkerSettings``."""

import asyncio

from tests.support.drill import PIPELINE
from worker import main


async def loaded_when_asked() -> None:
    """In place of `keep_warm`: most of these workers are killed before they compute anything."""
    await asyncio.Event().wait()


setattr(main, "keep_warm", loaded_when_asked)  # noqa: B010 - this process only
main.PIPELINES["drill"] = PIPELINE
WorkerSettings = main.WorkerSettings
