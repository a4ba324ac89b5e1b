"""A coach with a list: looked over first, made at once, shown on one page."""

import csv
import io
import re
from html import unescape

import httpx
import pytest

from app.database import Database
from app.generations import Bell, batches
from app.settings import Settings
from tests.pages.conftest import Browser, Maker, ask

SHARED: dict[str, str | list[str]] = {
    "kind": "program", "goal": "strength", "experience": "intermediate", "days_per_week": "3", "session_minutes": "60",
    "weeks": "4", "units": "kg", "equipment": ["barbell", "dumbbells"],
}  # fmt: skip
TABLE = """client, days_per_week, Squat, knee, equipment, notes
Ann, 4, 82.5, , full gym,
Ben, , , mild, dumbbells; pull-up bar, "Mornings, please"
Cleo
"""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"max_active_per_user": 5})


async def send(client: httpx.AsyncClient, table: str, *, do: str = "make", **fields: str | list[str]) -> httpx.Response:
    return await client.post("/batches", data={**SHARED, "clients": table, "do": do, **fields})


async def made(client: httpx.AsyncClient, table: str = TABLE) -> str:
    """Send the form; returns the path of the batch."""
    answer = await send(client, table)
    assert answer.status_code == 303, said(answer)
    return answer.headers["location"]


def said(answer: httpx.Response) -> str:
    """What the page says, as text."""
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def typed(answer: httpx.Response) -> str:
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", answer.text, re.DOTALL)
    assert found
    return unescape(found[1])


async def test_the_form_comes_with_what_the_coach_last_told(visitor: httpx.AsyncClient) -> None:
    empty = await visitor.get("/batches/new")
    assert empty.status_code == 200 and '<option value="3" selected>' in empty.text
    await ask(visitor, days_per_week="5", **{"injuries.knee": "mild", "notes": "About me"})
    page = await visitor.get("/batches/new")
    assert '<option value="5" selected>' in page.text
    # What is true of the coach is not put upon the clients.
    assert "About me" not in page.text and typed(page) == ""


async def test_what_will_be_made_is_shown_before_anything_is(visitor: httpx.AsyncClient, db: Database) -> None:
    page = await send(visitor, TABLE, do="look")
    assert page.status_code == 200 and "set-cookie" not in page.headers
    text = said(page)
    for words in (
        "Ann",
        "4 days a week",
        "Squat: 82.5",
        "Knee: Mild",
        "Anything else: Mornings, please",
        "Make 3 programs",
    ):
        assert words in text
    assert typed(page) == TABLE
    assert (await visitor.get("/batches")).status_code == 303  # no account was made for it


async def test_all_clients_get_their_own(visitor: httpx.AsyncClient, maker: Maker) -> None:
    path = await made(visitor)
    page = await visitor.get(path)
    assert re.findall(r'<a href="/generations/[0-9a-f-]{36}">(Ann|Ben|Cleo)</a>', page.text) == ["Ann", "Ben", "Cleo"]
    assert "0 of 3 ready" in said(page) and "3 waiting" in said(page)
    assert len(re.findall(r'<li class="member"[^>]*data-status="pending" data-seq="1"', page.text)) == 3
    for _ in range(3):
        await maker.make()
    text = said(await visitor.get(path))
    assert "3 of 3 ready" in text and "4 weeks, 4 days a week, 60 minutes a session, intermediate" in text
    programs = re.findall(r'<a href="(/programs/[0-9a-f-]{36})">', (await visitor.get(path)).text)
    assert len(programs) == 3
    found = [(await visitor.get(f"/api/v1{program}")).json() for program in programs]
    assert [one["days_per_week"] for one in found] == [4, 3, 3]
    used = [
        {piece for day in one["schedule"][0]["days"] for each in day["exercises"] for piece in each["equipment"]}
        for one in found
    ]
    assert "barbell" not in used[1] and "barbell" in used[2]


async def test_mistakes_are_named_and_everything_typed_is_kept(visitor: httpx.AsyncClient) -> None:
    table = "client, days_per_week, lifts.squat, goal, sheo\nAnn, 9, x, strength,\nBen, 3, , gaol,\nAnn, 3, , ,\n"
    for do in ("look", "make"):
        page = await send(visitor, table, do=do, session_minutes="45", equipment=[])
        assert page.status_code == 422 and typed(page) == table
        assert '<option value="45" selected>' in page.text
        text = said(page)
        for words in (
            "Equipment: Choose at least one",
            "Row 1, sheo: There is no such column",
            'Row 2 (Ann), days_per_week: It must be at most 7. Here it is "9".',
            'Row 2 (Ann), lifts.squat: Write a number. Here it is "x".',
            'Row 3 (Ben), goal: There is no "gaol". Write strength, powerlifting,',
            "Row 4 (Ann): This name is in row 2 already",
        ):
            assert words in text, words
    assert (await visitor.get("/batches")).status_code == 303  # nothing was made, and nobody


async def test_a_mistake_that_only_one_line_has_is_not_said_of_the_others(visitor: httpx.AsyncClient) -> None:
    page = await send(visitor, "client,body_weight\nAnn,5\nBen,80", do="look")
    assert page.status_code == 422 and "Row 2 (Ann), body_weight" in said(page) and "Row 3" not in said(page)


async def test_a_file_takes_the_place_of_the_list(visitor: httpx.AsyncClient) -> None:
    file = {"file": ("clients.csv", "client;days_per_week\r\nZoë;4\r\n".encode("cp1252"), "text/csv")}
    fields = {**SHARED, "clients": "Ann", "do": "look"}
    page = await visitor.post("/batches", data=fields, files=file)
    assert page.status_code == 200 and "Zoë" in said(page) and "Ann" not in said(page)
    assert typed(page) == "client;days_per_week\nZoë;4\n"
    large = {"file": ("clients.csv", b"x" * 600_000, "text/csv")}
    assert (await visitor.post("/batches", data=fields, files=large)).status_code == 413


async def test_the_template_is_a_list_that_can_be_sent_as_it_is(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/batches/template.csv")
    assert (
        answer.headers["content-type"].startswith("text/csv")
        and "programs.csv" in answer.headers["content-disposition"]
    )
    page = await send(visitor, answer.text, do="look")
    assert page.status_code == 200 and "Make 2 programs" in said(page)


async def test_a_limit_is_told_beforehand_and_takes_none(visitor: httpx.AsyncClient, browser: Browser) -> None:
    await made(visitor, "Ann\nBen")
    four = "\n".join(f"Client {number}" for number in range(4))
    assert "You may have 5 in the making at once, and 2 are." in said(await send(visitor, four, do="look"))
    refused = await send(visitor, four)
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) >= 1
    assert "4 new ones, and there is room for 3" in said(refused) and typed(refused) == four
    assert said(await visitor.get("/generations")).count("for Client") == 0
    # Another's are not counted.
    assert (await send(browser(), four)).status_code == 303


async def test_what_fails_stands_first_with_its_reason_and_can_be_tried_again(
    visitor: httpx.AsyncClient, maker: Maker, db: Database, bell: Bell
) -> None:
    path = await made(visitor, "Ann\nBen")
    await maker.make()
    maker.at, maker.fails = "week-2", True
    await maker.make()
    page = await visitor.get(path)
    text = said(page)
    reason = "Two barbells cannot be lifted at once. Ask for one."
    assert "1 ready 1 failed" in text and text.index(reason) < text.index("Strength program")
    assert "Ben failed" in text and "Trying again would give the same" in text
    assert f"{path}/retry" not in page.text
    await batches.finish(db, bell)
    assert "Make these again with changes" in said(await visitor.get(path))


async def test_all_that_is_not_finished_is_cancelled_and_one_goes_on(visitor: httpx.AsyncClient, maker: Maker) -> None:
    path = await made(visitor, "Ann\nBen\nCleo")
    await maker.make()
    answer = await visitor.post(f"{path}/cancel")
    assert answer.status_code == 303 and answer.headers["location"] == path
    page = await visitor.get(path)
    assert "1 ready 2 cancelled" in said(page)
    again = re.findall(rf'action="({path}/members/[0-9a-f-]+/retry)"', page.text)
    assert len(again) == 2
    answer = await visitor.post(again[0])
    assert answer.headers["location"] == f"{path}#m-{again[0].split('/')[-2]}"
    assert "1 ready 1 waiting 1 cancelled" in said(await visitor.get(path))


async def test_the_browser_fetches_the_whole_and_only_the_rows_that_turned(visitor: httpx.AsyncClient) -> None:
    path = await made(visitor)
    ids = re.findall(r'data-id="([^"]+)"', (await visitor.get(path)).text)
    some = await visitor.get(f"{path}/rows?id={ids[0]}&id={ids[2]}&id=nonsense")
    assert re.findall(r'class="member" id="m-([^"]+)"', some.text) == [ids[0], ids[2]]
    assert 'id="summary"' in some.text and "<html" not in some.text


async def test_the_same_again_with_changes(visitor: httpx.AsyncClient, maker: Maker) -> None:
    path = await made(visitor)
    page = await visitor.get(f"/batches/new?from={path.rpartition('/')[2]}")
    table = list(csv.reader(io.StringIO(typed(page))))
    assert table[0] == ["client", "days_per_week", "equipment", "lifts.squat", "injuries.knee", "notes"]
    assert table[2] == ["Ben", "3", "dumbbells pull_up_bar", "", "mild", "Mornings, please"]
    assert '<option value="intermediate" selected>' in page.text and '<option value="4" selected>' in page.text
    for _ in range(3):
        await maker.make()
    again = await made(visitor, typed(page))  # nothing changed: all of it is there
    assert "3 of 3 ready" in said(await visitor.get(again)) and "the same as you had before" in said(
        await visitor.get(again)
    )


async def test_my_batches_are_listed_newest_first(visitor: httpx.AsyncClient, maker: Maker) -> None:
    first = await made(visitor, "Ann\nBen")
    await maker.make()
    second = await made(visitor, "Cleo")
    for address in ("/batches", "/batches/list"):
        page = await visitor.get(address)
        assert re.findall(r'<a href="(/batches/[0-9a-f-]{36})">', page.text) == [second, first]
    text = said(page) or page.text
    assert "Ann, Ben" in page.text and "1 of 2 ready" in page.text and text


async def test_another_persons_batch_is_not_there(visitor: httpx.AsyncClient, browser: Browser) -> None:
    path = await made(visitor)
    member = re.findall(r'data-id="([^"]+)"', (await visitor.get(path)).text)[0]
    other = browser()
    mine = await made(other, "Zoe")
    for method, address in (
        ("GET", path), ("GET", f"{path}/rows"), ("POST", f"{path}/cancel"), ("POST", f"{path}/retry"),
        ("POST", f"{path}/members/{member}/retry"), ("POST", f"{mine}/members/{member}/retry"),
        ("GET", f"/batches/new?from={path.rpartition('/')[2]}"), ("GET", "/batches/nonsense"),
    ):  # fmt: skip
        assert (await other.request(method, address)).status_code == 404, address
    assert path not in (await other.get("/batches")).text
    assert "3 waiting" in said(await visitor.get(path))
    stranger = browser()
    assert (await stranger.get(path)).headers["location"].startswith("/sign-in?next=/batches/")


async def test_no_script_and_no_style_stands_in_the_pages(visitor: httpx.AsyncClient) -> None:
    path = await made(visitor)
    for address in ("/batches/new", path, "/batches", f"{path}/rows"):
        page = (await visitor.get(address)).text
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", page), address
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in (await visitor.get(path)).text
