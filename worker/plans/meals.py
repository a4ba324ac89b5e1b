"""Our meals (meals.csv): dishes with alternatives for each of their foods, and ranges in household measures.

A dish becomes one `Meal` for each food that may lead it; the others are the first alternative that the person may eat.
Ranges are for a middling eater; `Meal.scaled` fits them to what a meal has to give.
"""

import csv
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from worker.plans.foods import FOODS, Food, singular

# What a meal of each slot gives a middling eater (kcal); its ranges are meant for that.
MIDDLING: Final = {"b": 470.0, "l": 560.0, "d": 640.0, "s": 230.0, "x": 150.0}
MOST_VARIANTS: Final = 4  # of one dish
# Weights of an alternative beside the first, so that a handful of leaves never replaces an egg calorie by calorie.
MOST_WEIGHT: Final = 1.6
# How far a range may be stretched or shrunk for a large or a small eater.
STRETCH: Final = (0.6, 2.4)


@dataclass(frozen=True)
class Ingredient:
    alternatives: tuple[str, ...]
    low: float  # measures of the first alternative
    high: float


@dataclass(frozen=True)
class Dish:
    id: str
    slots: str
    batch: int  # how many meals one cooking may give; 1: eaten at once
    name: str
    ingredients: tuple[Ingredient, ...]
    method: str


@dataclass(frozen=True)
class Portion:
    """Of a food in a meal: from ``low`` to ``high`` of its steps."""

    food: Food
    low: int
    high: int


@dataclass(frozen=True)
class Meal:
    dish: Dish
    portions: tuple[Portion, ...]
    optional: tuple[bool, ...]

    @property
    def key(self) -> str:
        return f"{self.dish.id}:{self.portions[0].food.id}"

    @property
    def rank(self) -> int:
        """Of the food that leads it among those that may: 0 is what the dish is known for."""
        return self.dish.ingredients[0].alternatives.index(self.portions[0].food.id)

    @cached_property
    def name(self) -> str:
        """One noun before another is singular: "chickpea curry"."""
        return self._said(
            re.sub(r"\{(\d)\}(?= (?!with\b|and\b|on\b|in\b|or\b|to\b|shaken\b)\w)", r"{\1s}", self.dish.name)
        )

    @cached_property
    def method(self) -> str:
        return self._said(self.dish.method)

    def _said(self, text: str) -> str:
        by_place = {str(place): portion.food.short for place, portion in enumerate(self.portions)}
        one = {
            f"{place}s": " ".join([*told.split()[:-1], singular(told.split()[-1])]) for place, told in by_place.items()
        }
        said = re.sub(r"\{(\ds?)\}", lambda found: {**by_place, **one}[found[1]], text)
        return said[:1].upper() + said[1:]

    def scaled(self, factor: float) -> "Meal":
        """With its ranges for a meal ``factor`` times as large as a middling one."""
        factor = max(STRETCH[0], min(STRETCH[1], factor))
        low = min(1.0, factor)
        return Meal(
            self.dish,
            tuple(
                Portion(one.food, max(0 if skip else 1, round(one.low * low)), max(1, math.ceil(one.high * factor)))
                for one, skip in zip(self.portions, self.optional, strict=True)
            ),
            self.optional,
        )


def _read() -> dict[str, Dish]:
    with (Path(__file__).with_name("meals.csv")).open(encoding="utf-8") as file:
        return {
            row["id"]: Dish(
                id=row["id"], slots=row["slots"], batch=int(row["batch"] or 1), name=row["name"],
                ingredients=tuple(_ingredient(part) for part in row["items"].split(";")), method=row["method"],
            )
            for row in csv.DictReader(file, delimiter="|")
        }  # fmt: skip


def _ingredient(text: str) -> Ingredient:
    foods, span = text.rsplit(" ", 1)
    low, high = span.split("-")
    return Ingredient(tuple(foods.split("/")), float(low), float(high))


DISHES: Final = _read()


def portion(ingredient: Ingredient, food: Food) -> Portion:
    """The ingredient's range as steps of one of its alternatives.

    The same household measure keeps its numbers; another food stands in by energy.
    """
    first = FOODS[ingredient.alternatives[0]]
    low, high = ingredient.low * first.grams, ingredient.high * first.grams
    if food is not first and (food.measure != first.measure or food.measure == "g"):
        rate = first.calories / food.calories
        low, high = (min(weight * rate, weight * MOST_WEIGHT) for weight in (low, high))
    elif food is not first:
        low, high = ingredient.low * food.grams, ingredient.high * food.grams
    least = 1 if ingredient.low else 0
    fewest = max(least, round(low / food.step_grams))
    return Portion(food, fewest, max(1, fewest, round(high / food.step_grams)))


def variants(dish: Dish, may_eat: Mapping[str, Food]) -> list[Meal]:
    """The dish as this person may eat it, once for each food that may lead it."""
    rest: list[Portion] = []
    optional: list[bool] = [False]
    for ingredient in dish.ingredients[1:]:
        found = next((may_eat[name] for name in ingredient.alternatives if name in may_eat), None)
        if found is not None:
            rest.append(portion(ingredient, found))
            optional.append(not ingredient.low)
        elif ingredient.low or f"{{{len(rest) + 1}}}" in dish.name + dish.method:
            return []
        else:
            return _without(dish, may_eat, ingredient)
    lead = dish.ingredients[0]
    leads = [may_eat[name] for name in lead.alternatives if name in may_eat]
    used = {one.food.id for one in rest}
    return [
        Meal(dish, (portion(lead, food), *rest), tuple(optional))
        for food in leads[:MOST_VARIANTS]
        if food.id not in used
    ]


def _without(dish: Dish, may_eat: Mapping[str, Food], ingredient: Ingredient) -> list[Meal]:
    """The dish without something that it does not need. Places named in texts come before such, see the test."""
    left = tuple(one for one in dish.ingredients if one is not ingredient)
    return variants(Dish(dish.id, dish.slots, dish.batch, dish.name, left, dish.method), may_eat)


def menu(may_eat: Mapping[str, Food]) -> dict[str, list[Meal]]:
    """All meals by slot: b, l, d, s, and x for what goes beside any of them."""
    found: dict[str, list[Meal]] = {slot: [] for slot in MIDDLING}
    for dish in DISHES.values():
        for meal in variants(dish, may_eat):
            for slot in dish.slots:
                found[slot].append(meal)
    return found
