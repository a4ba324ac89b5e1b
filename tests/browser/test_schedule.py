"""Somebody puts a program on a schedule, and sees it being made when its time has come."""

import re

import pytest
from playwright.async_api import Request, expect

from app.database import Database
from tests.browser.conftest import Site
from tests.browser.test_program import ask
from tests.support.schedules import overdue

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_a_program_is_made_again_when_its_time_has_come(site: Site, db: Database) -> None:
    page = await site.visitor(timezone_id="Europe/Berlin")
    await ask(page)
    site.open(1, 2, 3, 4)
    await expect(page).to_have_url(re.compile(r"/programs/[0-9a-f-]{36}"))
    generation = page.url.rpartition("/")[2]
    await page.goto(f"/schedules/new?generation={generation}")
    await expect(page.get_by_label("On which day?")).to_be_visible()
    await expect(page.get_by_label("On which day of the month?")).to_be_hidden()
    await page.get_by_text("Every month", exact=True).click()
    await expect(page.get_by_label("On which day?")).to_be_hidden()
    await page.get_by_label("On which day of the month?").select_option("31st")
    await page.get_by_label("At what time?").fill("06:30")
    await page.get_by_role("button", name="Put it on my schedule").click()
    row = page.locator(".schedule")
    await expect(row).to_contain_text("Every month on the 31st, or its last day, at 06:30 (Europe/Berlin)")
    await expect(row).not_to_contain_text("Last time")
    await page.wait_for_load_state("networkidle")

    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    question = row.locator("summary")
    await question.click()
    await overdue(db, days=40)
    await expect(row).to_contain_text("Last time")
    await expect(row.get_by_role("link")).to_have_text("Muscle size: 4 weeks, 3 days a week")
    await expect(row.locator(".badge")).to_have_text("Ready")
    await expect(question).to_be_focused()  # and the question is still open
    await expect(page.get_by_role("button", name="Yes, delete it")).to_be_visible()
    assert asked and all(url.endswith("/row") for url in asked)  # nothing else, and nothing without a cause
    await expect(page.locator("#toasts")).to_contain_text("Ready")

    await page.get_by_role("button", name="Yes, delete it").click()
    await expect(page.get_by_role("heading", name="Nothing on a schedule yet")).to_be_visible()


async def test_the_pages_fit_a_phone_and_work_without_a_script(site: Site) -> None:
    page = await site.visitor(java_script_enabled=False, viewport={"width": 360, "height": 740})
    await ask(page)
    site.open(1, 2, 3, 4)
    generation = page.url.rpartition("/")[2].partition("?")[0]
    await page.goto(f"/schedules/new?generation={generation}")
    await page.get_by_text("Every day", exact=True).click()
    await page.get_by_role("button", name="Put it on my schedule").click()
    row = page.locator(".schedule")
    await expect(row).to_contain_text("Every day at 07:00")
    await row.locator("summary").click()
    box = await page.get_by_role("button", name="Yes, delete it").bounding_box()
    assert box is not None and box["x"] + box["width"] <= 360
    await page.get_by_role("button", name="Yes, delete it").click()
    await expect(page.get_by_text("What it has made is still yours.")).to_be_visible()
