"""Several requests in one call: all of them, or none and the place of each mistake."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from app.database import Database
from app.ids import uuid7
from app.library import importing
from app.library.importing import Source
from app.person import Person
from app.settings import Settings
from tests.api.conftest import PROGRAM, Api, ask
from tests.support.library import put

Make = Callable[[], Awaitable[None]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"max_active_per_user": 5})


def items(*subjects: str, **given: Any) -> dict[str, Any]:
    return {"items": [{"kind": "drill", "input": {"parts": 1, **given}, "subject": subject} for subject in subjects]}


async def batch(client: Api, *subjects: str, **given: Any) -> dict[str, Any]:
    answer = await client.post("/batches", json=items(*subjects, **given))
    assert answer.status_code == 202, answer.text
    made: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/api/v1/batches/{made['id']}"
    return made


async def test_from_requests_to_results(as_alice: Api, make: Make) -> None:
    made = await batch(as_alice, "Ann", "Ben")
    assert [one["subject"] for one in made["generations"]] == ["Ann", "Ben"]
    assert made["counts"] == {"pending": 2, "processing": 0, "completed": 0, "failed": 0, "cancelled": 0}
    await make()
    found = (await as_alice.get(f"/batches/{made['id']}")).json()
    assert found["counts"]["completed"] == found["counts"]["pending"] == 1 and found["finished_at"] is None
    assert found["generations"][0]["result"]["id"] == made["generations"][0]["id"]


async def test_each_mistake_is_named_by_its_item_and_field(as_alice: Api) -> None:
    wrong, light = {**PROGRAM, "days_per_week": 9}, {**PROGRAM, "lifts": {"squat": -1}}
    body: list[dict[str, Any]] = [
        {"kind": "program", "input": PROGRAM, "subject": "Ann"}, {"kind": "program", "input": wrong, "subject": "Ben"},
        {"kind": "drill", "input": {"colour": "red"}}, {"kind": "program", "input": light},
    ]  # fmt: skip
    refused = await as_alice.post("/batches", json={"items": body})
    assert refused.status_code == 422
    assert [error["loc"] for error in refused.json()["errors"]] == [
        ["items", 1, "input", "days_per_week"],
        ["items", 2, "input", "colour"],
        ["items", 3, "input", "lifts", "squat"],
    ]
    refused = await as_alice.post("/batches", json={"items": [*body[:1], {"kind": "sculpture", "input": {}}]})
    assert refused.json()["errors"][0]["loc"] == ["items", 1, "kind"]
    assert (await as_alice.get("/generations")).json()["items"] == []


async def test_books_that_one_does_not_see_are_named_by_their_item(as_alice: Api, db: Database, bob: Person) -> None:
    shelf = (await put(db, ["sleep"]))["sleep"]
    theirs = uuid7()
    about = {"title": "Bob's", "words": 1, "summary": "", "concepts": [], "terms": {}}
    async with db.write() as session:
        await importing.whole(session, Source(theirs, bob.id, "a" * 64, "text", 1), about, [], [])
    course = {"query": "Sleep better", "hours": 1.0}
    body = [
        {"kind": "course", "input": {**course, "books": [shelf]}},
        {"kind": "course", "input": {**course, "query": "Dream more", "books": [shelf, theirs]}},
        {"kind": "course", "input": {**course, "query": "Wake up", "hours": 0}},
    ]
    refused = await as_alice.post("/batches", json={"items": body})
    assert refused.status_code == 422
    first, second = refused.json()["errors"]
    assert (first["loc"], second["loc"]) == (["items", 1, "input", "books", 1], ["items", 2, "input", "hours"])
    assert "no such book in your library" in first["msg"]
    schedule = {"kind": "course", "input": body[1]["input"], "every": "day", "at": "07:00"}
    refused = await as_alice.post("/schedules", json=schedule)
    assert (refused.status_code, refused.json()["errors"][0]["loc"]) == (422, ["books", 1])
    assert (await as_alice.post("/batches", json={"items": body[:1]})).status_code == 202
    assert (await as_alice.post("/schedules", json={**schedule, "input": body[0]["input"]})).status_code == 201


async def test_twins_inside_are_named_by_their_item(as_alice: Api) -> None:
    refused = await as_alice.post("/batches", json=items("Ann", "Ben", "Ann", "Cleo", "Ben"))
    assert refused.status_code == 422
    assert refused.json()["errors"] == [
        {"loc": ["items", 2], "msg": "The same as items[0]"}, {"loc": ["items", 4], "msg": "The same as items[1]"},
    ]  # fmt: skip
    assert (await as_alice.get("/generations")).json()["items"] == []


@pytest.mark.parametrize("count", [0, 101])
async def test_there_are_one_to_a_hundred(as_alice: Api, count: int) -> None:
    refused = await as_alice.post("/batches", json=items(*(str(number) for number in range(count))))
    assert refused.status_code == 422 and refused.json()["errors"][0]["loc"] == ["items"]


async def test_a_limit_takes_none(as_alice: Api) -> None:
    await ask(as_alice, name="other")
    refused = await as_alice.post("/batches", json=items("Ann", "Ben", "Cleo", "Dan", "Eve"))
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) >= 1
    assert "5 new ones" in refused.json()["detail"] and "room for 4" in refused.json()["detail"]
    assert len((await as_alice.get("/generations")).json()["items"]) == 1


async def test_what_is_there_is_included(as_alice: Api, make: Make) -> None:
    answer = await as_alice.post("/generations", json=items("Ann")["items"][0])
    made = await batch(as_alice, "Ann", "Ben")
    assert [one["existing"] for one in made["generations"]] == [True, False]
    assert made["generations"][0]["id"] == answer.json()["id"]
    for _ in range(2):
        await make()
    again = await batch(as_alice, "Ann", "Cleo")
    assert [one["cached"] for one in again["generations"]] == [True, True]
    assert again["counts"]["completed"] == 2
    body = items("Ann")
    body["items"][0]["fresh"] = True
    fresh = (await as_alice.post("/batches", json=body)).json()
    assert fresh["counts"]["pending"] == 1


async def test_all_of_it_is_stopped_and_tried_again(as_alice: Api, make: Make, settings: Settings) -> None:
    body = items("Ann", "Ben", "Cleo")
    body["items"][0]["input"] |= {"fault": "broken", "at": "prepare", "times": settings.max_attempts}
    made = (await as_alice.post("/batches", json=body)).json()
    path = f"/batches/{made['id']}"
    while (await as_alice.get(path)).json()["counts"]["failed"] == 0:
        await make()
    await as_alice.post(f"{path}/cancel")
    found = (await as_alice.post(f"{path}/retry")).json()
    assert found["generations"][0]["status"] == "pending" and found["counts"]["failed"] == 0
    stopped = await as_alice.post(f"{path}/cancel")
    assert stopped.status_code == 202
    assert stopped.json()["counts"]["pending"] == stopped.json()["counts"]["processing"] == 0


async def test_nobody_else_sees_or_touches_it(as_alice: Api, as_bob: Api, nobody: Api) -> None:
    made = await batch(as_alice, "Ann", "Ben")
    path = f"/batches/{made['id']}"
    for method, where in (("GET", path), ("POST", f"{path}/cancel"), ("POST", f"{path}/retry")):
        refused = await as_bob.request(method, where)
        never = await as_bob.request(method, where.replace(made["id"], made["generations"][0]["id"]))
        assert refused.status_code == 404 and refused.json() == never.json()
        assert (await nobody.request(method, where)).status_code == 401
    assert (await as_alice.get(path)).json()["counts"]["pending"] == 2
