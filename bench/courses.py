"""A course without queue and events: the phases' own functions in a row, over a library in a database of its own."""

import json
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from app.database import Database, migrate
from app.kinds.course import CourseInput, CourseResult, assemble
from app.settings import Settings
from bench.science import BareWork
from tests.support.library import put
from worker.courses.pipeline import PIPELINE


class CourseWork(BareWork):
    async def note(self, note: str) -> None:
        pass


def claim_of(asked: CourseInput) -> SimpleNamespace:
    """Somebody's who sees the shelf alone."""
    return SimpleNamespace(account_id=None, input=asked.model_dump(mode="json"))


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


async def make(db: Database, told: dict[str, Any]) -> tuple[dict[str, Any], float]:
    """The whole document, and the milliseconds that it took."""
    asked = CourseInput.model_validate(told)
    work: Any = CourseWork(input=asked, done={}, made={}, answers={}, db=db, claim=claim_of(asked))
    began = time.perf_counter()
    for phase in PIPELINE.phases:
        value = await phase.run(work) if phase.run else None
        for spec in phase.items(work) if phase.items else ():
            assert phase.make is not None
            work.made[spec.key] = await phase.make(work, spec)
        work.done[phase.name] = value
    took = (time.perf_counter() - began) * 1000
    pieces = json.loads(json.dumps(list(work.made.values())))
    document = {"id": "audit", "kind": "course", **assemble(PIPELINE.head(work), pieces)}
    CourseResult.model_validate(document)
    return document, took
