"""Watching "*": what is active or comes later, each from where the page is, and nothing that was over before."""

import asyncio
from typing import Any

import pytest

from app import generations
from app.generations import Bell
from app.person import Person
from tests.live.sockets import Script, Web, numbers, receive, send, until_seq

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.live.hub.LOOK", 0.3)
    monkeypatch.setattr("app.live.hub.LOOK_AWAY", 0.1)


async def another(script: Script, name: str, silent: bool = False) -> Script:
    bell: Any = script.silent if silent else script.bell
    return await Script(script.db, bell, script.settings, script.person).begin(name)


async def frames_until(socket: Any, id_: str, seq: int) -> list[tuple[str, int]]:
    """Everything durable that comes up to one event."""
    got: list[tuple[str, int]] = []
    while not got or got[-1] != (id_, seq):
        frame = await receive(socket)
        if "seq" in frame:
            got.append((frame["id"], frame["seq"]))
    return got


async def test_what_is_active_and_what_comes_later(web: Web, script: Script, alice: Person) -> None:
    older = await another(script, "older")
    await older.say(3)
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id="*", seqs={older.id: 4})
        got = [await receive(socket) for _ in range(3)]
        assert sorted((frame["id"], frame["seq"]) for frame in got) == sorted(
            [(older.id, 5), (script.id, 1), (script.id, 2)]
        )
        later = await another(script, "later")
        assert numbers(await until_seq(socket, later.id, 2)) == [1, 2]
        unheard = await another(script, "never published", silent=True)
        assert numbers(await until_seq(socket, unheard.id, 2)) == [1, 2]


async def test_what_began_and_ended_unheard(web: Web, script: Script, alice: Person) -> None:
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id="*", seqs={script.id: 2})
        unheard = await another(script, "a moment", silent=True)
        await unheard.end(published=False)
        assert numbers(await until_seq(socket, unheard.id, 3)) == [1, 2, 3]


async def test_what_was_over_before_is_not_shown_again(web: Web, script: Script, alice: Person, bell: Bell) -> None:
    over = await another(script, "over")
    await over.end()
    await bell.settle()
    frames = await generations.log(script.db, alice.id, over.id, 0)
    assert frames is not None
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id="*", seqs={script.id: 2})
        bell.publish(alice.id, frames[0][-1:])  # late on its way
        await asyncio.sleep(1)  # several looks
        await script.say()
        assert await frames_until(socket, script.id, 3) == [(script.id, 3)]


async def test_what_was_over_and_is_tried_again_is_shown_from_its_beginning(
    web: Web, script: Script, alice: Person, bell: Bell
) -> None:
    over = await another(script, "over")
    await over.end()
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id="*", seqs={script.id: 2})
        await script.say()
        await until_seq(socket, script.id, 3)
        await generations.retry(script.db, bell, script.settings, alice.id, over.id)
        assert numbers(await until_seq(socket, over.id, 4)) == [1, 2, 3, 4]


async def test_a_retry_that_nobody_heard_of_goes_on_in_its_numbering(web: Web, script: Script, alice: Person) -> None:
    silent: Any = script.silent
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id="*", seqs={script.id: 1})
        await script.end()
        assert numbers(await until_seq(socket, script.id, 3)) == [2, 3]
        await generations.retry(script.db, silent, script.settings, alice.id, script.id)
        claim = await generations.claim(script.db, silent, "test", 600)
        assert claim is not None
        script.claim = claim
        await script.end(published=False)
        assert numbers(await until_seq(socket, script.id, 6)) == [4, 5, 6]


async def test_a_client_that_comes_back_gets_what_it_missed_and_nothing_twice(
    web: Web, script: Script, alice: Person
) -> None:
    seen: list[int] = []
    saying = asyncio.create_task(script.say(60))
    while not seen or seen[-1] < 62:
        async with web.connect(alice) as socket:
            after = seen[-1] if seen else 0
            await send(socket, type="watch", id="*", seqs={script.id: after})
            seen += numbers(await until_seq(socket, script.id, min(62, after + 7)))
    await saying
    assert seen == list(range(1, 63))


async def test_overlapping_watches_deliver_once(web: Web, script: Script, alice: Person) -> None:
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id="*", seqs={})
        for after in (0, 1, 0):
            await send(socket, type="watch", id=script.id, after=after)
        await script.say(5)
        await script.end()
        assert numbers(await until_seq(socket, script.id, 8)) == list(range(1, 9))


async def test_each_watch_has_its_own_end(web: Web, script: Script, alice: Person) -> None:
    other = await another(script, "other")
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id=script.id, after=2)
        await send(socket, type="watch", id="*", seqs={script.id: 2, other.id: 2})
        await send(socket, type="unwatch", id="*")
        await send(socket, type="watch", id="?", after=0)
        await receive(socket)  # so the others are done
        await other.say()
        await script.say()
        assert await frames_until(socket, script.id, 3) == [(script.id, 3)]
        await send(socket, type="watch", id="*", seqs={other.id: 3})
        await send(socket, type="unwatch", id=script.id)
        await send(socket, type="watch", id="?", after=0)
        await receive(socket)
        await script.say()  # still one of everything
        assert numbers(await until_seq(socket, script.id, 4)) == [4]


async def test_wrong_and_foreign_ids_are_said_and_the_rest_is_watched(
    web: Web, script: Script, alice: Person, bob: Person
) -> None:
    his = await Script(script.db, script.bell, script.settings, bob).begin("bob's")
    async with web.connect(alice) as socket:
        await send(socket, type="watch", id="*", seqs={his.id: 0, "nonsense\0": 3, script.id: 1})
        got = [await receive(socket) for _ in range(3)]
        assert sorted(frame["id"] for frame in got if frame["type"] == "error") == sorted([his.id, "nonsense\0"])
        assert [frame["seq"] for frame in got if "seq" in frame] == [2]
        await his.say(2)
        await script.say()
        assert await frames_until(socket, script.id, 3) == [(script.id, 3)]
