"""The real worker, which writes down in ``$GATES/made`` each piece of a course or week that it begins, and stops for
good before ``$STOPS_AT``, having touched ``$GATES/$STOPS_AT``."""

import asyncio
import dataclasses
import os
from pathlib import Path
from typing import Any

from tests.support import drill_worker
from worker import main
from worker.phases import Phase, Spec, Work

GATES, STOPS_AT = Path(os.environ["GATES"]), os.environ["STOPS_AT"]


def watched(phase: Phase) -> Phase:
    make = phase.make
    if make is None:
        return phase

    async def make_or_stop(work: Work, spec: Spec) -> dict[str, Any]:
        with (GATES / "made").open("a") as log:
            log.write(f"{spec.key}\n")
        if spec.key == STOPS_AT:
            (GATES / STOPS_AT).touch()
            await asyncio.Event().wait()
        return await make(work, spec)

    return dataclasses.replace(phase, make=make_or_stop)


for kind in ("course", "plan"):
    real = main.PIPELINES[kind]
    main.PIPELINES[kind] = dataclasses.replace(real, phases=tuple(watched(phase) for phase in real.phases))
WorkerSettings = drill_worker.WorkerSettings
