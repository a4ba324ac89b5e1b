"""Asking for something, following it, stopping it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from app.database import Database
from app.generations import Bell
from app.settings import Settings
from tests.api.conftest import PROGRAM, Api, ask
from tests.support import drill
from worker.run import Runner

Make = Callable[[], Awaitable[None]]


async def test_a_request_is_accepted_and_followed_to_its_result(as_alice: Api, make: Make) -> None:
    answer = await as_alice.post("/generations", json={"kind": "drill", "input": {"parts": 2}, "subject": "Ann"})
    assert answer.status_code == 202
    made = answer.json()
    assert answer.headers["location"] == made["links"]["self"] == f"/api/v1/generations/{made['id']}"
    assert (made["status"], made["existing"], made["subject"], made["last_seq"]) == ("pending", False, "Ann", 1)
    found = (await as_alice.get(f"/generations/{made['id']}")).json()
    assert found["queue_position"] == 1
    await make()
    done = (await as_alice.get(f"/generations/{made['id']}")).json()
    assert (done["status"], done["progress"], done["queue_position"]) == ("completed", 1.0, None)
    assert done["result"] == {"id": made["id"], "kind": "drill", "title": "Drill", "url": f"/drills/{made['id']}"}
    assert {phase["status"] for phase in done["phases"]} == {"done"}


async def test_events_are_numbered_and_read_from_any_number_on(as_alice: Api, make: Make) -> None:
    made = await ask(as_alice, parts=2)
    await make()
    whole = (await as_alice.get(f"/generations/{made['id']}/events")).json()
    assert [event["seq"] for event in whole["items"]] == list(range(1, whole["last_seq"] + 1))
    assert whole["items"][0]["type"] == "generation.queued" and whole["items"][-1]["type"] == "generation.completed"
    later = (await as_alice.get(f"/generations/{made['id']}/events?after=3")).json()
    assert later == {"items": whole["items"][3:], "last_seq": whole["last_seq"]}
    beyond = (await as_alice.get(f"/generations/{made['id']}/events?after=1000")).json()
    assert beyond == {"items": [], "last_seq": whole["last_seq"]}


async def test_a_finished_piece_can_be_fetched(as_alice: Api, make: Make) -> None:
    made = await ask(as_alice, parts=2)
    assert (await as_alice.get(f"/generations/{made['id']}/items/part-2")).status_code == 404
    await make()
    piece = await as_alice.get(f"/generations/{made['id']}/items/part-2")
    assert piece.json() == {"number": 2, "text": "This is part 2.", "author": "author-1"}
    for key in ("part-3", "x" * 500, "a%00b"):
        assert (await as_alice.get(f"/generations/{made['id']}/items/{key}")).status_code == 404


async def test_a_client_may_wait_for_the_end(as_alice: Api, make: Make) -> None:
    body = {"kind": "drill", "input": {"parts": 1}}
    made = asyncio.create_task(as_alice.post("/generations", json=body, headers={"Prefer": "respond-async, wait=20"}))
    while not (await as_alice.get("/generations/active")).json()["items"]:
        assert not made.done()
    await make()
    answer = await made
    assert (answer.status_code, answer.json()["status"], answer.json()["existing"]) == (200, "completed", False)


@pytest.mark.parametrize("prefer", ["wait=1", "wait=0", "wait=-5", "wait=soon", "handling=lenient", "await=20"])
async def test_a_client_that_has_waited_enough_is_told_how_far_it_is(as_alice: Api, prefer: str) -> None:
    body = {"kind": "drill", "input": {"parts": 1}}
    answer = await as_alice.post("/generations", json=body, headers={"Prefer": prefer})
    assert (answer.status_code, answer.json()["status"]) == (202, "pending")


async def test_a_twin_is_answered_with_the_one_that_is_active(as_alice: Api, make: Make) -> None:
    body = {"kind": "drill", "input": {}}
    answers = await asyncio.gather(*(as_alice.post("/generations", json=body) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 202]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert all(answer.json()["existing"] == (answer.status_code == 200) for answer in answers)
    assert len({answer.headers["location"] for answer in answers}) == 1
    await make()
    assert (await as_alice.post("/generations", json={**body, "fresh": True})).status_code == 202


async def test_the_same_again_is_answered_from_the_last_result(as_alice: Api, as_bob: Api, make: Make) -> None:
    body = {"kind": "drill", "input": {"parts": 2}}
    first = (await as_alice.post("/generations", json=body)).json()
    assert (await as_bob.post("/generations", json=body)).status_code == 202  # each from their own only
    await make()
    again = await as_alice.post("/generations", json=body)
    told = again.json()
    assert (again.status_code, told["status"], told["cached"], told["existing"]) == (200, "completed", True, False)
    assert {phase["status"] for phase in told["phases"]} == {"skipped"}
    assert told["result"]["id"] == told["id"] != first["id"]
    piece = f"/generations/{told['id']}/items/part-2"
    assert (await as_alice.get(piece)).json() == (await as_alice.get(piece.replace(told["id"], first["id"]))).json()
    assert (await as_bob.get(piece)).status_code == 404
    other = await as_alice.post("/generations", json={"kind": "drill", "input": {"parts": 1}})
    assert (other.status_code, other.json()["cached"]) == (202, False)


async def test_an_idempotency_key_gives_the_same_generation(as_alice: Api, as_bob: Api, make: Make) -> None:
    key = {"Idempotency-Key": "a key"}
    body = {"kind": "drill", "input": {"parts": 1}}
    first = await as_alice.post("/generations", json=body, headers=key)
    assert first.status_code == 202
    again = await as_alice.post("/generations", json=body, headers=key)
    assert (again.status_code, again.json()["id"], again.json()["existing"]) == (200, first.json()["id"], True)
    await make()
    later = await as_alice.post("/generations", json=body, headers=key)
    assert (later.status_code, later.json()["id"], later.json()["status"]) == (200, first.json()["id"], "completed")
    other = await as_alice.post("/generations", json={**body, "subject": "Ann"}, headers=key)
    assert other.status_code == 422 and other.json()["errors"][0]["loc"] == ["Idempotency-Key"]
    of_bob = await as_bob.post("/generations", json=body, headers=key)
    assert of_bob.status_code == 202 and of_bob.json()["id"] != first.json()["id"]


@pytest.mark.parametrize("key", ["", "k" * 256, "Schlüssel", "a\tb"])
async def test_a_key_that_is_none_is_refused(as_alice: Api, key: str) -> None:
    headers = {b"Idempotency-Key": key.encode("latin-1")}
    answer = await as_alice.post("/generations", json={"kind": "drill", "input": {}}, headers=headers)
    assert answer.status_code == 422 and answer.json()["errors"][0]["loc"] == ["Idempotency-Key"]
    assert (await as_alice.get("/generations")).json()["items"] == []


@pytest.mark.parametrize(
    ("body", "loc", "names"),
    [
        ({"kind": "sculpture", "input": {}}, ["kind"], "program"),
        ({"input": {}}, ["kind"], "Required"),
        ({"kind": "program"}, ["input"], "Required"),
        ({"kind": "program", "input": []}, ["input"], "dictionary"),
        ({"kind": "program", "input": {**PROGRAM, "days_per_week": 8}}, ["days_per_week"], "7"),
        ({"kind": "program", "input": {**PROGRAM, "goal": "fame"}}, ["goal"], "'hypertrophy'"),
        ({"kind": "program", "input": {**PROGRAM, "equipment": ["bands", "sofa"]}}, ["equipment", 1], "'kettlebells'"),
        ({"kind": "program", "input": {**PROGRAM, "shoes": 2}}, ["shoes"], "known are goal"),
        ({"kind": "drill", "input": {}, "subject": "a\u0000b"}, ["subject"], "Control"),
        ({"kind": "drill", "input": {}, "subject": "x" * 201}, ["subject"], "200"),
        ({"kind": "drill", "input": {}, "fresh": "yes"}, ["fresh"], "boolean"),
        ({"kind": "drill", "input": {}, "later": True}, ["later"], "known are kind"),
    ],
)
async def test_a_wrong_request_is_told_where_and_what_is_allowed(
    as_alice: Api, body: dict[str, Any], loc: list[str | int], names: str
) -> None:
    answer = await as_alice.post("/generations", json=body)
    assert answer.status_code == 422
    assert [error["loc"] for error in answer.json()["errors"]] == [loc]
    assert names in answer.json()["errors"][0]["msg"]
    assert (await as_alice.get("/generations")).json()["items"] == []


async def test_pages_go_through_everything_once_newest_first(as_alice: Api) -> None:
    ids = [(await ask(as_alice, name=str(number)))["id"] for number in range(5)]
    seen: list[str] = []
    query = "limit=2"
    while True:
        page = (await as_alice.get(f"/generations?{query}")).json()
        assert len(page["items"]) <= 2
        seen += [one["id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        query = f"limit=2&cursor={page['next_cursor']}"
    assert seen == ids[::-1]


async def test_lists_are_filtered_by_kind_and_status(as_alice: Api, make: Make) -> None:
    finished = await ask(as_alice, name="first")
    await make()
    waiting = await ask(as_alice, kind="program")

    async def listed(query: str) -> list[str]:
        return [one["id"] for one in (await as_alice.get(f"/generations?{query}")).json()["items"]]

    assert await listed("kind=drill") == await listed("status=completed") == [finished["id"]]
    assert await listed("kind=program") == await listed("status=pending") == [waiting["id"]]
    assert await listed("kind=program&status=completed") == []
    active = (await as_alice.get("/generations/active")).json()["items"]
    assert [one["id"] for one in active] == [waiting["id"]]


@pytest.mark.parametrize(
    ("query", "names"),
    [("limit=0", "1"), ("limit=101", "100"), ("limit=many", "integer"), ("status=lost", "'cancelled'"),
     ("kind=sculpture", "program"), ("cursor=x", "next_cursor")],
)  # fmt: skip
async def test_a_wrong_query_is_told_what_is_allowed(as_alice: Api, query: str, names: str) -> None:
    answer = await as_alice.get(f"/generations?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == [query.partition("=")[0]]
    assert names in answer.json()["errors"][0]["msg"]


async def test_what_waits_is_cancelled_at_once_and_retried(as_alice: Api, make: Make) -> None:
    made = await ask(as_alice)
    path = f"/generations/{made['id']}"
    assert (await as_alice.post(f"{path}/retry")).status_code == 409
    cancelled = await as_alice.post(f"{path}/cancel")
    assert (cancelled.status_code, cancelled.json()["status"]) == (202, "cancelled")
    assert (await as_alice.post(f"{path}/cancel")).status_code == 409
    retried = await as_alice.post(f"{path}/retry")
    assert (retried.status_code, retried.json()["status"], retried.json()["attempt"]) == (202, "pending", 2)
    await make()
    assert (await as_alice.get(path)).json()["status"] == "completed"
    assert (await as_alice.post(f"{path}/cancel")).status_code == 409
    assert (await as_alice.post(f"{path}/retry")).status_code == 409


async def test_a_retry_while_a_twin_is_active_names_the_twin(as_alice: Api) -> None:
    old = await ask(as_alice)
    await as_alice.post(f"/generations/{old['id']}/cancel")
    twin = await ask(as_alice)
    answer = await as_alice.post(f"/generations/{old['id']}/retry")
    assert answer.status_code == 409 and answer.json()["generation"] == twin["links"]["self"]


async def test_a_failure_is_told_without_its_secrets(
    as_alice: Api, db: Database, bell: Bell, settings: Settings
) -> None:
    made = await ask(as_alice, fault="rejected")
    broken = await ask(as_alice, fault="broken", name="broken")
    runner = Runner(db, bell, settings, "worker", {"drill": drill.PIPELINE})
    await runner.make()
    await runner.make()
    failed = (await as_alice.get(f"/generations/{made['id']}")).json()
    assert (failed["status"], failed["error"]["message"]) == ("failed", "Ask for less.")
    for path in (f"/generations/{broken['id']}", f"/generations/{broken['id']}/events"):
        text = (await as_alice.get(path)).text
        assert '"error":{"code"' in text
        assert "secret" not in text and "KeyError" not in text and "Traceback" not in text
