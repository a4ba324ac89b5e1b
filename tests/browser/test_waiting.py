"""What somebody sees who waits: their place, the next try counted down, a pause, an answer from before."""

import asyncio
import re
import signal
from typing import Any

import pytest
from playwright.async_api import Page, expect

from app import generations
from app.database import Database
from app.generations import Bell
from app.pages.filters import about
from tests.browser.conftest import Site
from tests.browser.test_program import ask, weeks
from tests.support.services import Valkey

expect.set_options(timeout=45_000)
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def stop_worker(site: Site) -> None:
    site.worker.send_signal(signal.SIGTERM)
    await asyncio.to_thread(site.worker.wait, 60)


def place(page: Page) -> Any:
    return page.locator("#panel [data-place]")


async def test_the_place_moves_while_one_looks_on_and_says_when_nobody_works(site: Site) -> None:
    await stop_worker(site)
    front, page = await site.visitor(), await site.visitor()
    await ask(front)
    await ask(page)
    await expect(place(page)).to_have_text("Waiting for a worker to start")
    one = {"GATES": str(site.gates), "WORKER_CONCURRENCY": "1"}
    site.worker = site.processes.start_arq("tests.support.gated_worker.WorkerSettings", **one)
    await expect(front.locator("#panel")).to_have_attribute("data-status", "processing")
    between = await site.visitor()
    await expect(place(page)).to_have_text("Place 1 in the queue")
    await ask(between)
    await expect(place(between)).to_have_text("Place 2 in the queue")
    listed = await between.context.new_page()
    site.listen(listed)
    await listed.goto("/generations")
    row = listed.locator(".made [data-place]")
    await expect(row).to_have_text("Place 2 in the queue")
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.locator("#panel")).to_have_attribute("data-status", "cancelled")
    for shown in (place(between), row):
        await expect(shown).to_have_text("Place 1 in the queue")
    await front.get_by_role("button", name="Cancel").click()
    await expect(between.locator("#panel")).to_have_attribute("data-status", "processing")
    await stop_worker(site)
    await expect(between.locator("#panel [data-place]")).to_have_text("Waiting for a worker to start")
    await expect(listed.locator(".made .badge")).to_have_text("Waiting to try again")


async def left(page: Page) -> int:
    found = re.search(r"again in (\d+) s", await page.locator("[data-retry]").inner_text())
    assert found is not None
    return int(found[1])


async def test_the_next_try_is_counted_down_and_again_after_a_reload(site: Site, db: Database, bell: Bell) -> None:
    await stop_worker(site)
    page = await site.visitor()
    await ask(page)
    claim = await generations.claim(db, bell, "w", 600)
    assert claim is not None
    error = {"code": "unreachable", "message": "A service cannot be reached.", "retryable": True}
    await generations.back_to_queue(db, bell, claim, error, claim.phases, 55.0, {}, counts=True)
    countdown = page.locator("[data-retry]")
    await expect(countdown).to_contain_text("Trying again in")
    first = await left(page)
    assert first <= 55
    await expect(countdown).not_to_contain_text(f"in {first} s")
    await expect(page.locator("#panel")).to_contain_text("Network problem · attempt 2 of 3")
    await page.reload()
    assert await left(page) < first
    again = await left(page)
    await expect(countdown).not_to_contain_text(f"in {again} s")
    assert await left(page) < again
    await expect(place(page)).to_have_text("")  # it has no turn before that
    site.open(1, 2, 3, 4)
    await page.get_by_role("button", name="Cancel").click()
    await page.get_by_role("button", name="Go on").click()
    site.start_worker()
    await expect(page).to_have_url(re.compile(r"/programs/"))


async def test_without_redis_what_waits_says_that_it_waits_until_it_goes_on_by_itself(
    site: Site, valkey: Valkey
) -> None:
    await stop_worker(site)
    page = await site.visitor()
    await ask(page)
    listed, elsewhere = await page.context.new_page(), await page.context.new_page()
    for tab, address in ((listed, "/generations"), (elsewhere, "/programs/new")):
        site.listen(tab)
        await tab.goto(address)
    notice = "#making"
    await expect(page.locator(notice)).to_be_hidden()
    valkey.kill()
    for tab in (page, listed):
        await expect(tab.locator(notice)).to_be_visible()
        await expect(tab.locator(notice)).to_contain_text("what you asked for is kept and goes on by itself")
    await expect(page.locator("#announcer")).to_contain_text("Making is paused")
    await page.reload()
    await expect(page.locator(notice)).to_be_visible()
    await asyncio.sleep(3)  # it stays after the socket has come, too
    await expect(page.locator(notice)).to_be_visible()
    await expect(elsewhere.locator(notice)).to_be_hidden()  # nothing on it waits
    await ask(elsewhere)  # a twin: one is taken to the one that waits
    await expect(elsewhere.locator(notice)).to_be_visible()
    valkey.start()
    for tab in (page, listed, elsewhere):
        await expect(tab.locator(notice)).to_be_hidden()
    site.open(1, 2, 3, 4)
    site.start_worker()
    await expect(page).to_have_url(re.compile(r"/programs/"), timeout=40_000)


async def test_an_answer_from_before_says_so_and_is_made_anew_at_a_click(site: Site) -> None:
    page = await site.visitor()
    site.open(1, 2, 3, 4)
    await ask(page)
    await expect(page).to_have_url(re.compile(r"/programs/"))
    await ask(page)
    cached = page.url
    await expect(page.locator("#panel")).to_contain_text("Answered from what you had before.")
    await expect(page.locator(".stage[data-status=skipped]")).to_have_count(8)
    await expect(weeks(page)).to_have_count(4)
    for week in range(1, 5):
        (site.gates / f"week-{week}").unlink()
    await page.get_by_role("button", name="Make it anew").click()
    await expect(page.locator("#panel")).to_have_attribute("data-status", "processing")
    assert page.url != cached
    site.open(1, 2, 3, 4)
    await expect(page).to_have_url(re.compile(r"/programs/"))


async def test_the_browser_rounds_estimates_like_the_server(site: Site) -> None:
    page = await site.visitor()
    await page.goto("/")
    times = [0, 0.4, 1.5, 7.4, 19.9, 20, 22.5, 57.4, 57.5, 61, 89.9, 90, 150, 3570, 3599, 5400, 9000]
    script = await page.evaluate("document.querySelector('script[src*=\"app.js\"]').src")
    module = script.replace("app.js", "times.js")
    said = await page.evaluate(
        "([module, times]) => import(module).then(({ about }) => times.map(about))", [module, times]
    )
    assert said == [about(seconds) for seconds in times]
