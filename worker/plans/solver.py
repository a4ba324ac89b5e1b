"""Which meals, and how much of each food: a day whose energy and nutrients come out within tolerance.

A mixed-integer program (HiGHS by SciPy): a binary for each meal that may fill a slot, and for each of its foods the
number of household steps. The totals are those of the food table; nothing is rounded afterwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from worker.plans.foods import Food
from worker.plans.meals import Meal
from worker.plans.targets import Targets

# How far a day's totals may be from its targets (contract of the product), and how far we aim at first.
TOLERANCE: Final = {"calories": 0.05, "protein": 0.05, "carbs": 0.10, "fat": 0.10}
AIM: Final = 0.8  # of the tolerance
NUTRIENTS: Final = ("calories", "protein", "carbs", "fat", "fiber")
# A meal's share of the day may differ from the usual so far.
SHARE: Final = (0.65, 1.4)
# Weights of what a good day is: near the targets, usual portions, nothing beside the dishes that is not needed.
OFF_TARGET, OFF_PORTION, ASIDE, FIBRE_SHORT, FIBRE_MUCH = 6.0, 0.6, 0.5, 2.0, 5.0
CLOSE: Final = 0.02  # of a target: nearer is no better
MOST_FIBRE: Final = 1.4  # times the target
MOST_ASIDE: Final = 2  # of a meal
MOST_OF_ONE: Final = {"whey_protein": 3, "soy_protein": 3, "pea_protein": 3}  # measures a day
# Grams of one food in a meal at most: by aisle, of stock, of anything else.
MOST_GRAMS: Final = {"oils": 45.0, "spices": 120.0, "nuts": 120.0}
MOST_STOCK, HEAVIEST = 900.0, 600.0
MAIN: Final = frozenset("ld")  # slots whose meals are led by different foods
GAP: Final = 0.6  # of the cost: which of several good days it is does not matter


@dataclass(frozen=True)
class Choice:
    """A meal that may fill a slot, and what it costs to choose it (variety, budget, likes)."""

    meal: Meal
    cost: float = 0.0


@dataclass(frozen=True)
class Slot:
    choices: Sequence[Choice]
    share: float  # of the day's energy, usually
    asides: Sequence[Choice] = ()
    fixed: Mapping[str, float] | None = None  # grams by food of what is cooked already; no choices then


@dataclass(frozen=True)
class Served:
    meal: Meal
    grams: dict[str, float]


@dataclass(frozen=True)
class Solved:
    slots: list[list[Served]]  # of each slot the dish, then what is beside it; nothing for a fixed one


def nutrients(food: Food) -> np.ndarray:
    """Of one gram, in the order of NUTRIENTS."""
    return np.array([food.calories, food.protein, food.carbs, food.fat, food.fiber]) / 100


def total(grams: Mapping[Food, float]) -> dict[str, float]:
    summed = sum((nutrients(food) * weight for food, weight in grams.items()), np.zeros(len(NUTRIENTS)))
    return dict(zip(NUTRIENTS, (float(value) for value in summed), strict=True))


class _Program:
    """Columns and rows as they are added."""

    def __init__(self) -> None:
        self.cost: list[float] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.whole: list[int] = []
        self.rows: list[dict[int, float]] = []
        self.least: list[float] = []
        self.most: list[float] = []

    def column(self, low: float, high: float, cost: float = 0.0, *, whole: bool = False) -> int:
        self.cost.append(cost)
        self.low.append(low)
        self.high.append(high)
        self.whole.append(int(whole))
        return len(self.cost) - 1

    def row(self, terms: dict[int, float], least: float, most: float) -> None:
        self.rows.append(terms)
        self.least.append(least)
        self.most.append(most)

    def solve(self, seconds: float) -> np.ndarray | None:
        # Half a second to import, which only the processes pay that solve.
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        values = [value for row in self.rows for value in row.values()]
        columns = [column for row in self.rows for column in row]
        ends = np.cumsum([0, *(len(row) for row in self.rows)])
        matrix = csr_array((values, columns, ends), shape=(len(self.rows), len(self.cost)))
        found = milp(
            np.array(self.cost),
            integrality=np.array(self.whole),
            bounds=Bounds(np.array(self.low), np.array(self.high)),
            constraints=LinearConstraint(matrix, np.array(self.least), np.array(self.most)),
            options={"time_limit": seconds, "mip_rel_gap": GAP},
        )
        return None if found.x is None else np.array(found.x)


@dataclass
class _Placed:
    slot: int
    meal: Meal
    chosen: int
    steps: list[tuple[Food, int]]


def solve(
    goal: Targets,
    slots: Sequence[Slot],
    fixed: Mapping[Food, float],
    seconds: float,
    *,
    strict: bool = True,
    loose: float = 1.0,
) -> Solved | None:
    """None: no choice of these meals comes within tolerance, or none was found in ``seconds``.

    ``fixed``: grams of what is eaten anyway.
    ``strict``: well within the tolerances, and no meal far from its share of the day; else ``loose`` times as far.
    """
    program, placed = _Program(), []
    totals: list[dict[int, float]] = [{} for _ in NUTRIENTS]
    for number, slot in enumerate(slots):
        if slot.fixed is not None:
            continue
        energy: dict[int, float] = {}
        dishes = [_place(program, number, one, totals, energy, aside=False) for one in slot.choices]
        program.row({one.chosen: 1.0 for one in dishes}, 1, 1)
        asides = [_place(program, number, one, totals, energy, aside=True) for one in slot.asides]
        if asides:
            program.row({one.chosen: 1.0 for one in asides}, 0, MOST_ASIDE)
        if strict:
            usual = slot.share * goal.calories
            program.row(energy, SHARE[0] * usual, SHARE[1] * usual)
        placed += dishes + asides
    _once(program, placed, leads=strict)
    _bounded(program, placed)
    _near(program, goal, totals, total(fixed), AIM if strict else loose)
    values = program.solve(seconds)
    return None if values is None else _read(slots, placed, values)


def _place(
    program: _Program,
    slot: int,
    choice: Choice,
    totals: list[dict[int, float]],
    energy: dict[int, float],
    *,
    aside: bool,
) -> _Placed:
    chosen = program.column(0, 1, choice.cost + (ASIDE if aside else 0.0), whole=True)
    steps: list[tuple[Food, int]] = []
    for portion in choice.meal.portions:
        food, span = portion.food, max(1, portion.high - portion.low)
        amount = program.column(0, portion.high, whole=True)
        program.row({amount: 1.0, chosen: -portion.high}, -np.inf, 0)
        program.row({amount: 1.0, chosen: -portion.low}, 0, np.inf)
        middle = (portion.low + portion.high) / 2
        off = program.column(0, np.inf, OFF_PORTION / len(choice.meal.portions) / span)
        program.row({off: 1.0, amount: -1.0, chosen: middle}, 0, np.inf)
        program.row({off: 1.0, amount: 1.0, chosen: -middle}, 0, np.inf)
        for place, value in enumerate(nutrients(food) * food.step_grams):
            totals[place][amount] = value
        energy[amount] = food.calories / 100 * food.step_grams
        steps.append((food, amount))
    return _Placed(slot, choice.meal, chosen, steps)


def most_grams(food: Food) -> float:
    """Of it in one meal."""
    return MOST_STOCK if food.id == "vegetable_stock" else MOST_GRAMS.get(food.aisle, HEAVIEST)


def _bounded(program: _Program, placed: Sequence[_Placed]) -> None:
    """No more of one food in a meal than a plate holds, whatever it comes with."""
    foods: dict[tuple[int, Food], dict[int, float]] = {}
    for one in placed:
        for food, amount in one.steps:
            foods.setdefault((one.slot, food), {})[amount] = food.step_grams
    for (_, food), terms in foods.items():
        program.row(terms, 0, most_grams(food))


def _once(program: _Program, placed: Sequence[_Placed], *, leads: bool) -> None:
    """No dish twice a day, and no more of a powder than is sensible. ``leads``: nor the same food leading two meals."""
    dishes: dict[str, dict[int, float]] = {}
    powders: dict[str, dict[int, float]] = {}
    for one in placed:
        dishes.setdefault(one.meal.dish.id, {})[one.chosen] = 1.0
        for food, amount in one.steps:
            if food.id in MOST_OF_ONE:
                powders.setdefault(food.id, {})[amount] = food.step
    led: dict[str, dict[int, float]] = {}
    for one in placed:
        if leads and MAIN & set(one.meal.dish.slots):
            led.setdefault(one.meal.portions[0].food.id, {})[one.chosen] = 1.0
    for terms in [*dishes.values(), *led.values()]:
        if len(terms) > 1:
            program.row(terms, 0, 1)
    for name, terms in powders.items():
        program.row(terms, 0, MOST_OF_ONE[name])


def _near(
    program: _Program, goal: Targets, totals: list[dict[int, float]], already: Mapping[str, float], aim: float
) -> None:
    wanted = {"calories": goal.calories, "protein": goal.protein_g, "carbs": goal.carbs_g, "fat": goal.fat_g}
    for place, name in enumerate(NUTRIENTS):
        if name == "fiber":
            costs = (FIBRE_SHORT, FIBRE_MUCH)
            short, much = (program.column(0, np.inf, cost / max(1.0, goal.fiber_g)) for cost in costs)
            program.row({**totals[place], short: 1.0}, goal.fiber_g - already[name], np.inf)
            program.row({**totals[place], much: -1.0}, -np.inf, MOST_FIBRE * goal.fiber_g - already[name])
            continue
        target, room = wanted[name], TOLERANCE[name] * aim * wanted[name]
        program.row(totals[place], target - room - already[name], target + room - already[name])
        off = program.column(0, np.inf, OFF_TARGET / max(1.0, target))
        close = CLOSE * target
        program.row({**totals[place], off: 1.0}, target - close - already[name], np.inf)
        program.row({**totals[place], off: -1.0}, -np.inf, target + close - already[name])


def _read(slots: Sequence[Slot], placed: Sequence[_Placed], values: np.ndarray) -> Solved:
    found: list[list[Served]] = [[] for _ in slots]
    for one in placed:
        if values[one.chosen] < 0.5:
            continue
        grams: dict[str, float] = {}
        for food, amount in one.steps:
            if steps := round(float(values[amount])):
                grams[food.id] = grams.get(food.id, 0.0) + steps * food.step_grams
        if grams:
            found[one.slot].append(Served(one.meal, grams))
    return Solved(found)


def off(goal: Targets, grams: Mapping[Food, float]) -> dict[str, float]:
    """How far a day is from its targets, as shares of them."""
    have = total(grams)
    wanted = {"calories": goal.calories, "protein": goal.protein_g, "carbs": goal.carbs_g, "fat": goal.fat_g}
    return {name: have[name] / value - 1 if value else 0.0 for name, value in wanted.items()}


def within(errors: Mapping[str, float]) -> bool:
    return all(abs(errors[name]) <= most + 1e-6 for name, most in TOLERANCE.items())
