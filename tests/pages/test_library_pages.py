"""The pages of the library: the shelf for everybody, one's own books for oneself."""

from pathlib import Path

import httpx

from app.database import Database
from app.generations import Bell
from app.settings import Settings
from tests.pages.conftest import Browser
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
    assert "Weather for Walkers" in page.text and "library.js" not in page.text
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


async def test_files_beyond_the_twentieth_are_named(visitor: httpx.AsyncClient) -> None:
    files = [(f"note {n}.txt", samples.text() + str(n).encode()) for n in range(22)]
    answer = await send(visitor, *files)
    assert answer.status_code == 422
    assert "note 20.txt" in answer.text and "note 21.txt" in answer.text and "At most 20 files at once" in answer.text
