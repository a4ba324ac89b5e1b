"""The same file that comes by two ways at once is one book, and neither way takes it from the other."""

import asyncio
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update

from app import generations
from app.database import Database, now
from app.generations import Bell
from app.ids import uuid7
from app.library import books, importing
from app.library.importing import BOOKS, Source
from app.library.models import Passage
from app.person import Person
from app.settings import Settings
from tests.worker.books import samples
from tests.worker.books.test_hostile import outcome
from tests.worker.books.test_pipeline import ask
from worker.books.direct import source_of, take
from worker.books.pipeline import PIPELINE, TWICE
from worker.run import Runner

ABOUT = {"title": "Weather", "author": "", "subject": ""}


async def count(db: Database, table: Any) -> int:
    async with db.read() as session:
        return (await session.execute(select(func.count()).select_from(table))).scalar_one()


async def test_an_upload_under_way_is_left_alone_by_the_command_line(
    db: Database, bell: Bell, settings: Settings, alice: Person, tmp_path: Path
) -> None:
    path = samples.written(tmp_path, "weather.md", samples.markdown())
    asked = await ask(db, bell, settings, alice, samples.markdown(), "weather.md")
    assert asked.generation is not None
    source = Source(asked.generation.id, alice.id, source_of(path, alice.id).sha256, "markdown", 1)
    await importing.begin(db, source, ABOUT)  # as its generation does
    async with db.write() as session:
        await session.execute(update(BOOKS).values(created_at=now() - 10 * importing.DIRECT))
    assert (await take(db, path, alice.id)).what == "known"
    assert (await take(db, path, None)).what == "imported"  # the shelf's is another one
    await Runner(db, bell, settings, "w", {"book": PIPELINE}).make()
    assert (await outcome(db, alice, asked.generation.id)).status == "completed"
    [book] = (await books.page(db, alice.id, limit=9, shelf=False))[0]
    assert book.id == asked.generation.id


async def test_what_the_command_line_is_at_is_left_alone_by_an_upload_until_it_is_old(
    db: Database, bell: Bell, settings: Settings, alice: Person, tmp_path: Path
) -> None:
    path = samples.written(tmp_path, "weather.md", samples.markdown())
    source = source_of(path, alice.id)
    await importing.begin(db, source, ABOUT)
    asked = await ask(db, bell, settings, alice, samples.markdown(), "weather.md")
    assert asked.generation is not None
    runner = Runner(db, bell, settings, "w", {"book": PIPELINE})
    await runner.make()
    refused = await outcome(db, alice, asked.generation.id)
    assert (refused.status, refused.error.message) == ("failed", TWICE)
    assert await count(db, BOOKS) == 1
    async with db.write() as session:
        await session.execute(update(BOOKS).values(created_at=now() - importing.DIRECT - 1))
    assert await generations.retry(db, bell, settings, alice.id, asked.generation.id)
    await runner.make()
    assert (await outcome(db, alice, asked.generation.id)).status == "completed"
    assert await count(db, BOOKS) == 1


async def test_imports_of_one_file_at_once_are_one_book_and_end_no_other(
    db: Database, alice: Person, tmp_path: Path
) -> None:
    path = samples.written(tmp_path, "weather.md", samples.markdown())
    outcomes = await asyncio.gather(*(take(db, path, alice.id) for _ in range(4)))
    assert sorted(one.what for one in outcomes) == ["imported", "known", "known", "known"]
    [book] = (await books.page(db, alice.id, limit=9))[0]
    assert await count(db, Passage) == next(one.passages for one in outcomes if one.what == "imported")
    assert (await books.get(db, alice.id, book.id)) is not None
    source = Source(uuid7(), alice.id, "f" * 64, "text", 1)
    await importing.begin(db, source, ABOUT)
    await importing.begin(db, source, ABOUT)  # the same again, after a crash, is no other
