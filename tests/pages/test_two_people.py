"""Whatever Alice has, every page of it answers Bob as if it were not there."""

import re
from collections.abc import Iterator

import httpx
import pytest
from starlette.routing import Route

from app import generations
from app.database import Database
from app.generations import Bell, batches, schedules
from app.generations.create import order
from app.generations.schedules import Timing
from app.ids import uuid7
from app.notices import subscriptions
from app.notices.subscriptions import Given
from app.pages.routes import routes
from app.person import Person
from app.settings import Settings
from tests.accounts.test_people import PROGRAM
from tests.pages.conftest import Browser
from tests.pages.test_course_pages import signed_in
from tests.support import course as courses
from tests.support import library
from tests.worker.plans.people import TOLD as PLAN
from worker.plans.pipeline import PIPELINE as PLANS
from worker.programs.pipeline import PIPELINE as PROGRAMS
from worker.run import Runner

PARTS = {"key": "week-1", "section": "1.1", "week": "1", "day": "1", "training": "", "member": ""}


def addresses() -> Iterator[tuple[str, str]]:
    for route in routes:
        if isinstance(route, Route) and "{id}" in route.path:
            yield from ((method, re.sub(r":\w+}", "}", route.path)) for method in sorted(route.methods or ()))


@pytest.fixture
async def hers(db: Database, bell: Bell, settings: Settings, alice: Person) -> list[str]:
    """One of everything that has an id."""
    made = []
    for kind, told in (("program", PROGRAM), ("plan", PLAN)):
        made.append((await generations.create(db, bell, settings, alice, kind, told)).generation.id)
    runner = Runner(db, bell, settings, "worker-of-the-test", {"program": PROGRAMS, "plan": PLANS})
    for _ in made:
        await runner.make()
    ended = [await generations.get(db, alice.id, id_) for id_ in made]
    assert [one and one.status for one in ended] == ["completed", "completed"]
    made.append((await courses.put(db, alice))["id"])
    made.append((await library.put(db, ["first-aid"], alice.id))["first-aid"])
    batch = await batches.create(db, bell, settings, alice, [order("program", PROGRAM, subject="Ann", fresh=True)])
    schedule, _ = await schedules.create(db, alice, "program", PROGRAM, Timing(every="day", at="07:00"))
    device, _ = await subscriptions.add(db, alice, Given("https://push.example.org/1", "key", "auth"))
    waiting = batch.generations[0].id
    return [*made, batch.id, schedule.id, device.id, waiting]


def bare(answer: httpx.Response, id_: str) -> tuple[int, str, str]:
    """Without the id that was asked for and the moment of the answer."""
    text = re.sub(r'data-at="[^"]*"', "", answer.text)
    return answer.status_code, answer.headers.get("location", "").replace(id_, "ID"), text.replace(id_, "ID")


async def test_anothers_anything_is_as_if_it_were_not_there(
    browser: Browser, db: Database, settings: Settings, alice: Person, bob: Person, hers: list[str]
) -> None:
    as_bob = await signed_in(browser, db, settings, bob)
    seen = 0
    for method, path in addresses():
        told = {"do": "go", "what": "training"} if method == "POST" else None
        for id_ in hers:
            never = uuid7()
            inner = {**PARTS, "training": hers[-1], "member": hers[-1]}
            paths = [path.format(**{**inner, "id": one}) for one in (id_, never)]
            theirs, nobodys = [await as_bob.request(method, one, data=told) for one in paths]
            assert theirs.status_code in {303, 404}, (method, paths[0], theirs.status_code)
            assert bare(theirs, id_) == bare(nobodys, never), (method, paths[0])
            seen += 1
    assert seen > 200
    as_alice = await signed_in(browser, db, settings, alice)
    for id_, place in zip(hers[:4], ("programs", "plans", "courses", "library"), strict=True):
        assert (await as_alice.get(f"/{place}/{id_}")).status_code == 200
    assert [one.id for one in await generations.active(db, alice.id)] == hers[-1:]
    assert len(await schedules.items(db, alice.id)) == 1 and len(await subscriptions.items(db, alice)) == 1
