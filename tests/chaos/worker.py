"""The real worker for these tests: ``arq tests.chaos.worker.WorkerSettings``.

With ``BARRIER`` it holds at a point (see `tests.chaos.barriers`). In the storm, where ``CHAOS`` names a folder, it says
when it is up, and with ``ELSEWHERE=1`` it takes itself for a process of another machine: nobody sees that it is gone.
"""

import os
from pathlib import Path
from typing import Any

from tests.chaos import barriers, storm
from tests.support import drill_worker
from worker import main, peers

main.PIPELINES["storm"] = storm.PIPELINE
if "BARRIER" in os.environ:
    main.PIPELINES["drill"] = barriers.install()
if os.environ.get("ELSEWHERE"):
    setattr(peers, "home", lambda: f"a machine of its own: {os.getpid()}")  # noqa: B010


async def startup(ctx: dict[str, Any]) -> None:
    await main.startup(ctx)
    if folder := os.environ.get("CHAOS"):
        (Path(folder) / f"up-{os.getpid()}").touch()


WorkerSettings = drill_worker.WorkerSettings
setattr(WorkerSettings, "on_startup", startup)  # noqa: B010 - arq reads the class's own attributes
