"""Courses on pages: asked for, read, answered, noted, made anew; and what another person sees of it: nothing."""

import re
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update
from starlette.responses import Response

from app import generations
from app.accounts.sessions import start_session
from app.database import Database
from app.generations import Bell
from app.library import importing, progress
from app.models import Item, Result
from app.person import Person
from app.settings import Settings
from tests.pages.conftest import Browser
from tests.support import course as courses
from tests.support import library
from worker.courses.redo import PIPELINE as EDIT
from worker.run import Runner

FORM = {"query": "Learn DCF valuation", "hours": "2", "preferences.depth": "balanced", "preferences.pace": "moderate"}


@pytest.fixture
async def course(db: Database, alice: Person) -> dict[str, Any]:
    return await courses.put(db, alice)


@pytest.fixture
async def reader(browser: Browser, db: Database, settings: Settings, alice: Person) -> httpx.AsyncClient:
    return await signed_in(browser, db, settings, alice)


async def signed_in(browser: Browser, db: Database, settings: Settings, person: Person) -> httpx.AsyncClient:
    client, answer = browser(), Response()
    await start_session(db, settings, person.id, answer, "tests")
    name, _, value = answer.headers["set-cookie"].partition(";")[0].partition("=")
    client.cookies.set(name, value)
    return client


async def test_the_form_has_examples_of_the_shelf_and_books_to_choose(visitor: httpx.AsyncClient, db: Database) -> None:
    ids = await library.put(db, ["sleep", "astronomy", "valuing-a-company"])
    text = (await visitor.get(f"/courses/new?books={ids['sleep']}&query=Sleep+%3Cb%3E")).text
    assert "Learn DCF valuation" in text and "Learn astronomy" in text and "Negotiate a salary" not in text
    assert f'value="{ids["sleep"]}" checked' in text and "1 book chosen" in text
    assert 'value="Sleep &lt;b&gt;"' in text


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"query": ""}, "query"),
        ({"query": "x" * 301}, "query"),
        ({"hours": "41"}, "hours"),
        ({"hours": "soon"}, "hours"),
        ({"preferences.depth": "abyss"}, "preferences-depth"),
        ({"preferences.notes": "n" * 1001}, "preferences-notes"),
        ({"books": "019f0000-0000-7000-8000-000000000001"}, "books"),
    ],
)
async def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(
    visitor: httpx.AsyncClient, fields: dict[str, str], name: str
) -> None:
    answer = await visitor.post("/courses", data={**FORM, "preferences.style": "with jokes", **fields})
    assert answer.status_code == 422 and f'href="#{name}"' in answer.text and f'id="{name}' in answer.text
    assert 'value="with jokes"' in answer.text


async def test_a_visitor_asks_and_how_they_learn_is_known_the_next_time(
    visitor: httpx.AsyncClient, db: Database
) -> None:
    await library.put(db, ["sleep"])
    wishes = {"preferences.depth": "expert", "hours": "1,5", "preferences.review_outline": "yes"}
    answer = await visitor.post("/courses", data={**FORM, **wishes})
    assert answer.status_code == 303 and answer.headers["location"].startswith("/generations/")
    live = (await visitor.get(answer.headers["location"])).text
    assert "Learn DCF valuation" in live and "1.5 hours" in live and "0 parts" in live
    again = (await visitor.get("/courses/new")).text
    assert 'value="expert" id="preferences-depth-expert" checked' in again and 'value="1.5"' in again
    assert 'value="Learn DCF valuation"' not in again
    assert "Being made" in (await visitor.get("/courses")).text or "Waiting" in (await visitor.get("/courses")).text


async def test_the_overview_says_what_there_is_and_how_far_one_is(
    reader: httpx.AsyncClient, course: dict[str, Any], db: Database, alice: Person
) -> None:
    home = f"/courses/{course['id']}"
    text = (await reader.get(home)).text
    assert "Start reading" in text and "0 of 6 sections read" in text and "1 h 58 min" in text
    assert "Nothing is used before it is explained" in text and "1 thing that the review changed" in text
    links = re.findall(r'href="(/api/v1/courses/[^"]+)" download', text)
    assert len(links) == 4
    for link in links:
        assert (await reader.get(link)).status_code == 200
    await reader.post(f"{home}/1.1/progress", data={"read": "yes"})
    await reader.get(f"{home}/1.2")
    text = (await reader.get(home)).text
    assert "Go on where you stopped" in text and f'class="button button-main" href="{home}/1.2"' in text
    assert "1 of 6 sections read" in text
    assert "1 of 6 sections read" in (await reader.get("/courses")).text


async def test_a_course_that_a_model_wrote_says_who_wrote_what(
    reader: httpx.AsyncClient, course: dict[str, Any], db: Database
) -> None:
    assert "Who wrote it" not in (await reader.get(f"/courses/{course['id']}")).text
    left = [{"rung": "full", "why": "a sentence <b>shouts</b>"}, {"rung": "short", "why": "The model is busy."}]
    async with db.write() as session:
        for key, more in (("part-1", {"author": "llm"}), ("section-1.2", {"author": "rules", "rungs": left})):
            mine = (Item.generation_id == course["id"]) & (Item.key == key)
            content = (await session.execute(select(Item.content).where(mine))).scalar_one()
            await session.execute(update(Item).where(mine).values(content={**content, **more}))
        head = (await session.execute(select(Result.head).where(Result.id == course["id"]))).scalar_one()
        await session.execute(update(Result).where(Result.id == course["id"]).values(head={**head, "engine": "llm"}))
    shown = (await reader.get(f"/courses/{course['id']}")).text
    assert "Who wrote it" in shown and "Part 1: the language model. Part 2: our rules engine." in shown
    assert "Section 1.2: our rules engine (The model is busy)." in shown


async def test_a_course_that_the_library_could_not_give_says_so(
    reader: httpx.AsyncClient, db: Database, alice: Person
) -> None:
    told = {"level": "thin", "note": "Only one book.", "missing": ["options <b>"], "would_help": ["A book on options"]}
    thin = await courses.put(db, alice, coverage=told, summary="Six sections. Only one book.")
    text = (await reader.get(f"/courses/{thin['id']}")).text
    assert "The library is thin here" in text and "options &lt;b&gt;" in text and "A book on options" in text
    assert text.partition("<body")[2].count("Only one book.") == 1


async def test_a_course_about_which_the_library_has_nothing_has_nothing_to_read(
    reader: httpx.AsyncClient, db: Database, alice: Person
) -> None:
    told = {"level": "none", "note": "Nothing on submarines.", "missing": ["submarine"], "would_help": ["A handbook"]}
    none = await courses.put(db, alice, [], coverage=told, books=[], estimated_minutes=0)
    text = (await reader.get(f"/courses/{none['id']}")).text
    assert "The library has nothing about this" in text and "A handbook" in text and "/courses/new" in text
    assert "Start reading" not in text and "download" not in text and "was reviewed" not in text
    assert "The library had nothing about this" in (await reader.get("/courses")).text
    assert (await reader.get(f"/courses/{none['id']}/1.1")).status_code == 404
    made = (await reader.get(f"/generations/{none['id']}")).text
    assert "0 sections" not in made and "no lesson was made up" in made


async def test_a_lesson_has_its_sources_and_leads_into_the_book(
    reader: httpx.AsyncClient, course: dict[str, Any]
) -> None:
    section = course["parts"][0]["sections"][0]
    text = (await reader.get(f"/courses/{course['id']}/1.1")).text
    for source in section["sources"]:
        ref = source["ref"]
        assert f'href="#source-{ref}" id="cite-{ref}"' in text and f'id="source-{ref}"' in text
        assert re.search(rf'id="source-{ref}".*?href="/library/{source["book_id"]}#h-(\d+)"', text, re.S)
    book, _, at = re.findall(r'href="(/library/[^"#]+)(#)(h-\d+)"', text)[0]
    assert f'id="{at}"' in (await reader.get(book)).text
    assert f'href="/courses/{course["id"]}/1.2" rel="next"' in text and 'rel="prev"' not in text
    assert section["objectives"][0] in text and section["check"][0]["question"] in text


async def test_a_course_outlives_its_books(reader: httpx.AsyncClient, course: dict[str, Any], db: Database) -> None:
    source = course["parts"][0]["sections"][0]["sources"][0]
    await importing.remove(db, source["book_id"])
    text = (await reader.get(f"/courses/{course['id']}/1.1")).text
    assert f"/library/{source['book_id']}" not in text and "no longer in the library" in text
    assert source["quote"][:60].replace("'", "&#39;") in text
    assert "no longer in the library" in (await reader.get(f"/courses/{course['id']}")).text


async def test_without_a_script_everything_is_kept_by_forms(
    reader: httpx.AsyncClient, course: dict[str, Any], db: Database, alice: Person
) -> None:
    here = f"/courses/{course['id']}/1.1"
    question = progress.question_id(course["parts"][0]["sections"][0]["check"][0]["question"])
    for told, back in (
        ({"note": " Ask <Ada>.\nTwice. "}, f"{here}#notes"),
        ({"marked": "yes"}, here),
        ({"question": question, "answer": "not_yet"}, f"{here}#check-{question}"),
        ({"read": "yes", "on": "yes"}, f"/courses/{course['id']}/1.2"),
    ):
        answer = await reader.post(f"{here}/progress", data=told)
        assert (answer.status_code, answer.headers["location"]) == (303, back)
    kept = (await progress.of(db, alice.id, course["id"]))["1.1"]
    assert (kept["note"], kept["marked"], kept["answers"]) == ("Ask <Ada>.\nTwice.", True, {question: "not_yet"})
    text = (await reader.get(here)).text
    assert "Ask &lt;Ada&gt;." in text and "not yet" in text and 'name="read" value="no"' in text
    last = await reader.post(f"/courses/{course['id']}/2.3/progress", data={"read": "yes", "on": "yes"})
    assert last.headers["location"] == f"/courses/{course['id']}"
    wrong = await reader.post(f"{here}/progress", data={"note": "n" * 10_001})
    assert wrong.status_code == 422 and "at most 10000 characters" in wrong.text and "n" * 10_001 in wrong.text


async def test_a_section_is_made_anew_unless_the_course_has_changed(
    reader: httpx.AsyncClient, course: dict[str, Any]
) -> None:
    here = f"/courses/{course['id']}/1.1"
    old = await reader.post(f"{here}/redo", data={"reason": "simpler", "version": "7"})
    assert old.status_code == 409 and "changed meanwhile" in old.text and 'value="simpler"' in old.text
    long = await reader.post(f"{here}/redo", data={"reason": "r" * 501, "version": "1"})
    assert long.status_code == 422 and 'href="#reason"' in long.text
    made = await reader.post(f"{here}/redo", data={"reason": "simpler", "version": "1"})
    assert made.status_code == 303
    other = await reader.post(f"/courses/{course['id']}/1.2/redo", data={"reason": "shorter", "version": "1"})
    assert other.status_code == 409 and "Section 1.1 is being written anew" in other.text and "shorter" in other.text
    live = (await reader.get(made.headers["location"])).text
    assert "Section 1.1, made anew" in live and "simpler" in live


async def test_one_section_is_new_and_the_others_and_what_was_noted_stay(
    reader: httpx.AsyncClient, course: dict[str, Any], db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    home = f"/courses/{course['id']}"
    await reader.post(f"{home}/1.1/progress", data={"note": "kept"})
    made = await reader.post(f"{home}/1.1/redo", data={"reason": "more examples", "version": "1"})
    await Runner(db, bell, settings, "worker-of-the-test", {EDIT.kind: EDIT}).make()
    live = (await reader.get(made.headers["location"])).text
    assert "Open the course" in live and f'href="{home}"' in live
    text = (await reader.get(home)).text
    assert "1 section was made anew" in text and "more examples" in text
    after = await generations.result(db, alice.id, "course", course["id"])
    assert after is not None and after["version"] == 2
    old, new = [[one["lesson"] for part in of["parts"] for one in part["sections"]] for of in (course, after)]
    assert new[0] != old[0] and new[1:] == old[1:]
    assert "kept</textarea>" in (await reader.get(f"{home}/1.1")).text


async def test_the_calendar_form_leads_to_the_file_or_says_what_is_wrong(
    reader: httpx.AsyncClient, course: dict[str, Any]
) -> None:
    home = f"/courses/{course['id']}/calendar"
    good = await reader.get(f"{home}?start=2026-12-07&time=07%3A15&minutes=45&days=monday&days=friday")
    assert good.headers["location"].startswith(
        f"/api/v1/courses/{course['id']}.ics?start=2026-12-07&days=monday%2Cfriday"
    )
    assert (await reader.get(good.headers["location"])).status_code == 200
    bad = await reader.get(f"{home}?start=x&minutes=1&time=07%3A15")
    assert bad.status_code == 422 and 'href="#start"' in bad.text and 'href="#minutes"' in bad.text


async def test_anothers_course_is_not_there_at_any_address(
    browser: Browser, course: dict[str, Any], db: Database, settings: Settings, bob: Person
) -> None:
    other, stranger, home = await signed_in(browser, db, settings, bob), browser(), f"/courses/{course['id']}"
    for path in ("", "/1.1", "/calendar", "/9.9"):
        assert (await other.get(home + path)).status_code == 404
        assert (await stranger.get(home + path)).headers["location"].startswith("/sign-in")
    for path in (f"{home}/1.1/progress", f"{home}/1.1/redo"):
        assert (await other.post(path, data={"read": "yes"})).status_code == 404
    assert (await other.get(f"/generations/{course['id']}/outline")).status_code == 404
    answer = await other.post(f"/generations/{course['id']}/outline", data={"do": "go"})
    assert answer.status_code == 303 and (await other.get(answer.headers["location"])).status_code == 404
    assert course["title"] not in (await other.get("/courses")).text
    for path in ("/courses/x", "/courses/x/1.1", "/courses?cursor=x"):
        assert (await other.get(path)).status_code == 404


async def test_no_page_of_a_course_has_inline_script_or_style(
    reader: httpx.AsyncClient, course: dict[str, Any]
) -> None:
    for path in ("/courses", "/courses/new", f"/courses/{course['id']}", f"/courses/{course['id']}/2.2"):
        text = (await reader.get(path)).text
        assert " style=" not in text and "<style" not in text and " onclick=" not in text
        assert text.count("<script") == text.count('<script type="module" src=')
        ids = re.findall(r' id="([^"]+)"', text)
        assert len(ids) == len(set(ids)), path


async def test_a_note_of_another_tab_is_shown_beside_what_was_typed(
    reader: httpx.AsyncClient, course: dict[str, Any], db: Database, alice: Person
) -> None:
    here = f"/courses/{course['id']}/1.1"
    assert 'name="note_was" value=""' in (await reader.get(here)).text
    await reader.post(f"{here}/progress", data={"note": "<theirs>", "note_was": ""})
    refused = await reader.post(f"{here}/progress", data={"note": "mine", "note_was": ""})
    assert refused.status_code == 409 and ">mine</textarea>" in refused.text
    assert "<blockquote data-theirs-text>&lt;theirs&gt;</blockquote>" in refused.text
    assert 'name="note_was" value="&lt;theirs&gt;"' in refused.text  # so that it is saved the next time
    api = await reader.put(
        f"/api/v1/courses/{course['id']}/progress/1.1", json={"note": "mine", "note_was": ""},
        headers={"Origin": "http://unfold.test"},
    )  # fmt: skip
    assert (api.status_code, api.json()["note"]) == (409, "<theirs>")
    kept = await reader.post(f"{here}/progress", data={"note": "both", "note_was": "<theirs>"})
    assert kept.status_code == 303
    assert (await progress.of(db, alice.id, course["id"]))["1.1"]["note"] == "both"


async def test_a_section_without_a_lesson_says_so_and_has_no_empty_sources(
    reader: httpx.AsyncClient, db: Database, alice: Person
) -> None:
    made = await courses.put(db, alice)
    empty = {"minutes": 0, "sources": [], "check": [], "lesson": "The library has nothing on this yet."}
    async with db.write() as session:
        row = (
            await session.execute(select(Item).where(Item.generation_id == made["id"], Item.key == "section-1.2"))
        ).scalar_one()
        row.content = {**row.content, **empty}
    overview = (await reader.get(f"/courses/{made['id']}")).text
    assert "no lesson yet" in overview and ">0 min" not in overview
    lesson = (await reader.get(f"/courses/{made['id']}/1.2")).text
    assert "no lesson yet" in lesson and 'id="sources-title"' not in lesson
    assert "Add a book to the library" in lesson
    markdown = (await reader.get(f"/api/v1/courses/{made['id']}.md")).text
    assert "(no lesson yet)" in markdown and "(0 min)" not in markdown
