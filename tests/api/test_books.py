"""The library over the API: one's own books are one's own, the shelf is everybody's, and no file does any harm."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.database import Database, now
from app.generations import Bell
from app.generations.move import move
from app.ids import uuid7
from app.library import importing, uploads
from app.library.importing import BOOKS, Source
from app.library.models import Passage, Upload, UploadChunk
from app.library.tidy import tidy
from app.library.uploads import UPLOADS
from app.person import Person
from app.settings import Settings
from tests.api.conftest import Api
from tests.conftest import new_person
from tests.worker.books import samples
from worker.books.pipeline import PIPELINE
from worker.books.shelf import stock
from worker.run import Runner


@pytest.fixture
def read(db: Database, bell: Bell, settings: Settings) -> Callable[[], Awaitable[None]]:
    """Reads, in this process, the book that is queued next."""
    return Runner(db, bell, settings, "worker-of-the-test", {"book": PIPELINE}).make


async def put(client: Api, body: bytes, name: str = "weather.md", **fields: str) -> Any:
    return await client.post("/books", files={"file": (name, body)}, data=fields)


async def count(db: Database, table: Any) -> int:
    async with db.read() as session:
        return (await session.execute(select(func.count()).select_from(table))).scalar_one()


async def test_a_book_is_read_found_and_deleted_by_its_owner_alone(
    as_alice: Api, as_bob: Api, db: Database, read: Callable[[], Awaitable[None]]
) -> None:
    answer = await put(as_alice, samples.markdown(), title="Clouds and All That")
    assert answer.status_code == 202 and answer.headers["location"] == answer.json()["links"]["self"]
    id_ = answer.json()["id"]
    assert (await as_alice.get(f"/books/{id_}")).status_code == 404  # not before it is read
    assert (await put(as_alice, samples.markdown(), "again.md")).json() == {**answer.json(), "existing": True}
    await read()
    made = (await as_alice.get(f"/generations/{id_}")).json()
    assert (made["status"], made["result"]["title"]) == ("completed", "Clouds and All That")
    chapter = (await as_alice.get(f"/generations/{id_}/items/chapter-2")).json()
    assert chapter["title"] == "Falling water" and "droplets" in chapter["summary"]
    book = (await as_alice.get(f"/books/{id_}")).json()
    assert [(one["level"], one["title"]) for one in book["chapters"]] == samples.TITLES
    assert (book["author"], book["subject"], book["format"], book["shelf"]) == (
        "Ada Gale",
        "weather",
        "markdown",
        False,
    )
    assert "anemometer" in book["concepts"] and book["passages"] == await count(db, Passage) > 0
    assert [one["id"] for one in (await as_alice.get("/books")).json()["items"]] == [id_]
    found = (await as_alice.get("/books/search", params={"q": "which instrument measures wind speed?"})).json()["items"]
    assert found[0]["book"] == id_ and found[0]["locator"].startswith("chapter 1") and "anemometer" in found[0]["text"]

    again = await put(as_alice, samples.markdown(), "renamed.md")
    assert (again.status_code, again.json()["id"]) == (200, id_)  # the same file is one book
    assert await count(db, Upload) == 1  # and what is not needed is not kept

    assert (await as_bob.get("/books")).json()["items"] == []
    assert (await as_bob.get(f"/books/{id_}")).status_code == 404
    assert (await as_bob.delete(f"/books/{id_}")).status_code == 404
    assert (await as_bob.get("/books/search", params={"q": "anemometer"})).json()["items"] == []
    assert (await put(as_bob, samples.markdown())).status_code == 202  # his own copy: he learns of no other

    assert (await as_alice.delete(f"/books/{id_}")).status_code == 204
    assert (await as_alice.get(f"/books/{id_}")).status_code == 404
    assert (await as_alice.get("/books/search", params={"q": "anemometer"})).json()["items"] == []
    assert await count(db, Passage) == 0
    anew = await put(as_alice, samples.markdown())
    assert anew.status_code == 202 and anew.json()["id"] != id_


async def test_the_shelf_is_everybodys(as_alice: Api, as_bob: Api, db: Database, tmp_path: Any) -> None:
    assert await stock(db, [samples.written(tmp_path, "weather.md", samples.markdown())]) == 1
    [book] = (await as_bob.get("/books")).json()["items"]
    assert book["shelf"] and book["title"] == "Weather for Walkers"
    assert (await as_alice.get("/books/search", params={"q": "rain gauge"})).json()["items"]
    refused = await put(as_alice, samples.markdown())
    assert (refused.status_code, refused.json()["book"]) == (409, f"/api/v1/books/{book['id']}")
    assert "The shelf has this book already" in refused.json()["detail"]
    assert (await as_alice.delete(f"/books/{book['id']}")).status_code == 403
    assert (await as_alice.get(f"/books/{book['id']}")).status_code == 200
    assert await count(db, Upload) == 0


async def endless(size: int) -> AsyncIterator[bytes]:
    yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    for _ in range(size):
        yield b"word " * 210_000
    yield b"\r\n--b--\r\n"


async def test_what_is_no_book_leaves_nothing_behind(as_alice: Api, nobody: Api, db: Database) -> None:
    multipart = {"Content-Type": "multipart/form-data; boundary=b"}
    for name, body, status in [
        ("a.docx", b"PK\x03\x04word/document.xml", 415), ("a.pdf", b"no pdf", 415), ("a.md", b"a\x00b", 415),
        ("a.epub", samples.pdf(), 415), ("a", b"words", 415), ("a.exe", b"MZ\x00\x01" * 100, 415),
    ]:  # fmt: skip
        answer = await put(as_alice, body, name)
        assert answer.status_code == status and re.search("PDF|EPUB", answer.json()["detail"]), name
    for body, status in [
        (b"", 400), (b"--b\r\nnonsense", 400), (b"--b--\r\n", 422), (b"--b\r\n\r\n\r\n--b--\r\n", 422),
        (b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nno file\r\n--b--\r\n', 422),
        (b"--b\r\nContent-Disposition: form-data; name=" + b"a" * 20_000, 400),
    ]:  # fmt: skip
        assert (await as_alice.post("/books", content=body, headers=multipart)).status_code == status, body[:60]
    assert (await as_alice.post("/books", json={"file": "x"})).status_code == 400
    for size in (51, 60):  # beyond what a book, and what the whole body may have
        assert (await as_alice.post("/books", content=endless(size), headers=multipart)).status_code == 413
    declared = {**multipart, "Content-Length": str(51 * 2**20)}
    assert (await as_alice.post("/books", content=b"", headers=declared)).status_code == 413
    title = await put(as_alice, samples.text(), "a.txt", title="a\x07b")
    assert (title.status_code, title.json()["errors"][0]["loc"]) == (422, ["title"])
    assert (await put(nobody, samples.markdown())).status_code == 401
    for call, body_ in (("/generations", {"kind": "book", "input": {}}), ("/schedules", {"kind": "book", "input": {}})):
        assert (await as_alice.post(call, json=body_)).status_code == 422
    assert await count(db, Upload) == await count(db, UploadChunk) == await count(db, BOOKS) == 0


async def test_a_second_file_is_refused_and_not_passed_over(as_alice: Api, db: Database) -> None:
    two = [("file", ("a.md", samples.markdown())), ("file", ("b.txt", samples.text()))]
    answer = await as_alice.post("/books", files=two)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"loc": ["file"], "msg": "One file at a time."}]
    assert await count(db, Upload) == await count(db, UploadChunk) == 0


async def test_files_that_are_not_read_have_a_quota_of_their_person(
    as_alice: Api, as_bob: Api, db: Database, read: Callable[[], Awaitable[None]]
) -> None:
    await put(as_alice, samples.markdown())
    async with db.write() as session:
        await session.execute(update(UPLOADS).values(size=uploads.MOST_KEPT - 10))
    full = await put(as_alice, samples.text(), "b.txt")
    assert (full.status_code, full.headers["retry-after"]) == (429, "15")
    assert "may have 500 MiB together" in full.json()["detail"] and await count(db, Upload) == 1
    assert (await put(as_bob, samples.text(), "b.txt")).status_code == 202
    await read()
    await read()
    assert (await put(as_alice, samples.text(), "b.txt")).status_code == 202  # what is in the library counts no more


async def test_files_go_when_they_are_read_or_old(
    as_alice: Api, db: Database, read: Callable[[], Awaitable[None]]
) -> None:
    await put(as_alice, samples.markdown())
    await read()
    waiting = (await put(as_alice, b"Not much of a text.", "short.txt")).json()["id"]
    await read()
    failed = (await as_alice.get(f"/generations/{waiting}")).json()
    assert (failed["status"], failed["error"]["retryable"]) == ("failed", False)
    assert "hardly any text" in failed["error"]["message"]
    assert await tidy(db) == 1  # the one that is in the library
    assert await count(db, Upload) == await count(db, UploadChunk) == 1
    async with db.write() as session:
        await session.execute(update(UPLOADS).values(created_at=now() - 8 * 86_400))
    assert await tidy(db) == 1
    assert await count(db, UploadChunk) == 0 and await count(db, BOOKS) == 1


async def test_a_guests_books_go_to_the_account_that_they_sign_in_to(
    db: Database, alice: Person, as_alice: Api
) -> None:
    guest = await new_person(db, None)
    about = {"title": "A book", "words": 1, "summary": "", "concepts": [], "terms": {}}
    async with db.write() as session:
        for owner, sha256 in ((guest, "a" * 64), (guest, "b" * 64), (alice, "a" * 64)):
            await importing.whole(session, Source(uuid7(), owner.id, sha256, "text", 1), about, [], [])
        await move(session, guest.id, alice.id)
    assert len((await as_alice.get("/books")).json()["items"]) == 2  # the one that both had stays one
    async with db.read() as session:
        left = (await session.execute(select(BOOKS.c.sha256).where(BOOKS.c.account_id == guest.id))).scalars()
        assert list(left) == ["a" * 64]  # and goes with the guest
