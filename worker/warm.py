"""A child process that has the makers loaded already, so that nobody waits for the first heavy computation."""

import asyncio
import contextlib

import anyio.to_process
from anyio import BrokenWorkerProcess

from worker.books import desk as books
from worker.courses import desk as courses
from worker.edits import pipeline as edits
from worker.plans import pipeline as plans
from worker.programs import pipeline as programs

MAKERS = (books, courses, edits, plans, programs)  # loaded in the child by this very import
EVERY = 60.0  # anyio ends a child that was idle for five minutes


def ready() -> int:
    return len(MAKERS)


async def keep_warm() -> None:
    while True:
        with contextlib.suppress(BrokenWorkerProcess, OSError):
            await anyio.to_process.run_sync(ready, cancellable=True)
        await asyncio.sleep(EVERY)
