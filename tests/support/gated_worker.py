"""The real worker, making real programs and courses and reading real books piece by piece as a test opens the gates:
``touch $GATES/week-3``, ``touch $GATES/chapter-2``, ``touch $GATES/section-1.1``, or ``touch $GATES/all``."""

import asyncio
import dataclasses
import os
from pathlib import Path
from typing import Any

from tests.support import drill_worker
from worker import main
from worker.phases import Phase, Spec, Work

GATES = Path(os.environ["GATES"])


def gated(phase: Phase) -> Phase:
    make = phase.make
    if make is None:
        return phase

    async def make_at_gate(work: Work, spec: Spec) -> dict[str, Any]:
        while not ((GATES / spec.key).exists() or (GATES / "all").exists()):
            await asyncio.sleep(0.01)
        return await make(work, spec)

    return dataclasses.replace(phase, make=make_at_gate)


for kind in ("program", "book", "course"):
    real = main.PIPELINES[kind]
    main.PIPELINES[kind] = dataclasses.replace(real, phases=tuple(gated(phase) for phase in real.phases))
WorkerSettings = drill_worker.WorkerSettings
