"""What somebody sees who looks on while a language model writes."""

import random
import re

import pytest
from playwright.async_api import expect

from bench import replies
from tests.browser.conftest import Site
from tests.browser.test_program import ask, weeks
from tests.conftest import Processes
from tests.support.models import KEY, Models, Says, models
from tests.worker.llm.test_programs import says
from worker.llm.pen import MINE

expect.set_options(timeout=20_000)
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def model(processes: Processes) -> "object":
    async with models(says(lambda asked: replies.plausible(asked, random.Random(1)))) as ours:
        processes.more = {
            "LLM_BASE_URL": ours.url, "LLM_API_KEY": KEY, "LLM_MODEL": "scripted", "LLM_PRICE_INPUT": "1",
            "LLM_PRICE_OUTPUT": "1", "LLM_DAILY_BUDGET_PER_USER": "0.0045", "LLM_REQUESTS_PER_MINUTE": "60000",
        }  # fmt: skip
        yield ours


async def test_the_text_appears_while_it_is_written_and_the_budget_is_said(model: Models, site: Site) -> None:
    slow = model.always
    assert isinstance(slow, Says)
    model.script = [Says(slow.words, size=60, pause=0.2)]
    page = await site.visitor()
    await ask(page, weeks="5")
    site.open(1)
    draft = page.locator("#items .draft .draft-text")
    await expect(draft).to_contain_text("This week:")
    await expect(page.locator("#items .draft .draft-title")).to_contain_text("Week 1")
    # A reload in the middle: the draft goes on from where it is, with a mark that something came before.
    await page.reload()
    await expect(draft).to_contain_text("…")
    await expect(weeks(page)).to_have_count(1)
    site.open(2, 3, 4, 5)
    await expect(page.locator("#panel [data-spent]")).to_have_text(
        re.compile(r"Language model: [\d,]+ tokens, \$0\.\d{4}")
    )
    await expect(page.locator("#panel")).to_have_attribute("data-status", "completed")
    await expect(weeks(page)).to_have_count(5)
    assert await page.locator("#items .draft").count() == 0
    await expect(page.locator('[data-phase="write_weeks"] [data-notice]')).to_have_text(
        f"{MINE} Our rules engine writes on."
    )
    await page.get_by_role("link", name="Open the program").click()
    await expect(page.locator(".reasons").first).to_contain_text("the language model")
    assert model.keys and KEY not in await page.content()


async def test_what_a_model_says_is_never_markup(model: Models, site: Site) -> None:
    """Text that passes every check, but has what a careless page would take for markup."""

    def sly(asked: replies.Document) -> object:
        answer = replies.plausible(asked, random.Random(2))
        if "note" in answer:
            answer["note"] = "Strength & calm: 3 < 5, \"quotes\", 'more' &amp; &copy; {x} — a week to settle in."
        return answer

    model.always = says(sly)
    site.processes.more["LLM_DAILY_BUDGET_PER_USER"] = "9"
    page = await site.visitor()
    await ask(page, weeks="4")
    site.open(1, 2, 3, 4)
    await expect(page.locator("#panel")).to_have_attribute("data-status", "completed")
    await page.get_by_role("link", name="Open the program").click()
    await expect(page.get_by_text("3 < 5, \"quotes\", 'more' &amp; &copy; {x}").first).to_be_visible()
