"""Schedules over the API."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.database import Database
from app.generations import Bell, schedules
from app.person import Person
from app.settings import Settings
from tests.api.conftest import PROGRAM, Api
from tests.support.schedules import overdue

WEEKLY = {"kind": "drill", "input": {"parts": 2}, "every": "week", "at": "07:00", "weekday": "monday"}


async def make_schedule(client: Api, **more: Any) -> dict[str, Any]:
    answer = await client.post("/schedules", json={**WEEKLY, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_a_schedule_is_made_read_and_deleted(as_alice: Api) -> None:
    answer = await as_alice.post("/schedules", json={**WEEKLY, "subject": "Ann", "tz": "Europe/Berlin"})
    assert answer.status_code == 201
    made = answer.json()
    assert answer.headers["location"] == f"/api/v1/schedules/{made['id']}"
    assert {name: made[name] for name in ("kind", "subject", "every", "at", "weekday", "month_day", "tz", "last")} == {
        "kind": "drill", "subject": "Ann", "every": "week", "at": "07:00", "weekday": "monday", "month_day": None,
        "tz": "Europe/Berlin", "last": None,
    }  # fmt: skip
    assert made["input"]["parts"] == 2
    local = datetime.fromisoformat(made["next_at"]).astimezone(ZoneInfo("Europe/Berlin"))
    assert f"{local:%A %H:%M}" == "Monday 07:00"
    assert timedelta(0) < local - datetime.now(UTC) <= timedelta(days=8)
    assert (await as_alice.get("/schedules")).json() == {"items": [made]}
    assert (await as_alice.get(f"/schedules/{made['id']}")).json() == made
    gone = await as_alice.delete(f"/schedules/{made['id']}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert (await as_alice.get(f"/schedules/{made['id']}")).status_code == 404
    assert (await as_alice.delete(f"/schedules/{made['id']}")).status_code == 404
    assert (await as_alice.get("/schedules")).json() == {"items": []}


async def test_what_is_left_out_is_of_the_account_and_of_today(as_alice: Api) -> None:
    await as_alice.patch("/me", json={"time_zone": "Asia/Tokyo"})
    body = {"kind": "drill", "input": {}, "every": "month", "at": "23:59"}
    made = (await as_alice.post("/schedules", json=body)).json()
    today = datetime.now(ZoneInfo("Asia/Tokyo"))
    assert (made["tz"], made["month_day"], made["weekday"]) == ("Asia/Tokyo", today.day, None)
    nulls = {**body, "at": "23:58", "tz": None, "weekday": None, "month_day": None}
    assert (await as_alice.post("/schedules", json=nulls)).json()["month_day"] == today.day


async def test_each_of_its_slots_shows_what_came_of_it(
    as_alice: Api, db: Database, bell: Bell, settings: Settings
) -> None:
    made = await make_schedule(as_alice)
    await overdue(db)
    await schedules.fire(db, bell, settings)
    found = (await as_alice.get(f"/schedules/{made['id']}")).json()
    last = found["last"]
    assert (last["outcome"], last["reason"], last["status"], last["title"]) == ("created", "", "pending", None)
    assert last["generation"] == f"/api/v1/generations/{last['generation_id']}"
    generation = (await as_alice.get(f"/generations/{last['generation_id']}")).json()
    assert (generation["kind"], generation["status"]) == ("drill", "pending")
    assert datetime.fromisoformat(last["slot"]).strftime("%A %H:%M") == "Monday 07:00"
    assert datetime.fromisoformat(found["next_at"]) > datetime.now(UTC)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("kind", {"kind": "sculpture"}), ("every", {"every": "hour"}), ("at", {"at": "25:00"}),
        ("at", {"at": 7}), ("weekday", {"weekday": "someday"}), ("weekday", {"every": "day"}),
        ("month_day", {"month_day": 3}), ("month_day", {"every": "month", "weekday": None, "month_day": 32}),
        ("tz", {"tz": "Berlin"}), ("subject", {"subject": "a\nb"}), ("subject", {"subject": "x" * 201}),
        ("parts", {"input": {"parts": "many"}}), ("hour", {"hour": 7}), ("input", {"input": []}),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_named(as_alice: Api, field: str, given: dict[str, Any]) -> None:
    refused = await as_alice.post("/schedules", json={**WEEKLY, **given})
    assert refused.status_code == 422
    assert [error["loc"] for error in refused.json()["errors"]] == [[field]]
    assert (await as_alice.get("/schedules")).json()["items"] == []


async def test_what_is_missing_is_named(as_alice: Api) -> None:
    refused = await as_alice.post("/schedules", json={})
    assert {error["loc"][0] for error in refused.json()["errors"]} == {"kind", "input", "every", "at"}


async def test_the_same_again_is_the_schedule_that_is_there(as_alice: Api, as_bob: Api) -> None:
    answers = await asyncio.gather(*(as_alice.post("/schedules", json=WEEKLY) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.headers["location"] for answer in answers}) == 1
    theirs = await make_schedule(as_bob)
    assert theirs["id"] != answers[0].json()["id"]


async def test_there_is_a_most(as_alice: Api, as_bob: Api, db: Database, alice: Person) -> None:
    for minute in range(schedules.MOST):
        timing = schedules.Timing(every="day", at=f"07:{minute:02}")
        await schedules.create(db, alice, "program", PROGRAM, timing)
    refused = await as_alice.post("/schedules", json=WEEKLY)
    assert refused.status_code == 409
    assert refused.json()["detail"] == "You have 50 schedules, which is the most. Delete one first."
    assert (await as_bob.post("/schedules", json=WEEKLY)).status_code == 201


async def test_anothers_schedule_is_as_if_it_were_not_there(as_alice: Api, as_bob: Api, nobody: Api) -> None:
    made = await make_schedule(as_alice)
    assert (await as_bob.get("/schedules")).json() == {"items": []}
    for method in ("GET", "DELETE"):
        refused = await as_bob.request(method, f"/schedules/{made['id']}")
        never = await as_bob.request(method, f"/schedules/{made['id'][:-4]}0000")
        assert refused.status_code == 404 and refused.json() == never.json()
        assert (await nobody.request(method, f"/schedules/{made['id']}")).status_code == 401
    assert (await as_alice.get(f"/schedules/{made['id']}")).json() == made


async def test_a_book_that_nobody_has_is_named(as_alice: Api) -> None:
    course = {"query": "Sleep better", "hours": 1.0, "books": ["no-such-book"]}
    refused = await as_alice.post("/schedules", json={**WEEKLY, "kind": "course", "input": course})
    assert refused.status_code == 422 and "books" in refused.json()["errors"][0]["loc"]
