"""What a finished day must keep: each rule says what is wrong, in words."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from app.kinds.plan import PlanInput
from worker.plans.author import described, grams_of
from worker.plans.choose import Table
from worker.plans.foods import FOODS
from worker.plans.solver import most_grams, off, within
from worker.plans.targets import Targets
from worker.plans.times import APART, minutes


def problems(table: Table, frame: Mapping[str, Any], day: Mapping[str, Any], *, edited: bool = False) -> list[str]:
    """``edited``: by the person's own hand, who may leave the tolerances."""
    told = table.told
    meals = day["nutrition"]["meals"]
    found = [*_served(table, meals, edited=edited), *_sums(day), *_times(told, frame, meals)]
    errors = off(Targets(**frame["targets"]), grams_of(meals))
    if not edited and not within(errors):
        worst = max(errors, key=lambda name: abs(errors[name]))
        found.append(f"day {day['day']}: {worst} is off by {errors[worst]:+.1%}")
    return found


def _served(table: Table, meals: Sequence[Mapping[str, Any]], *, edited: bool) -> Iterator[str]:
    for meal in meals:
        if not meal["items"]:
            yield f"{meal['name']} has nothing in it"
        for item in meal["items"]:
            food = FOODS[item["food_id"]]
            if food.id not in table.foods:
                yield f"{food.name} is not for this person"
            steps = item["grams"] / food.step_grams
            if abs(steps - round(steps)) > 0.02 or item["grams"] <= 0:
                yield f"{item['grams']:g} g of {food.name} is no household amount"
            if not edited and item["grams"] > most_grams(food) + 0.01:
                yield f"{item['grams']:g} g of {food.name} is more than a meal holds"


def _sums(day: Mapping[str, Any]) -> Iterator[str]:
    meals = day["nutrition"]["meals"]
    whole = described([item for meal in meals for item in meal["items"]])
    for name, value in day["nutrition"]["totals"].items():
        if abs(whole[name] - value) > 1.0:
            yield f"day {day['day']}: {name} does not add up"


def _times(told: PlanInput, frame: Mapping[str, Any], meals: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if len(meals) != told.meals_per_day:
        yield f"day {frame['day']} has {len(meals)} meals"
    places = [minutes(meal["time"]) for meal in meals]
    if any((after - before) % 1440 < APART - 15 for before, after in pairwise(places)):
        yield f"day {frame['day']}: meals are too close"


def variety(days: Sequence[Mapping[str, Any]]) -> int:
    """Different dishes of a week."""
    return len({meal["dish"] for day in days for meal in day["nutrition"]["meals"]})
