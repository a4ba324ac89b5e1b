"""A plan that a language model words, seen by somebody who looks on."""

import random
import re

import pytest
from playwright.async_api import expect

from bench import menus
from tests.browser.conftest import Site
from tests.browser.test_plan import week_asked
from tests.conftest import Processes
from tests.support.models import KEY, Models, Says, models
from tests.worker.llm.test_programs import says

expect.set_options(timeout=30_000)
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def model(processes: Processes) -> "object":
    async with models(says(lambda asked: menus.plausible(asked, random.Random(1)))) as ours:
        processes.more = {
            "LLM_BASE_URL": ours.url, "LLM_API_KEY": KEY, "LLM_MODEL": "scripted", "LLM_REQUESTS_PER_MINUTE": "60000",
        }  # fmt: skip
        yield ours


async def test_a_day_appears_while_it_is_worded_and_the_page_says_who_did(model: Models, site: Site) -> None:
    plain = model.always
    assert isinstance(plain, Says)
    # The first day takes its time; the second is refused twice, so our rules word it.
    model.script = [Says(plain.words, size=60, pause=0.25), Says("no"), Says("no")]
    page = await site.visitor()
    await week_asked(page)
    draft = page.locator("#items .draft")
    await expect(draft.locator(".draft-title")).to_contain_text("Monday")
    await expect(draft.locator(".draft-text")).to_contain_text("This is your monday.")
    await expect(page.locator("[data-key='day-1']")).to_be_visible()
    await expect(page).to_have_url(re.compile(r"/plans/[0-9a-f-]{36}"), timeout=90_000)
    await expect(page.locator("#day")).to_contain_text("This is your monday.")
    await expect(page.locator("#meal-1 h3")).to_contain_text("A plain")
    await page.get_by_text("How it was reckoned").click()
    await expect(page.locator("main")).to_contain_text("Day 1: the language model.")
    await expect(page.locator("main")).to_contain_text("Day 2: our rules engine")
    assert KEY not in await page.content()
