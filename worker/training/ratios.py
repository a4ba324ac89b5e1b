"""Ratios of lifts and standards by body weight: one table each. Ratios predict little, so gaps are said softly."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Ratio:
    lift: str
    of: str
    usual: dict[str, tuple[float, float]]  # by sex


# Usual ratios of 1RMs (coaching consensus as compiled by Strength Level and ExRx, grade B).
RATIOS: Final = (
    Ratio("bench_press", "squat", {"male": (0.6, 0.8), "female": (0.45, 0.65)}),
    Ratio("deadlift", "squat", {"male": (1.1, 1.4), "female": (1.15, 1.5)}),
    Ratio("overhead_press", "bench_press", {"male": (0.55, 0.75), "female": (0.55, 0.75)}),
    Ratio("barbell_row", "bench_press", {"male": (0.8, 1.05), "female": (0.8, 1.05)}),
    Ratio("front_squat", "squat", {"male": (0.8, 0.9), "female": (0.8, 0.9)}),
)
LEVELS: Final = ("beginner", "novice", "intermediate", "advanced", "elite")
# 1RM as a multiple of body weight: squat, bench press, deadlift (Strength Level, ExRx standards, grade B).
STANDARDS: Final[dict[str, dict[str, tuple[float, ...]]]] = {
    "male": {
        "squat": (1.0, 1.25, 1.65, 2.0, 2.5),
        "bench_press": (0.75, 0.9, 1.2, 1.5, 1.8),
        "deadlift": (1.0, 1.35, 2.0, 2.4, 2.8),
    },
    "female": {
        "squat": (0.7, 0.9, 1.25, 1.6, 2.0),
        "bench_press": (0.5, 0.65, 0.85, 1.1, 1.35),
        "deadlift": (0.75, 1.0, 1.5, 1.85, 2.2),
    },
}


def usual(ratio: Ratio, sex: str) -> tuple[float, float]:
    """The usual range; for an unspecified sex the range that covers both."""
    if sex in ratio.usual:
        return ratio.usual[sex]
    ranges = ratio.usual.values()
    return min(low for low, _ in ranges), max(high for _, high in ranges)


def level(lift: str, value: float, body_weight: float, sex: str) -> str | None:
    """The highest level whose standard is met; below the first it is the first's. None: no standard for it."""
    standards = STANDARDS.get(sex, {}).get(lift)
    if standards is None:
        return None
    met = sum(value >= multiple * body_weight - 1e-9 for multiple in standards)
    return LEVELS[max(0, met - 1)]


def next_level(lift: str, value: float, body_weight: float, sex: str) -> tuple[str, float] | None:
    """The level to come and its weight; None at the top or without a standard."""
    now = level(lift, value, body_weight, sex)
    if now is None or now == LEVELS[-1]:
        return None
    ahead = LEVELS.index(now) + 1
    return LEVELS[ahead], STANDARDS[sex][lift][ahead] * body_weight
