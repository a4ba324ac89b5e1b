"""The pages of the library: the shelf for everybody, one's own books for oneself."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select, update

from app.accounts import UPLOADS, throttle
from app.database import Database
from app.generations import Bell
from app.ids import uuid7
from app.library import importing, receiving, uploads
from app.library.importing import Source
from app.library.models import Upload, UploadChunk
from app.live.hub import Hub
from app.main import create_app
from app.pages import course_form, library
from app.settings import Settings
from tests.pages.conftest import Browser, WithState
from tests.worker.books import samples
from worker.books.pipeline import PIPELINE
from worker.books.shelf import stock
from worker.run import Runner


async def send(client: httpx.AsyncClient, *files: tuple[str, bytes]) -> httpx.Response:
    return await client.post("/library", files=[("file", file) for file in files], data={"time_zone": "Europe/Rome"})


async def test_a_visitor_reads_the_shelf_and_adds_books_that_only_they_see(
    browser: Browser, db: Database, bell: Bell, settings: Settings, tmp_path: Path
) -> None:
    assert await stock(db, [samples.written(tmp_path, "weather.md", samples.markdown())]) == 1
    visitor, stranger, epub = browser(), browser(), samples.epub()
    page = await visitor.get("/library")
    assert "Weather for Walkers" in page.text and "data-account" not in page.text
    found = await visitor.get("/library", params={"q": "what does an anemometer measure?"})
    assert "An anemometer is the instrument" in found.text and "chapter 1, section 1" in found.text

    answer = await send(visitor, ("sky.epub", epub), ("<b>.pdf", b"no pdf"))
    assert answer.status_code == 422 and "1 file was not added" in answer.text
    assert "&lt;b&gt;.pdf" in answer.text and "the content is something else" in answer.text
    assert "sky.epub" in (await visitor.get("/library/mine")).text  # a guest now, and it waits to be read
    await Runner(db, bell, settings, "w", {"book": PIPELINE}).make()
    assert (await send(visitor, ("sky.epub", epub))).headers["location"] == "/library#mine"

    generation = (await visitor.get("/generations")).text.partition('data-id="')[2][:36]
    live = await visitor.get(f"/generations/{generation}")
    assert "Falling water" in live.text and "Make this again" not in live.text
    assert (await visitor.post(f"/generations/{generation}/anew")).status_code == 404
    assert (await visitor.get(f"/books/{generation}")).headers["location"] == f"/library/{generation}"
    book = await visitor.get(f"/library/{generation}")
    assert "Snow and hail" in book.text and f"/courses/new?books={generation}" in book.text

    for path in (f"/library/{generation}", f"/generations/{generation}"):
        assert (await stranger.get(path)).status_code in {303, 404}
    assert "sky.epub" not in (await stranger.get("/library")).text
    assert (await stranger.post(f"/library/{generation}/delete")).status_code == 303  # to sign in
    await send(stranger, ("other.txt", samples.text()))
    assert (await stranger.post(f"/library/{generation}/delete")).status_code == 404
    gone = await visitor.post(f"/library/{generation}/delete")
    assert gone.headers["location"] == "/library?deleted"
    assert (await visitor.get(f"/library/{generation}")).status_code == 404
    assert "The book is deleted" in (await visitor.get("/library?deleted")).text


async def test_an_empty_library_says_what_to_do(visitor: httpx.AsyncClient) -> None:
    page = (await visitor.get("/library", params={"q": "wind"})).text
    assert "Nothing in the library is about this" in page and "Nothing on it yet" in page
    none = await visitor.post("/library", files={"file": ("", b"")})
    assert none.status_code == 422 and "Choose one or more files first" in none.text
    assert (await visitor.post("/library", data={"file": "x"})).status_code == 400


async def files(db: Database) -> tuple[int, int]:
    async with db.read() as session:
        counts = [select(func.count()).select_from(table) for table in (Upload, UploadChunk)]
        return (await session.execute(counts[0])).scalar_one(), (await session.execute(counts[1])).scalar_one()


async def test_files_beyond_the_twentieth_are_named(visitor: httpx.AsyncClient, db: Database) -> None:
    many = [(f"{number}.txt", samples.text() + b"%d" % number) for number in range(1, 124)]
    answer = await send(visitor, *many)
    assert answer.status_code == 422 and "103 files were not added" in answer.text
    assert answer.text.count("At most 20 files at once; add this one again.") == 103
    assert "<strong>21.txt</strong>" in answer.text and "<strong>20.txt</strong>" not in answer.text
    assert (await files(db))[0] == 20
    thousand = await send(visitor, *((f"{number}.txt", b"x") for number in range(1001)))
    assert thousand.status_code == 400 and "More than 1000 parts" in thousand.text
    assert (await files(db))[0] == 20


class Body:
    """Of a form with one file that does not end; ``asked``: pieces that were taken of it."""

    asked = 0
    headers = {"Content-Type": "multipart/form-data; boundary=b"}  # noqa: RUF012

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self.asked += 1
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        for _ in range(1000):
            self.asked += 1
            yield b"word " * 210_000


async def sent(client: httpx.AsyncClient, body: Body, **headers: str) -> httpx.Response:
    return await client.post("/library", content=body, headers={**body.headers, **headers})


async def test_a_form_that_is_too_large_is_left_at_what_it_may_have(
    visitor: httpx.AsyncClient, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared, endless = Body(), Body()
    answer = await sent(visitor, declared, **{"Content-Length": str(200 * 2**20 + 1)})
    assert (answer.status_code, declared.asked) == (413, 0) and "up to 200 MiB" in answer.text
    monkeypatch.setattr(receiving, "LARGEST_TOGETHER", 3 * 2**20)
    answer = await sent(visitor, endless)
    assert answer.status_code == 413 and answer.headers["connection"] == "close" and endless.asked < 6
    assert await files(db) == (0, 0)


async def test_who_has_sent_too_much_is_refused_before_anything_is_read(browser: Browser, db: Database) -> None:
    known, stranger, body = browser(), browser(), Body()
    await send(known, ("sky.txt", samples.text()))
    async with db.write() as session:
        await session.execute(update(Upload).values(size=uploads.MOST_KEPT))
    full = await sent(known, body)
    assert (full.status_code, body.asked) == (429, 0) and "may have 500 MiB together" in full.text
    assert (await send(stranger, ("sky.txt", samples.text()))).status_code == 303  # of one's own only
    async with db.write() as session:
        await session.execute(update(Upload).values(size=uploads.MOST_KEPT - 10))
    little = await send(known, ("other.txt", samples.markdown()))
    assert little.status_code == 422 and "may have 500 MiB together" in little.text
    assert (await files(db))[0] == 2


async def test_whose_forms_come_too_often_waits_before_anything_is_read(
    bell: Bell, db: Database, settings: Settings
) -> None:
    strict, body = settings.model_copy(update={"throttle": True}), Body()
    app = WithState(create_app(strict), db=db, bell=bell, settings=strict, hub=Hub(db, bell, strict))
    for _ in range(UPLOADS.burst):
        await throttle(bell, strict, UPLOADS, "127.0.0.1")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://unfold.test") as client:
        refused = await sent(client, body)
    assert (refused.status_code, body.asked) == (429, 0) and int(refused.headers["retry-after"]) > 0


async def test_every_book_of_many_can_be_reached_and_chosen(
    browser: Browser, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "OWN_SHOWN", 2)
    monkeypatch.setattr(course_form, "MOST_BOOKS", 2)
    client, stranger = browser(), browser()
    await send(client, ("sky.txt", samples.text()))
    async with db.write() as session:
        owner = (await session.execute(select(Upload.account_id))).scalar_one()
        ids = [uuid7() for _ in range(6)]
        for number, id_ in enumerate(ids):
            about = {"title": f"Book {number}", "words": 1, "summary": "", "concepts": [], "terms": {}}
            whose = owner if number else None  # the oldest is the shelf's
            await importing.whole(session, Source(id_, whose, f"{number}" * 64, "text", 1), about, [], [])
    seen: list[str] = []
    page, path = "", "/library"
    while path:
        page = (await client.get(path)).text
        seen += re.findall(r"Book (\d)", page.partition('id="mine"')[2].partition('id="shelf-title"')[0])
        found = re.search(r'href="(/library\?cursor=[^"#]+)#mine"', page)
        path = found[1] if found else ""
    assert list(dict.fromkeys(seen)) == ["5", "4", "3", "2", "1"]
    assert (await client.get("/library", params={"cursor": "x"})).status_code == 404
    form = (await client.get("/courses/new", params={"books": ids[1]})).text
    assert [title in form for title in ("Book 0", "Book 1", "Book 2", "Book 5")] == [True, True, False, True]
    assert "Of your own these are the latest 2" in form
    asked = {"query": "How does rain form?", "hours": "1", "books": ids[2]}
    assert (await client.post("/courses", data=asked)).status_code == 303
    refused = await stranger.post("/courses", data=asked)
    assert refused.status_code == 422 and "not in the library any more" in refused.text
