"""Administrators hear that the analytics page has changed; nobody else does, and nobody is asked for nobody."""

from typing import Any

import pytest
from sqlalchemy import insert, update

from app.database import Database, now
from app.generations.present import present
from app.models import Account, Worker
from app.person import Person
from tests.conftest import eventually, new_person
from tests.live.sockets import Script, Web, receive, send


@pytest.fixture
async def admin(db: Database) -> Person:
    return await new_person(db, "admin@example.org", admin=True)


async def told(socket: Any, seconds: float = 10) -> dict[str, Any]:
    """The next frame of the feed."""
    while (frame := await receive(socket, seconds))["type"] != "analytics":
        assert frame["type"] != "error"
    return frame


async def watching(web: Web, admin: Person) -> tuple[Any, dict[str, Any]]:
    socket = await web.connect(admin)
    await send(socket, type="watch", id="analytics", after=0)
    return socket, await told(socket)


async def test_a_watch_is_answered_with_how_it_is_now(web: Web, db: Database, admin: Person) -> None:
    async with db.write() as session:
        values = {"host": "here", "pid": 7, "concurrency": 10, "memory_mb": 150.5}
        await session.execute(insert(Worker).values(id="a", **values, started_at=now(), seen_at=now() - 3))
    socket, frame = await watching(web, admin)
    async with socket:
        found = await present(db)
        assert (frame["id"], frame["version"], frame["made"]) == ("analytics", found.version, found.made)
        assert frame["workers"] == {"a": {"seen": pytest.approx(3, abs=3), "memory_mb": 150.5}}
        assert "seq" not in frame


async def test_what_begins_moves_on_and_ends_is_told(web: Web, script: Script, db: Database, admin: Person) -> None:
    socket, first = await watching(web, admin)
    async with socket:
        await script.end()
        frame = await told(socket)
        while frame["made"] == first["made"]:
            frame = await told(socket)
        assert frame["version"] != first["version"], "it is no longer being made"
        found = await present(db)
        assert (frame["version"], frame["made"]) == (found.version, found.made)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_while_nothing_changes_nothing_is_told(web: Web, script: Script, admin: Person) -> None:
    socket, _ = await watching(web, admin)
    async with socket:
        await told(socket)  # the first look, which knows of nothing told before
        with pytest.raises(TimeoutError):
            await told(socket, 5)


async def test_for_others_there_is_no_such_thing(web: Web, alice: Person, db: Database) -> None:
    guest = await new_person(db, None)
    for person in (alice, guest):
        async with web.connect(person) as socket:
            await send(socket, type="watch", id="analytics", after=0)
            assert await receive(socket) == {"type": "error", "code": "not_found", "id": "analytics"}
            await send(socket, type="unwatch", id="analytics")
            await send(socket, type="seen", id="analytics")
            await send(socket, type="watch", id="no id", after=0)
            assert (await receive(socket))["id"] == "no id", "the socket stays open"
    assert web.hub.feed.idle


async def test_who_is_no_administrator_any_more_hears_no_more(
    web: Web, script: Script, db: Database, admin: Person
) -> None:
    socket, _ = await watching(web, admin)
    async with socket:
        async with db.write() as session:
            await session.execute(update(Account).where(Account.id == admin.id).values(admin=False))
        await eventually(lambda: web.hub.feed.idle, "nobody is told any more")


@pytest.mark.parametrize("how", ["unwatch", "close"])
async def test_when_the_last_one_has_gone_nothing_is_read(web: Web, admin: Person, how: str) -> None:
    first, _ = await watching(web, admin)
    second, _ = await watching(web, admin)
    async with first, second:
        await send(first, type="unwatch", id="analytics")
        if how == "unwatch":
            await send(second, type="unwatch", id="analytics")
        else:
            await second.close()
        await eventually(lambda: web.hub.feed.idle, "nobody watches, nothing is read")
    third, frame = await watching(web, admin)
    assert frame["type"] == "analytics", "and who comes later is told again"
    await third.close()


async def test_other_watches_of_the_socket_go_on(web: Web, script: Script, alice: Person, db: Database) -> None:
    async with db.write() as session:
        await session.execute(update(Account).where(Account.id == alice.id).values(admin=True))
    socket, _ = await watching(web, alice)
    async with socket:
        await send(socket, type="watch", id=script.id, after=0)
        await script.say(3)
        numbers: list[int] = []
        while len(numbers) < 5:
            frame = await receive(socket)
            numbers += [frame["seq"]] if "seq" in frame else []
        assert numbers == [1, 2, 3, 4, 5]
