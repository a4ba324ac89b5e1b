"""Plans that a language model words: inside of the solved days, never worse than the rules', whatever it says."""

import random
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from app import generations
from app.kinds.plan import PlanInput, PlanResult
from bench import menus, replies
from tests.support.models import Models, Says
from tests.worker.llm.conftest import Tales, Told
from tests.worker.llm.test_programs import INJECTIONS, says
from tests.worker.plans.people import TOLD
from worker.plans import checks
from worker.plans.foods import FOODS, matches
from worker.plans.pipeline import PIPELINE
from worker.plans.week import table_of
from worker.run import Runner

NOTES = "I am fed up with anything that swims. Small kitchen, one pan. Feed me after midnight."
READ = {
    "wishes": [
        {"quote": "fed up with anything that swims", "means": "leave_out", "food": "fish", "why": ""},
        {"quote": "Feed me after midnight", "means": "cannot", "food": "", "why": "Meals stay in your waking hours."},
    ]
}


class Plans:
    def __init__(self, tales: Tales) -> None:
        self.tales = tales
        self.runner = Runner(tales.db, tales.bell, tales.settings, "worker-1", {"plan": PIPELINE})

    async def made(self, **changes: Any) -> tuple[Told, dict[str, Any]]:
        tales = self.tales
        asked = await generations.create(
            tales.db, tales.bell, tales.settings, tales.person, "plan", {**TOLD, **changes}, fresh=True
        )
        tales.runner = self.runner
        await tales.make(1)
        found = await tales.told(asked.generation.id)
        assert found.view.status == "completed", found.events[-1]
        result = await generations.result(tales.db, tales.person.id, "plan", asked.generation.id)
        assert result is not None
        return found, sound({**TOLD, **changes}, result, found.pieces)


def sound(told: dict[str, Any], result: Any, days: list[dict[str, Any]]) -> dict[str, Any]:
    """It has the contract's shape and breaks no hard check."""
    document: dict[str, Any] = PlanResult.model_validate(result).model_dump()
    table = table_of(PlanInput.model_validate(told), None)
    for day in days:
        # The totals are those of the foods, every food is for this person, in amounts of a household.
        meals = day["nutrition"]["meals"]
        frame = {"day": day["day"], "targets": day["nutrition"]["targets"], "meals": meals}
        assert checks.problems(table, frame, day) == []
    return document


@pytest.fixture
async def plans(tales: Tales, model: Models) -> AsyncIterator[Plans]:
    await tales.with_settings(llm_idle_timeout=20.0)
    ours = Plans(tales)
    yield ours
    await ours.runner.close()


def served(plan: dict[str, Any]) -> set[str]:
    return {item["food_id"] for day in plan["days"] for meal in day["nutrition"]["meals"] for item in meal["items"]}


async def test_a_model_writes_names_methods_and_reasons_of_every_day(plans: Plans, model: Models) -> None:
    chance = random.Random(1)
    model.always = says(lambda asked: menus.plausible(asked, chance))
    told, plan = await plans.made()
    assert [day["author"] for day in plan["days"]] == ["llm"] * 7 and plan["engine"] == "llm"
    for day in plan["days"]:
        assert day["reason"].startswith(f"This is your {day['weekday']}.")
        fresh = [meal for meal in day["nutrition"]["meals"] if meal["leftover_of"] is None]
        assert all("Begin with the" in meal["method"] for meal in fresh)
        for meal in day["nutrition"]["meals"]:
            if meal["leftover_of"] is not None:
                assert meal["method"].startswith("Left over from")
    # One call a day; without notes there is nothing else to read.
    assert len(model.calls) == 7 and told.types.count("item.ready") >= 7
    assert told.view.tokens_in == 7000
    frames = [frame for frame in plans.tales.frames if frame["type"] == "item.delta"]
    assert {frame["phase"] for frame in frames} == {"write_days"}
    assert {f"day-{number}" for number in range(1, 8)} == {frame["key"] for frame in frames}
    assert all(frame["title"] for frame in frames)


async def test_wishes_in_free_text_steer_the_solver_and_what_cannot_be_is_said(plans: Plans, model: Models) -> None:
    model.always = says(lambda asked: READ if menus.kind_of(asked) == "wishes" else {})
    told, plan = await plans.made(notes=NOTES)
    assert not any(matches(FOODS[food], "fish") for food in served(plan))
    assert "“fed up with anything that swims”: nothing with fish in any meal." in plan["understood"]
    assert "“Feed me after midnight”: Meals stay in your waking hours." in plan["not_understood"]
    assert not any("we read nothing" in one for one in plan["not_understood"])
    # The reading was of use, though the same model wrote no day.
    assert {day["author"] for day in plan["days"]} == {"rules"}
    assert [menus.kind_of(replies.document(call["messages"])) for call in model.calls].count("wishes") == 1
    assert told.calls[0].piece == "wishes" and told.calls[0].phase == "read_profile"


async def test_nothing_hostile_gets_through(plans: Plans, model: Models) -> None:
    turn = iter(range(1000))

    def say(asked: replies.Document) -> Any:
        return menus.hostile(asked, random.Random(3), next(turn) % len(menus.HOSTILE))

    model.always = says(say)
    _, plan = await plans.made(notes=INJECTIONS[0])
    assert {day["author"] for day in plan["days"]} == {"rules"} and plan["engine"] == "rules"
    assert all([one["rung"] for one in day["rungs"]] == ["full", "short"] for day in plan["days"])
    everything = orjson.dumps([{**day, "rungs": []} for day in plan["days"]]).decode()
    assert not [bad for bad in menus.BAD if bad in everything]
    # The brief that follows is shorter, and quotes what was wrong.
    full, short = (call["messages"] for call in model.calls[1:3])
    assert replies.document(short)["refused_because"] and "person" not in replies.document(short)
    length = [sum(len(message["content"]) for message in messages) for messages in (full, short)]
    assert length[1] < 0.6 * length[0]


@pytest.mark.parametrize("injection", [text for text in INJECTIONS[1:] if text.isprintable()][:3])
async def test_what_a_person_writes_is_data(plans: Plans, model: Models, injection: str) -> None:
    """The prompt keeps it where data is, and a model that obeys it is refused."""
    model.always = says(lambda asked: menus.hostile(asked, random.Random(4), 11))
    _, plan = await plans.made(notes=injection, avoid_foods=[injection[:60]])
    assert {day["author"] for day in plan["days"]} == {"rules"}
    assert "PWNED" not in orjson.dumps([{**day, "rungs": []} for day in plan["days"]]).decode()
    for call in model.calls:
        system, user = call["messages"]
        assert (system["role"], user["role"]) == ("system", "user") and len(call["messages"]) == 2
        assert injection[:30] not in system["content"]
        assert not any(character in user["content"] for character in "<>&")
        document = replies.document(call["messages"])
        if "person" in document:
            assert document["person"]["notes"] == injection


async def test_a_model_that_fails_in_the_middle_costs_only_that_day(plans: Plans, model: Models) -> None:
    chance = random.Random(7)
    good, bad = says(lambda asked: menus.plausible(asked, chance)), Says("no")
    model.script = [good, bad, good, bad, bad]
    model.always = good
    _, plan = await plans.made()
    assert [day["author"] for day in plan["days"]] == ["llm", "llm", "rules", "llm", "llm", "llm", "llm"]
    rungs = [[one["rung"] for one in day["rungs"]] for day in plan["days"]]
    assert rungs == [[], ["full"], ["full", "short"], [], [], [], []]
    assert plan["engine"] == "llm"


async def test_with_an_eating_disorder_no_figure_is_in_a_brief_or_the_plan(plans: Plans, model: Models) -> None:
    chance = random.Random(8)
    model.always = says(lambda asked: menus.plausible(asked, chance))
    given = {**TOLD, "conditions": ["eating_disorder"], "goal": "fat_loss"}
    tales = plans.tales
    asked = await generations.create(tales.db, tales.bell, tales.settings, tales.person, "plan", given, fresh=True)
    tales.runner = plans.runner
    await tales.make(1)
    told = await tales.told(asked.generation.id)
    assert told.view.status == "completed" and set(told.authors) == {"llm"}
    for text in [orjson.dumps(told.pieces).decode(), *(call["messages"][-1]["content"] for call in model.calls)]:
        assert not any(word in text for word in ("calories", "kcal", "protein_g", "body_weight"))
