import re

import httpx
import pytest

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


async def test_the_list_of_one_kind_keeps_to_it(visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.pages.generations.PAGE_SIZE", 1)
    first, second = await ask(visitor), ""
    await visitor.post(f"{first}/cancel")
    second = await ask(visitor)
    answer = await visitor.post("/courses", data={"query": "Learn DCF valuation", "hours": "1"})
    course = answer.headers["location"].partition("?")[0]
    whole = (await visitor.get("/generations?kind=program")).text
    assert f'href="{second}"' in whole and f'href="{course}"' not in whole
    older = re.search(r'href="([^"]+)" rel="next"', whole)
    assert older is not None
    following = (await visitor.get(older[1].replace("&amp;", "&"))).text
    assert f'href="{first}"' in following and f'href="{course}"' not in following
    active = (await visitor.get("/generations?kind=course&status=active")).text
    assert f'href="{course}"' in active and f'href="{second}"' not in active
    assert 'href="/generations?kind=plan&amp;status=active">Weeks' in active
    assert all(f'href="/{kind}/new"' in active for kind in ("programs", "courses", "plans"))


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
