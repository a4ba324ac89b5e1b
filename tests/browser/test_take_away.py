"""What a person takes with them: the page on paper, and the files."""

import io
import re

import pytest
from playwright.async_api import expect
from pypdf import PdfReader

from tests.browser.conftest import Site
from tests.browser.test_program import ask

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_on_paper_every_week_is_open_and_the_calendar_is_a_few_clicks_away(site: Site) -> None:
    page = await site.visitor()
    site.open(1, 2, 3, 4)
    await ask(page)
    await expect(page).to_have_url(re.compile(r"/programs/[0-9a-f-]{36}"))
    closed = page.locator("details.week:not([open]) .line > span:first-child")
    await expect(closed.first).to_be_attached()
    names: list[str] = await closed.evaluate_all("all => all.map(one => one.lastChild.textContent.trim())")
    printed = PdfReader(io.BytesIO(await page.pdf(format="A4")))
    text = " ".join(" ".join(sheet.extract_text() for sheet in printed.pages).split())
    assert names and all(text.count(name) >= names.count(name) for name in names)
    assert "Week 4" in text and "Spreadsheet" not in text

    await page.get_by_text("Put it in a calendar").click()
    await page.get_by_label("Time", exact=True).fill("07:15")
    await page.get_by_label("Mon").uncheck()
    button = page.get_by_role("button", name="Download the calendar")
    await button.click()
    await expect(page.get_by_role("alert")).to_contain_text("3 weekdays")
    await page.get_by_label("Sat").check()
    async with page.expect_download() as downloads:
        await button.click()
    assert (await downloads.value).suggested_filename.endswith(".ics")
