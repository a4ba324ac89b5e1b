"""Somebody drops two books, watches them being read, and opens one."""

import re
from base64 import b64encode
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.conftest import Site
from tests.worker.books import samples

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

DROP = """([form, files]) => {
  const transfer = new DataTransfer();
  for (const [name, body] of files) {
    transfer.items.add(new File([Uint8Array.from(atob(body), (c) => c.charCodeAt(0))], name));
  }
  for (const type of ["dragenter", "dragover", "drop"]) {
    form.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }
}"""


async def drop(page: Page, **files: bytes) -> None:
    given = [[name.replace("_", "."), b64encode(body).decode()] for name, body in files.items()]
    form: Any = await page.query_selector("#drop")
    await page.evaluate(DROP, [form, given])


async def test_two_books_are_dropped_watched_and_opened(site: Site, wide: Any) -> None:
    page = await site.visitor()
    await page.goto("/library")
    await expect(page.get_by_text("Nothing on it yet")).to_be_visible()
    await drop(page, rain_txt=samples.text())  # by somebody who has never been here
    mine = page.locator("#mine")
    await expect(mine.get_by_role("link", name="rain.txt")).to_be_visible()
    site.open(1, 2, piece="chapter")
    await expect(mine.locator(".volume")).to_have_count(1, timeout=30_000)

    for gate in site.gates.iterdir():
        gate.unlink()
    await page.evaluate("window.kept = true")
    await drop(page, sky_epub=samples.epub(), sky_pdf=samples.pdf(), fake_pdf=b"no pdf")
    sending = page.locator("#sending")
    await expect(sending.locator(".made")).to_have_count(1)
    await expect(sending).to_contain_text("The name says PDF, but the content is something else")
    await expect(mine.locator(".made")).to_have_count(2)
    await expect(mine.locator("progress").first).to_be_visible()
    await sending.get_by_role("button", name="Dismiss").click()
    await expect(sending).to_be_hidden()
    await mine.get_by_role("link", name="sky.epub").click()
    items = page.locator("#items")
    await expect(page.locator("[data-phase=summarise]")).to_have_attribute("data-status", "running")
    site.open(1, piece="chapter")
    await expect(items.get_by_role("heading", name="Moving air")).to_be_visible()
    await page.go_back()
    site.open(2, piece="chapter")
    await expect(mine.locator(".volume")).to_have_count(3)
    await expect(mine.locator(".made")).to_have_count(0)

    await mine.get_by_role("link", name="Weather for Walkers").first.click()
    await expect(page).to_have_url(re.compile(r"/library/[0-9a-f-]{36}$"))
    await expect(page.get_by_role("heading", name="Falling water")).to_be_visible()
    await page.set_viewport_size({"width": 360, "height": 740})
    assert await wide(page) == 0
    await page.get_by_text("Delete", exact=False).first.click()
    await page.get_by_role("button", name="Yes, delete it").click()
    await expect(page.get_by_text("The book is deleted")).to_be_visible()
    await expect(mine.locator(".volume")).to_have_count(2)
    assert await wide(page) == 0


async def test_a_file_that_is_not_taken_yet_waits_for_its_turn(site: Site) -> None:
    page = await site.visitor()
    await page.goto("/library")
    await page.set_input_files("#file", {"name": "rain.txt", "mimeType": "text/plain", "buffer": samples.text()})
    await expect(page.locator("#mine").get_by_role("link", name="rain.txt")).to_be_visible()
    refusals = [("1", "Later."), ("3600", "Your limit is 50 in 24 hours.")]

    async def refuse(route: Route) -> None:
        if not refusals:
            await route.continue_()
            return
        seconds, detail = refusals.pop(0)
        await route.fulfill(status=429, headers={"Retry-After": seconds}, json={"detail": detail})

    await page.route("**/api/v1/books", refuse)
    await drop(page, sky_epub=samples.epub())
    sending = page.locator("#sending")
    await expect(sending).to_contain_text("Your limit is 50 in 24 hours.")  # of a day: said at once, after one more try
    refusals.append(("1", "Later."))
    await drop(page, sky_pdf=samples.pdf())
    await expect(page.locator("#mine").get_by_role("link", name="sky.pdf")).to_be_visible()
    await expect(sending.locator(".made")).to_have_count(1)
    assert not refusals


async def test_many_that_are_ready_at_once_do_not_cover_the_page(site: Site) -> None:
    page = await site.visitor()
    await page.goto("/library")
    await drop(page, a0_txt=samples.text())
    mine = page.locator("#mine")
    await expect(mine.get_by_role("link", name="a0.txt")).to_be_visible()
    elsewhere = await page.context.new_page()
    site.listen(elsewhere)
    await elsewhere.goto("/programs/new")
    await page.bring_to_front()
    await drop(page, **{f"a{number}_txt": samples.text() + b"\n\n%d more." % number for number in range(1, 6)})
    await expect(mine.locator(".made")).to_have_count(6)
    site.open(1, 2, piece="chapter")
    await expect(mine.locator(".volume")).to_have_count(6, timeout=30_000)
    await expect(mine.locator(".made")).to_have_count(0)
    assert await page.locator(".toast").count() == 0  # it shows them itself
    await expect(elsewhere.locator(".toast", has_text="And 3 more")).to_have_count(1)
    assert await elsewhere.locator(".toast").count() == 4


async def test_a_book_that_could_not_be_read_is_told_of_by_its_name(site: Site) -> None:
    page = await site.visitor()
    await page.goto("/library")
    await drop(page, a_txt=samples.text())
    await expect(page.locator("#mine").get_by_role("link", name="a.txt")).to_be_visible()
    elsewhere = await page.context.new_page()
    site.listen(elsewhere)
    await elsewhere.goto("/programs/new")
    await page.bring_to_front()
    await drop(page, broken_epub=samples.epub()[:200])
    toast = elsewhere.locator(".toast", has_text="It could not be made")
    await expect(toast.get_by_role("link", name="broken.epub")).to_be_visible()
