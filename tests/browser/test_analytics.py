"""An administrator looks at the figures while things are made: they change by themselves, and disturb nobody."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import Locator, Page, Request, expect
from sqlalchemy import insert, update

from app.database import Database, now
from app.ids import uuid7
from app.models import Account, Alert
from tests.browser.conftest import Site
from tests.browser.test_program import ask
from tests.conftest import eventually

expect.set_options(timeout=45_000)
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def administrator(site: Site, db: Database) -> Page:
    page = await site.visitor()
    await page.goto("/sign-up")
    await page.get_by_label("E-mail").fill("admin@example.org")
    await page.get_by_label("Password").fill("three or four words")
    await page.get_by_role("button", name="Make the account").click()
    await page.wait_for_url("**/generations")
    async with db.write() as session:
        await session.execute(update(Account).where(Account.email == "admin@example.org").values(admin=True))
    return page


def requests_of(page: Page) -> list[str]:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    return asked


def fact(page: Page, name: str) -> Locator:
    """One of the numbers of the window."""
    return page.locator("#figures .facts > div").filter(has_text=name).first.locator("dd")


async def test_what_is_made_changes_the_figures_without_a_reload(site: Site, db: Database) -> None:
    page = await administrator(site, db)
    await page.goto("/analytics")
    await expect(page.locator("#figures")).to_contain_text("Nothing was made in this time.")
    await expect(page.locator("#now [data-worker]")).to_have_count(1)
    await expect(page.locator("[data-connection]")).to_have_text("Live")
    await page.evaluate("window.stays = true")

    guest = await site.visitor()
    await ask(guest)
    running = page.locator("#now tbody tr", has=page.locator("td", has_text="Training program"))
    await expect(running).to_contain_text("Writing the weeks")
    site.open(1, 2, 3, 4)
    await expect(running).to_have_count(0)
    await expect(fact(page, "success rate")).to_have_text("100.0%")
    await expect(fact(page, "made")).to_have_text("1")
    await expect(page.locator("#figures")).to_contain_text("Request to result")
    await expect(page.locator("#figures")).to_contain_text("the 1 of 1 who stayed for it")  # the guest's tab is visible
    await expect(page.locator("#figures")).to_contain_text("Came as guests")
    assert await page.evaluate("window.stays"), "the page was never loaded again"


async def test_what_is_read_stays_open_and_focused_while_the_figures_move(site: Site, db: Database) -> None:
    site.open(1, 2, 3, 4)
    await ask(await site.visitor())
    page = await administrator(site, db)
    made = fact(page, "made")
    await page.goto("/analytics")
    await expect(made).to_have_text("1")
    summary = page.locator("#figures summary").first
    await summary.click()
    await summary.focus()
    await page.evaluate("window.held = document.activeElement; scrollTo(0, 300)")
    await ask(await site.visitor())
    await expect(made).to_have_text("2")
    assert await page.evaluate("document.activeElement === held && held.parentElement.open"), "nothing was taken away"
    assert await page.evaluate("scrollY") == 300
    await expect(page.locator("#figures details tbody").first).to_be_visible()


async def test_while_nothing_happens_nothing_is_asked_and_the_heartbeat_is_told_all_the_same(
    site: Site, db: Database
) -> None:
    page = await administrator(site, db)
    await page.goto("/analytics")
    await expect(page.locator("[data-connection]")).to_have_text("Live")
    seen = page.locator("[data-worker] [data-elapsed]")
    ages: list[int] = []

    async def heard() -> bool:
        ages.append(int((await seen.inner_text()).split()[0]))
        return len(ages) > 1 and ages[-1] < ages[-2]

    await eventually(heard, "the worker is heard of")
    asked = requests_of(page)
    await eventually(heard, "the worker is heard of again")
    await asyncio.sleep(1)  # what is looked for is that nothing comes
    assert asked == []


async def test_an_alert_comes_and_goes_by_itself_and_is_announced(site: Site, db: Database) -> None:
    page = await administrator(site, db)
    await page.goto("/analytics")
    await expect(page.locator("[data-connection]")).to_have_text("Live")
    alert = {"id": uuid7(), "event": "failure_rate", "began_at": now(), "try_at": now(), "tries": 0}
    async with db.write() as session:
        await session.execute(insert(Alert).values(**alert, finished=40, failed=13))
    shown = page.locator("#now [data-alert]")

    async def told() -> bool:
        async with db.write() as session:  # a worker that looks at this moment sees that nothing fails, and ends it
            await session.execute(update(Alert).values(ended_at=None))
        return await shown.count() == 1

    await eventually(told, "the alert is shown")
    await expect(shown).to_contain_text("13 of 40 generations failed")
    await expect(page.locator("#announcer")).to_contain_text("Too much fails")
    async with db.write() as session:
        await session.execute(update(Alert).values(ended_at=now()))
    await expect(shown).to_have_count(0)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
async def test_it_fits_its_window(
    site: Site, db: Database, wide: Callable[[Page], Any], width: int, scheme: str
) -> None:
    site.open(1, 2, 3, 4)
    await ask(await site.visitor())
    page = await administrator(site, db)
    await page.set_viewport_size({"width": width, "height": 800})
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.goto("/analytics?window=30d")
    for summary in await page.locator("summary").all():
        await summary.click()
    assert await wide(page) == 0
