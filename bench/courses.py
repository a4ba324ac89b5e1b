"""A course without queue and events: the phases' own functions in a row, over a library in a database of its own."""

import copy
import json
import re
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from app.database import Database, migrate
from app.kinds.course import CourseInput, CourseResult, assemble
from app.settings import Settings
from bench.science import BareWork
from tests.support.library import put
from worker.courses.pipeline import PIPELINE
from worker.phases import Phase

# The phases before the first that a model has a hand in.
PLANNED: Final = 2
_LEFT_OUT: Final = re.compile(r": left out (\d+) sentences? that the passages do not say$")


class CourseWork(BareWork):
    """``notes``: what the phases have said of their work."""

    notes: list[str]

    async def note(self, note: str) -> None:
        self.notes.append(note)


@dataclass(frozen=True)
class Made:
    """``dropped``: sentences of a model's that no passage says."""

    document: dict[str, Any]
    took: float  # milliseconds
    dropped: int


def claim_of(asked: CourseInput) -> SimpleNamespace:
    """Somebody's who sees the shelf alone."""
    return SimpleNamespace(kind="course", account_id=None, input=asked.model_dump(mode="json"))


@asynccontextmanager
async def shelf() -> AsyncIterator[tuple[Database, dict[str, str]]]:
    """The starter shelf; slug -> the book's id."""
    with tempfile.TemporaryDirectory(prefix="unfold-audit-") as folder:
        settings = Settings(database_url=f"sqlite:///{Path(folder) / 'library.db'}", secret_key="of the audit")
        migrate(settings.database)
        db = Database(settings.database)
        try:
            yield db, await put(db)
        finally:
            await db.close()


def begun(db: Database, told: dict[str, Any]) -> Any:
    asked = CourseInput.model_validate(told)
    return CourseWork(input=asked, done={}, made={}, answers={}, db=db, claim=claim_of(asked), notes=[])


async def run(work: Any, phases: Sequence[Phase]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    for phase in phases:
        value = await phase.run(work) if phase.run else None
        for spec in phase.items(work) if phase.items else ():
            assert phase.make is not None
            work.made[spec.key] = await phase.make(work, spec)
        work.done[phase.name] = value
    return (time.perf_counter() - began) * 1000


def document(work: Any) -> dict[str, Any]:
    pieces = json.loads(json.dumps(list(work.made.values())))
    made = {"id": "audit", "kind": "course", **assemble(PIPELINE.head(work), pieces)}
    CourseResult.model_validate(made)
    return made


async def make(db: Database, told: dict[str, Any]) -> tuple[dict[str, Any], float]:
    """The whole document, and the milliseconds that it took."""
    work = begun(db, told)
    took = await run(work, PIPELINE.phases)
    return document(work), took


async def make_both(db: Database, told: dict[str, Any], model: Any) -> tuple[Made, Made]:
    """Of one outline the course of the rules engine, and that of ``model``, which answers as `worker.llm.pen.Pen`."""
    work = begun(db, told)
    planned = await run(work, PIPELINE.phases[:PLANNED])
    made = []
    for llm in (None, model):
        own = begun(db, told)
        own.done, own.made, own.llm = copy.deepcopy(work.done), copy.deepcopy(work.made), llm
        took = planned + await run(own, PIPELINE.phases[PLANNED:])
        dropped = sum(int(found[1]) for note in own.notes if (found := _LEFT_OUT.search(note)))
        made.append(Made(document(own), took, dropped))
    return made[0], made[1]
