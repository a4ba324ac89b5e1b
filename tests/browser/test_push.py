"""Somebody asks to be told, leaves, and is told: in a real browser with a real push service, except that the way from
that service to the browser, which leads through a vendor's servers, is Chromium's debugging protocol."""

import json
import re
from typing import Any

import pytest
from playwright.async_api import CDPSession, Page, Worker, expect

from app.settings import Settings
from tests.browser.conftest import Site
from tests.browser.test_plan import PHONE, week_asked
from tests.browser.test_program import ask
from tests.conftest import eventually
from tests.support.push_service import Browser, PushService

expect.set_options(timeout=15_000)
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

# Stands for the vendor's registration: what a browser gets from it is an endpoint and keys.
REGISTRATION = """
const given = GIVEN;
const made = {
  endpoint: given.endpoint,
  toJSON: () => given,
  unsubscribe: async () => { localStorage.removeItem("vendor"); return true; },
};
PushManager.prototype.getSubscription = async () => (localStorage.getItem("vendor") ? made : null);
PushManager.prototype.subscribe = async ({ applicationServerKey, userVisibleOnly }) => {
  localStorage.setItem("vendor", JSON.stringify({ applicationServerKey, userVisibleOnly }));
  return made;
};
"""


@pytest.fixture
def settings(settings: Settings, service: PushService) -> Settings:
    return settings.model_copy(update={"push_test_service": service.origin})


async def reader(site: Site, service: PushService, **options: Any) -> tuple[Page, Browser]:
    """A browser that allows notifications once it is asked."""
    page = await site.visitor(**options)
    await page.context.grant_permissions(["notifications"])
    browser = service.browser()
    await page.context.add_init_script(REGISTRATION.replace("GIVEN", json.dumps(browser.subscription)))
    return page, browser


async def worker_of(page: Page) -> Worker:
    await eventually(lambda: page.context.service_workers, "the service worker runs")
    return page.context.service_workers[0]


async def notifications(page: Page) -> list[dict[str, Any]]:
    worker = await worker_of(page)
    found: list[dict[str, Any]] = await worker.evaluate(
        "async () => (await registration.getNotifications()).map(({ title, tag, data }) => ({ title, tag, data }))"
    )
    return found


async def deliver(page: Page, data: str) -> None:
    """What the vendor's servers would bring."""
    session: CDPSession = await page.context.new_cdp_session(page)
    ids: list[str] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda told: ids.extend(_ids(told)))
    await session.send("ServiceWorker.enable")
    await eventually(lambda: ids, "the registration is known")
    origin = re.sub(r"(https?://[^/]+).*", r"\1", page.url)
    await session.send("ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": ids[0], "data": data})
    await session.detach()


def _ids(told: dict[str, Any]) -> list[str]:
    return [one["registrationId"] for one in told["registrations"] if not one["isDeleted"]]


def tell(page: Page) -> Any:
    return page.locator("#tell button")


async def test_who_asks_and_leaves_is_told_and_led_to_what_was_made(site: Site, service: PushService) -> None:
    page, browser = await reader(site, service)
    await ask(page)
    await expect(tell(page)).to_have_text("Tell me when it is done")
    await tell(page).click()
    await expect(page.locator("#tell")).to_contain_text("You may close the page.")
    await expect(tell(page)).to_have_text("Stop telling me")
    vendor = await page.evaluate("JSON.parse(localStorage.vendor)")
    assert vendor["userVisibleOnly"] is True
    key = vendor["applicationServerKey"]
    await page.reload()
    await expect(tell(page)).to_have_text("Stop telling me")
    id_ = page.url.rpartition("/")[2]
    await page.goto("about:blank")  # nobody looks on
    site.open(1, 2, 3, 4)
    await eventually(lambda: service.received, "the push has come", 30)
    [got] = service.received
    assert got.browser == browser
    assert got.headers["authorization"].endswith(f"k={key}")
    assert got.said["url"] == f"/programs/{id_}"
    assert got.said["title"].startswith("Ready: ")

    await page.goto(f"/generations/{id_}")
    for _ in range(2):  # what comes twice is shown once
        await deliver(page, json.dumps(got.said))
    shown = {"title": got.said["title"], "tag": id_, "data": {"url": f"/programs/{id_}", "tag": id_}}

    async def one_is_shown() -> bool:
        return await notifications(page) == [shown]

    await eventually(one_is_shown, "one notification is shown")
    assert len(service.asked) == 1


async def test_a_click_leads_the_tab_that_watched_it_and_else_opens_one(site: Site, service: PushService) -> None:
    page, _ = await reader(site, service)
    await ask(page)
    await tell(page).click()
    await expect(tell(page)).to_have_text("Stop telling me")
    worker = await worker_of(page)
    id_ = page.url.rpartition("/")[2]
    # Only a real click lets a worker focus and open windows: what it asks for is written down instead.
    await worker.evaluate(
        """() => {
          self.asked = [];
          const path = ({ url }) => new URL(url).pathname;
          WindowClient.prototype.focus = async function () { asked.push(`focus ${path(this)}`); };
          WindowClient.prototype.navigate = async function (url) { asked.push(`navigate ${url}`); };
          Clients.prototype.openWindow = async (url) => { asked.push(`open ${url}`); };
        }"""
    )
    click = "async ([url, tag]) => { await open({ url, tag }); return asked.splice(0); }"
    there = f"/programs/{id_}"
    assert await worker.evaluate(click, [there, id_]) == [f"focus /generations/{id_}", f"navigate {there}"]
    assert await worker.evaluate(click, [f"/generations/{id_}", id_]) == [f"focus /generations/{id_}"]
    assert await worker.evaluate(click, ["/batches/1", "1"]) == ["open /batches/1"]
    inside = await worker.evaluate("() => ['https://evil.example/x', '//evil.example', '/a?b=1'].map(inside)")
    assert inside == ["/generations", "/generations", "/a?b=1"]
    site.open(1, 2, 3, 4)


async def test_who_looks_on_is_not_told(site: Site, service: PushService) -> None:
    page, _ = await reader(site, service)
    await ask(page)
    await tell(page).click()
    await expect(tell(page)).to_have_text("Stop telling me")
    site.open(1, 2, 3, 4)
    await expect(page.locator("#panel")).to_have_attribute("data-status", "completed")
    for week in range(1, 5):
        (site.gates / f"week-{week}").unlink()
    later, browser = await reader(site, service)  # who is told of what ends after it
    await ask(later)
    await tell(later).click()
    await expect(tell(later)).to_have_text("Stop telling me")
    await later.goto("about:blank")
    site.open(1, 2, 3, 4)
    await eventually(lambda: service.received, "the other is told", 30)
    assert [one.browser for one in service.received] == [browser]


async def test_what_the_browser_refuses_is_said_and_nothing_is_stored(site: Site, service: PushService) -> None:
    page = await site.visitor()
    await ask(page)
    await expect(tell(page)).to_be_visible()
    await page.evaluate("Notification.requestPermission = async () => 'denied'")
    await tell(page).click()
    await expect(page.locator("#tell")).to_contain_text("did not allow it")
    found = await (await page.request.get("/api/v1/push-subscriptions")).json()
    assert found["items"] == []
    site.open(1, 2, 3, 4)


async def test_the_account_page_lists_the_browsers_and_ends_what_is_removed(site: Site, service: PushService) -> None:
    page, _ = await reader(site, service)
    await ask(page)
    await tell(page).click()
    await expect(tell(page)).to_have_text("Stop telling me")
    await page.goto("/account")
    device = page.locator("[data-device]")
    await expect(device).to_have_count(1)
    await expect(device).to_contain_text(re.compile(r"Chrome on Linux.*this browser"))
    await device.get_by_role("button").click()
    await expect(page.locator("#devices")).to_contain_text("No browser is told yet.")
    await expect(tell(page)).to_have_text("Tell me when it is done")
    assert await page.evaluate("localStorage.vendor ?? null") is None
    await tell(page).click()
    await expect(page.locator("[data-device]")).to_have_count(1)
    await expect(tell(page)).to_have_text("Stop telling me")
    await tell(page).click()
    await expect(page.locator("#devices")).to_contain_text("No browser is told yet.")
    site.open(1, 2, 3, 4)


async def test_a_browser_whose_address_has_changed_goes_on_being_told(site: Site, service: PushService) -> None:
    page, _ = await reader(site, service)
    await ask(page)
    await tell(page).click()
    await expect(tell(page)).to_have_text("Stop telling me")
    fresh = service.browser()
    worker = await worker_of(page)
    before = next(iter(service.browsers.values())).endpoint
    await worker.evaluate(
        "([old, fresh]) => renew({ endpoint: old }, { toJSON: () => fresh })", [before, fresh.subscription]
    )
    await page.goto("about:blank")
    site.open(1, 2, 3, 4)
    await eventually(lambda: service.received, "it is told", 30)
    assert [one.browser for one in service.received] == [fresh]


async def test_a_week_is_asked_for_told_of_changed_and_followed(site: Site, service: PushService) -> None:
    page, _ = await reader(site, service, **PHONE)
    await week_asked(page)
    await tell(page).click()
    await expect(tell(page)).to_have_text("Stop telling me")
    id_ = page.url.rpartition("/")[2]
    await page.goto("about:blank")  # nobody looks on
    await eventually(lambda: service.received, "the push has come", 90)
    [got] = service.received
    assert got.said["url"] == f"/plans/{id_}"

    await page.goto(got.said["url"])

    async def is_shown() -> bool:
        """A worker that is just going to sleep misses what is delivered so; a vendor's servers would wait for it."""
        await deliver(page, json.dumps(got.said))
        return [one["tag"] for one in await notifications(page)] == [id_]

    await eventually(is_shown, "the notification is shown")
    meal = page.locator("#meal-1")
    food = await meal.locator(".foods li span").first.inner_text()
    await meal.get_by_text("Change it").click()
    await meal.get_by_role("button", name="Swap this food").click()
    await expect(page.get_by_text("version 2")).to_be_visible()
    assert food not in await page.locator("#meal-1 .foods").inner_text()
    await page.get_by_role("button", name="Follow this week").click()
    await expect(page.locator(".plan-head .tag")).to_have_text("Following")
