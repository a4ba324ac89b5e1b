"""A process for one generation that may have killed its worker: if it does so again, it kills nothing else.

The worker that claimed it keeps the lease, hands the claim over on this process's standard input and waits for its end.
"""

import asyncio
import contextlib
import os
import sys
import threading
from dataclasses import asdict
from importlib import import_module
from typing import TYPE_CHECKING

import orjson

from app import generations, logs, metrics
from app.database import Away, Database
from app.generations import Bell, Claim
from app.settings import Settings

if TYPE_CHECKING:
    from worker.phases import Pipeline


class Died(Exception):
    """The process has ended without having ended its generation. ``code``: its exit code, negative for a signal."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


async def make(claim: Claim, pipeline: "Pipeline", settings: Settings, worker: str) -> None:
    """Make it in a process of its own; cancelled, that process is killed. Raises Died."""
    what = {"claim": asdict(claim), "module": pipeline.module, "worker": worker}
    given = {**what, "settings": settings.model_dump(mode="json")}
    # A session of its own: what a terminal or a platform sends to the worker's group is for the worker to pass on.
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "worker.alone", stdin=asyncio.subprocess.PIPE, start_new_session=True
    )
    assert process.stdin is not None
    try:
        process.stdin.write(orjson.dumps(given) + b"\n")  # and never closed: its end is ours
        if (code := await process.wait()) != 0:
            raise Died(code)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _make(claim: Claim, pipeline: "Pipeline", settings: Settings, worker: str) -> None:
    from worker.run import Runner

    db, bell = Database(settings.database, pool_size=2), Bell(generations.connect(settings))
    runner = Runner(db, bell, settings, worker, {claim.kind: pipeline}, alone=True)
    await runner.make_this(claim)
    await runner.close()
    await bell.close()
    with contextlib.suppress(*Away):
        await metrics.flush(db)
    await db.close()


def _end_with_parent() -> None:
    # Not through sys.stdin: its lock, held here at the end, would abort the process as if it had been killed.
    while os.read(0, 4096):
        pass
    os._exit(1)


def main() -> None:
    given = orjson.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    settings = Settings(**given["settings"])
    logs.configure(settings.log_format)
    asyncio.run(_make(Claim(**given["claim"]), import_module(given["module"]).PIPELINE, settings, given["worker"]))


if __name__ == "__main__":
    main()
