"""Loads that can be put on the bar."""

import math
from collections.abc import Sequence
from typing import Final

from worker.training.catalog import Exercise

# Steps between loads, both plates or both ends of a dumbbell together: the contract's.
STEP: Final[dict[str, float]] = {"kg": 2.5, "lb": 5}
# The lightest each implement gets: an empty Olympic bar, a usual trap bar, a safety bar, the smallest dumbbells.
LIGHTEST: Final[dict[str, dict[str, float]]] = {
    "barbell": {"kg": 20, "lb": 45},
    "trap_bar": {"kg": 25, "lb": 55},
    "full_gym": {"kg": 30, "lb": 65},
    "dumbbells": {"kg": 2.5, "lb": 5},
}
# The heaviest single dumbbell to count on (convention): a commercial rack, an adjustable pair at home.
HEAVIEST_DUMBBELL: Final[dict[str, tuple[float, float]]] = {"kg": (50, 40), "lb": (110, 90)}
# How much of a told 1RM we build on (convention; a tested single is the only certain one).
TRUST: Final[dict[str, float]] = {"tested": 1.0, "estimated": 0.95, "unsure": 0.9}
# A dumbbell of a fixed set stands for the load that is asked for if it is no lighter than this share of it.
NEAR: Final = 0.92


def implement(exercise: Exercise) -> str | None:
    """The piece whose weight is meant by the exercise's load."""
    return next((piece for piece in exercise.needs[0] if piece in LIGHTEST), None)


def rounded(weight: float, units: str) -> float:
    """The nearest load that can be made, not above the weight by more than a quarter step."""
    step = STEP[units]
    return math.floor(weight / step + 0.25 + 1e-9) * step


def working_max(exercise: Exercise, lifts: dict[str, float]) -> float | None:
    """The 1RM that the person's lifts tell for this exercise."""
    if exercise.load is None:
        return None
    lift, ratio = exercise.load
    known = lifts.get(lift)
    return None if known is None else known * ratio


def lightest(exercise: Exercise, units: str, dumbbells: Sequence[float] = ()) -> float:
    """The least weight of its implement; 0 if it has none of its own. `dumbbells`: as the notes tell them."""
    piece = implement(exercise)
    if piece is None:
        return 0.0
    least = LIGHTEST[piece][units]
    return max(least, dumbbells[0]) if piece == "dumbbells" and dumbbells else least


def too_light(exercise: Exercise, weight: float, units: str, dumbbells: Sequence[float] = ()) -> bool:
    """Whether the implement alone is heavier than the weight asked for."""
    return rounded(weight, units) < lightest(exercise, units, dumbbells)


def too_heavy(exercise: Exercise, weight: float, units: str, gym: bool, dumbbells: Sequence[float] = ()) -> bool:
    """Whether it is more than the dumbbells go to."""
    if implement(exercise) != "dumbbells":
        return False
    rack, home = HEAVIEST_DUMBBELL[units]
    most = min(rack if gym else home, dumbbells[-1]) if dumbbells else rack if gym else home
    return weight > most + STEP[units] / 2


def put_on(
    exercise: Exercise, weight: float, units: str, gym: bool = False, dumbbells: Sequence[float] = ()
) -> float | None:
    """What to take for this weight; None where no load can be told: too light, too heavy, not in the set."""
    if too_light(exercise, weight, units, dumbbells) or too_heavy(exercise, weight, units, gym, dumbbells):
        return None
    load = rounded(weight, units)
    if implement(exercise) != "dumbbells" or not dumbbells:
        return load
    if dumbbells[0] == 0:
        return min(load, rounded(dumbbells[-1], units))
    step = STEP[units]
    there = [one for one in dumbbells if one <= load + 1e-9 and math.isclose(one / step, round(one / step))]
    return there[-1] if there and there[-1] >= NEAR * weight else None


def can_be_loaded(exercise: Exercise, load: float, units: str, dumbbells: Sequence[float] = ()) -> bool:
    """Whether this very load can be put on its implement."""
    steps = load / STEP[units]
    piece = implement(exercise)
    if piece is None or load < lightest(exercise, units, dumbbells) - 1e-9 or not math.isclose(steps, round(steps)):
        return False
    if piece != "dumbbells" or not dumbbells:
        return True
    return load <= dumbbells[-1] + 1e-9 if dumbbells[0] == 0 else any(math.isclose(load, one) for one in dumbbells)
