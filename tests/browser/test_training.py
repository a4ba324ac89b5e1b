"""Logging a session on a phone in a gym: the connection comes and goes, and nothing is lost or there twice."""

import contextlib
import re
from typing import Any

import pytest
from playwright.async_api import Error, Locator, Page, expect

from tests.browser.conftest import Site
from tests.browser.test_program import ask
from tests.conftest import eventually

expect.set_options(timeout=45_000)
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


async def true_on(page: Page, expression: str) -> None:
    """Waits for it. Playwright's own way evaluates text in the page, which its policy forbids."""

    async def said() -> bool:
        with contextlib.suppress(Error):  # the page was just going
            return bool(await page.evaluate(f"async () => Boolean(await ({expression}))"))
        return False

    await eventually(said, expression)


async def gym(site: Site) -> Page:
    """A phone on the gym page of a new program's first session."""
    page = await site.visitor(**PHONE)
    site.open(1, 2, 3, 4)
    await ask(page)
    await expect(page).to_have_url(re.compile(r"/programs/[0-9a-f-]{36}"))
    await page.goto(f"{page.url}/train")
    await expect(page).to_have_url(re.compile(r"/train/1/1$"))
    return page


def state(page: Page) -> Locator:
    return page.locator("[data-state]")


async def tick(page: Page, *sets: int) -> None:
    """Sets of the exercise that is open."""
    for number in sets:
        await page.locator("details[open] .gym-set").nth(number - 1).locator(".gym-tick").click()


async def ticked(page: Page) -> list[bool]:
    boxes = page.locator(".gym-lift").first.locator(".gym-set [type=checkbox]")
    found: list[bool] = await boxes.evaluate_all("all => all.map(one => one.checked)")
    return found


async def logged(page: Page) -> list[dict[str, Any]]:
    address = re.sub(r"/train.*", "/trainings", page.url.split("?")[0]).replace("/programs", "/api/v1/programs")
    answer = await page.request.get(address)
    return (await answer.json())["items"]  # type: ignore[no-any-return]


def done(training: dict[str, Any]) -> list[tuple[float | None, int]]:
    return [(one["load"], one["reps"]) for entry in training["entries"] for one in entry["sets"] if not one["warm_up"]]


async def test_a_session_logged_without_a_connection_and_reloaded_arrives_once_with_every_set(site: Site) -> None:
    page = await gym(site)
    first = page.locator(".gym-set").first
    await page.get_by_label("Good", exact=True).check()
    await first.get_by_role("textbox", name="kg").fill("42,5")
    await first.get_by_role("button", name="More reps").click()
    reps = int(await first.get_by_role("textbox", name="reps").input_value())
    await tick(page, 1)
    await expect(page.locator("[data-clock]")).to_have_text(re.compile(r"\d:\d\d"))
    await expect(state(page)).to_have_text("· Saved")
    kept = "async () => (await (await caches.open('unfold-gym')).keys()).some(one => one.url === location.href)"
    await true_on(page, f"navigator.serviceWorker.controller && ({kept})()")

    await page.context.set_offline(True)
    await tick(page, 2)
    await expect(state(page)).to_contain_text("Kept on this phone")
    await page.reload()
    assert (await ticked(page))[:3] == [True, True, False]
    await expect(first.get_by_role("textbox", name="kg")).to_have_value("42,5")
    await expect(page.locator("[data-clock]")).to_be_visible()  # the pause goes on
    second = await page.context.new_page()
    site.listen(second)
    await second.goto(page.url)
    await tick(second, 3)

    async def both() -> bool:
        return (await ticked(page))[:3] == (await ticked(second))[:3] == [True, True, True]

    await eventually(both, "both tabs show the third set")
    await page.get_by_role("button", name="Finish the session").click()
    await expect(page.locator("[data-kept]")).to_be_visible()

    await page.context.set_offline(False)
    for tab in (page, second):
        await expect(tab.get_by_role("heading", level=1)).to_contain_text("Done: ")
    [training] = await logged(page)
    assert done(training)[0] == (42.5, reps) and len(done(training)) == 3
    assert (training["week"], training["day"], training["readiness"]) == (1, 1, 75)
    assert training["finished_at"] is not None
    await expect(page.locator("#after")).to_contain_text(re.compile("change|on plan"))
    await expect(page.locator("#after progress")).to_have_count(0)


async def test_two_devices_that_log_the_same_session_lose_nothing_of_each_other(site: Site) -> None:
    page = await gym(site)
    other = await site.visitor(**PHONE, storage_state=await page.context.storage_state())
    await other.goto(page.url)
    await page.context.set_offline(True)
    await tick(page, 1, 2)
    await expect(state(page)).to_contain_text("Kept on this phone")
    await other.locator(".gym-lift summary").nth(0).click()
    await other.locator(".gym-lift").nth(1).locator("summary").first.click()
    await tick(other, 1)
    await expect(state(other)).to_have_text("· Saved")
    await page.context.set_offline(False)
    await expect(state(page)).to_have_text("· Saved")
    [training] = await logged(other)
    assert sorted(len(entry["sets"]) for entry in training["entries"]) == [1, 2]
    await other.reload()
    assert (await ticked(other))[:2] == [True, True]


async def test_what_one_device_wrote_is_not_emptied_by_another_that_never_touched_it(site: Site) -> None:
    page = await gym(site)
    other = await site.visitor(**PHONE, storage_state=await page.context.storage_state())
    await other.goto(page.url)
    await tick(page, 1)
    await expect(state(page)).to_have_text("· Saved")
    first = other.locator(".gym-lift").first
    await other.get_by_label("Notes").fill("Felt strong.")
    await first.locator(".gym-set").first.get_by_role("textbox", name="kg").fill("37.5")
    await tick(other, 1)
    await expect(state(other)).to_have_text("· Saved")
    await tick(page, 2)  # this device still shows what it entered itself

    async def both() -> bool:
        [training] = await logged(page)
        return len(done(training)) == 2

    await eventually(both, "the second set is logged")
    [training] = await logged(page)
    assert training["notes"] == "Felt strong." and done(training)[0][0] == 37.5
    await expect(page.get_by_label("Notes")).to_have_value("Felt strong.")


async def test_the_next_session_opens_without_a_connection_although_it_never_was_before(site: Site) -> None:
    page = await gym(site)
    await true_on(page, "navigator.serviceWorker.controller && caches.has('unfold-gym')")
    await tick(page, 1)
    await page.get_by_role("button", name="Finish the session").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Done: ")
    await expect(page.locator("#after progress")).to_have_count(0)

    async def kept() -> bool:
        kept = "async () => (await (await caches.open('unfold-gym')).keys()).map((one) => new URL(one.url).pathname)"
        paths = [path for path in await page.evaluate(f"({kept})()") if "/train/" in path]
        return [path[-4:] for path in paths] == ["/1/2"]

    await eventually(kept, "the next session's page is kept, and it alone")
    await page.context.set_offline(True)
    await page.goto(re.sub(r"/train.*", "/train", page.url))  # as the button of the program does
    await expect(page).to_have_url(re.compile(r"/train/1/2$"))
    await tick(page, 1)
    await expect(state(page)).to_contain_text("Kept on this phone")
    await page.context.set_offline(False)
    await expect(state(page)).to_have_text("· Saved")
    assert sorted(one["day"] for one in await logged(page)) == [1, 2]


async def test_who_signs_in_next_on_the_same_phone_sees_nothing_and_sends_nothing(site: Site) -> None:
    page = await gym(site)
    await true_on(page, "navigator.serviceWorker.controller && caches.has('unfold-gym')")
    address = page.url
    await page.context.set_offline(True)
    await tick(page, 1)
    await expect(state(page)).to_contain_text("Kept on this phone")
    mine = await page.context.cookies()
    await page.context.clear_cookies()  # signed out
    await page.context.set_offline(False)
    await page.goto("/sign-in")
    await true_on(page, "caches.has('unfold-gym').then((there) => !there)")
    await ask(page)  # somebody else, a guest of their own
    async with page.expect_response(lambda answer: "/trainings/" in answer.url) as sent:
        await page.goto("/")
    assert (await sent.value).status == 404
    answer = await page.goto(address)
    assert answer is not None and answer.status == 404
    await page.context.clear_cookies()
    await page.context.add_cookies(mine)  # type: ignore[arg-type]
    # What the page before had asked for may still be answered, with 404.
    async with page.expect_response(lambda answer: "/trainings/" in answer.url and answer.status == 201):
        await page.goto("/")
    await page.goto(address)
    assert (await ticked(page))[:2] == [True, False]


async def test_a_tired_day_is_eased_on_the_spot_and_taken_back(site: Site) -> None:
    page = await gym(site)
    first = page.locator(".gym-lift").first
    rows = first.locator(".gym-set")
    load = rows.first.get_by_role("textbox", name="kg")
    planned, sets = float(await load.input_value()), await rows.count()
    await page.get_by_label("Great", exact=True).check()
    ease = page.get_by_role("button", name="Ease today")
    await expect(ease).to_have_count(0)  # nothing to ease
    await page.get_by_label("Worn out", exact=True).check()
    await ease.click()
    assert planned * 0.86 < float(await load.input_value()) < planned
    await expect(first.locator("[data-left-out]")).to_have_count(sets // 2)
    await expect(first.locator("[data-progress]")).to_have_text(f"0 of {sets - sets // 2}")
    await page.reload()  # nothing was logged, but it is kept
    await expect(first.locator("[data-left-out]")).to_have_count(sets // 2)
    assert float(await load.input_value()) < planned
    await ease.click()
    await expect(load).to_have_value(f"{planned:g}")
    await expect(first.locator("[data-left-out]")).to_have_count(0)
