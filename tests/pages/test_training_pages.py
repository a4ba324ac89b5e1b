"""The pages of a living program, as a browser without a script has them."""

import json
import re
from typing import Any

import httpx
import pytest

from app.database import Database
from app.generations import Bell
from app.settings import Settings
from tests.pages.conftest import Browser, ask
from worker.edits.pipeline import PIPELINE as EDIT
from worker.programs.pipeline import PIPELINE as PROGRAM
from worker.run import Runner

Fields = dict[str, str]


@pytest.fixture
def worker(db: Database, bell: Bell, settings: Settings) -> Runner:
    return Runner(db, bell, settings, "worker-of-the-test", {PROGRAM.kind: PROGRAM, EDIT.kind: EDIT})


async def made(client: httpx.AsyncClient, worker: Runner) -> str:
    """The path of a new program."""
    live = await ask(client)
    await worker.make()
    return live.replace("generations", "programs")


async def document(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    return json.loads((await client.get(f"/api/v1{path}")).text)  # type: ignore[no-any-return]


async def logged(client: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    return json.loads((await client.get(f"/api/v1{path}/trainings")).text)["items"]  # type: ignore[no-any-return]


def done(program: dict[str, Any], week: int, day: int, **more: str) -> Fields:
    """The first exercise of a session as planned, every set ticked; 60 where no load is planned."""
    exercise = program["schedule"][week - 1]["days"][day - 1]["exercises"][0]
    fields: Fields = {}
    for place, one in enumerate(exercise["sets"]):
        name = f"{exercise['exercise']}.{place}"
        fields |= {f"{name}.load": f"{one['load'] or 60:g}", f"{name}.reps": str(one["reps"]), f"{name}.rpe": "6.5"}
        fields |= {f"{name}.done": "on"}
    return {**fields, "finish": "1", **more}


async def test_the_gym_page_leads_through_the_sessions_and_a_plain_form_logs_them(
    visitor: httpx.AsyncClient, worker: Runner
) -> None:
    path = await made(visitor, worker)
    program = await document(visitor, path)
    assert (await visitor.get(f"{path}/train")).headers["location"] == f"{path}/train/1/1"
    page = (await visitor.get(f"{path}/train/1/1")).text
    first = program["schedule"][0]["days"][0]["exercises"][0]
    key, load = first["exercise"], first["sets"][0]["load"]
    assert f'name="{key}.0.load" inputmode="decimal" value="{load:g}"' in page
    fields = done(program, 1, 1, readiness="75", session_rpe="7", notes="Good.", **{"pain.knee": "mild"})
    for _ in range(2):  # sent twice
        answer = await visitor.post(f"{path}/train/1/1", data={**fields, f"{key}.0.load": "102,5"})
        assert (answer.status_code, answer.headers["location"]) == (303, f"{path}/train/1/1")
    [training] = await logged(visitor, path)
    assert training["entries"][0]["sets"][0] == {
        "reps": first["sets"][0]["reps"], "load": 102.5, "rpe": 6.5, "seconds": None, "warm_up": False,
    }  # fmt: skip
    assert len(training["entries"][0]["sets"]) == len(first["sets"])
    assert (training["readiness"], training["session_rpe"], training["notes"]) == (75, 7, "Pain: knee (mild).\nGood.")
    assert (await visitor.get(f"{path}/train")).headers["location"] == f"{path}/train/1/2"
    await worker.make()
    after = (await visitor.get(f"{path}/train/1/1")).text
    assert "What changes now" in after and "→" in after and "shows about" in after
    assert "102.5 × " in after and "Knee hurt (mild)" in after
    corrected = (await visitor.get(f"{path}/train/1/1?correct")).text
    assert f'name="{key}.0.load" inputmode="decimal" value="102.5"' in corrected
    assert re.search(r'name="pain.knee".*?value="mild" selected', corrected, re.DOTALL)
    assert f"last: <span class=\"number\">102.5 × {first['sets'][0]['reps']} @ 6.5" in (
        await visitor.get(f"{path}/train/2/1")
    ).text  # fmt: skip


async def test_another_exercise_in_its_place_and_a_session_to_go_on_with(
    visitor: httpx.AsyncClient, worker: Runner
) -> None:
    path = await made(visitor, worker)
    program = await document(visitor, path)
    first = program["schedule"][0]["days"][1]["exercises"][0]
    key, other = first["exercise"], first["substitutes"][0]
    fields = {f"{key}.instead": other, f"{key}.0.done": "on", f"{key}.0.load": "50", f"{key}.0.reps": "8"}
    await visitor.post(f"{path}/train/1/2", data={**fields, "keep": "1"})
    [training] = await logged(visitor, path)
    assert [(one["exercise"], one["instead_of"]) for one in training["entries"]] == [(other, key)]
    assert training["finished_at"] is None
    assert (await visitor.get(f"{path}/train")).headers["location"] == f"{path}/train/1/2"
    page = (await visitor.get(f"{path}/train/1/2")).text
    assert re.search(rf'name="{key}.0.done" checked', page)
    assert re.search(rf'value="{other}"[^>]* selected', page)


async def test_what_cannot_be_logged_stays_in_its_field(visitor: httpx.AsyncClient, worker: Runner) -> None:
    path = await made(visitor, worker)
    program = await document(visitor, path)
    key = program["schedule"][0]["days"][0]["exercises"][0]["exercise"]
    answer = await visitor.post(f"{path}/train/1/1", data=done(program, 1, 1, **{f"{key}.1.load": "<b>9"}))
    assert answer.status_code == 422
    assert f'href="#{key}-1-load"' in answer.text and 'value="&lt;b&gt;9"' in answer.text
    nothing = await visitor.post(f"{path}/train/1/1", data={"finish": "1"})
    assert nothing.status_code == 422 and "Tick at least one set" in nothing.text
    assert await logged(visitor, path) == []
    for place in ("9/1", "1/9", "0/0", "99999999999999999999/1"):
        assert (await visitor.get(f"{path}/train/{place}")).status_code == 404


async def test_the_log_shows_sessions_trends_and_check_ins(visitor: httpx.AsyncClient, worker: Runner) -> None:
    path = await made(visitor, worker)
    empty = (await visitor.get(f"{path}/log")).text
    assert "Nothing logged yet" in empty and "After your first session" in empty
    program = await document(visitor, path)
    for day in (1, 2):
        await visitor.post(f"{path}/train/1/{day}", data=done(program, 1, day, readiness="52"))
        await worker.make()
    told = {"week": "1", "sleep_hours": "6,5", "stress": "4", "body_weight": "82.5", "pain.hip": "mild", "notes": "ok"}
    assert (await visitor.post(f"{path}/log", data=told)).status_code == 303
    page = (await visitor.get(f"{path}/log?week=1&saved")).text
    assert page.count("week 1, day") == 2 and "Readiness" in page and "Body weight" in page
    assert "<svg" in page and 'value="6.5"' in page
    wrong = await visitor.post(f"{path}/log", data={**told, "week": "40", "sleep_hours": "much"})
    assert wrong.status_code == 422 and 'value="much"' in wrong.text
    assert (await visitor.post(f"{path}/log", data={"week": "1"})).status_code == 422
    [newest, _] = await logged(visitor, path)
    assert (await visitor.post(f"{path}/log/{newest['id']}/delete")).status_code == 303
    assert len(await logged(visitor, path)) == 1


async def test_the_last_session_of_a_week_asks_how_the_week_was_until_it_is_told(
    visitor: httpx.AsyncClient, worker: Runner
) -> None:
    path = await made(visitor, worker)
    program = await document(visitor, path)
    days = [day["day"] for day in program["schedule"][0]["days"]]
    asked = f"{path}/log?week=1#check-in"
    for day in days:
        await visitor.post(f"{path}/train/1/{day}", data=done(program, 1, day))
        page = (await visitor.get(f"{path}/train/1/{day}")).text
        assert (asked in page) == (day == days[-1])
    await visitor.post(f"{path}/log", data={"week": "1", "soreness": "3"})
    assert asked not in (await visitor.get(f"{path}/train/1/{days[-1]}")).text


async def test_a_swap_is_asked_for_seen_compared_and_taken_back(visitor: httpx.AsyncClient, worker: Runner) -> None:
    path = await made(visitor, worker)
    program = await document(visitor, path)
    first = program["schedule"][1]["days"][0]["exercises"][0]
    choice = (await visitor.get(f"{path}/change?exercise={first['exercise']}")).text
    assert all(f'name="to" value="{key}"' in choice for key in first["substitutes"])
    swap = {
        "what": "swap",
        "version": "1",
        "exercise": first["exercise"],
        "to": first["substitutes"][0],
        "place": "2.1",
    }
    live = (await visitor.post(f"{path}/change", data=swap)).headers["location"]
    assert live.startswith("/generations/")
    await worker.make()
    assert first["name"] in (await visitor.get(f"{path}/versions")).text
    compared = (await visitor.get(f"{path}/compare")).text
    assert first["name"] in compared and first["substitute_names"][first["substitutes"][0]] in compared
    stale = await visitor.post(f"{path}/change", data=swap)
    assert stale.status_code == 409 and "changed meanwhile" in stale.text and 'name="version" value="2"' in stale.text
    await visitor.post(f"{path}/change", data={"what": "restore", "version": "2", "to_version": "1"})
    await worker.make()
    assert (await document(visitor, path))["schedule"] == program["schedule"]
    assert (await visitor.get(f"{path}/compare?from=1&to=9")).status_code == 404


async def test_every_change_that_the_page_offers_is_made(visitor: httpx.AsyncClient, worker: Runner) -> None:
    path = await made(visitor, worker)
    offered: list[Fields] = [
        {"what": "anew", "place": "2"}, {"what": "anew", "place": "3.1"}, {"what": "deload", "week": "2"},
        {"what": "change", "from_week": "3", "days_per_week": "2"}, {"what": "adapt"},
    ]  # fmt: skip
    for asked in offered:
        version = str((await document(visitor, path))["version"])
        live = (await visitor.post(f"{path}/change", data={**asked, "version": version})).headers["location"]
        await worker.make()
        assert json.loads((await visitor.get(f"/api/v1{live}")).text)["status"] == "completed", asked
    assert [one["days"] for one in (await document(visitor, path))["schedule"]][3][2:] == []
    assert (await visitor.post(f"{path}/change", data={"what": "grow"})).status_code == 422


async def test_nobody_elses_program_has_these_pages(
    visitor: httpx.AsyncClient, browser: Browser, worker: Runner
) -> None:
    path = await made(visitor, worker)
    other = browser()
    assert (await other.get(f"{path}/train")).headers["location"].startswith("/sign-in?next=")
    unfinished = (await ask(other)).replace("generations", "programs")
    assert (await other.get(f"{unfinished}/train")).headers["location"] == unfinished.replace("programs", "generations")
    pages = ("train", "train/1/1", "train/1/1/after", "log", "versions", "compare", "change")
    assert [(await other.get(f"{path}/{page}")).status_code for page in pages] == [404] * len(pages)
    posts = ("train/1/1", "log", "change", "log/01a20bd0-0873-7305-b497-3a8b5f87590f/delete")
    sent = {"what": "adapt", "week": "1", "stress": "3", "finish": "1"}
    assert [(await other.post(f"{path}/{page}", data=sent)).status_code for page in posts] == [404] * len(posts)
    assert await logged(visitor, path) == []
