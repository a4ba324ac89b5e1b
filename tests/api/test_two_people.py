"""Alice and Bob do not see each other's anything, on any call that takes an id."""

from collections.abc import Awaitable, Callable
from typing import Any

from app.api.routes import CALLS
from app.database import Database
from app.person import Person
from tests.api.conftest import Api, ask
from tests.support import course as courses

# What the calls that need something are sent.
TOLD: dict[str, Any] = {
    "/programs/{id}/trainings/{training}": {"week": 1, "day": 1, "revision": 1, "started_at": 1.7e9},
    "/programs/{id}/check-ins/{week}": {"stress": 5},
    "/programs/{id}/edits": {"what": "adapt"},
    "/generations/{id}/outline": {"parts": [{"title": "A", "sections": [{"title": "a"}]}]},
    "/courses/{id}/sections/{section}/redo": {"reason": "simpler"},
    "/courses/{id}/progress/{section}": {"read": True},
    "/plans/{id}/redo": {"what": "both"},
    "/plans/{id}/edits": {"what": "redo", "part": "both"},
    "/plans/{id}/days/{day}": {"done": {"training": True}},
}
ASKED = {"/programs/{id}/version": {"version": 1}, "/programs/{id}/compare": {"from": 1, "to": 1}}


async def test_anothers_anything_is_as_if_it_were_not_there(
    as_alice: Api, as_bob: Api, make: Callable[[], Awaitable[None]], db: Database, alice: Person
) -> None:
    course = (await courses.put(db, alice))["id"]
    finished = (await ask(as_alice, kind="program"))["id"]
    await make()
    waiting = (await ask(as_alice, parts=1))["id"]
    calls = [call for call in CALLS if "{" in call.path]
    assert len(calls) >= 8
    for call in calls:
        for generation_id in (finished, waiting, course):
            path = call.path.format(id=generation_id, key="week-1", training=waiting, week=1, day=1, section="1.1")
            told: dict[str, Any] = {"json": TOLD.get(call.path), "params": ASKED.get(call.path)}
            refused = await as_bob.request(call.method, path, **told)
            assert refused.status_code == 404, (path, refused.text)
            never = await as_bob.request(call.method, path.replace(generation_id, generation_id[:-4] + "0000"), **told)
            assert refused.json() == never.json()
    assert (await as_alice.get(f"/generations/{waiting}")).json()["status"] == "pending"


async def test_lists_hold_only_ones_own(as_alice: Api, as_bob: Api, make: Callable[[], Awaitable[None]]) -> None:
    await ask(as_alice, kind="program")
    await make()
    await ask(as_alice)
    for path in ("/generations", "/generations/active", "/programs"):
        assert (await as_bob.get(path)).json()["items"] == []
        assert len((await as_alice.get(path)).json()["items"]) >= 1


async def test_a_cursor_of_another_person_shows_only_ones_own(as_alice: Api, as_bob: Api) -> None:
    mine = (await ask(as_bob))["id"]
    theirs = (await ask(as_alice))["id"]
    page = (await as_bob.get(f"/generations?cursor={theirs}")).json()
    assert [one["id"] for one in page["items"]] == [mine]


async def test_what_one_tells_fills_in_only_ones_own_profile(as_alice: Api, as_bob: Api) -> None:
    await ask(as_alice, kind="program")
    assert (await as_alice.get("/me")).json()["profile"]["goal"] == "strength"
    assert (await as_bob.get("/me")).json()["profile"] == {}
