"""The rules author: a day's meals, solved."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from worker.errors import Rejected
from worker.plans.choose import Eaten, Table, beside, choices, factor_of
from worker.plans.foods import FOODS, Food
from worker.plans.solver import Served, Slot, Solved, solve, total
from worker.plans.targets import Targets

# How many meals each slot is offered, and the seconds to solve it in, try by try; the last takes any mix in tolerance.
TRIES: Final = ((4, True, 3.0), (10, True, 4.0), (40, False, 12.0))
FIELDS: Final = {"calories": "calories", "protein": "protein_g", "carbs": "carbs_g", "fat": "fat_g", "fiber": "fiber_g"}


@dataclass(frozen=True)
class Frame:
    """A day before its meals: what the week's split says of it."""

    day: int
    weekday: str
    targets: Targets
    meals: tuple[dict[str, Any], ...]  # slot, name, time, share
    away: bool = False  # travelling
    double: bool = False  # dinner is cooked for tomorrow's lunch too
    leftover: bool = False  # lunch is what was cooked yesterday


def rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {FIELDS[name]: round(value) if name == "calories" else round(value, 1) for name, value in values.items()}


def grams_of(meals: Sequence[Mapping[str, Any]]) -> dict[Food, float]:
    """All that is eaten, by food."""
    found: dict[Food, float] = {}
    for meal in meals:
        for item in meal["items"]:
            food = FOODS[item["food_id"]]
            found[food] = found.get(food, 0.0) + item["grams"]
    return found


def item(food: Food, grams: float, units: str = "kg") -> dict[str, Any]:
    measure = food.said(grams)
    if food.measure == "g" and units == "lb":
        measure = f"{grams / 28.3495:.1f} oz".replace(".0 oz", " oz")
    return {
        "food": food.name, "food_id": food.id, "grams": round(grams, 2), "measure": measure, "aisle": food.aisle,
        "unit": food.measure, "unit_grams": food.grams, **rounded(total({food: grams})),
    }  # fmt: skip


def described(items: Sequence[dict[str, Any]]) -> dict[str, float]:
    return rounded(total(grams_of([{"items": items}])))


def meal_out(place: Mapping[str, Any], served: Sequence[Served], units: str) -> dict[str, Any]:
    main = served[0]
    grams: dict[str, float] = {}
    for one in served:
        for name, weight in one.grams.items():
            grams[name] = grams.get(name, 0.0) + weight
    items = [item(FOODS[name], weight, units) for name, weight in grams.items()]
    aside = [one.meal.name for one in served[1:]]
    name = main.meal.name + (f"; {', '.join(text[:1].lower() + text[1:] for text in aside)}" if aside else "")
    return {
        "slot": place["slot"], "meal": place["name"], "name": f"{place['name']}: {name}", "time": place["time"],
        "dish": main.meal.dish.id, "lead": main.meal.portions[0].food.id, "share": place["share"],
        "batch": main.meal.dish.batch, "core": sorted(main.grams), "items": items, "totals": described(items),
        "method": main.meal.method, "recipe": main.meal.method, "leftover_of": None,
    }  # fmt: skip


def leftovers(place: Mapping[str, Any], dinner: Mapping[str, Any], units: str) -> dict[str, Any]:
    """Lunch of what was cooked for dinner; what was had beside that is not part of it."""
    items = [
        item(FOODS[one["food_id"]], one["grams"], units) for one in dinner["items"] if one["food_id"] in dinner["core"]
    ]
    dish = dinner["name"].split(": ", 1)[1].split(";")[0]
    return {
        **dinner, "slot": place["slot"], "meal": place["name"], "name": f"{place['name']}: {dish}",
        "time": place["time"], "share": place["share"], "items": items, "totals": described(items),
        "leftover_of": "", "batch": 1,
    }  # fmt: skip


def compose(
    table: Table,
    frame: Frame,
    others: Sequence[Mapping[str, Any]],
    seed: str,
    kept: Mapping[int, dict[str, Any]] | None = None,
) -> list[dict[str, Any]] | None:
    """The day's meals, or None where none of ours fit. ``others``: the days there are; ``kept``: meals that stay."""
    held = dict(kept or {})
    if frame.leftover and not held:
        cooked = _cooked_yesterday(frame, others)
        place = next((number for number, one in enumerate(frame.meals) if one["slot"] == "l"), None)
        if cooked is not None and place is not None:
            held[place] = leftovers(frame.meals[place], cooked, table.told.units)
    found = _tries(table, frame, others, seed, held)
    if found is None and held and not kept:
        found = _tries(table, frame, others, seed, {})
    return found


def _cooked_yesterday(frame: Frame, others: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    for day in others:
        if day["day"] == frame.day - 1:
            return next((meal for meal in day["nutrition"]["meals"] if meal["slot"] == "d" and meal["batch"] > 1), None)
    return None


def _tries(
    table: Table, frame: Frame, others: Sequence[Mapping[str, Any]], seed: str, held: Mapping[int, dict[str, Any]]
) -> list[dict[str, Any]] | None:
    chance = random.Random(f"{seed}/{frame.day}")  # noqa: S311 - variety, no secret
    fixed = grams_of(list(held.values()))
    eaten = Eaten.of([*others, {"day": frame.day, "nutrition": {"meals": list(held.values())}}], frame.day)
    for most, strict, seconds in TRIES:
        slots = [
            Slot((), place["share"], fixed={}) if number in held else _slot(table, frame, place, eaten, chance, most)
            for number, place in enumerate(frame.meals)
        ]
        if any(slot.fixed is None and not slot.choices for slot in slots):
            return None
        solved = solve(frame.targets, slots, fixed, seconds, strict=strict)
        if solved is not None:
            return _meals(frame, solved, held, table.told.units)
    return None


def _slot(table: Table, frame: Frame, place: Mapping[str, Any], eaten: Eaten, chance: random.Random, most: int) -> Slot:
    factor = factor_of(place["slot"], place["share"], frame.targets.calories)
    batch = frame.double and place["slot"] == "d"
    offered = choices(table, place["slot"], factor, eaten, chance, most, batch=batch, away=frame.away)
    return Slot(offered, place["share"], beside(table, chance, factor))


def _meals(frame: Frame, solved: Solved, held: Mapping[int, dict[str, Any]], units: str) -> list[dict[str, Any]]:
    return [
        held[number] if number in held else meal_out(place, solved.slots[number], units)
        for number, place in enumerate(frame.meals)
    ]


def nutrition(frame: Frame, meals: list[dict[str, Any]]) -> dict[str, Any]:
    return {"targets": frame.targets.plain(), "totals": rounded(total(grams_of(meals))), "meals": meals}


def conflict(table: Table, frame: Frame, seed: str) -> Rejected:
    """Which wishes stand against each other, found by letting go of one after the other."""
    told = table.told
    looser: list[tuple[str, Table]] = []
    if told.avoid_foods or table.avoid:
        free = told.model_copy(update={"avoid_foods": []})
        looser.append((f"avoid_foods ({', '.join([*told.avoid_foods, *table.avoid])})", Table(free)))
    if told.allergies:
        looser.append(
            (f"allergies ({', '.join(told.allergies)})", Table(told.model_copy(update={"allergies": []}), table.avoid))
        )
    if told.budget == "low":
        looser.append(("budget (low)", Table(told.model_copy(update={"budget": "medium"}), table.avoid)))
    if told.diet != "omnivore":
        looser.append((f"diet ({told.diet})", Table(told.model_copy(update={"diet": "omnivore"}), table.avoid)))
    alone = replace(frame, leftover=False, double=False)
    names = [name for name, other in looser if compose(other, alone, [], seed) is not None]
    goal = frame.targets
    want = f"{goal.calories:,.0f} kcal with {goal.protein_g:.0f} g of protein in {len(frame.meals)} meals"
    if "eating_disorder" in told.conditions:
        want = "What you need in a day"
    if names:
        return Rejected(
            f"{want} cannot be made of foods we know with all of your wishes. "
            f"Without one of these it works: {'; '.join(names)}."
        )
    every = "; ".join(name for name, _ in looser)
    together = f" with {every} together" if every else ""
    return Rejected(
        f"{want} cannot be made of foods we know{together}. Change meals_per_day, or loosen several of these wishes."
    )


def settle(days: list[dict[str, Any]]) -> list[int]:
    """Say of each leftover when it was cooked, and of each dish that it is cooked for two; returns the changed days.

    A leftover whose dinner has gone is cooked afresh.
    """
    changed = []
    by_day = {day["day"]: day for day in days}
    for day in days:
        for meal in day["nutrition"]["meals"]:
            before = (meal["leftover_of"], meal["method"])
            if meal["leftover_of"] is not None:
                _settle_leftover(meal, by_day.get(day["day"] - 1))
            if meal["leftover_of"] is None:
                twin = _twin(meal, by_day.get(day["day"] + 1))
                more = (
                    f" Cook twice the amount: the other half is {twin}'s lunch; cool it and keep it in the fridge."
                    if twin
                    else ""
                )
                meal["method"] = meal["recipe"] + more
            if (meal["leftover_of"], meal["method"]) != before:
                changed.append(day["day"])
    return sorted(set(changed))


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    def core(meal: Mapping[str, Any]) -> dict[str, float]:
        return {part["food_id"]: part["grams"] for part in meal["items"] if part["food_id"] in meal["core"]}

    return one["dish"] == other["dish"] and core(one) == core(other)


def _settle_leftover(meal: dict[str, Any], yesterday: Mapping[str, Any] | None) -> None:
    dinners = [one for one in yesterday["nutrition"]["meals"] if one["slot"] == "d"] if yesterday else []
    cooked = next((one for one in dinners if one["leftover_of"] is None and _same(one, meal)), None)
    if cooked is None or yesterday is None:
        meal["leftover_of"] = None
        return
    meal["leftover_of"] = yesterday["weekday"]
    meal["method"] = (
        f"Left over from {yesterday['weekday'].capitalize()}'s dinner: heat it until it steams all through, "
        "or eat it cold where it is a salad."
    )


def _twin(meal: Mapping[str, Any], tomorrow: Mapping[str, Any] | None) -> str | None:
    if meal["slot"] != "d" or tomorrow is None:
        return None
    lunch = [one for one in tomorrow["nutrition"]["meals"] if one["leftover_of"] is not None and _same(one, meal)]
    return str(tomorrow["weekday"]).capitalize() if lunch else None
