"""Somebody puts a book in, watches it, makes a course of it, changes its outline, reads, and follows a citation."""

import re
from functools import partial
from typing import Any

import pytest
from playwright.async_api import Page, expect
from starlette.responses import Response

from app.accounts import start_session
from app.database import Database
from app.kinds.course_progress import ProgressInput
from app.library import progress
from app.person import Person
from app.settings import Settings
from tests.browser.conftest import Site
from tests.conftest import eventually
from tests.support import course as courses
from tests.support.library import SHELF

expect.set_options(timeout=30_000)
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BOOK = SHELF / "valuation-first-principles.md"
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True}


def open_gates(site: Site, *names: str) -> None:
    for name in names:
        (site.gates / name).touch()


async def upload(site: Site, page: Page) -> None:
    """The book is sent, and watched while it is read, to its own page."""
    await page.goto("/library")
    await page.set_input_files("#file", str(BOOK))
    await page.get_by_role("button", name="Add", exact=True).click()
    mine = page.locator("#mine")
    await mine.get_by_role("link", name=BOOK.name).click()
    open_gates(site, "chapter-1", "chapter-2")
    items = page.locator("#items")
    await expect(items.get_by_role("heading", name="The time value of money")).to_be_visible()
    open_gates(site, *(f"chapter-{number}" for number in range(3, 20)))
    await expect(page).to_have_url(re.compile(r"/(library|books)/[0-9a-f-]{36}$"))


async def test_a_book_becomes_a_course_that_is_read_with_its_sources(site: Site, wide: Any) -> None:
    page = await site.visitor(viewport={"width": 1280, "height": 900})
    await upload(site, page)
    await page.get_by_role("link", name="Make a course from this book").click()
    await expect(page.get_by_text("1 book chosen")).to_be_visible()
    await page.get_by_label("What do you want to learn?").fill("Learn DCF valuation")
    await page.get_by_label("For how many hours?").fill("1")
    await page.get_by_role("button", name="Make my course").click()

    items = page.locator("#items")
    await expect(page.locator("[data-phase=outline_parts]")).to_have_attribute("data-status", "running")
    open_gates(site, *(f"part-{number}" for number in range(1, 9)))
    await expect(items.locator("[data-key=part-1] h3")).to_be_visible()
    await expect(page.locator("[data-phase=write_sections]")).to_have_attribute("data-status", "running")
    await expect(page.locator("[data-count-of=section]")).to_have_text("0 sections")
    open_gates(site, "section-1.2")
    open_gates(site, "section-1.1")
    await expect(page.locator("[data-count-of=section]")).to_have_text("2 sections")
    keys = await items.locator("[data-key]").evaluate_all("all => all.map(one => one.dataset.key)")
    assert keys[:3] == ["part-1", "section-1.1", "section-1.2"]  # a part stands before its sections
    await items.locator("[data-key='section-1.1'] summary").click()
    await expect(items.locator("[data-key='section-1.1'] .lesson p").first).to_be_visible()
    open_gates(site, "all")
    await page.get_by_role("link", name="Open the course").click()

    await expect(page).to_have_url(re.compile(r"/courses/[0-9a-f-]{36}$"))
    await page.get_by_role("link", name="Start reading").click()
    await expect(page).to_have_url(re.compile(r"/1\.1$"))
    cite = page.locator("#lesson a.cite").first
    ref = await cite.get_attribute("data-ref")
    await cite.click()
    source = page.locator(f"#source-{ref}")
    await expect(source).to_have_attribute("data-on", "")
    box, lesson = await source.bounding_box(), await page.locator("#lesson").bounding_box()
    assert box and lesson and box["x"] >= lesson["x"] + lesson["width"]  # beside the text
    await page.keyboard.press("Escape")
    await expect(page.locator(".sources [data-on]")).to_have_count(0)
    quote = await source.locator("blockquote").inner_text()
    assert " ".join(quote.split())[:50].rstrip(" .…") in " ".join(BOOK.read_text().replace("*", "").split())
    address = page.url
    await source.get_by_role("link", name="Valuation from First Principles").click()
    await expect(page).to_have_url(re.compile(r"/library/[0-9a-f-]{36}#h-\d+$"))
    await expect(page.locator(":target")).to_be_visible()

    await page.set_viewport_size(PHONE["viewport"])
    await page.goto(address)
    await page.locator("#lesson a.cite").first.click()
    note = page.locator("#lesson .cited")
    await expect(note).to_contain_text("Valuation from First Principles")
    await note.get_by_role("button", name="Close the source").click()
    await expect(note).to_have_count(0)
    await expect(page.locator("#lesson a.cite").first).to_be_focused()
    for path in (address, address.removesuffix("/1.1"), "/courses", "/courses/new"):
        await page.goto(path)
        assert await wide(page) == 0, path


async def outlined(site: Site) -> Page:
    """A course of an own book, which will wait for a look at its outline."""
    page = await site.visitor()
    await upload(site, page)
    await page.get_by_role("link", name="Make a course from this book").click()
    await page.get_by_label("What do you want to learn?").fill("Learn DCF valuation")
    await page.get_by_label("Let me review it first").check()
    await page.get_by_role("button", name="Make my course").click()
    return page


async def test_the_outline_is_edited_by_keyboard_and_the_lessons_follow_it(site: Site) -> None:
    page = await outlined(site)
    await page.evaluate("window.kept = true")
    open_gates(site, "all")
    editor = page.locator("#outline")
    await expect(editor.get_by_role("heading", name="Look through the outline")).to_be_visible()
    assert await page.evaluate("window.kept")  # it came by itself
    await expect(page.locator("#panel")).to_contain_text("Waiting for you")

    first = editor.get_by_label("Section 1.1", exact=True)
    second = await editor.get_by_label("Section 1.2", exact=True).input_value()
    await first.fill("What money later is worth")
    await first.press("Enter")  # moves nothing
    await expect(first).to_have_value("What money later is worth")
    down = editor.get_by_role("button", name="Section 1.1 down")
    await down.focus()
    await page.keyboard.press("Enter")
    await expect(editor.get_by_label("Section 1.2", exact=True)).to_have_value("What money later is worth")
    await expect(editor.get_by_role("button", name="Section 1.2 down")).to_be_focused()
    await expect(first).to_have_value(second)
    await editor.get_by_role("button", name="Drop section 1.1").click()
    await expect(editor.get_by_role("button", name=f"Put back {second}")).to_be_visible()
    await editor.get_by_role("button", name="Add a section after section 1.1").click()
    new = editor.get_by_label("Section 1.2, new")
    await expect(new).to_be_focused()
    await editor.get_by_role("button", name="Write the lessons").click()
    await expect(page.get_by_text("Give it a title, or drop it.")).to_be_visible()
    await expect(page.get_by_label("Section 1.1", exact=True)).to_have_value("What money later is worth")
    await page.get_by_label("Section 1.2, new").fill("Perpetuities that grow")
    await page.get_by_role("button", name="Write the lessons").click()

    await expect(page).to_have_url(re.compile(r"/(generations|courses)/[0-9a-f-]{36}$"))
    await page.goto(page.url.replace("generations", "courses"))
    await eventually_ready(page)
    lines = page.locator(".course-line a")
    await expect(lines.nth(0)).to_contain_text("1.1 What money later is worth")
    await expect(lines.nth(1)).to_contain_text("1.2 Perpetuities that grow")
    assert second not in await page.locator(".course-lines").first.inner_text()


async def test_an_outline_that_went_on_in_another_tab_leads_to_where_it_is_made(site: Site) -> None:
    page = await outlined(site)
    open_gates(site, "all")
    told = page.locator("#outline [data-sum]")
    before = await told.inner_text()
    await page.get_by_role("button", name="Drop section 1.1").click()
    await expect(told).not_to_have_text(before)
    other = await page.context.new_page()
    site.listen(other)
    await other.goto(page.url)
    await page.get_by_role("button", name="Add a section after section 1.1").click()
    await page.get_by_role("button", name="Write the lessons").click()  # the new one has no title
    await expect(page.get_by_text("Give it a title, or drop it.")).to_be_visible()
    await other.get_by_role("button", name="Write the lessons").click()
    await expect(other.locator("#outline")).to_have_count(0)
    await page.get_by_role("button", name="Drop section 1.2").click()
    await expect(page).to_have_url(re.compile(r"/(generations|courses)/[0-9a-f-]{36}$"))


async def eventually_ready(page: Page) -> None:
    """The live page leads on by itself to a reader who does nothing else, or is asked again."""

    async def there() -> bool:
        if "/courses/" not in page.url:
            await page.goto(page.url.replace("generations", "courses"))
        return "/courses/" in page.url

    await eventually(there, "the course is ready", 60)


async def reader(site: Site, db: Database, settings: Settings, person: Person, **options: Any) -> Page:
    """A browser in which this person is signed in."""
    page = await site.visitor(**options)
    await sign_in(site, db, settings, person, page)
    return page


async def sign_in(site: Site, db: Database, settings: Settings, person: Person, page: Page) -> None:
    answer = Response()
    await start_session(db, settings, person.id, answer, "tests")
    name, _, value = answer.headers["set-cookie"].partition(";")[0].partition("=")
    await page.context.add_cookies([{"name": name, "value": value, "url": site.url}])


async def test_what_is_done_without_a_connection_arrives_when_there_is_one(
    site: Site, db: Database, settings: Settings, alice: Person
) -> None:
    made = await courses.put(db, alice)
    page = await reader(site, db, settings, alice, **PHONE)
    await page.goto(f"/courses/{made['id']}/1.1")
    await page.context.set_offline(True)
    await page.locator("#check summary").first.tap()
    await page.get_by_role("button", name="Not yet").first.tap()
    await page.get_by_role("button", name="Mark it").tap()
    await page.get_by_label("Your notes on this section").fill("Ask Ada.")
    await page.get_by_role("button", name="Save the notes").tap()
    await expect(page.locator("[data-note] [data-state]")).to_contain_text("Kept on this device")
    assert (await progress.of(db, alice.id, made["id"]))["1.1"]["note"] == ""
    await page.context.set_offline(False)
    await expect(page.locator("[data-note] [data-state]")).to_have_text("Saved")

    other = await reader(site, db, settings, alice)
    await other.goto(f"/courses/{made['id']}/1.1")
    await expect(other.get_by_label("Your notes on this section")).to_have_value("Ask Ada.")
    await expect(other.locator("[data-check]").first).to_have_attribute("data-known", "not_yet")
    await expect(other.get_by_role("button", name="Marked")).to_have_attribute("aria-pressed", "true")


async def test_what_was_not_sent_waits_for_whose_it_is(
    site: Site, db: Database, settings: Settings, alice: Person, bob: Person
) -> None:
    made = await courses.put(db, alice)
    theirs = await courses.put(db, bob)
    page = await reader(site, db, settings, alice)
    await page.goto(f"/courses/{made['id']}/1.1")
    await page.context.set_offline(True)
    await page.get_by_label("Your notes on this section").fill("Ask Ada.")
    await page.get_by_role("button", name="Save the notes").click()
    await expect(page.locator("[data-note] [data-state]")).to_contain_text("Kept on this device")
    await page.goto("about:blank")
    await sign_in(site, db, settings, bob, page)
    await page.context.set_offline(False)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "PUT" else None)
    await page.goto(f"/courses/{theirs['id']}/1.1")
    await page.get_by_role("button", name="Mark it").click()

    async def marked() -> bool:
        return bool((await progress.of(db, bob.id, theirs["id"]))["1.1"]["marked"])

    await eventually(marked, "Bob's own mark")
    assert sent and all(theirs["id"] in url for url in sent)
    await sign_in(site, db, settings, alice, page)
    await page.goto("/library")

    async def there() -> bool:
        return (await progress.of(db, alice.id, made["id"]))["1.1"]["note"] == "Ask Ada."  # type: ignore[no-any-return]

    await eventually(there, "what Alice typed")


async def test_notes_of_two_tabs_are_both_shown_and_none_is_lost(
    site: Site, db: Database, settings: Settings, alice: Person
) -> None:
    made = await courses.put(db, alice)
    one, two = await reader(site, db, settings, alice), await reader(site, db, settings, alice)
    for page in (one, two):
        await page.goto(f"/courses/{made['id']}/1.1")
    state = two.locator("[data-note] [data-state]")

    async def noted(text: str) -> bool:
        return str((await progress.of(db, alice.id, made["id"]))["1.1"]["note"]) == text

    for text in ("First.", "First. And more."):  # of one tab: no conflict with itself
        await one.get_by_label("Your notes on this section").fill(text)
        await one.get_by_role("button", name="Save the notes").click()
        await eventually(partial(noted, text), text)
    await two.get_by_label("Your notes on this section").fill("Second.")
    await two.get_by_role("button", name="Save the notes").click()
    await expect(state).to_contain_text("another note was written here")
    await expect(two.locator("[data-theirs-text]")).to_have_text("First. And more.")
    await expect(two.locator("#note")).to_have_value("Second.")
    await two.reload()  # it is kept on the device, and still not sent over the other
    await expect(two.locator("#note")).to_have_value("Second.")
    await expect(two.locator("[data-theirs-text]")).to_have_text("First. And more.")
    await two.get_by_label("Your notes on this section").fill("First. And more. Second.")
    await two.get_by_role("button", name="Save what I have now").click()
    await expect(state).to_have_text("Saved")
    await expect(two.locator("[data-theirs]")).to_be_hidden()
    assert (await progress.of(db, alice.id, made["id"]))["1.1"]["note"] == "First. And more. Second."


async def test_a_note_that_cannot_be_saved_keeps_no_section_from_being_read(
    site: Site, db: Database, settings: Settings, alice: Person
) -> None:
    made = await courses.put(db, alice)
    page = await reader(site, db, settings, alice)
    await page.goto(f"/courses/{made['id']}/1.1")
    await progress.put(db, alice.id, made["id"], "1.1", ProgressInput(note="Of another tab."))
    await page.get_by_label("Your notes on this section").fill("Mine.")
    await page.get_by_role("button", name="Save the notes").click()
    state = page.locator("[data-note] [data-state]")
    await expect(state).to_contain_text("another note was written here")
    await page.get_by_role("button", name="Read, and on").click()
    await page.wait_for_url("**/1.2")

    async def read() -> bool:
        return (await progress.of(db, alice.id, made["id"]))["1.1"]["read_at"] is not None

    await eventually(read, "that it was read")
    await page.goto(f"/courses/{made['id']}/1.1")
    await expect(page.locator("#note")).to_have_value("Mine.")
    await expect(state).to_contain_text("another note was written here")


async def test_what_is_refused_is_kept_and_says_why(
    site: Site, db: Database, settings: Settings, alice: Person
) -> None:
    made = await courses.put(db, alice)
    page = await reader(site, db, settings, alice)
    await page.goto(f"/courses/{made['id']}/1.1")
    await page.get_by_label("Your notes on this section").fill("Odd \u0007 bell")
    await page.get_by_role("button", name="Save the notes").click()
    await expect(page.locator("[data-note] [data-state]")).to_contain_text("must not contain control characters")
    await page.reload()
    await expect(page.locator("#note")).to_have_value("Odd \u0007 bell")


async def test_single_keys_help_and_never_get_into_the_way_of_typing(
    site: Site, db: Database, settings: Settings, alice: Person
) -> None:
    made = await courses.put(db, alice)
    page = await reader(site, db, settings, alice)
    await page.goto(f"/courses/{made['id']}/1.1")
    await page.keyboard.press("e")
    await page.keyboard.type("no remark")
    await expect(page.locator("#note")).to_have_value("no remark")
    await page.keyboard.press("Escape")
    await page.keyboard.press("r")
    await expect(page.get_by_role("button", name="Read", exact=True)).to_have_attribute("aria-pressed", "true")
    await page.keyboard.press("?")
    await expect(page.get_by_text("section before")).to_be_visible()
    await page.keyboard.press("Control+n")
    await page.keyboard.press("n")
    await expect(page).to_have_url(re.compile(r"/1\.2$"))
    await page.keyboard.press("?")
    await page.get_by_label("Single keys do this").uncheck()
    await page.keyboard.press("p")
    await page.keyboard.press("o")
    await expect(page).to_have_url(re.compile(r"/1\.2$"))
    await page.get_by_role("button", name="Read, and on").click()
    await expect(page).to_have_url(re.compile(r"/1\.3$"))
    await page.goto(f"/courses/{made['id']}")
    await expect(page.get_by_text("2 of 6 sections read")).to_be_visible()
    await page.get_by_role("link", name="Go on where you stopped").click()
    await expect(page).to_have_url(re.compile(r"/1\.3$"))


async def test_without_a_script_a_lesson_is_read_and_answered(
    site: Site, db: Database, settings: Settings, alice: Person
) -> None:
    made = await courses.put(db, alice)
    page = await reader(site, db, settings, alice, java_script_enabled=False, **PHONE)
    await page.goto(f"/courses/{made['id']}/1.1")
    await page.locator("#lesson a.cite").first.click()
    await expect(page.locator("#source-1")).to_be_in_viewport()
    await page.locator("#source-1 .back").click()
    await expect(page.locator("#cite-1")).to_be_in_viewport()
    await page.locator("#check summary").first.click()
    await page.get_by_role("button", name="I knew it").first.click()
    await expect(page.locator("[data-check]").first).to_have_attribute("data-known", "known")
    await page.get_by_role("button", name="Read, and on").click()
    await expect(page).to_have_url(re.compile(r"/1\.2$"))


async def test_what_runs_from_the_right_does_so_and_long_words_stay_on_the_page(
    site: Site, db: Database, settings: Settings, alice: Person, wide: Any
) -> None:
    made = await courses.put(db, alice, title="تقييم الشركات", query="x" * 300)
    page = await reader(site, db, settings, alice, **PHONE)
    await page.goto(f"/courses/{made['id']}")
    assert await wide(page) == 0
    gap = """() => {
        const head = document.querySelector("h1");
        const range = document.createRange();
        range.selectNodeContents(head);
        return Math.abs(head.getBoundingClientRect().right - range.getBoundingClientRect().right);
    }"""
    assert await page.evaluate(gap) < 2
