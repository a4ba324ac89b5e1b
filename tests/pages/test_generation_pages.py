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


def status(text: str) -> str:
    found = re.search(r'id="panel" data-status="(\w+)"', text)
    assert found is not None
    return found[1]


async def test_the_live_page_is_complete_as_it_is_rendered(visitor: httpx.AsyncClient, maker: Maker) -> None:
    path = await ask(visitor)
    async with maker.stopped_at("week-3"):
        text = (await visitor.get(path)).text
        assert status(text) == "processing"
        assert re.search(r'data-seq="\d+"', text)
        assert text.count('class="unfolded"') == 2
        assert text.count('<li class="fold"') == 2 + 1  # and the one in the template
        assert "2 of 4" in text
        assert re.search(r'data-phase="read_profile" data-status="done"', text)
        assert re.search(r'data-phase="write_weeks" data-status="running"', text)
        assert '<noscript><meta http-equiv="refresh"' in text
        assert f'action="{path}/cancel"' in text
        assert re.search(r"<title>\d+% · Training program – Unfold</title>", text)
    text = (await visitor.get(path)).text
    assert status(text) == "completed"
    assert text.count('class="unfolded"') == 4
    assert f'href="{path.replace("generations", "programs")}"' in text
    assert "http-equiv" not in text
    assert f'data-fresh="{path.replace("generations", "programs")}"' in text  # made only just now: the page moves on


async def test_the_pieces_are_the_same_fragment_on_their_own_and_in_the_page(
    visitor: httpx.AsyncClient, maker: Maker
) -> None:
    path = await ask(visitor)
    await maker.make()
    piece = (await visitor.get(f"{path}/items/week-2")).text
    assert piece.strip().startswith("<details")
    assert "<html" not in piece
    squeezed = " ".join(piece.split())
    assert squeezed in " ".join((await visitor.get(path)).text.split())
    assert (await visitor.get(f"{path}/items/week-9")).status_code == 404


async def test_the_panel_is_a_fragment_with_its_number(visitor: httpx.AsyncClient, maker: Maker) -> None:
    path = await ask(visitor)
    before = (await visitor.get(f"{path}/panel")).text
    assert status(before) == "pending"
    assert 'data-seq="1"' in before
    await maker.make()
    after = (await visitor.get(f"{path}/panel")).text
    assert status(after) == "completed"
    assert "<html" not in after


async def test_cancel_and_go_on(visitor: httpx.AsyncClient, maker: Maker) -> None:
    path = await ask(visitor)
    answer = await visitor.post(f"{path}/cancel")
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    text = (await visitor.get(path)).text
    assert status(text) == "cancelled"
    assert f'action="{path}/retry"' in text
    assert (await visitor.post(f"{path}/cancel")).headers["location"] == path  # twice is no error
    await visitor.post(f"{path}/retry")
    assert status((await visitor.get(path)).text) == "pending"
    await maker.make()
    assert status((await visitor.get(path)).text) == "completed"
    assert (await visitor.post(f"{path}/retry")).headers["location"] == path


async def test_going_on_while_another_is_made_leads_to_that_one(visitor: httpx.AsyncClient) -> None:
    first = await ask(visitor)
    await visitor.post(f"{first}/cancel")
    second = await ask(visitor)
    assert (await visitor.post(f"{first}/retry")).headers["location"] == second


async def test_a_failure_says_what_to_do_and_keeps_what_was_made(visitor: httpx.AsyncClient, maker: Maker) -> None:
    path = await ask(visitor)
    maker.at, maker.fails = "week-3", True
    await maker.make()
    text = (await visitor.get(path)).text
    assert status(text) == "failed"
    assert "Two barbells cannot be lifted at once." in text
    assert 'href="/programs/new"' in text
    assert text.count('class="unfolded"') == 2
    assert "icons/failed.svg" in text
    listed = (await visitor.get("/generations?status=failed")).text
    assert "Two barbells cannot be lifted at once." in listed


async def test_the_list_filters_and_turns_pages(visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.pages.generations.PAGE_SIZE", 2)
    paths = []
    for _ in range(3):
        paths.append(await ask(visitor))
        await visitor.post(f"{paths[-1]}/cancel")
    paths.append(await ask(visitor))
    newest = (await visitor.get("/generations")).text
    assert [path for path in paths if f'href="{path}"' in newest] == paths[2:]
    older = re.search(r'href="(/generations\?cursor=[^"]+)" rel="next"', newest)
    assert older is not None
    assert f'href="{paths[0]}"' in (await visitor.get(older[1])).text
    active = (await visitor.get("/generations?status=active")).text
    assert [path for path in paths if f'href="{path}"' in active] == paths[3:]
    assert "Nothing here." in (await visitor.get("/generations?status=completed")).text


async def test_one_line_of_the_list_is_a_fragment(visitor: httpx.AsyncClient) -> None:
    path = await ask(visitor)
    row = (await visitor.get(f"{path}/row")).text
    assert row.strip().startswith("<li")
    assert "Strength program" in row
    assert 'data-seq="1"' in row


async def test_nobody_sees_what_is_not_theirs(browser: Browser, maker: Maker) -> None:
    alice, bob = browser(), browser()
    path = await ask(alice)
    await maker.make()
    await ask(bob)
    program = path.replace("generations", "programs")
    for address in (path, f"{path}/panel", f"{path}/row", f"{path}/items/week-1", program):
        assert (await alice.get(address)).status_code == 200
        assert (await bob.get(address)).status_code == 404
    for action in ("cancel", "retry"):
        assert (await bob.post(f"{path}/{action}")).status_code == 404
    assert path not in (await bob.get("/generations")).text


async def test_strangers_are_asked_to_sign_in_and_come_back(browser: Browser) -> None:
    path = await ask(browser())
    stranger = browser()
    answer = await stranger.get(f"{path}?existing")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next={path}%3Fexisting"
    assert (await stranger.post(f"{path}/cancel")).headers["location"] == "/sign-in"


@pytest.mark.parametrize(
    "address",
    ["/nothing", "/generations/1", "/generations/%00", "/programs/x", "/generations?cursor=x", "/generations?status=x"],
)
async def test_addresses_that_are_none_have_a_page_that_says_so(visitor: httpx.AsyncClient, address: str) -> None:
    await visitor.post("/programs", data=FORM)
    answer = await visitor.get(address)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


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


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """For this file's tests: the limits of a person are low, but no test above comes near them."""
    return settings.model_copy(update={"max_active_per_user": 4, "max_daily_per_user": 6})


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
