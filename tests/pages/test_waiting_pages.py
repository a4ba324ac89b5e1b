"""The pages of what waits, is tried again, is cancelled, was there before or is too much."""

import re

import httpx
import pytest
from sqlalchemy import insert, select, update

from app import generations
from app.database import Database, now
from app.generations import Bell, pace
from app.models import Checkpoint, Generation, Worker
from app.person import Person
from app.settings import Settings
from tests.pages.conftest import FORM, Browser, Maker, ask
from tests.pages.test_generation_pages import status


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With limits of a person that are soon reached."""
    return settings.model_copy(update={"max_active_per_user": 4, "max_daily_per_user": 6})


async def alive(db: Database, concurrency: int) -> None:
    values = {"id": "w", "host": "h", "pid": 1, "concurrency": concurrency}
    async with db.write() as session:
        await session.execute(insert(Worker).values(**values, started_at=now(), seen_at=now()))


def words(text: str) -> str:
    """What a person reads."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


async def test_what_waits_says_where_and_for_what(browser: Browser, db: Database, maker: Maker) -> None:
    alice, bob = browser(), browser()
    await ask(alice)
    path = await ask(bob, weeks="8")
    for address in (path, f"{path}/panel", "/generations", f"{path}/row"):
        assert "Waiting for a worker to start" in words((await bob.get(address)).text)
    await alive(db, 1)
    for address in (path, "/generations"):
        assert "Place 2 in the queue" in words((await bob.get(address)).text)
    await maker.make()  # alice's: from now on it is known how long that takes
    async with db.write() as session:
        await session.execute(update(Checkpoint).values(seconds=Checkpoint.units))
    pace._memory.clear()
    for address in (path, "/generations"):
        # Seven phases of a second, and eight weeks of a second each.
        assert "Place 1 in the queue, about 15 s" in words((await bob.get(address)).text)


async def test_a_retry_is_counted_down_from_what_the_server_says(
    visitor: httpx.AsyncClient, db: Database, bell: Bell
) -> None:
    path = await ask(visitor)
    await alive(db, 1)
    claim = await generations.claim(db, bell, "w", 60)
    assert claim is not None
    error = {"code": "unreachable", "message": "A service cannot be reached.", "retryable": True}
    await generations.back_to_queue(db, bell, claim, error, claim.phases, 40.0, {}, counts=True)
    text = (await visitor.get(path)).text
    found = re.search(r'data-retry="([\d.]+)"', text)
    assert found is not None and 30 < float(found[1]) <= 40
    said = words(text)
    assert re.search(r"Trying again in (3\d|40) s A service cannot be reached\.", said)
    assert "Network problem · attempt 2 of 3" in said
    assert "Waiting to try again" in said and "Place 1" not in said
    assert "Waiting to try again" in words((await visitor.get("/generations")).text)
    async with db.write() as session:
        await session.execute(update(Generation).values(due_at=now() - 1))
    said = words((await visitor.get(path)).text)
    assert "Trying again now" in said and "Place 1 in the queue" in said
    assert await generations.claim(db, bell, "w", 60) is not None
    assert "Attempt 2 of 3" in words((await visitor.get(path)).text)


async def test_cancelling_is_said_until_it_is_so(visitor: httpx.AsyncClient, maker: Maker, db: Database) -> None:
    path = await ask(visitor)
    async with maker.stopped_at("week-2"):
        await visitor.post(f"{path}/cancel")
        for _ in range(2):  # as often as it is looked at
            text = (await visitor.get(path)).text
            assert status(text) == "processing"
            assert re.search(r"<button[^>]* disabled>Cancelling…</button>", text)
            assert "left" not in words(text).partition("so far")[2][:20]
        assert "Cancelling…" in words((await visitor.get("/generations")).text)
    assert status((await visitor.get(path)).text) == "cancelled"
    assert "Cancelling" not in (await visitor.get("/generations")).text


async def test_what_was_there_before_says_so_and_can_be_made_anew(browser: Browser, maker: Maker) -> None:
    alice, bob = browser(), browser()
    first = await ask(alice)
    await maker.make()
    second = await ask(alice)
    assert second != first
    text = (await alice.get(second)).text
    assert status(text) == "completed"
    said = words(text)
    assert "Answered from what you had before." in said and "Made in" not in said
    assert text.count('data-status="skipped"') == said.count("kept from before skipped") == 8
    assert "data-fresh" not in text  # it stays, so that there is time to want another
    assert f'href="/schedules/new?generation={second.rpartition("/")[2]}"' in text
    assert (await bob.post("/programs", data=FORM)).status_code == 303
    assert (await bob.post(f"{second}/anew")).status_code == 404
    answer = await alice.post(f"{second}/anew")
    assert answer.status_code == 303
    third = answer.headers["location"]
    assert third not in {first, second}
    assert status((await alice.get(third)).text) == "pending"
    assert (await alice.post(f"{second}/anew")).headers["location"] == f"{third}?existing"


async def fill(db: Database, bell: Bell, settings: Settings, path: str, count: int) -> list[str]:
    """So many other things for whoever asked for ``path``."""
    async with db.read() as session:
        mine = select(Generation.account_id).where(Generation.id == path.rpartition("/")[2])
        person = Person(id=(await session.execute(mine)).scalar_one())
    given = [{"name": str(number)} for number in range(count)]
    made = [await generations.create(db, bell, settings, person, "drill", one) for one in given]
    return [f"/generations/{one.generation.id}" for one in made]


async def test_too_much_at_once_is_said_with_what_to_do_and_nothing_typed_is_lost(
    visitor: httpx.AsyncClient, db: Database, bell: Bell, settings: Settings, maker: Maker
) -> None:
    done = await ask(visitor, goal="power")
    await maker.make()
    kept = await ask(visitor)
    await visitor.post(f"{kept}/cancel")
    others = await fill(db, bell, settings, kept, 4)
    typed = {**FORM, "notes": "My <b>knee</b>"}
    tries = {"/programs": typed, f"{kept}/retry": {}, f"{done}/anew": {}}
    for address, data in tries.items():
        answer = await visitor.post(address, data=data)
        assert answer.status_code == 429, address
        assert int(answer.headers["retry-after"]) > 0
        assert "Your limit is 4 at once." in words(answer.text)
        assert 'href="/generations?status=active"' in answer.text
    form = (await visitor.post("/programs", data=typed)).text
    assert "My &lt;b&gt;knee&lt;/b&gt;" in form and "What you typed is kept" in form
    assert re.search(r'id="goal-strength" checked', form)
    await visitor.post(f"{others[0]}/cancel")
    assert (await visitor.post(f"{kept}/retry")).headers["location"] == kept


async def test_too_much_in_a_day_says_when_to_come_back(
    visitor: httpx.AsyncClient, db: Database, bell: Bell, settings: Settings
) -> None:
    for _ in range(6):
        path = await ask(visitor)
        await visitor.post(f"{path}/cancel")
    answer = await visitor.post("/programs", data=FORM)
    assert answer.status_code == 429
    assert 86_000 < int(answer.headers["retry-after"]) <= 86_400
    assert re.search(r"Ask again in (24 h|23 h \d+ min)\. That is from \d+ \w+, \d\d:\d\d on\.", words(answer.text))
    assert (await visitor.post(f"{path}/retry")).headers["location"] == path  # the same again is no new one


async def test_a_pause_is_said_where_something_waits(
    visitor: httpx.AsyncClient, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = re.compile(r'id="making"[^>]*(?<! hidden)>Making is paused')
    path = await ask(visitor)
    assert said.search((await visitor.get(path)).text) is None
    monkeypatch.setattr("app.live.hub.Hub.making_paused", True)
    for address in (path, "/generations", "/"):
        assert said.search((await visitor.get(address)).text), address
    for address in ("/programs/new", "/account", "/generations?status=completed"):
        assert said.search((await visitor.get(address)).text) is None, address
    await maker.make()
    for address in (path, "/generations", "/"):
        assert said.search((await visitor.get(address)).text) is None, address
