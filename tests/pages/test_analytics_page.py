"""The analytics page: for administrators only, with every number in words, and nothing of anybody's own."""

import re
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, update

from app.database import Database, now
from app.ids import uuid7
from app.models import Account, Alert, Generation, Worker
from app.person import Person
from tests.pages.conftest import Browser, ask
from tests.pages.test_account_pages import sign_up
from tests.support.history import History

PATHS = ("/analytics", "/analytics/now", "/analytics/figures", "/analytics?window=30d&kind=program")


@pytest.fixture
async def admin(browser: Browser, db: Database) -> httpx.AsyncClient:
    client = browser()
    await sign_up(client, "admin@example.org", time_zone="Europe/Berlin")
    async with db.write() as session:
        await session.execute(update(Account).where(Account.email == "admin@example.org").values(admin=True))
    return client


@pytest.fixture
async def history(db: Database, alice: Person) -> History:
    return await History.begin(db, alice)


async def text_of(client: httpx.AsyncClient, path: str = "/analytics") -> str:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def plain(html: str) -> str:
    """As it reads, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


@pytest.mark.parametrize("path", PATHS)
async def test_for_everybody_else_it_does_not_exist(browser: Browser, path: str) -> None:
    stranger, guest, person = browser(), browser(), browser()
    answer = await stranger.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=/analytics")
    await ask(guest)
    await sign_up(person, "bob@example.org")
    for client in (guest, person):
        assert (await client.get(path)).status_code == 404
        assert "/analytics" not in (await client.get("/")).text


async def test_an_administrator_finds_it_in_the_menu(admin: httpx.AsyncClient) -> None:
    assert '<a href="/analytics">Analytics</a>' in await text_of(admin, "/")
    assert '<a href="/analytics" aria-current="page">' in await text_of(admin)
    assert (await admin.get("/analytics")).headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("query", ["window=1h", "window=", "kind=horoscope", "window=24h&kind=%00"])
async def test_a_window_or_kind_that_there_is_not_is_not_found(admin: httpx.AsyncClient, query: str) -> None:
    for path in ("/analytics", "/analytics/figures"):
        assert (await admin.get(f"{path}?{query}")).status_code == 404


async def test_when_there_is_nothing_it_says_so(admin: httpx.AsyncClient) -> None:
    text = plain(await text_of(admin))
    for said in (
        "Nothing was made in this time.", "Nothing at the moment.", "No worker has been seen for a day",
        "No guests came in this time.",
    ):  # fmt: skip
        assert said in text
    assert "<svg class=" not in await text_of(admin), "no chart of nothing"


async def test_every_figure_of_the_charts_is_in_a_table_too(admin: httpx.AsyncClient, history: History) -> None:
    for n in range(1, 21):
        await history.ended(making=float(n), queueing=n / 10, kind="program", phases={"write_weeks": n * 0.9})
    for _ in range(4):
        await history.ended(status="failed", code="timed_out", kind="program")
    await history.ended(cached=True, kind="program")
    html = await text_of(admin)
    text = plain(html)
    assert "success rate 83.3% made 20 failed 4 refused 0 cancelled 0 cached 1" in text
    assert "median 11 s, 95th percentile 21 s; over time in the table below" in html
    for svg in re.findall(r"<svg[^>]*>", html.partition('id="figures"')[2]):
        assert ('role="img"' in svg and 'aria-label="' in svg) or 'aria-hidden="true"' in svg
    tables = [plain(table) for table in re.findall(r"<details.*?</details>", html, re.DOTALL)]
    assert len(tables) == 2
    assert re.search(r"83\.3% 20 1 4 0 0", tables[0]), "how it ended, by the hour"
    assert re.search(r" 20 11 s 21 s 1\.00 s 1\.90 s 10 s 19 s", tables[1]), "the times, by the hour"
    assert re.search(r"Writing the weeks 9\.00 s 17 s 100\.0%", text)
    assert re.search(r"timed_out 4 16\.6% \d+ \w+, \d\d:\d\d", text)
    assert "None: the rules engine needs no tokens." in text


async def test_what_was_paid_is_told_for_all_and_for_each(admin: httpx.AsyncClient, history: History) -> None:
    await history.ended(tokens_in=1200, tokens_out=3400, cost=0.5)
    await history.ended()
    text = plain(await text_of(admin))
    assert "tokens read 1,200" in text and "tokens written 3,400" in text
    assert "cost $0.5" in text and "cost of each $0.2500" in text
    assert "For the 2 generations that were begun." in text


async def test_queue_running_and_workers_are_told(admin: httpx.AsyncClient, history: History, db: Database) -> None:
    await history.active(100.0, kind="program")
    claimed: dict[str, Any] = {"status": "processing", "claimed_at": history.at - 5, "phase": "write_weeks"}
    running = await history.active(6.0, kind="program", attempt=2, **claimed)
    async with db.write() as session:
        for name, seen in (("a", 2.0), ("b", 60.0)):
            values = {"id": name, "host": f"host-{name}", "pid": 4121, "concurrency": 10, "running": 1}
            times = {"started_at": now() - 100, "seen_at": now() - seen}
            await session.execute(insert(Worker).values(**values, **times, memory_mb=151.4))
    html = await text_of(admin, "/analytics/now")
    text = plain(html)
    assert re.search(r"waiting 1 the oldest since \d min", text)
    assert f"{running} Writing the weeks" in text and "2 Training program" in text
    assert re.search(r"host-a, 4121 \d+ s ago 1 of 10 151 MB", text)
    assert re.search(r"host-b, 4121 Stale 1 min( \d+ s)? ago", text)
    assert text.count("Stale") == 1


async def test_an_alert_stands_before_everything(admin: httpx.AsyncClient, db: Database) -> None:
    assert "data-alert" not in await text_of(admin)
    alert = {"id": uuid7(), "event": "failure_rate", "began_at": now(), "try_at": now(), "tries": 0}
    async with db.write() as session:
        await session.execute(insert(Alert).values(**alert, finished=40, failed=13))
    html = await text_of(admin)
    assert "13 of 40 generations failed in the last hour, 32.5%." in plain(html)
    assert html.index("data-alert") < html.index("now-facts")


async def test_nothing_that_anybody_wrote_is_on_it_and_what_is_odd_is_escaped(
    admin: httpx.AsyncClient, history: History, db: Database
) -> None:
    odd = "<script>alert(1)</script>"
    await history.ended(status="failed", code=odd, kind="odd<b>")
    await history.ended(kind="odd<b>", phases={"p<i>": 1.0}, title="a secret title")
    await history.active(5.0, status="processing", claimed_at=history.at, phase="p<i>", kind="odd<b>")
    async with db.write() as session:
        values = {"id": odd, "host": odd, "pid": 1, "concurrency": 1, "started_at": now(), "seen_at": now()}
        await session.execute(insert(Worker).values(**values))
        await session.execute(update(Generation).values(subject="a secret subject"))
    html = await text_of(admin)
    assert odd not in html and "<i>" not in html and "odd<b>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    for theirs in ("somebody", "secret", "alice@example.org"):
        assert theirs not in html
    assert " style=" not in html and html.count("<script") == html.count('<script type="module" src=')


async def test_a_cut_history_is_said_to_be_one(
    admin: httpx.AsyncClient, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    for ago in (50.0, 40.0, 30.0):
        await history.ended(ago)
    monkeypatch.setattr("app.generations.analytics.MOST", 2)
    assert "Counted are the newest 2, since" in plain(await text_of(admin))


async def test_guests_are_told_with_what_became_of_them(admin: httpx.AsyncClient, browser: Browser) -> None:
    await ask(browser())
    claims = browser()
    await ask(claims)
    await sign_up(claims, "bob@example.org")
    text = plain(await text_of(admin))
    assert "Came as guests 2 100.0%" in text
    assert "Had something made 0 0.0%" in text
    assert "Have an account now 1 50.0%" in text
    assert "Of the 1 with an account, 1 signed up and 0 signed in to one they had; 0 had something made." in text


async def test_a_part_carries_the_version_that_the_feed_tells(admin: httpx.AsyncClient, history: History) -> None:
    async def versions(path: str) -> list[str]:
        return re.findall(r'id="(?:now|figures)" data-version="(\w+)"', await text_of(admin, path))

    now_, made = await versions("/analytics")
    assert await versions("/analytics/now") == [now_]
    assert await versions("/analytics/figures") == [made]
    await history.ended()
    assert (await versions("/analytics"))[0] == now_
    assert (await versions("/analytics"))[1] != made
