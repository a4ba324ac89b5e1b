"""A stranger asks for a program, watches it unfold, and nothing that happens meanwhile takes anything away."""

import asyncio
import re
import signal
from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import Page, Request, expect

from tests.browser.conftest import Site
from tests.conftest import eventually

expect.set_options(timeout=45_000)
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def ask(page: Page, **values: str) -> None:
    """Fill in the form by its labels, as a person does, and send it."""
    await page.goto("/programs/new")
    await page.locator("#goal-hypertrophy").check()
    await page.locator("#experience-intermediate").check()
    await page.locator("#days_per_week-3").check()
    await page.locator("#session_minutes-60").check()
    await page.get_by_label("How many weeks?").select_option(values.get("weeks", "4"))
    if not await page.locator("#equipment-full_gym").is_checked():
        await page.locator("#equipment-full_gym").check()
    await page.locator("#lifts-bench_press").fill("100")
    await page.get_by_role("button", name="Make my program").click()
    await expect(page).to_have_url(re.compile(r"/generations/[0-9a-f-]{36}"))


def weeks(page: Page) -> Any:
    return page.locator("#items li.unfolded > details")


async def test_a_program_unfolds_week_by_week_and_a_reload_in_the_middle_loses_nothing(site: Site) -> None:
    page = await site.visitor()
    await page.goto("/")
    await ask(page)
    await expect(page.locator("#panel")).to_have_attribute("data-status", "processing")
    site.open(1)
    await expect(weeks(page)).to_have_count(1)
    await expect(page).to_have_title(re.compile(r"\d+% · "))
    assert "data:image/svg" in str(await page.locator("#favicon").get_attribute("href"))
    site.open(2)
    await expect(weeks(page)).to_have_count(2)
    await page.reload()
    await expect(weeks(page)).to_have_count(2)
    site.open(3)
    await expect(weeks(page)).to_have_count(3)
    keys = await page.locator("#items li.unfolded").evaluate_all("all => all.map(one => one.dataset.key)")
    assert keys == ["week-1", "week-2", "week-3"]
    site.open(4)
    await expect(page).to_have_url(re.compile(r"/programs/[0-9a-f-]{36}"))  # moves on by itself
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Muscle size")
    text = await page.locator("main").inner_text()
    for words in ("Week 1", "Week 4", "kg"):
        assert words in text


async def test_while_nothing_happens_nothing_is_asked(site: Site) -> None:
    page = await site.visitor()
    await ask(page)
    site.open(1)
    await expect(weeks(page)).to_have_count(1)
    await page.wait_for_load_state("networkidle")
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    await asyncio.sleep(3)  # what is looked for is that nothing comes
    assert asked == []
    site.open(2)
    await expect(weeks(page)).to_have_count(2)
    assert len(asked) == 1 and "/items/week-2" in asked[0]


async def test_two_tabs_show_the_same_and_a_toast_tells_the_third(site: Site) -> None:
    page = await site.visitor()
    await ask(page)
    second, elsewhere = await page.context.new_page(), await page.context.new_page()
    for tab in (second, elsewhere):
        site.listen(tab)
    await second.goto(page.url)
    await elsewhere.goto("/programs/new")
    site.open(1, 2)
    for tab in (page, second):
        await expect(weeks(tab)).to_have_count(2)
    site.open(3, 4)
    await expect(elsewhere.locator(".toast")).to_contain_text("Ready")
    await elsewhere.locator(".toast a").click()
    await expect(elsewhere).to_have_url(re.compile(r"/programs/"))


async def test_a_killed_worker_is_not_noticed_but_for_a_pause(site: Site) -> None:
    page = await site.visitor()
    await ask(page)
    site.open(1, 2)
    await expect(weeks(page)).to_have_count(2)
    site.worker.send_signal(signal.SIGKILL)
    site.open(3, 4)
    site.start_worker()
    await expect(page).to_have_url(re.compile(r"/programs/"), timeout=30_000)


async def test_a_restart_of_the_web_process_is_bridged_and_offline_is_said_only_after_a_while(site: Site) -> None:
    page = await site.visitor()
    await ask(page)
    site.open(1)
    await expect(weeks(page)).to_have_count(1)
    site.web.send_signal(signal.SIGTERM)
    await asyncio.to_thread(site.web.wait, 60)
    await expect(page.locator("#offline")).to_be_hidden()
    site.open(2)
    await expect(page.locator("#offline")).to_be_visible()
    site.web, _ = site.processes.web(site.port)
    await site.ready()
    await expect(weeks(page)).to_have_count(2, timeout=45_000)
    await expect(page.locator("#offline")).to_be_hidden()
    site.open(3)
    await expect(weeks(page)).to_have_count(3)


async def test_cancel_says_so_until_it_is_so_and_going_on_keeps_what_was_made(site: Site) -> None:
    page = await site.visitor()
    await ask(page)
    site.open(1, 2)
    await expect(weeks(page)).to_have_count(2)
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.locator("#panel")).to_have_attribute("data-status", "cancelled")
    await expect(weeks(page)).to_have_count(2)
    site.open(3, 4)
    await page.get_by_role("button", name="Go on").click()
    await expect(page).to_have_url(re.compile(r"/programs/"))


async def test_without_javascript_everything_can_be_done(site: Site) -> None:
    page = await site.visitor(java_script_enabled=False)
    await ask(page)
    live = page.url
    site.open(1)

    async def shown() -> bool:
        await page.goto(live)
        return bool(await weeks(page).count() == 1)

    await eventually(shown, "the page, loaded again, shows the first week")
    await expect(page.locator("#panel")).to_have_attribute("data-status", "processing")
    site.open(2, 3, 4)

    async def done() -> bool:
        await page.goto(live)
        return await page.locator("#panel").get_attribute("data-status") == "completed"

    await eventually(done, "the page says that it is done")
    await page.get_by_role("link", name="Open the program").click()
    await expect(page).to_have_url(re.compile(r"/programs/"))
    assert "Week 4" in await page.locator("main").inner_text()
    await page.get_by_role("link", name="Week 3 : Accumulation").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Week 3")
    await page.locator(".day-head a").last.click()
    await expect(page).to_have_url(re.compile(r"\?week=3&day=3$"))
    await expect(page.locator(".exercise-more").first).to_contain_text("Why")
    await page.go_back()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Week 3")


async def test_errors_stand_beside_their_fields_and_keep_what_was_typed(site: Site) -> None:
    page = await site.visitor()
    await page.goto("/programs/new")
    await page.locator("#goal-strength").check()
    await page.get_by_label("Age").fill("seven")
    await page.locator("#lifts-squat").fill("-5")
    await page.get_by_label("Anything else").fill("My <b>knee</b> & me")
    for box in await page.locator("input[name=equipment]").all():
        await box.uncheck()
    await page.get_by_role("button", name="Make my program").click()
    await expect(page.locator("#errors")).to_be_visible()
    await expect(page.get_by_label("Age")).to_have_value("seven")
    await expect(page.locator("#lifts-squat")).to_have_value("-5")
    await expect(page.get_by_label("Anything else")).to_have_value("My <b>knee</b> & me")
    await expect(page.locator("#goal-strength")).to_be_checked()
    await expect(page.get_by_label("Age")).to_have_attribute("aria-invalid", "true")
    assert await page.locator(".field-error").count() >= 3


async def test_what_a_guest_made_stays_with_the_account_and_is_nobody_elses(site: Site) -> None:
    page = await site.visitor()
    await ask(page)
    live = page.url
    await page.goto("/sign-up")
    await page.get_by_label("E-mail").fill("carol@example.org")
    await page.get_by_label("Password").fill("three long words")
    await page.get_by_role("button", name="Keep my work").click()
    await expect(page).not_to_have_url(re.compile("sign-up"))
    await page.goto(live)
    await expect(page.locator("#panel")).to_be_visible()
    stranger = await site.visitor()
    await stranger.goto(live)
    await expect(stranger).to_have_url(re.compile("/sign-in"))
    await stranger.get_by_label("E-mail").fill("carol@example.org")
    await stranger.get_by_label("Password").fill("three long words")
    await stranger.get_by_role("button", name="Sign in").click()
    await expect(stranger).to_have_url(live)
    other = await site.visitor()
    await ask(other)
    response = await other.goto(live)
    assert response is not None and response.status == 404


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_fits_a_phone(site: Site, wide: Callable[[Page], Any], scheme: str) -> None:
    page = await site.visitor(viewport={"width": 360, "height": 740}, color_scheme=scheme, has_touch=True)
    site.open(1, 2, 3, 4)
    await ask(page)
    live = page.url
    await expect(page).to_have_url(re.compile(r"/programs/"))
    program = page.url
    for path in (
        "/",
        "/programs/new",
        "/generations",
        live,
        program,
        program + "?week=2",
        program + "?week=2&day=1",
        "/sign-in",
        "/sign-up",
        "/account",
        "/docs",
        "/nothing",
    ):
        await page.goto(path)
        assert await wide(page) <= 0, path


async def test_every_field_has_a_name_for_those_who_cannot_see_it(site: Site) -> None:
    page = await site.visitor()
    for path in ("/programs/new", "/sign-in", "/sign-up"):
        await page.goto(path)
        nameless = await page.evaluate(
            """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a")]
                .filter(one => !(one.labels?.length || one.textContent.trim() || one.getAttribute("aria-label")))
                .map(one => one.outerHTML)"""
        )
        assert nameless == [], path
