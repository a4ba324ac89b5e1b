"""The week's training, made by the science of programs: the only place where plans touch it."""

import itertools
from collections.abc import Sequence
from typing import Any, Final

from app.kinds.plan import PlanInput
from app.kinds.program import ProgramInput
from app.kinds.program_choices import WEEKDAYS
from worker.plans.person import Person
from worker.plans.times import training_time
from worker.training.author import write_week
from worker.training.build import script
from worker.training.profile import read

GOALS: Final = {
    "fat_loss": "fat_loss", "muscle_gain": "hypertrophy", "endurance": "endurance",
    "general_fitness": "general_fitness", "mobility": "foundations",
}  # fmt: skip
FEWEST: Final = 2  # days a week of a program; one day a week is the first of two
NAMES: Final[list[str]] = list(WEEKDAYS)


def weekdays(told: PlanInput) -> list[str]:
    """Which days are trained: not those of travel if the others are enough, as evenly spread as can be."""
    home = [name for name in NAMES if name not in told.travel_days]
    pool = home if len(home) >= told.days_per_week else NAMES
    if told.days_per_week == 1:
        return [pool[0]]
    return max((list(days) for days in itertools.combinations(pool, told.days_per_week)), key=_spread)


def _spread(days: list[str]) -> tuple[int, float]:
    places = [NAMES.index(name) for name in days]
    gaps = [(after - before) % 7 or 7 for before, after in zip(places, [*places[1:], places[0]], strict=True)]
    return min(gaps), -float(sum(gap * gap for gap in gaps))


def program_input(told: PlanInput, energy: str, words: str, avoid: Sequence[str]) -> ProgramInput:
    """``energy``: deficit, maintenance, surplus; ``words``: the person's own, of a redo."""
    days = weekdays(told)
    asked: dict[str, Any] = {
        "goal": GOALS[told.goal], "experience": told.experience, "days_per_week": max(FEWEST, len(days)),
        "session_minutes": told.session_minutes, "equipment": list(told.equipment), "units": told.units,
        "sex": told.sex, "age": told.age, "body_weight": told.body_weight,
        "injuries": [one.model_dump() for one in told.injuries], "recovery": {"energy": energy},
        "notes": ". ".join(filter(None, [told.notes, words]))[:1000],
        "avoid_exercises": list(avoid),
        "weekdays": days if len(days) >= FEWEST else [],
    }  # fmt: skip
    return ProgramInput.model_validate(asked)


def week_of(
    told: dict[str, Any], energy: str, number: int, words: str = "", avoid: Sequence[str] = ()
) -> dict[str, Any]:
    """By weekday, the sessions of week ``number`` (from 1) of the program this person would follow.

    Plain values, for it runs in a process of its own. A program that has ended begins again.
    """
    plan = PlanInput.model_validate(told)
    made = script(read(program_input(plan, energy, words, avoid)))
    week = write_week(made, (number - 1) % len(made.weeks) + 1)
    days = week["days"][: plan.days_per_week]
    if plan.days_per_week < FEWEST:
        days = [{**days[0], "weekday": weekdays(plan)[0]}]
    at = training_time(Person(plan))
    keys = ("name", "focus", "estimated_minutes", "warm_up", "exercises")
    return {
        "week": (number - 1) % len(made.weeks) + 1, "weeks": len(made.weeks), "phase": week["phase"],
        "deload": week["deload"], "note": week["note"],
        "sessions": {day["weekday"]: {"time": at, **{key: day[key] for key in keys}} for day in days},
    }  # fmt: skip
