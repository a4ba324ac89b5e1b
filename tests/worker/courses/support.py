"""Courses made of the shelf without the engine: the phases in a row on plain checkpoints."""

import json
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from app.database import Database
from app.kinds.course import CourseInput, CourseResult, assemble
from worker.courses.evidence import Piece, Unit
from worker.courses.pipeline import PIPELINE
from worker.phases import Spec, Work


class Bench(SimpleNamespace):
    """What a phase may use of Work; ``notes``: what it said, ``replaced``: the pieces that it made again."""

    input: CourseInput
    done: dict[str, Any]
    made: dict[str, dict[str, Any]]
    answers: dict[str, Any]
    titles: dict[str, Spec]
    notes: list[str]
    replaced: list[str]
    llm: Any = None

    async def progress(self, done: int, total: int | None = None, note: str = "") -> None: ...

    async def note(self, note: str) -> None:
        self.notes.append(note)

    async def offload(self, function: Any, *args: Any) -> Any:
        return function(*args)

    async def replace(self, key: str, content: dict[str, Any], title: str | None = None) -> None:
        assert key in self.titles
        self.made[key] = plain(content)
        self.replaced.append(key)


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value, allow_nan=False))


def bench(db: Database, told: dict[str, Any], account_id: str | None = None) -> Bench:
    asked = CourseInput.model_validate(told)
    claim = SimpleNamespace(account_id=account_id, input=asked.model_dump(mode="json"), id="a-course", base=None)
    return Bench(
        input=asked, done={}, made={}, answers={}, titles={}, notes=[], replaced=[], db=db, claim=claim
    )  # fmt: skip


async def run(made: Bench) -> dict[str, Any]:
    """Every phase in its order; the whole document."""
    work = cast(Work, made)
    for phase in PIPELINE.phases:
        value = plain(await phase.run(work)) if phase.run else None
        for spec in phase.items(work) if phase.items else ():
            assert phase.make is not None
            made.titles[spec.key] = spec
            made.made[spec.key] = plain(await phase.make(work, spec))
        made.done[phase.name] = value
    document = {"id": made.claim.id, "kind": "course", **assemble(PIPELINE.head(work), plain(list(made.made.values())))}
    CourseResult.model_validate(document)
    return document


async def course(db: Database, query: str, hours: float = 2.0, **preferences: Any) -> dict[str, Any]:
    return await run(bench(db, {"query": query, "hours": hours, "preferences": preferences}))


def sections(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [section for part in document["parts"] for section in part["sections"]]


def unit(
    title: str, told: str, *, number: int = 2, concepts: tuple[str, ...] = ("free cash flow",), book: int = 0
) -> Unit:
    piece = Piece(number, f"book-{book}", number, f"chapter 1, section {number}", told)
    return Unit(book, number, 1, title, "Chapter", list(concepts), 0.1 * number, [piece], np.ones(256, np.float32), 0.5)
