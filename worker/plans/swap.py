"""Changes within a meal: a food for another that does the same, another amount."""

import copy
from collections.abc import Mapping
from typing import Any

from app.kinds.plan_edit import PlanEdit
from worker.errors import Rejected
from worker.plans.author import described, item
from worker.plans.edited import Changed, Plan, dish_of, place_of, whole_of
from worker.plans.foods import FOODS, Food, edible, matches
from worker.plans.penned import own_words


def swap_food(plan: Plan, edit: PlanEdit, seed: str) -> Changed:
    """One food for another that does the same in the dish, in an amount that gives as much."""
    made = Changed("Food swapped")
    day, place, meal = place_of(plan, edit)
    old = next((one for one in meal["items"] if one["food_id"] == edit.food), None)
    if old is None:
        raise Rejected("That meal has no such food.")
    new = _stand_in(plan, meal, FOODS[old["food_id"]], edit)
    grams = _as_much(FOODS[old["food_id"]], old["grams"], new)
    changed = copy.deepcopy(own_words(meal))
    changed["items"] = [
        item(new, grams, plan.told.units) if one["food_id"] == edit.food else one for one in changed["items"]
    ]
    changed["core"] = sorted({new.id if one == edit.food else one for one in meal["core"]})
    _rename(changed, FOODS[old["food_id"]], new)
    _put(plan, day, place, changed, made)
    why = edit.reason or "You asked for another food."
    made.say(day["day"], f"{new.name.lower()} instead of {old['food'].lower()} in {dish_of(meal)}", why)
    made.head["unwanted"] = list(plan.head["unwanted"])
    return made


def _rename(meal: dict[str, Any], old: Food, new: Food) -> None:
    for key in ("name", "method", "recipe"):
        meal[key] = meal[key].replace(old.short, new.short).replace(old.short.capitalize(), new.short.capitalize())


def _stand_in(plan: Plan, meal: Mapping[str, Any], old: Food, edit: PlanEdit) -> Food:
    told = plan.told
    pregnant = bool({"pregnant", "breastfeeding"} & set(told.conditions))
    may_eat = edible(told.diet, told.allergies, [*told.avoid_foods, *plan.head["unwanted"]], pregnant=pregnant)
    present = {one["food_id"] for one in meal["items"]}
    if edit.to is not None:
        wanted = may_eat.get(edit.to) or next((one for one in may_eat.values() if matches(one, edit.to)), None)
        if wanted is None:
            raise Rejected(f"“{edit.to}” is not among the foods of ours that you eat. Name another one.")
        if wanted.id in present:
            raise Rejected(f"{wanted.name} is in this meal already.")
        return wanted
    near = sorted(
        (one for one in may_eat.values() if one.id not in present and one.id != old.id),
        key=lambda one: _distance(old, one),
    )
    if not near or _distance(old, near[0]) > 1.5:
        raise Rejected(f"We know nothing that does in this meal what {old.name.lower()} does. Swap the meal instead.")
    return near[0]


def _distance(old: Food, new: Food) -> float:
    """How unlike two foods are in a dish: by what their energy is made of, their aisle and how they are sold."""

    def shares(food: Food) -> tuple[float, float, float]:
        energy = max(1.0, food.calories)
        return food.protein * 4 / energy, food.carbs * 4 / energy, food.fat * 9 / energy

    apart = sum(abs(one - other) for one, other in zip(shares(old), shares(new), strict=True))
    dense = abs(old.calories - new.calories) / max(old.calories, new.calories, 1.0)
    return (
        apart
        + 0.5 * dense
        + 0.5 * (old.aisle != new.aisle)
        + 0.1 * (old.state != new.state)
        + 0.1 * abs(old.price - new.price)
    )


def _as_much(old: Food, grams: float, new: Food) -> float:
    """The amount of ``new`` in whole steps with the same energy, at most twice the weight."""
    weight = min(grams * old.calories / max(new.calories, 1.0), 2 * grams)
    return max(1, round(weight / new.step_grams)) * new.step_grams


def amount(plan: Plan, edit: PlanEdit, seed: str) -> Changed:
    """As much of a food as the person says, to the nearest household step; nothing else moves."""
    made = Changed("Amount changed")
    day, place, meal = place_of(plan, edit)
    old = next((one for one in meal["items"] if one["food_id"] == edit.food), None)
    if old is None:
        raise Rejected("That meal has no such food.")
    food = FOODS[old["food_id"]]
    grams = round((edit.grams or 0.0) / food.step_grams) * food.step_grams
    changed = copy.deepcopy(meal if grams else own_words(meal))
    kept = [one for one in changed["items"] if one["food_id"] != food.id or grams]
    changed["items"] = [item(food, grams, plan.told.units) if one["food_id"] == food.id else one for one in kept]
    if not changed["items"]:
        raise Rejected("Nothing would be left of the meal. Swap it instead.")
    _put(plan, day, place, changed, made)
    said = food.said(grams) if grams else "none"
    made.say(day["day"], f"{food.name}: {said} instead of {food.said(old['grams'])}", edit.reason or "You set it.")
    return made


def _put(plan: Plan, day: Mapping[str, Any], place: int, meal: dict[str, Any], made: Changed) -> None:
    meal["totals"] = described(meal["items"])
    meals = copy.deepcopy(day["nutrition"]["meals"])
    meals[place] = meal
    made.days[day["day"]] = whole_of(plan, day, meals)
