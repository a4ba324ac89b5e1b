"""Loads that can be put on the bar."""

import math
from typing import Final

from worker.programs.catalog import Exercise

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


def too_light(exercise: Exercise, weight: float, units: str) -> bool:
    """Whether the implement alone is heavier than the weight asked for."""
    piece = implement(exercise)
    return piece is not None and rounded(weight, units) < LIGHTEST[piece][units]


def too_heavy(exercise: Exercise, weight: float, units: str, gym: bool) -> bool:
    rack, home = HEAVIEST_DUMBBELL[units]
    return implement(exercise) == "dumbbells" and weight > (rack if gym else home)
