"""A book that is being read is seen by nobody, and is one book in the end, whatever happens in between."""

import asyncio
import dataclasses
import signal
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app import generations
from app.accounts import anon_id, guest_from, sign_in, sign_up
from app.database import Database
from app.generations import Bell
from app.library import asking, books, uploads
from app.library.asking import Asked
from app.library.models import Book, Chapter, Passage
from app.library.search import search
from app.person import Person
from app.settings import Settings
from tests.conftest import Processes, eventually
from tests.worker.books import samples
from worker.books.pipeline import PIPELINE
from worker.books.shelf import stock
from worker.errors import Rejected
from worker.phases import Phase, Pipeline, Work
from worker.run import Runner

PASSWORD = "three or four words"
CHAPTERS = 6
LONG = [(f"Chapter on wind {n}", [("Wind", samples.WIND * 4), ("Rain", samples.RAIN * 4)]) for n in range(CHAPTERS)]


async def ask(db: Database, bell: Bell, settings: Settings, person: Person, body: bytes, name: str) -> Asked:
    sink = uploads.Sink(db, name)
    await sink.feed(body)
    return await asking.ask(db, bell, settings, person, await sink.finish(person.id))


async def count(db: Database, table: Any) -> int:
    async with db.read() as session:
        return (await session.execute(select(func.count()).select_from(table))).scalar_one()


def breaking(name: str) -> Pipeline:
    """The pipeline with a phase that cannot be done."""

    async def fail(_: Work) -> None:
        raise Rejected("Not today.")

    phases = tuple(Phase(name, run=fail) if phase.name == name else phase for phase in PIPELINE.phases)
    return dataclasses.replace(PIPELINE, phases=phases)


async def test_what_fails_in_the_middle_is_not_seen_and_not_in_the_way(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    body = samples.epub(LONG)
    first = await ask(db, bell, settings, alice, body, "wind.epub")
    await Runner(db, bell, settings, "w", {"book": breaking("embed")}).make()
    assert first.generation is not None and await count(db, Passage) > 0
    failed = await generations.get(db, alice.id, first.generation.id)
    assert failed is not None and failed.status == "failed"
    assert (await books.page(db, alice.id, limit=10))[0] == []
    assert await search(db, alice.id, "wind") == []

    again = await ask(db, bell, settings, alice, body, "wind.epub")
    assert again.generation is not None and again.generation.id != first.generation.id
    await Runner(db, bell, settings, "w", {"book": PIPELINE}).make()
    [book] = (await books.page(db, alice.id, limit=10))[0]
    assert book.id == again.generation.id and await count(db, Book) == 1
    # Going on with the first one now would double it.
    await generations.retry(db, bell, settings, alice.id, first.generation.id)
    await Runner(db, bell, settings, "w", {"book": PIPELINE}).make()
    assert await count(db, Book) == 1 and (await books.page(db, alice.id, limit=10))[0] == [book]


async def test_a_book_that_is_being_read_goes_with_its_guest(db: Database, bell: Bell, settings: Settings) -> None:
    alice = await sign_up(db, "alice@example.org", PASSWORD)
    guest = await guest_from(db, settings, anon_id(settings))
    asked = await ask(db, bell, settings, guest, samples.epub(LONG), "wind.epub")
    assert asked.generation is not None

    def wrapped(phase: Phase) -> Phase:
        run = phase.run
        if phase.name != "find_chapters" or run is None:
            return phase

        async def late(work: Work) -> Any:
            if work.claim.account_id == guest.id:
                await sign_in(db, bell, settings, "alice@example.org", PASSWORD, guest)
            return await run(work)

        return dataclasses.replace(phase, run=late)

    pipeline = dataclasses.replace(PIPELINE, phases=tuple(map(wrapped, PIPELINE.phases)))
    runner = Runner(db, bell, settings, "w", {"book": pipeline})
    await runner.make()
    moved = await generations.get(db, alice.id, asked.generation.id)
    assert moved is not None and (moved.status, moved.attempt) == ("pending", 1)
    await runner.make()
    assert await books.get(db, alice.id, asked.generation.id) is not None and await count(db, Book) == 1


async def test_a_worker_killed_in_the_middle_leaves_one_book_in_the_end(
    db: Database, bell: Bell, settings: Settings, alice: Person, bob: Person, processes: Processes, tmp_path: Path
) -> None:
    def start() -> Any:
        return processes.start_arq("tests.support.gated_worker.WorkerSettings", GATES=str(tmp_path))

    (tmp_path / "chapter-1").touch()
    worker = start()
    asked = await ask(db, bell, settings, alice, samples.pdf(LONG), "wind.pdf")
    assert asked.generation is not None
    id_ = asked.generation.id

    async def first_chapter() -> bool:
        return await generations.item(db, alice.id, id_, "chapter-1") is not None

    await eventually(first_chapter, "the first chapter", 60)
    assert await count(db, Passage) > 0 and await books.get(db, alice.id, id_) is None
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    for number in range(2, CHAPTERS + 1):
        (tmp_path / f"chapter-{number}").touch()
    start()

    async def ready() -> bool:
        made = await generations.get(db, alice.id, id_)
        return made is not None and made.status == "completed"

    await eventually(ready, "the book is read", 60)
    assert await count(db, Book) == 1 and await books.get(db, bob.id, id_) is None
    book = await books.get(db, alice.id, id_)
    assert book is not None and len(book.chapters) == await count(db, Chapter) == 3 * CHAPTERS
    async with db.read() as session:
        rows = (await session.execute(select(Passage).order_by(Passage.number))).scalars().all()
    assert book.passages == len(rows) and all(after.number - one.number == 1 for one, after in pairwise(rows))
    assert all(row.embedding and len(row.embedding) == 512 for row in rows)
    assert {row.locator for row in rows} <= {f"chapter {n}, p. {n}" for n in range(1, CHAPTERS + 1)}
    assert all(chapter.summary for chapter in book.chapters if chapter.level == 1)


async def test_two_workers_stock_the_shelf_once_and_replace_what_has_changed(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    other = Database(settings.database)
    paths = [
        samples.written(tmp_path, "weather.md", samples.markdown()),
        samples.written(tmp_path, "wind.md", samples.markdown(LONG, "All About Wind")),
    ]
    assert sum(await asyncio.gather(stock(db, paths), stock(other, paths))) == 2
    assert await stock(db, paths) == 0
    before = {book.title: book.id for book in (await books.page(db, None, limit=10))[0]}
    paths[0].write_bytes(samples.markdown(title="Weather for Sailors"))
    assert await stock(other, paths) == 1
    after = {book.title: book.id for book in (await books.page(db, None, limit=10))[0]}
    assert set(after) == {"Weather for Sailors", "All About Wind"}
    assert after["All About Wind"] == before["All About Wind"]
    assert after["Weather for Sailors"] != before["Weather for Walkers"]
    await other.close()
