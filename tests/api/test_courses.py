"""Courses by the API: the outline before they are written, the result, and one section written anew."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from app import generations
from app.database import Database
from app.generations import Bell
from app.ids import uuid7
from app.person import Person
from app.settings import Settings
from tests.api.conftest import Api
from tests.support.library import put
from worker.courses.pipeline import PIPELINE
from worker.courses.redo import PIPELINE as EDIT
from worker.run import Runner

Work = Callable[[], Awaitable[None]]
SHELF = ["valuation-first-principles", "valuing-a-company", "sleep"]


@pytest.fixture
async def books(db: Database) -> dict[str, str]:
    return await put(db, SHELF)


@pytest.fixture
async def work(db: Database, bell: Bell, settings: Settings, books: dict[str, str]) -> AsyncIterator[Work]:
    runner = Runner(db, bell, settings, "worker-1", {PIPELINE.kind: PIPELINE, EDIT.kind: EDIT})

    async def all_of_it() -> None:
        for _ in range(3):
            await runner.make()

    yield all_of_it


def wanted(query: str = "Learn DCF valuation", hours: float = 1.0, **more: Any) -> dict[str, Any]:
    return {"kind": "course", "input": {"query": query, "hours": hours, **more}}


async def made(client: Api, work: Work, **more: Any) -> dict[str, Any]:
    asked = (await client.post("/generations", json=wanted(**more))).raise_for_status().json()
    await work()
    return (await client.get(f"/courses/{asked['id']}")).raise_for_status().json()  # type: ignore[no-any-return]


async def test_a_course_is_read_by_its_owner_only(as_alice: Api, as_bob: Api, nobody: Api, work: Work) -> None:
    course = await made(as_alice, work)
    assert course["version"] == 1 and course["parts"][0]["sections"][0]["sources"]
    [head] = (await as_alice.get("/courses")).json()["items"]
    assert (head["id"], head["title"]) == (course["id"], "DCF valuation")
    assert (await as_bob.get(f"/courses/{course['id']}")).status_code == 404
    assert (await as_bob.get("/courses")).json()["items"] == []
    assert (await nobody.get(f"/courses/{course['id']}")).status_code == 401
    item = (await as_alice.get(f"/generations/{course['id']}/items/section-1.1")).json()
    assert item == course["parts"][0]["sections"][0]


async def test_books_that_one_does_not_see_are_an_error_of_that_field(
    db: Database, as_alice: Api, as_bob: Api, bob: Person, books: dict[str, str], work: Work
) -> None:
    [own] = (await put(db, ["cooking-technique"], bob.id)).values()
    answer = await as_alice.post("/generations", json=wanted(books=[books["sleep"], own, uuid7()]))
    assert answer.status_code == 422
    assert [fault["loc"] for fault in answer.json()["errors"]] == [["books", 1], ["books", 2]]
    assert "no such book" in answer.json()["errors"][0]["msg"]
    assert (await as_bob.post("/generations", json=wanted("cooking", books=[own]))).status_code == 202
    course = await made(as_alice, work, query="How to sleep better", books=[books["sleep"]])
    assert [book["id"] for book in course["books"]] == [books["sleep"]]


async def test_the_same_again_is_the_same_until_the_library_changes(
    db: Database, as_alice: Api, alice: Person, work: Work
) -> None:
    await made(as_alice, work)
    again = await as_alice.post("/generations", json=wanted())
    assert again.status_code == 200 and again.json()["cached"] is True
    await put(db, ["personal-finance"], alice.id)
    assert (await as_alice.post("/generations", json=wanted())).status_code == 202


async def outline_of(client: Api, id_: str) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    while (found := await client.get(f"/generations/{id_}/items/part-{len(parts) + 1}")).status_code == 200:
        parts.append(found.json())
    return parts


async def test_an_outline_is_edited_and_then_the_lessons_are_written_by_it(
    as_alice: Api, as_bob: Api, work: Work
) -> None:
    asked = (await as_alice.post("/generations", json=wanted(preferences={"review_outline": True}))).json()
    url = f"/generations/{asked['id']}/outline"
    assert (await as_alice.post(url, json={"parts": [{"title": "A", "sections": [{"title": "B"}]}]})).status_code == 409
    await work()
    waiting = (await as_alice.get(f"/generations/{asked['id']}")).json()
    assert (waiting["status"], waiting["waiting_for"]) == ("pending", "outline")
    parts = await outline_of(as_alice, asked["id"])
    assert len(parts) >= 2 and all(section["minutes"] > 0 for part in parts for section in part["sections"])

    last = parts[-1]["sections"][-1]
    first = parts[0]["sections"][0]
    edited = {
        "parts": [
            {"title": "My *own* part", "sections": [
                {"id": last["id"], "title": "Moved & renamed"}, {"title": "Stock options"},
            ]},
            {"title": parts[0]["title"], "sections": [
                {"id": first["id"], "title": first["title"]}, {"title": "Sleep restriction done safely"},
                {"title": "The mating habits of penguins"},
            ]},
        ]
    }  # fmt: skip
    assert (await as_bob.post(url, json=edited)).status_code == 404
    wrong = await as_alice.post(url, json={"parts": [{"title": "", "sections": []}]})
    assert wrong.status_code == 422
    assert {tuple(fault["loc"]) for fault in wrong.json()["errors"]} == {
        ("parts", 0, "title"),
        ("parts", 0, "sections"),
    }
    strange = {"parts": [{"title": "A", "sections": [{"id": "s-nobody", "title": "B"}]}]}
    assert (await as_alice.post(url, json=strange)).json()["errors"][0]["loc"] == ["parts", 0, "sections", 0, "id"]

    many = {"parts": [{"title": f"P{n}", "sections": [{"title": f"{n}.{m}"} for m in range(21)]} for n in range(2)]}
    over = (await as_alice.post(url, json=many)).json()["errors"]
    assert [fault["loc"] for fault in over] == [["parts", 1, "sections", 19], ["parts", 1, "sections", 20]]
    assert over[0]["msg"] == "At most 40 new sections; leave this one out"

    answer = await as_alice.post(url, json=edited)
    assert answer.status_code == 202 and answer.json()["waiting_for"] is None
    assert (await as_alice.post(url, json=edited)).status_code == 409
    await work()
    course = (await as_alice.get(f"/courses/{asked['id']}")).raise_for_status().json()
    one, two = course["parts"]
    assert [part["title"] for part in course["parts"]] == ["My *own* part", parts[0]["title"]]
    assert [section["title"] for section in one["sections"]] == ["Moved & renamed", "Stock options"]
    assert (one["sections"][0]["id"], one["sections"][0]["number"]) == (last["id"], "1.1")
    assert [section["number"] for section in two["sections"]] == ["2.1", "2.2", "2.3"]
    assert two["sections"][1]["sources"] and "sleep" in two["sections"][1]["lesson"].lower()
    nothing = two["sections"][2]
    assert nothing["sources"] == [] and nothing["minutes"] == 0 and "has nothing on this" in nothing["lesson"]
    assert course["coverage"]["level"] == "thin" and "penguins" in course["coverage"]["note"]
    assert all(part["minutes"] == sum(one["minutes"] for one in part["sections"]) for part in course["parts"])
    assert course["estimated_minutes"] == sum(part["minutes"] for part in course["parts"])


async def test_one_section_is_written_anew_and_nothing_else_is_touched(
    db: Database, as_alice: Api, as_bob: Api, work: Work, alice: Person
) -> None:
    course = await made(as_alice, work)
    url = f"/courses/{course['id']}/sections/1.1/redo"
    assert (await as_bob.post(url, json={"version": 1})).status_code == 404
    assert (await as_alice.post(f"/courses/{course['id']}/sections/9.9/redo", json={})).status_code == 404
    assert (await as_alice.post(f"/courses/{course['id']}/sections/x/redo", json={})).status_code == 404
    answer = await as_alice.post(url, json={"version": 1, "reason": "simpler and shorter, please"})
    assert answer.status_code == 202 and answer.json()["kind"] == "course_edit"
    again = await as_alice.post(url, json={"version": 1})
    assert again.status_code == 200 and again.json()["existing"] and again.json()["id"] == answer.json()["id"]
    other = await as_alice.post(url.replace("1.1", "1.2"), json={"version": 1})
    assert other.status_code == 409 and other.json()["generation"] == answer.json()["links"]["self"]
    assert other.json()["detail"] == "Section 1.1 is being written anew. Ask again when that is done."
    await work()
    after = (await as_alice.get(f"/courses/{course['id']}")).json()
    assert after["version"] == 2
    was, now = course["parts"][0]["sections"], after["parts"][0]["sections"]
    assert now[0]["lesson"] != was[0]["lesson"] and len(now[0]["lesson"]) < len(was[0]["lesson"])
    assert (now[0]["id"], now[0]["title"], now[0]["number"]) == (was[0]["id"], was[0]["title"], "1.1")
    assert now[1:] == was[1:] and after["parts"][1:] == course["parts"][1:]
    assert after["parts"][0]["minutes"] == sum(one["minutes"] for one in now)
    assert after["estimated_minutes"] == sum(part["minutes"] for part in after["parts"])
    assert (await as_alice.post(url, json={"version": 1})).status_code == 409
    wrong = await as_alice.post(url, json={"version": 0, "reasons": ""})
    assert wrong.status_code == 422
    old = await generations.result(db, alice.id, "course", course["id"])
    assert old is not None and old["version"] == 2


async def test_another_book_is_used_where_there_is_one(as_alice: Api, work: Work) -> None:
    course = await made(as_alice, work)
    place, section = next(
        (one["number"], one) for part in course["parts"] for one in part["sections"]
        if {source["book"] for source in one["sources"]} == {"Valuation from First Principles"}
    )  # fmt: skip
    await as_alice.post(f"/courses/{course['id']}/sections/{place}/redo", json={"reason": "from another book"})
    await work()
    after = (await as_alice.get(f"/courses/{course['id']}")).json()
    new = next(one for part in after["parts"] for one in part["sections"] if one["number"] == place)
    if after["version"] == 2:
        assert {source["book"] for source in new["sources"]} == {"Valuing a Company Step by Step"}
    else:
        assert new == section


async def test_what_the_course_says_of_itself_follows_a_section_that_is_made_anew(as_alice: Api, work: Work) -> None:
    course = await made(as_alice, work, hours=0.75)
    assert course["coverage"]["note"].startswith("The library covers this well: one book")
    numbers = [one["number"] for part in course["parts"] for one in part["sections"]]
    for number in numbers:
        own = next(one for part in course["parts"] for one in part["sections"] if one["number"] == number)
        if {source["book"] for source in own["sources"]} != {"Valuing a Company Step by Step"}:
            url = f"/courses/{course['id']}/sections/{number}/redo"
            (await as_alice.post(url, json={"reason": "from another book"})).raise_for_status()
            await work()
    after = (await as_alice.get(f"/courses/{course['id']}")).json()
    assert after["version"] > 1
    sections = [one for part in after["parts"] for one in part["sections"]]
    cited = {source["book_id"]: source["book"] for one in sections for source in one["sources"]}
    assert len(after["books"]) == len(cited) > 1 == len(course["books"])
    assert {book["id"]: book["title"] for book in after["books"]} == cited
    assert "one book" not in after["coverage"]["note"]
    assert all((f"“{title}”" in after["summary"]) is (title in cited.values()) for title in
               ("Valuing a Company Step by Step", "Valuation from First Principles"))  # fmt: skip
    assert f"with {sum(len(one['check']) for one in sections)} questions" in after["summary"]


async def test_a_course_that_grows_shorter_says_so(as_alice: Api, work: Work) -> None:
    course = await made(as_alice, work)
    for number in (one["number"] for part in course["parts"] for one in part["sections"]):
        url = f"/courses/{course['id']}/sections/{number}/redo"
        (await as_alice.post(url, json={"reason": "simpler and shorter"})).raise_for_status()
        await work()
    after = (await as_alice.get(f"/courses/{course['id']}")).json()
    minutes = after["estimated_minutes"]
    assert minutes < 50
    assert after["coverage"]["note"] == f"The course takes about {minutes} minutes, and you asked for 1 hour."
    assert f"in about {minutes} minutes, composed from" in after["summary"]
