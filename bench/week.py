"""A plan without database, events, queue: the phases' own functions in a row, and random people to make it for."""

import asyncio
import json
import random
from types import SimpleNamespace
from typing import Any, Final

from app.kinds.plan import PlanInput, assemble
from app.kinds.plan_choices import ACTIVITIES, ALLERGENS, BUDGETS, DIETS, GOALS, TRAINING_TIMES
from app.kinds.program_choices import AREAS, EXPERIENCES, WEEKDAYS
from bench.science import BareWork
from worker.plans import llm
from worker.plans.pipeline import PIPELINE, profile

FIRST: Final[dict[str, Any]] = {"head": None, "days": [], "done": [], "weigh_ins": []}  # nothing before
AVOIDED: Final = ("mushrooms", "tuna", "broccoli", "tofu", "pork", "avocado", "cottage cheese", "beans", "bananas")
NOTES: Final = (
    "",
    "",
    "I don't like mushrooms.",
    "More fish please.",
    "quick lunches, I work in an office",
    "我喜欢米饭",
)


def plain(value: Any) -> Any:
    """What JSON keeps of it, as after a crash."""
    return json.loads(json.dumps(value, allow_nan=False))


async def week(
    told: dict[str, Any], before: dict[str, Any] | None = None, name: str = "bench", model: Any = None
) -> tuple[Any, Any]:
    """``model``: answers as `worker.llm.pen.Pen` does.

    The work after all phases, and the head. Raises what the phases raise.
    """
    asked = PlanInput.model_validate({"week_start": "2026-11-30", **told})
    given = asked.model_dump(mode="json", exclude_none=True)
    claim = SimpleNamespace(kind="plan", id=name, account_id="nobody", input=given, base=None)
    work: Any = BareWork(input=asked, account={}, done={}, made={}, claim=claim, llm=model)
    read = profile(asked, before or FIRST)
    work.done["read_profile"] = plain({**read, "heard": await llm.hear(work, read["learned"])})
    for phase in PIPELINE.phases[1:]:
        value = plain(await phase.run(work)) if phase.run else None
        for spec in phase.items(work) if phase.items else ():
            assert phase.make is not None
            work.made[spec.key] = plain(await phase.make(work, spec))
        work.done[phase.name] = value
    return work, plain(PIPELINE.head(work))


def plan(told: dict[str, Any], before: dict[str, Any] | None = None) -> dict[str, Any]:
    """The document of the contract, with the id ``bench``."""
    work, head = asyncio.run(week(told, before))
    days = [work.made[f"day-{number}"] for number in range(1, 8)]
    return {"id": "bench", **assemble(head, days), "version": 1}


def anybody(chance: random.Random) -> dict[str, Any]:
    """What may be told for a plan, the rare things often."""
    age = chance.choice((13, 15, 17, *range(18, 90, 3)))
    height = round(chance.gauss(172, 11), 1)
    bmi = max(16.5, min(46.0, chance.gauss(26, 5)))
    told: dict[str, Any] = {
        "goal": chance.choice(list(GOALS)), "sex": chance.choice(("male", "female", "unspecified")), "age": age,
        "units": "kg", "height": max(135.0, min(205.0, height)), "experience": chance.choice(list(EXPERIENCES)),
        "days_per_week": chance.randint(1, 7), "session_minutes": chance.choice((20, 30, 45, 60, 90)),
        "equipment": chance.choice((["full_gym"], ["dumbbells", "bench"], ["bodyweight"], ["bands", "kettlebells"])),
        "activity": chance.choice(list(ACTIVITIES)), "diet": chance.choice(list(DIETS)),
        "meals_per_day": chance.randint(2, 6), "budget": chance.choice(list(BUDGETS)),
        "training_time": chance.choice(list(TRAINING_TIMES)), "supplements": chance.random() < 0.8,
        "allergies": chance.sample(list(ALLERGENS), chance.choice((0, 0, 0, 1, 1, 2, 3))),
        "avoid_foods": chance.sample(AVOIDED, chance.choice((0, 0, 1, 2))), "notes": chance.choice(NOTES),
        "travel_days": chance.sample(list(WEEKDAYS), chance.choice((0, 0, 0, 1, 2))),
    }  # fmt: skip
    told["body_weight"] = round(max(35.0, bmi * (told["height"] / 100) ** 2), 1)
    if chance.random() < 0.3:
        told["goal_weight"] = round(told["body_weight"] * chance.uniform(0.75, 1.1), 1)
    if chance.random() < 0.2:
        told["conditions"] = [
            chance.choice(("pregnant", "breastfeeding", "diabetes", "kidney_disease", "eating_disorder"))
        ]
    if chance.random() < 0.2:
        told["eating_window"] = {
            "from": chance.choice(("08:00", "10:00", "12:00")),
            "to": chance.choice(("18:00", "20:00")),
        }
    if chance.random() < 0.2:
        told["injuries"] = [{"area": chance.choice(list(AREAS)), "severity": chance.choice(("mild", "moderate"))}]
    return told
