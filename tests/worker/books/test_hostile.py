"""A file made to do harm harms nothing: its own generation fails with a sentence, and the next book is read."""

import zlib
from typing import Any

import pytest

from app import generations
from app.database import Database
from app.generations import Bell
from app.library import books
from app.person import Person
from app.settings import Settings
from tests.worker.books import samples
from tests.worker.books.test_pipeline import ask
from worker.books import pipeline
from worker.books.pipeline import PIPELINE
from worker.run import Runner


def pdf_that_unpacks(megabytes: int) -> bytes:
    """A page whose content is this large, in some thousandth of it."""
    packer = zlib.compressobj(9)
    piece = b"(word word word) Tj\n" * 52_429
    stream = b"".join(packer.compress(piece) for _ in range(megabytes)) + packer.flush()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R >>",
        b"<< /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
    ]
    body, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(body)
    return body + b"xref\n0 5\n0000000000 65535 f \n%btrailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        table, start,
    )  # fmt: skip


async def outcome(db: Database, alice: Person, id_: str) -> Any:
    made = await generations.get(db, alice.id, id_)
    assert made is not None
    return made


async def test_a_pdf_that_unpacks_to_gigabytes_is_refused_and_the_next_book_is_read(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    bomb = await ask(db, bell, settings, alice, pdf_that_unpacks(2000), "bomb.pdf")
    good = await ask(db, bell, settings, alice, samples.epub(), "weather.epub")
    assert bomb.generation is not None and good.generation is not None
    runner = Runner(db, bell, settings, "w", {"book": PIPELINE})
    for _ in range(2):
        await runner.make()
    failed, read = [await outcome(db, alice, one.generation.id) for one in (bomb, good) if one.generation]
    assert failed.status == "failed" and failed.error.message.endswith(".")
    assert read.status == "completed"
    assert [book.title for book in (await books.page(db, alice.id, limit=10))[0]] == ["Weather for Walkers"]


async def test_a_file_that_takes_too_long_is_given_up(
    db: Database, bell: Bell, settings: Settings, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "READ_SECONDS", 0.0)
    slow = await ask(db, bell, settings, alice, samples.pdf(), "slow.pdf")
    assert slow.generation is not None
    await Runner(db, bell, settings, "w", {"book": PIPELINE}).make()
    failed = await outcome(db, alice, slow.generation.id)
    assert failed.status == "failed" and failed.error.message == pipeline.SLOW
