"""A kind of the tests' own: slow on purpose, with gates that a test opens, and a log of every effect it had.

A gate is a file: ``touch FOLDER/NAME`` lets the step called NAME go on. A step that begins writes ``NAME`` into
``FOLDER/effects``, so that a test can count what was made more than once.
"""

import asyncio
import os
from functools import partial
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import OperationalError

from app import kinds
from app.kinds import Kind
from worker.errors import InvalidOutput, RateLimited, Rejected, Unreachable
from worker.ladder import Author, ladder
from worker.phases import Phase, Pipeline, Spec, Work

Fault = Literal[
    "", "broken", "unreachable", "invalid", "rejected", "sleepy", "exit", "kill", "inner_cancel", "database",
    "limited", "compute",
]  # fmt: skip
PROVIDER = "models.example"


class DrillInput(BaseModel):
    model_config = ConfigDict(extra="forbid")
    folder: str = ""  # where gates and effects are; none: no gates
    parts: int = 3
    gates: list[str] = []  # the steps that wait: "prepare", "part-2", ...
    fault: Fault = ""
    at: str = "part-2"  # the step at which the fault happens
    times: int = 99  # how often it happens
    retry_after: float = 30.0  # of the fault "limited", in which PROVIDER asks to be left alone
    asks: bool = False  # PROVIDER, before each part
    consults: bool = False  # the person is asked before the parts are written
    good_author: int = 1  # of AUTHORS, the first whose parts pass
    name: str = "Drill"


class DrillResult(BaseModel):
    title: str
    parts: list[dict[str, Any]]


DRILL = Kind(
    name="drill",
    label="Drill",
    input_model=DrillInput,
    phases=(("prepare", "Preparing"), ("write_parts", "Writing the parts"), ("save", "Saving")),
    assemble=lambda head, parts: {**head, "parts": parts},
    twin_fields=("name",),
    units=lambda asked: {"write_parts": asked["parts"]},
)
kinds.register(DRILL)


async def effect(work: Work, step: str) -> None:
    """Begin a step: count it, wait at its gate, fail as ordered."""
    given: DrillInput = work.input
    if given.folder:
        with (Path(given.folder) / "effects").open("a") as log:
            log.write(f"{step}\n")
        while step in given.gates and not (Path(given.folder) / step).exists():
            await asyncio.sleep(0.01)
    if given.fault and step == given.at and work.claim.attempt <= given.times:
        await _fault(work)


def spin() -> None:
    """Hold the CPU for ever."""
    while True:
        sum(range(1000))


async def _fault(work: Work) -> None:
    fault = work.input.fault
    if fault == "limited":
        raise RateLimited(work.input.retry_after, PROVIDER)
    if fault == "compute":
        await work.offload(spin)
    if fault == "sleepy":
        await asyncio.sleep(3600)
    if fault == "exit":
        raise SystemExit(3)
    if fault == "kill":
        os.kill(os.getpid(), 9)
    if fault == "inner_cancel":  # a client library that cancels a task of its own
        asyncio.ensure_future(asyncio.sleep(9)).cancel()
        raise asyncio.CancelledError
    if fault == "database":
        raise OperationalError("SELECT 1", None, Exception("no such table"))
    if fault == "broken":
        raise KeyError("a bug that leaks secret-in-exception")
    raise {"unreachable": Unreachable(), "invalid": InvalidOutput(), "rejected": Rejected("Ask for less.")}[fault]


async def prepare(work: Work) -> dict[str, Any]:
    await effect(work, "prepare")
    return {"parts": work.input.parts}


def specs(work: Work) -> list[Spec]:
    return [
        Spec(f"part-{n}", n, f"Part {n}")
        for n in range(1, work.answers.get("outline", work.done["prepare"])["parts"] + 1)
    ]


async def part(work: Work, spec: Spec, author: int) -> dict[str, Any]:
    if author == 1:
        await effect(work, spec.key)
    if work.input.asks:
        await work.may_ask(PROVIDER)
    good = author >= work.input.good_author
    return {"number": spec.index, "text": f"This is part {spec.index}." if good else "A poor try."}


AUTHORS = tuple(Author(f"author-{number}", partial(part, author=number)) for number in (1, 2, 3))


def wrong_with(work: Work, spec: Spec, piece: dict[str, Any]) -> list[str]:
    return ["it is poor"] if "poor" in piece["text"] else []


PIPELINE = Pipeline(
    kind="drill",
    phases=(
        Phase("prepare", run=prepare),
        Phase(
            "write_parts",
            items=specs,
            waits_for=lambda work: "outline" if work.input.consults else None,
            make=ladder(AUTHORS, wrong_with),
            weight=8,
        ),
    ),
    head=lambda work: {"title": work.input.name},
)
