"""A coach and the clients: a list becomes programs, watched on one page, told of once."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, Request, expect

from tests.browser.conftest import Site
from tests.conftest import eventually

expect.set_options(timeout=45_000)
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BATCH = re.compile(r"/batches/[0-9a-f-]{36}")


async def write(page: Page, table: str) -> None:
    await page.goto("/batches/new")
    await page.get_by_label("Weeks").select_option("4")
    await page.get_by_label("List of clients").fill(table)
    await page.get_by_role("button", name="Look it over").click()


async def make(page: Page, *names: str) -> None:
    await write(page, "\n".join(names))
    await page.get_by_role("button", name=re.compile(r"Make \d+ programs?")).click()
    await expect(page).to_have_url(BATCH)


async def make_drills(site: Site, page: Page, *items: dict[str, Any]) -> None:
    """Ask for what the form does not offer, as this page's guest, and open its page."""
    if await page.locator("body[data-live]").count() == 0:
        await make(page, "First of all")  # who asks is a guest from then on
        site.open(1, 2, 3, 4)
        await ended(page)
    body = {"items": [{"kind": "drill", **item} for item in items]}
    answer = await page.request.post("/api/v1/batches", data=body, headers={"Origin": site.url})
    assert answer.status == 202, await answer.text()
    await page.goto(f"/batches/{(await answer.json())['id']}")


async def ended(page: Page, status: str = "completed") -> None:
    await expect(page.locator("#summary")).to_have_attribute("data-status", status, timeout=60_000)


async def another(site: Site, page: Page, path: str) -> Page:
    """A second tab of the same browser."""
    tab = await page.context.new_page()
    site.listen(tab)
    await tab.goto(path)
    return tab


def members(page: Page, status: str) -> Any:
    return page.locator(f".member[data-status={status}]")


async def test_a_list_becomes_programs_in_all_tabs_and_one_toast_elsewhere(site: Site) -> None:
    names = [f"Client {number}" for number in range(12)]
    page = await site.visitor()
    await make(page, *names)
    second, elsewhere = await another(site, page, page.url), await another(site, page, "/account")
    await expect(members(page, "processing")).to_have_count(10)  # as many as a worker makes at once
    site.open(1)
    for tab in (page, second):
        await expect(tab.locator("[data-doing]", has_text="1 of 4")).to_have_count(10)
    await page.reload()
    await expect(page.locator("[data-doing]", has_text="1 of 4")).to_have_count(10)
    await expect(page).to_have_title(re.compile(r"0 of 12 · "))
    site.open(2, 3, 4)
    for tab in (page, second):
        await ended(tab)
        await expect(members(tab, "completed")).to_have_count(12)
        await expect(tab.locator(".batch-figure")).to_have_text("12 of 12 ready")
        assert await tab.locator("#summary progress").evaluate("bar => bar.value") == 1
    await expect(page.locator(".member-what a")).to_have_text(names)
    await expect(page.locator("#announcer")).to_have_text("12 of 12 ready")
    await expect(elsewhere.locator(".toast")).to_contain_text("12 of 12 programs are ready")
    assert await elsewhere.locator(".toast").count() == 1
    assert await page.locator(".toast").count() == await second.locator(".toast").count() == 0
    await elsewhere.locator(".toast a").click()
    await expect(elsewhere).to_have_url(page.url)
    await elsewhere.get_by_role("link", name="Client 7").click()
    await expect(elsewhere).to_have_url(re.compile(r"/programs/"))


async def test_a_hundred_stay_calm(site: Site) -> None:
    page = await site.visitor()
    await make_drills(site, page, {"input": {"parts": 1}, "subject": "One"})
    elsewhere = await another(site, page, "/account")
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    await make_drills(site, page, *({"input": {"parts": 2}, "subject": f"Client {n}"} for n in range(100)))
    await ended(page)
    await expect(members(page, "completed")).to_have_count(100)
    rows = [url for url in asked if "/rows" in url]
    assert any(url.count("id=") > 1 for url in rows)  # those that turn together are fetched together
    toast = elsewhere.locator(".toast", has_text="100 of 100 drills are ready")
    await expect(toast).to_have_count(1)


async def test_what_fails_is_said_at_once_with_its_reason_and_tried_again(site: Site) -> None:
    page = await site.visitor()
    fault = {"parts": 1, "fault": "invalid", "at": "prepare", "times": 3}
    await make_drills(
        site, page, {"input": {"parts": 1}, "subject": "Ann"}, {"input": {"parts": 1} | fault, "subject": "Ben"}
    )
    elsewhere = await another(site, page, "/account")
    await ended(page, "failed")
    await expect(page.locator("#summary")).to_contain_text("Ben failed")
    await expect(page.locator("#summary")).to_contain_text("did not pass our checks")
    await expect(page).to_have_title(re.compile("^Failed · "))
    await page.get_by_role("button", name="Try it again").click()
    await ended(page)
    await expect(page.locator(".batch-figure")).to_have_text("2 of 2 ready")
    await expect(elsewhere.locator(".toast", has_text="2 of 2 drills are ready")).to_have_count(1)


async def test_all_that_is_not_finished_is_cancelled_at_once(site: Site) -> None:
    page = await site.visitor()
    await make(page, *(f"Client {number}" for number in range(12)))
    await expect(members(page, "processing")).to_have_count(10)
    await page.get_by_role("button", name="Cancel all that is not finished").click()
    await ended(page, "cancelled")
    await expect(members(page, "cancelled")).to_have_count(12)
    site.open(1, 2, 3, 4)
    await members(page, "cancelled").first.get_by_role("button", name="Go on").click()
    await expect(members(page, "completed")).to_have_count(1)


async def test_an_end_between_two_pages_is_told_on_the_next(site: Site) -> None:
    page = await site.visitor()
    await make(page, "Ann", "Ben")
    await expect(members(page, "processing")).to_have_count(2)
    address = page.url
    await page.goto("about:blank")
    site.open(1, 2, 3, 4)
    watcher = await another(site, page, address)
    await ended(watcher)
    await eventually(lambda: watcher.locator("#summary[data-end]").count(), "its end is noted")
    await page.goto("/account")
    await expect(page.locator(".toast", has_text="2 of 2 programs are ready")).to_have_count(1)
    await page.goto("/programs/new")
    await page.wait_for_load_state("networkidle")
    assert await page.locator(".toast").count() == 0  # once


async def test_while_nothing_happens_nothing_is_asked(site: Site) -> None:
    page = await site.visitor()
    await make(page, "Ann", "Ben")
    site.open(1)
    await expect(page.locator("[data-doing]", has_text="1 of 4")).to_have_count(2)
    await page.wait_for_load_state("networkidle")
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    site.open(2)  # moves the bars, and needs no rows
    await expect(page.locator("[data-doing]", has_text="2 of 4")).to_have_count(2)
    assert asked == []


async def test_a_mistake_leads_to_its_line_and_nothing_typed_is_lost(site: Site) -> None:
    page = await site.visitor()
    table = "client,days_per_week\nAnn,3\nBen,nine\nCleo,4"
    await write(page, table)
    await page.get_by_role("link", name='Row 3 (Ben), days_per_week: Write a whole number. Here it is "nine".').click()
    list_ = page.get_by_label("List of clients")
    await expect(list_).to_be_focused()
    picked = "box => box.value.slice(box.selectionStart, box.selectionEnd)"
    assert await list_.evaluate(picked) == "Ben,nine"
    await list_.fill(table.replace("nine", "5"))
    await page.get_by_role("button", name="Look it over").click()
    await expect(page.locator("#preview")).to_contain_text("5 days a week")
    await expect(page.locator("#preview")).to_be_in_viewport()
    await list_.press_sequentially("\nDan,2")
    await expect(page.locator("#preview")).to_have_count(0)  # it is another list now


async def test_a_file_is_read_into_the_list(site: Site, tmp_path: Path) -> None:
    page = await site.visitor()
    await page.goto("/batches/new")
    file = tmp_path / "clients.csv"
    file.write_text("client,days_per_week\nZoë,4\n")
    await page.get_by_label("Or a file").set_input_files(file)
    await expect(page.get_by_label("List of clients")).to_have_value("client,days_per_week\nZoë,4\n")


async def test_without_javascript_all_of_it_can_be_done(site: Site, tmp_path: Path) -> None:
    page = await site.visitor(java_script_enabled=False)
    file = tmp_path / "clients.csv"
    file.write_text("client;days_per_week\nAnn;4\nBen;3\n", encoding="utf-16")
    await page.goto("/batches/new")
    await page.get_by_label("Weeks").select_option("4")
    await page.get_by_label("Or a file").set_input_files(file)
    await page.get_by_role("button", name="Look it over").click()
    await expect(page.locator("#preview")).to_contain_text("Ann")
    await page.get_by_role("button", name="Make 2 programs").click()
    await expect(page).to_have_url(BATCH)
    site.open(1, 2, 3, 4)

    async def done() -> bool:
        await page.goto(page.url)
        return await page.locator("#summary").get_attribute("data-status") == "completed"

    await eventually(done, "the page says that all are ready")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_of_it_fits_a_phone(site: Site, wide: Callable[[Page], Any], scheme: str) -> None:
    page = await site.visitor(viewport={"width": 360, "height": 740}, color_scheme=scheme, has_touch=True)
    await write(page, "client,notes\nA client with a rather long name of four words," + "notes " * 60)
    assert await wide(page) <= 0
    await page.locator(".columns summary").click()
    assert await wide(page) <= 0
    await page.get_by_role("button", name="Make 1 program").click()
    await expect(page).to_have_url(BATCH)
    assert await wide(page) <= 0
    await page.goto("/batches")
    assert await wide(page) <= 0
    await write(page, "client,gaol\nAnn,x")
    assert await wide(page) <= 0


async def test_every_field_has_a_name_for_those_who_cannot_see_it(site: Site) -> None:
    page = await site.visitor()
    await page.goto("/batches/new")
    nameless = await page.evaluate(
        """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a, progress")]
            .filter(one => !(one.labels?.length || one.textContent.trim() || one.getAttribute("aria-label")))
            .map(one => one.outerHTML)"""
    )
    assert nameless == []
