"""What is made in the storm: timed parts, faults on order, and a line in a file for everything that is begun.

The file of effects tells what really happened, whatever the database says: who (process, token) began which step when.
Parts carry the token of the claim that made them in their titles, so that the log shows it if an old owner's counted.
"""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict

from app import generations, kinds
from app.kinds import Kind
from worker.errors import Rejected, Unreachable
from worker.phases import Phase, Pipeline, Spec, Work

# poison: kills its process whenever it comes to that part. The others happen once.
Fault = Literal["", "poison", "unreachable", "timeout", "rejected"]
PART_TIMEOUT = 12.0
EFFECTS, REFUSED = "effects", "refused"


class StormInput(BaseModel):
    model_config = ConfigDict(extra="forbid")
    folder: str
    name: str
    parts: int
    seconds: float  # of one part
    fault: Fault = ""
    at: int = 1  # the part at which it happens


STORM = Kind(
    name="storm",
    label="Storm",
    input_model=StormInput,
    phases=(("prepare", "Preparing"), ("write_parts", "Writing the parts"), ("save", "Saving")),
    assemble=lambda head, parts: {**head, "parts": parts},
    twin_fields=("name",),
)
kinds.register(STORM)


def write(folder: str, name: str, **line: Any) -> None:
    """Append one line, whole even when many processes do so and one of them dies."""
    with (Path(folder) / name).open("ab", buffering=0) as file:
        file.write(orjson.dumps(line) + b"\n")


def begin(work: Work, step: str) -> None:
    claim = work.claim
    who = {"pids": [os.getpid(), *parents()], "at": time.time()}
    write(work.input.folder, EFFECTS, id=claim.id, token=claim.token, attempt=claim.attempt, step=step, **who)


def parents() -> list[int]:
    """Who started this process, and who started that one: a worker may make something in a process of its own."""
    parent = os.getppid()
    status = Path(f"/proc/{parent}/stat")
    grandparent = int(status.read_text().rpartition(")")[2].split()[1]) if status.exists() else 0
    return [parent, grandparent]


async def prepare(work: Work) -> int:
    begin(work, "prepare")
    await asyncio.sleep(work.input.seconds / 4)
    return int(work.input.parts)


def specs(work: Work) -> list[Spec]:
    return [Spec(f"part-{n}", n, f"Part {n} by {work.claim.token}") for n in range(1, work.done["prepare"] + 1)]


async def part(work: Work, spec: Spec) -> dict[str, Any]:
    begin(work, spec.key)
    await asyncio.sleep(work.input.seconds / 2)
    if spec.index == work.input.at:
        await _fault(work)
    await asyncio.sleep(work.input.seconds / 2)
    return {"number": spec.index, "token": work.claim.token}


async def _fault(work: Work) -> None:
    fault = work.input.fault
    if fault == "poison":
        os.kill(os.getpid(), signal.SIGKILL)
    if fault == "rejected":
        raise Rejected("Ask for less.")
    if work.claim.attempt == 1 and fault == "unreachable":
        raise Unreachable
    if work.claim.attempt == 1 and fault == "timeout":
        await asyncio.sleep(3600)


PIPELINE = Pipeline(
    kind="storm",
    phases=(
        Phase("prepare", run=prepare),
        Phase("write_parts", items=specs, make=part, weight=8, timeout=PART_TIMEOUT),
    ),
    head=lambda work: {"title": work.input.name},
)


def _counting(function: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Note what the database refused since its token is not the newest."""

    async def wrapped(db: Any, bell: Any, claim: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return await function(db, bell, claim, *args, **kwargs)
        except generations.Lost:
            name = getattr(function, "__name__", "")
            write(os.environ["CHAOS"], REFUSED, id=claim.id, token=claim.token, call=name, at=time.time())
            raise

    return wrapped


if "CHAOS" in os.environ:  # in a worker of the storm, and in the processes that it starts
    for call in ("record", "complete", "end", "back_to_queue"):
        setattr(generations, call, _counting(getattr(generations, call)))
