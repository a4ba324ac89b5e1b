"""What a change of a plan makes of it. Pure functions: the plan and the wish in, the changed days out."""

import copy
import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.kinds.plan_edit import PlanEdit
from worker.errors import Rejected
from worker.plans import wishes
from worker.plans.author import compose, conflict, described, meal_out, settle
from worker.plans.choose import Eaten, Table, beside, choices, factor_of
from worker.plans.edited import Changed, Plan, dish_of, place_of, whole_of
from worker.plans.solver import Slot, solve
from worker.plans.swap import amount, swap_food
from worker.plans.targets import Targets
from worker.plans.training import week_of
from worker.plans.week import frame_of

ENERGY = {"loss": "deficit", "gain": "surplus", "even": "maintenance"}
# A meal that takes another's place should give as much; a swap of a food keeps its energy and cares for protein.
ALIKE = 0.25
MOST_NEW = 8  # exercises that a redo does without


def change(
    asked: Mapping[str, Any], head: Mapping[str, Any], pieces: Mapping[str, Mapping[str, Any]], wish: Mapping[str, Any],
    seed: str, old: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    """Everything that changes, as plain values; runs in a process of its own. Raises Rejected."""
    plan, edit = Plan.of(asked, head, pieces), PlanEdit.model_validate(wish)
    makers = {"redo": _redo, "swap_meal": _swap_meal, "swap_food": swap_food, "amount": amount}
    made = _restored(plan, edit, old) if edit.what == "restore" else makers[edit.what](plan, edit, seed)
    days = {**plan.days, **made.days}
    numbers = sorted(days)
    whole = [copy.deepcopy(days[number]) for number in numbers]
    for number in settle(whole):
        made.days[number] = whole[numbers.index(number)]
    return {
        "what": made.what, "changes": made.changes, "head": made.head,
        "days": {str(number): day for number, day in sorted(made.days.items())},
    }  # fmt: skip


def _others(plan: Plan, made: Changed, but: int) -> list[dict[str, Any]]:
    return [day for number, day in {**plan.days, **made.days}.items() if number != but]


def _redo(plan: Plan, edit: PlanEdit, seed: str) -> Changed:
    made = Changed("Written anew")
    numbers = sorted(plan.days) if edit.day is None else [edit.day]
    why = f"You said: {edit.reason}" if edit.reason else "You asked for it."
    if edit.part in {"training", "both"}:
        _redo_training(plan, edit, numbers, made, why)
    if edit.part in {"nutrition", "both"}:
        _redo_meals(plan, edit, numbers, made, seed, why)
    if not made.changes:
        raise Rejected("Nothing would change: that day is a rest day. Ask for its meals, or for another day.")
    return made


def _redo_training(plan: Plan, edit: PlanEdit, numbers: list[int], made: Changed, why: str) -> None:
    """The sessions made with the person's words among the notes; the week's days stay where they are."""
    trained = [number for number in sorted(plan.days) if plan.days[number]["training"] is not None]
    fresh = _sessions(plan, edit, [number for number in trained if number in numbers])
    for index, number in enumerate(trained):
        if number not in numbers:
            continue
        # Where the words of the person cost a day of training, the sessions there are come round again.
        session = {**fresh[index % len(fresh)], "time": plan.days[number]["training"]["time"]}
        day = {**copy.deepcopy(made.days.get(number, plan.days[number])), "training": session}
        made.days[number] = whole_of(plan, day, day["nutrition"]["meals"])
        made.say(number, f"{session['name']} is written anew", why)


def _sessions(plan: Plan, edit: PlanEdit, numbers: list[int]) -> list[dict[str, Any]]:
    """Without the lesser exercises of those days, if that leaves any; the first of each day may come again."""
    energy = ENERGY[plan.head["energy"]["goal"]]
    told = plan.told.model_dump(mode="json", exclude_none=True)
    number = plan.head["training_week"]
    had = [one["name"] for day in numbers for one in plan.days[day]["training"]["exercises"][1:]]
    try:
        week = week_of(told, energy, number, edit.reason, list(dict.fromkeys(had))[:MOST_NEW])
    except Rejected:
        week = week_of(told, energy, number, edit.reason)
    return list(week["sessions"].values())


def _redo_meals(plan: Plan, edit: PlanEdit, numbers: list[int], made: Changed, seed: str, why: str) -> None:
    words = [edit.reason] if edit.reason else []
    before = {meal["dish"] for number in numbers for meal in plan.days[number]["nutrition"]["meals"]}
    # One day: nothing of what it had; a whole week has too many dishes to do without all of them.
    table = plan.table(words, sorted(before) if len(numbers) == 1 else ())
    table = replace(table, last_week=table.last_week | frozenset(before))
    outside = [day for number, day in plan.days.items() if number not in numbers]
    for number in numbers:
        now = {**made.days}
        others = outside + [now[other] for other in numbers if other < number and other in now]
        frame = frame_of(plan.head["frame"][number - 1])
        meals = compose(table, frame, others, f"{seed}/{edit.reason}")
        if meals is None and len(numbers) == 1:
            meals = compose(plan.table(words), frame, others, f"{seed}/{edit.reason}")
        if meals is None:
            raise conflict(table, frame, seed)
        made.days[number] = whole_of(plan, made.days.get(number, plan.days[number]), meals)
        made.say(number, "the meals are written anew", why)
    if table.avoid and edit.day is None:
        made.head["unwanted"] = list(dict.fromkeys([*plan.head["unwanted"], *_unwanted(edit.reason)]))


def _unwanted(reason: str) -> list[str]:
    return wishes.read([reason]).avoid


def _swap_meal(plan: Plan, edit: PlanEdit, seed: str) -> Changed:
    """Another dish in its place; the rest of the day stays, and the day still adds up."""
    made = Changed("Meal swapped")
    day, place, meal = place_of(plan, edit)
    frame = frame_of(plan.head["frame"][day["day"] - 1])
    kept = {n: one for n, one in enumerate(day["nutrition"]["meals"]) if n != place}
    table = plan.table([edit.reason] if edit.reason else [], [meal["dish"]])
    if edit.to is not None:
        table = _only(table, meal["slot"], edit.to)
    others = _others(plan, made, day["day"])
    meals = compose(table, replace(frame, double=False), others, f"{seed}/{meal['dish']}", kept)
    if meals is None:
        meals = _alike(table, frame, others, day, place, seed)
    if meals is None:
        raise Rejected("No other dish of ours fits in its place with all of your wishes; try to swap a food in it.")
    made.days[day["day"]] = whole_of(plan, day, meals)
    made.say(
        day["day"], f"{meals[place]['name']}, instead of {dish_of(meal)}", edit.reason or "You asked for another meal."
    )
    return made


def _only(table: Table, slot: str, dish: str) -> Table:
    meals = [meal for meal in table.meals[slot] if meal.dish.id == dish]
    if not meals:
        raise Rejected(f"There is no such dish for this meal with what you eat: {dish}.")
    only = replace(table)
    object.__setattr__(only, "meals", {**table.meals, slot: meals})
    return only


def _alike(
    table: Table, frame: Any, others: list[dict[str, Any]], day: Mapping[str, Any], place: int, seed: str
) -> list[dict[str, Any]] | None:
    """Where the day cannot add up any more (it was changed by hand before): a dish that gives what this one gave."""
    meals = list(day["nutrition"]["meals"])
    had = described(meals[place]["items"])
    goal = Targets(had["calories"], had["protein_g"], had["carbs_g"], had["fat_g"], had["fiber_g"])
    chance = random.Random(seed)  # noqa: S311 - variety, no secret
    factor = factor_of(meals[place]["slot"], 1.0, goal.calories)
    offered = choices(table, meals[place]["slot"], factor, Eaten.of(others, frame.day), chance, 40)
    found = solve(goal, [Slot(offered, 1.0, beside(table, chance, factor))], {}, 3.0, strict=False, loose=ALIKE / 0.05)
    if found is None:
        return None
    place_of = frame.meals[place]
    meals[place] = meal_out(place_of, found.slots[0], table.told.units)
    return meals


def _restored(plan: Plan, edit: PlanEdit, old: Mapping[str, Mapping[str, Any]]) -> Changed:
    made = Changed(f"Back to version {edit.to_version}")
    for day in old.values():
        if plan.days[day["day"]] != day:
            made.days[day["day"]] = copy.deepcopy(dict(day))
            made.say(day["day"], f"as it was in version {edit.to_version}", edit.reason or "You asked for it.")
    if not made.days:
        raise Rejected("That version has the very same days.")
    return made
