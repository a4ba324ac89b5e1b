"""The pages of a week: the form, the plan, and what is done with it, without JavaScript."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from app.database import Database
from app.generations import Bell
from app.settings import Settings
from tests.pages.conftest import Browser
from worker.plans.edit_pipeline import PIPELINE as EDIT
from worker.plans.pipeline import PIPELINE as PLAN
from worker.run import Runner

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FORM: dict[str, str | list[str]] = {
    "goal": "fat_loss", "units": "kg", "sex": "female", "age": "34", "height": "168", "body_weight": "72,5",
    "activity": "light", "experience": "beginner", "days_per_week": "3", "session_minutes": "45",
    "training_time": "morning", "equipment": ["dumbbells", "bench"], "diet": "vegetarian", "allergies": ["nuts"],
    "avoid_foods": "mushrooms, olives", "meals_per_day": "4", "budget": "low", "supplements": "yes",
    "wake": "06:30", "sleep": "22:30", "week_start": "2026-11-30",
}  # fmt: skip
Make = Callable[[], Awaitable[None]]


@pytest.fixture
async def make(db: Database, bell: Bell, settings: Settings) -> AsyncIterator[Make]:
    runner = Runner(db, bell, settings, "worker-of-the-test", {PLAN.kind: PLAN, EDIT.kind: EDIT})
    yield runner.make


async def made(client: httpx.AsyncClient, make: Make, **fields: str | list[str]) -> str:
    """The path of the finished plan."""
    answer = await client.post("/plans", data={**FORM, **fields})
    assert answer.status_code == 303, re.sub(r"<[^>]+>", " ", answer.text)
    await make()
    return answer.headers["location"].partition("?")[0].replace("/generations/", "/plans/")


async def test_a_first_visitor_asks_and_reads_the_week(
    visitor: httpx.AsyncClient, browser: Browser, make: Make
) -> None:
    assert (await visitor.get("/plans/new")).status_code == 200
    path = await made(visitor, make)
    shown = (await visitor.get(path)).text
    for text in ("Fat loss: week of 30 November 2026", "Shopping list", "Mifflin-St Jeor", "Full body", "Breakfast"):
        assert text in shown
    assert (await visitor.get(f"{path}?day=3")).status_code == 200
    assert (await visitor.get(f"{path}?day=9")).status_code == 404
    assert (await browser().get(path)).status_code in {303, 404}  # somebody else
    assert (await visitor.get("/plans")).headers["location"] == "/generations?kind=plan"
    live = (await visitor.get(path.replace("/plans/", "/generations/"))).text
    assert "Monday" in live


async def test_what_was_told_fills_the_next_form_but_the_week(visitor: httpx.AsyncClient, make: Make) -> None:
    await made(visitor, make)
    form = (await visitor.get("/plans/new")).text
    assert 'value="72.5"' in form
    assert re.search(r'value="vegetarian"[^>]* checked', form)
    assert 'value="2026-11-30"' not in form
    program = (await visitor.get("/programs/new")).text
    assert 'value="34"' in program


async def test_an_error_names_its_field_and_keeps_what_was_typed(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post("/plans", data={**FORM, "height": "18", "age": "", "wake": "7 am"})
    assert answer.status_code == 422
    for text in ("Height must be between 100 and 250 cm", "Age: Choose one", "Write a time as HH:MM", "mushrooms"):
        assert text in answer.text


async def test_follow_tick_and_weigh(visitor: httpx.AsyncClient, make: Make) -> None:
    path = await made(visitor, make)
    assert (await visitor.post(f"{path}/follow", data={"state": "active"})).status_code == 303
    assert "Following" in (await visitor.get(path)).text
    await visitor.post(f"{path}/marks", data={"day": "1", "what": "nutrition", "done": "yes"})
    assert (await visitor.get(f"{path}?day=1")).text.count('aria-pressed="true"') == 1
    await visitor.post(f"{path}/marks", data={"day": "1", "what": "nutrition", "done": "no"})
    assert 'aria-pressed="true"' not in (await visitor.get(f"{path}?day=1")).text
    food = re.search(
        r'name="day" value="0"><input type="hidden" name="what" value="(\w+)"', (await visitor.get(path)).text
    )
    assert food
    quiet = {"X-Fragment": "1"}
    data = {"day": "0", "what": food[1], "done": "yes"}
    assert (await visitor.post(f"{path}/marks", data=data, headers=quiet)).status_code == 204
    assert (await visitor.post(f"{path}/marks", data={**data, "what": "unicorn"})).status_code == 404
    assert (await visitor.post(f"{path}/weigh", data={"weight": "71,8"})).status_code == 303
    assert "71.8 kg" in (await visitor.get(path)).text
    wrong = await visitor.post(f"{path}/weigh", data={"weight": "7"})
    assert wrong.status_code == 422
    assert "between 25 and 350 kg" in wrong.text


async def test_a_change_is_asked_for_with_a_form(visitor: httpx.AsyncClient, make: Make) -> None:
    path = await made(visitor, make)
    wish = {"what": "swap_meal", "version": "1", "day": "7", "meal": "1"}
    answer = await visitor.post(f"{path}/change", data=wish)  # nobody makes it yet: it is watched
    assert answer.headers["location"].startswith("/generations/")
    await make()
    assert "version 2" in (await visitor.get(path)).text
    stale = await visitor.post(f"{path}/change", data=wish)
    assert stale.status_code == 409
    assert "has changed since you looked at it" in stale.text
    missing = await visitor.post(f"{path}/change", data={"what": "swap_food", "version": "2", "day": "7"})
    assert missing.status_code == 422


async def test_no_numbers_with_an_eating_disorder(visitor: httpx.AsyncClient, make: Make) -> None:
    path = await made(visitor, make, conditions=["eating_disorder"])
    for page in (path, path.replace("/plans/", "/generations/"), f"{path}?day=4"):
        shown = (await visitor.get(page)).text
        assert "kcal" not in shown
        assert "On the scale" not in shown
    assert (await visitor.post(f"{path}/weigh", data={"weight": "60"})).status_code == 404


async def test_what_people_write_is_escaped(visitor: httpx.AsyncClient, make: Make) -> None:
    path = await made(visitor, make, notes="<script>alert(1)</script>", avoid_foods="<img src=x>")
    shown = (await visitor.get(path)).text
    assert "<script>alert" not in shown
    assert "<img src=x>" not in shown
    assert "&lt;img src=x&gt;" in shown
