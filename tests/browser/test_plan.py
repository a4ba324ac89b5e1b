"""A week on a phone: made live, a food swapped, followed, ticked off."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Site

expect.set_options(timeout=30_000)
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True}


async def week_asked(page: Page) -> None:
    """Fill in the form and send it."""
    await page.goto("/plans/new")
    await page.get_by_label("Fat loss").check()
    for name, value in {"Age": "34", "Height": "168", "Body weight": "72"}.items():
        await page.get_by_role("textbox", name=name, exact=True).fill(value)
    await page.get_by_label("First day").fill("2026-11-30")
    await page.get_by_role("button", name="Make my week").click()


async def week(page: Page) -> None:
    """Ask for a week, watch the days appear, and arrive at the finished one."""
    await week_asked(page)
    await expect(page.locator("[data-key='day-1']")).to_be_visible()
    await expect(page).to_have_url(re.compile(r"/plans/[0-9a-f-]{36}"), timeout=90_000)


async def test_a_week_is_made_swapped_followed_and_ticked_on_a_phone(site: Site, wide: Any) -> None:
    page = await site.visitor(**PHONE)
    await week(page)
    assert await wide(page) == 0
    await expect(page.get_by_role("heading", name="Monday")).to_be_visible()

    meal = page.locator("#meal-1")
    food = await meal.locator(".foods li span").first.inner_text()
    await meal.get_by_text("Change it").click()
    await meal.get_by_role("button", name="Swap this food").click()
    await expect(page.get_by_text("version 2")).to_be_visible()
    await expect(page).to_have_url(re.compile(r"/plans/.*#meal-1"))
    assert food not in await page.locator("#meal-1 .foods").inner_text()

    await page.get_by_role("button", name="Follow this week").click()
    await expect(page.locator(".plan-head .tag")).to_have_text("Following")

    ate = page.get_by_role("button", name="Ate like this")
    await ate.click()
    await expect(ate).to_have_attribute("aria-pressed", "true")
    await page.get_by_text("Shopping list").click()
    bought = page.locator(".aisles .tick-button").first
    await bought.click()
    await expect(bought).to_have_attribute("aria-pressed", "true")
    await expect(page.locator("#announcer")).to_contain_text("done")
    await page.reload()
    await expect(page.get_by_role("button", name="Ate like this")).to_have_attribute("aria-pressed", "true")
    assert await wide(page) == 0

    await page.locator(".strip a").nth(2).click()
    await expect(page.get_by_role("heading", name="Wednesday")).to_be_visible()
