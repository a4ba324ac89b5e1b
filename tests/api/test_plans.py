"""A week by API: made, downloaded, followed, changed, and nobody else's."""

import io
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from icalendar import Calendar
from pypdf import PdfReader
from sqlalchemy import select

from app.database import Database
from app.generations import Bell, move, schedules
from app.kinds.plan import next_monday
from app.models import Generation
from app.person import Person
from app.plans.models import Following, WeighIn
from app.settings import Settings
from tests.api.conftest import Api
from tests.support.schedules import overdue
from tests.worker.plans.people import TOLD
from worker.plans.edit_pipeline import PIPELINE as EDIT
from worker.plans.pipeline import PIPELINE as PLAN
from worker.run import Runner

Work = Callable[[], Awaitable[None]]


@pytest.fixture
async def work(db: Database, bell: Bell, settings: Settings) -> AsyncIterator[Work]:
    runner = Runner(db, bell, settings, "worker-1", {PLAN.kind: PLAN, EDIT.kind: EDIT})
    yield runner.make


async def made(api: Api, work: Work, subject: str = "", **more: Any) -> dict[str, Any]:
    body = {"kind": "plan", "input": {**TOLD, **more}, "subject": subject, "fresh": True}
    generation = (await api.post("/generations", json=body)).raise_for_status().json()
    await work()
    return await newest(api, generation["id"])


async def newest(api: Api, plan_id: str) -> dict[str, Any]:
    return (await api.get(f"/plans/{plan_id}")).raise_for_status().json()  # type: ignore[no-any-return]


async def test_a_week_is_made_read_and_downloaded(as_alice: Api, as_bob: Api, work: Work) -> None:
    plan = await made(as_alice, work)
    assert [day["day"] for day in plan["days"]] == [1, 2, 3, 4, 5, 6, 7]
    assert (plan["state"], plan["version"], plan["done"]) == ("ready", 1, {})
    listed = (await as_alice.get("/plans")).json()["items"]
    assert [(one["id"], one["url"]) for one in listed] == [(plan["id"], f"/plans/{plan['id']}")]
    text = (await as_alice.get(f"/plans/{plan['id']}.md")).text
    assert plan["title"] in text
    assert "## Shopping list" in text
    table = (await as_alice.get(f"/plans/{plan['id']}.csv")).text
    items = sum(len(meal["items"]) for day in plan["days"] for meal in day["nutrition"]["meals"])
    assert len(table.strip().splitlines()) == items + 1
    calendar = Calendar.from_ical((await as_alice.get(f"/plans/{plan['id']}.ics?tz=Europe/Berlin")).content)
    assert len(calendar.walk("VEVENT")) == 7 * 4 + 3
    first = min(event.decoded("dtstart") for event in calendar.walk("VEVENT"))
    assert first.isoformat() == "2026-11-30T06:30:00+00:00"
    pages = PdfReader(io.BytesIO((await as_alice.get(f"/plans/{plan['id']}.pdf")).content)).pages
    assert "Monday" in pages[1].extract_text()
    assert (await as_alice.get(f"/plans/{plan['id']}.json")).json()["id"] == plan["id"]
    for path in ("", ".md", ".csv", ".ics", ".pdf", ".json", "/versions"):
        assert (await as_bob.get(f"/plans/{plan['id']}{path}")).status_code == 404


async def test_one_plan_is_active_for_a_person_subject_and_week(as_alice: Api, as_bob: Api, work: Work) -> None:
    first, second = await made(as_alice, work), await made(as_alice, work)
    other = await made(as_alice, work, subject="Tom")
    for plan in (first, other, second):
        assert (await as_alice.post(f"/plans/{plan['id']}/activate")).json()["state"] == "active"
    states = [(await newest(as_alice, plan["id"]))["state"] for plan in (first, second, other)]
    assert states == ["archived", "active", "active"]
    assert (await as_alice.post(f"/plans/{second['id']}/archive")).json()["state"] == "archived"
    assert (await as_bob.post(f"/plans/{first['id']}/activate")).status_code == 404


async def test_what_is_done_is_marked_and_what_a_plan_has_not_is_refused(
    as_alice: Api, as_bob: Api, work: Work
) -> None:
    plan = await made(as_alice, work)
    trained = next(day["day"] for day in plan["days"] if day["training"])
    rest = next(day["day"] for day in plan["days"] if not day["training"])
    path = f"/plans/{plan['id']}/days"
    told = (await as_alice.patch(f"{path}/{trained}", json={"done": {"training": True, "nutrition": True}})).json()
    assert told["done"] == {str(trained): ["nutrition", "training"]}
    told = (await as_alice.patch(f"{path}/{trained}", json={"done": {"training": False}})).json()
    assert told["done"] == {str(trained): ["nutrition"]}
    assert (await as_alice.patch(f"{path}/{rest}", json={"done": {"training": True}})).status_code == 422
    assert (await as_alice.patch(f"{path}/{rest}", json={"done": {"dancing": True}})).status_code == 422
    assert (await as_alice.patch(f"{path}/{rest}", json={})).status_code == 422
    assert (await as_alice.patch(f"{path}/8", json={"done": {"nutrition": True}})).status_code == 404
    assert (await as_bob.patch(f"{path}/{rest}", json={"done": {"nutrition": True}})).status_code == 404


async def test_swaps_redo_and_restore_are_versions(as_alice: Api, as_bob: Api, work: Work) -> None:
    plan = await made(as_alice, work)
    one = f"/plans/{plan['id']}"
    answer = await as_alice.patch(f"{one}/days/7", json={"swap": {"meal": 1}, "version": 1})
    assert answer.status_code == 202
    await work()
    swapped = await newest(as_alice, plan["id"])
    assert swapped["version"] == 2
    assert swapped["days"][6]["nutrition"]["meals"][0]["dish"] != plan["days"][6]["nutrition"]["meals"][0]["dish"]
    assert swapped["days"][:6] == plan["days"][:6]
    assert (await as_alice.patch(f"{one}/days/7", json={"swap": {"meal": 1}, "version": 1})).status_code == 409
    food = swapped["days"][6]["nutrition"]["meals"][1]["items"][0]["food_id"]
    await as_alice.patch(f"{one}/days/7", json={"swap": {"meal": 2, "food": food}})
    await work()
    await as_alice.post(f"{one}/redo", json={"what": "training", "day": 1, "reason": "my shoulder hurts"})
    await work()
    redone = await newest(as_alice, plan["id"])
    assert redone["version"] == 4
    assert redone["days"][0]["training"] != plan["days"][0]["training"]
    assert redone["days"][0]["nutrition"] == swapped["days"][0]["nutrition"]
    told = (await as_alice.get(f"{one}/versions")).json()["items"]
    assert [row["version"] for row in told] == [4, 3, 2, 1]
    assert "my shoulder hurts" in told[0]["changes"][0]["why"]
    await as_alice.post(f"{one}/edits", json={"what": "restore", "to_version": 1})
    await work()
    assert (await newest(as_alice, plan["id"]))["days"] == plan["days"]
    assert (await as_bob.post(f"{one}/redo", json={"what": "both"})).status_code == 404
    assert (await as_alice.post(f"{one}/redo", json={"what": "everything"})).status_code == 422


async def test_an_impossible_change_fails_with_words_and_leaves_the_plan(as_alice: Api, work: Work) -> None:
    plan = await made(as_alice, work)
    wish = {"swap": {"meal": 1, "food": "unicorn"}}
    generation = (await as_alice.patch(f"/plans/{plan['id']}/days/1", json=wish)).json()
    await work()
    failed = (await as_alice.get(f"/generations/{generation['id']}")).json()
    assert failed["error"] == {"code": "rejected", "message": "That meal has no such food.", "retryable": False}
    assert (await newest(as_alice, plan["id"])) == plan


async def test_weights_set_the_next_week(as_alice: Api, as_bob: Api, work: Work) -> None:
    plan = await made(as_alice, work, goal="fat_loss")
    await as_alice.post(f"/plans/{plan['id']}/activate")
    for day in range(1, 8):
        await as_alice.put("/weigh-ins", json={"day": f"2026-12-{day:02d}", "weight_kg": 80})
    known = (await as_alice.get("/weigh-ins")).json()["items"]
    assert len(known) == 7
    assert (await as_bob.get("/weigh-ins")).json()["items"] == []
    assert (await as_alice.delete("/weigh-ins?day=2026-12-03")).status_code == 200
    assert (await as_alice.delete("/weigh-ins?day=2026-12-03")).status_code == 404
    later = await made(as_alice, work, goal="fat_loss", week_start="2026-12-07")
    assert later["targets"]["calories"] < plan["targets"]["calories"]
    assert "by your weigh-ins" in later["targets"]["method"]
    assert later["adjusted"]
    dishes = {meal["dish"] for day in later["days"] for meal in day["nutrition"]["meals"]}
    assert dishes != {meal["dish"] for day in plan["days"] for meal in day["nutrition"]["meals"]}


async def test_with_an_eating_disorder_nothing_is_weighed_and_no_number_leaves(as_alice: Api, work: Work) -> None:
    plan = await made(as_alice, work, conditions=["eating_disorder"])
    assert (await as_alice.put("/weigh-ins", json={"day": "2026-12-01", "weight_kg": 60})).status_code == 409
    for path in ("", ".md", ".csv", ".json", ".ics"):
        assert "kcal" not in (await as_alice.get(f"/plans/{plan['id']}{path}")).text
    item = (await as_alice.get(f"/generations/{plan['id']}/items/day-1")).json()
    assert item["nutrition"]["totals"] == {}
    pdf = PdfReader(io.BytesIO((await as_alice.get(f"/plans/{plan['id']}.pdf")).content))
    assert not any("kcal" in page.extract_text() for page in pdf.pages)


async def test_what_cannot_be_is_refused_with_the_field(as_alice: Api) -> None:
    for wrong, field in (
        ({"height": 18}, "height"), ({"body_weight": 9}, "body_weight"), ({"age": 12}, "age"),
        ({"meals_per_day": 9}, "meals_per_day"), ({"diet": "air"}, "diet"), ({"wake": "25:00"}, "wake"),
        ({"week_start": "2026-02-30"}, "week_start"), ({"equipment": []}, "equipment"), ({"mood": 1}, "mood"),
    ):  # fmt: skip
        answer = await as_alice.post("/generations", json={"kind": "plan", "input": {**TOLD, **wrong}})
        assert answer.status_code == 422
        assert field in str(answer.json()["errors"][0]["loc"])


async def test_a_week_without_a_date_is_the_next_and_a_schedule_names_none(as_alice: Api, db: Database) -> None:
    told = {key: value for key, value in TOLD.items() if key != "week_start"}
    first = (await as_alice.post("/generations", json={"kind": "plan", "input": told})).json()
    again = await as_alice.post("/generations", json={"kind": "plan", "input": told})
    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    async with db.read() as session:
        asked = (await session.execute(select(Generation.input).where(Generation.id == first["id"]))).scalar_one()
    other = await as_alice.post("/generations", json={"kind": "plan", "input": {**told, "week_start": "2030-01-07"}})
    assert other.status_code == 202
    twin = await as_alice.post("/generations", json={"kind": "plan", "input": asked})
    assert twin.json()["id"] == first["id"], "the next week is the same week by its date"
    body = {"kind": "plan", "input": asked, "every": "week", "at": "07:00", "weekday": "sunday"}
    schedule = (await as_alice.post("/schedules", json=body)).json()
    assert "week_start" not in schedule["input"]
    assert "week_start" not in (await as_alice.get("/me")).json()["profile"]


async def test_what_a_guest_followed_goes_to_the_account(
    as_alice: Api, work: Work, db: Database, alice: Person, bob: Person
) -> None:
    plan = await made(as_alice, work)
    await as_alice.post(f"/plans/{plan['id']}/activate")
    await as_alice.put("/weigh-ins", json={"day": "2026-12-01", "weight_kg": 80})
    async with db.write() as session:
        assert (await move.move(session, alice.id, bob.id)).had_result
    async with db.read() as session:
        assert list((await session.execute(select(Following.account_id))).scalars()) == [bob.id]
        assert list((await session.execute(select(WeighIn.account_id))).scalars()) == [bob.id]


async def test_a_weekly_schedule_makes_the_next_week_after_the_last_one(
    as_alice: Api, work: Work, db: Database, bell: Bell, settings: Settings
) -> None:
    plan = await made(as_alice, work, week_start="2020-01-06")
    body = {"kind": "plan", "input": TOLD, "every": "week", "at": "07:00", "weekday": "sunday"}
    schedule = (await as_alice.post("/schedules", json=body)).json()
    await overdue(db, schedule["id"])
    assert await schedules.fire(db, bell, settings) == 1
    await work()
    newest_id = (await as_alice.get("/plans")).json()["items"][0]["id"]
    later = await newest(as_alice, newest_id)
    assert newest_id != plan["id"]
    assert later["week_start"] == next_monday("UTC").isoformat()
    dishes = {meal["dish"] for day in plan["days"] for meal in day["nutrition"]["meals"]}
    same = [meal["dish"] in dishes for day in later["days"] for meal in day["nutrition"]["meals"]]
    assert sum(same) < len(same), "last week is not served again"
