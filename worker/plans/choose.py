"""Which meals may fill a slot today: what the person may eat, varied over the week, within the budget."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.kinds.plan import PlanInput
from worker.plans.foods import Food, edible, matches
from worker.plans.meals import MIDDLING, Meal, menu
from worker.plans.solver import Choice

# How often a dish may be cooked in a week.
MOST_A_WEEK: Final = {"b": 3, "l": 2, "d": 2, "s": 3}
# What it costs to choose a meal, beside what the solver counts (see there).
AGAIN, YESTERDAY, SAME_LEAD, LAST_WEEK, DEAR, MIDDLE_PRICE, LIKED, COOKED_AWAY, STAND_IN, JITTER = (
    1.2, 1.5, 0.35, 0.5, 0.6, 0.15, -1.5, 1.5, 0.25, 1.0,
)  # fmt: skip
BESIDE: Final = 6  # kinds of what may be had beside a dish that are offered
ONE_KIND: Final = frozenset({"side_shake", "side_milk"})  # one tin, one carton in the house is enough
# Nothing to cook, or carried along easily.
PORTABLE: Final = frozenset({
    "overnight_oats", "bircher", "yogurt_bowl", "cereal_milk", "turkey_bagel", "salmon_bagel", "pb_toast",
    "cottage_toast", "chicken_wrap", "tuna_pasta_salad", "turkey_sandwich", "egg_sandwich", "hummus_pitta",
    "greek_salad_bowl", "lentil_salad", "mackerel_toast", "chicken_quinoa", "poke_quinoa", "soba_salad",
    "apple_nut", "fruit_nuts", "yogurt_fruit", "hummus_veg", "cheese_crackers", "turkey_rolls", "cottage_fruit",
    "tuna_crackers", "dates_shake", "popcorn_nuts",
})  # fmt: skip


@dataclass(frozen=True)
class Table:
    """What this person may be served, and what they like."""

    told: PlanInput
    avoid: tuple[str, ...] = ()  # beside those of the input
    like: tuple[str, ...] = ()
    cheaper: bool = False
    portable: bool = False
    last_week: frozenset[str] = frozenset()  # dishes
    banned: frozenset[str] = frozenset()  # dishes and meals (keys) not wanted now
    foods: Mapping[str, Food] = field(init=False)
    meals: Mapping[str, list[Meal]] = field(init=False)

    def __post_init__(self) -> None:
        low = self.told.budget == "low" or self.cheaper
        foods = edible(
            self.told.diet, self.told.allergies, [*self.told.avoid_foods, *self.avoid],
            pregnant=bool({"pregnant", "breastfeeding"} & set(self.told.conditions)), dear=not low,
        )  # fmt: skip
        object.__setattr__(self, "foods", foods)
        object.__setattr__(self, "meals", menu(foods))

    def likes(self, meal: Meal) -> bool:
        return any(matches(portion.food, one) for portion in meal.portions for one in self.like)


@dataclass(frozen=True)
class Eaten:
    """What the week has had so far."""

    dishes: Counter[str]
    leads: Counter[str]
    yesterday: frozenset[str]

    @classmethod
    def of(cls, days: Iterable[Mapping[str, Any]], today: int) -> "Eaten":
        dishes: Counter[str] = Counter()
        leads: Counter[str] = Counter()
        yesterday: set[str] = set()
        for day in days:
            for meal in day["nutrition"]["meals"]:
                if meal["leftover_of"] is None:
                    dishes[meal["dish"]] += 1
                    leads[meal["lead"]] += 1
                if abs(day["day"] - today) == 1:
                    yesterday.add(meal["dish"])
        return cls(dishes, leads, frozenset(yesterday))


def price(table: Table, meal: Meal) -> float:
    low = table.told.budget == "low" or table.cheaper
    if table.told.budget == "high" and not table.cheaper:
        return 0.0
    dear = sum(portion.food.price == 3 for portion in meal.portions)
    middle = sum(portion.food.price == 2 for portion in meal.portions)
    return DEAR * dear + MIDDLE_PRICE * middle * (2 if low else 1)


def choices(
    table: Table,
    slot: str,
    factor: float,
    eaten: Eaten,
    chance: random.Random,
    most: int,
    *,
    batch: bool = False,
    away: bool = False,
) -> list[Choice]:
    """The best ``most`` meals for the slot, ``factor`` times as large as middling ones.

    ``batch``: only what can be cooked for two days; ``away``: on a day of travel.
    """
    found: list[Choice] = []
    pool = [meal for meal in table.meals[slot] if not {meal.dish.id, meal.key} & table.banned]
    fresh = [meal for meal in pool if eaten.dishes[meal.dish.id] < MOST_A_WEEK.get(slot, 7)]
    kept = [meal for meal in fresh or pool if meal.dish.batch > 1] if batch else []
    for meal in kept or fresh or pool:
        lead = meal.portions[0].food.id
        cost = AGAIN * eaten.dishes[meal.dish.id] + YESTERDAY * (meal.dish.id in eaten.yesterday)
        cost += SAME_LEAD * eaten.leads[lead] + LAST_WEEK * (meal.dish.id in table.last_week)
        cost += price(table, meal) + LIKED * table.likes(meal) + JITTER * chance.random() + STAND_IN * meal.rank
        if (away or table.portable) and meal.dish.id not in PORTABLE:
            cost += COOKED_AWAY
        found.append(Choice(meal.scaled(factor), cost))
    return _spread(sorted(found, key=lambda one: one.cost), most)


def _spread(ranked: Sequence[Choice], most: int) -> list[Choice]:
    """The cheapest, but at most two of one dish."""
    count: Counter[str] = Counter()
    kept: list[Choice] = []
    for one in ranked:
        if count[one.meal.dish.id] < 2 and len(kept) < most:
            count[one.meal.dish.id] += 1
            kept.append(one)
    return kept


def beside(table: Table, chance: random.Random, factor: float) -> list[Choice]:
    """What may be had beside a dish: one of each of a few kinds."""
    by_dish: dict[str, list[Meal]] = {}
    for meal in table.meals["x"]:
        by_dish.setdefault(meal.dish.id, []).append(meal)
    for kind in by_dish.keys() & ONE_KIND:
        by_dish[kind] = by_dish[kind][:1]
    return [
        Choice(chance.choice(meals).scaled(max(1.0, factor)), price(table, meals[0]) * 0.5)
        for meals in chance.sample(list(by_dish.values()), min(BESIDE, len(by_dish)))
    ]


def factor_of(slot: str, share: float, calories: float) -> float:
    return share * calories / MIDDLING[slot]
