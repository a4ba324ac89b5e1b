"""Repetitions, effort and load: the RTS chart and estimates of 1RM."""

import math
from typing import Final

# Share of 1RM for n repetitions to failure (Reactive Training Systems chart, M. Tuchscherer, 2008).
CHART: Final = (
    1.0, 0.955, 0.922, 0.892, 0.863, 0.837, 0.811, 0.786, 0.762, 0.739, 0.707, 0.68, 0.653, 0.626, 0.599, 0.573,
)  # fmt: skip


def share(reps: int, rpe: float) -> float | None:
    """Share of 1RM for `reps` at `rpe`; reps in reserve are 10 - RPE. None beyond the chart (over 16 to failure)."""
    n = reps + 10 - rpe
    if n < 1 or n > len(CHART):
        return None
    below = math.floor(n)
    fraction = n - below
    low = CHART[below - 1]
    high = CHART[min(below, len(CHART) - 1)]
    return round(low + (high - low) * fraction, 4)


def epley(weight: float, reps: float) -> float:
    """Estimated 1RM (Epley 1985)."""
    return weight if reps <= 1 else weight * (1 + reps / 30)


def brzycki(weight: float, reps: float) -> float:
    """Estimated 1RM (Brzycki 1993); for fewer than 37 repetitions."""
    if reps >= 37:
        raise ValueError("Brzycki's formula ends before 37 repetitions")
    return weight * 36 / (37 - reps)


def wathen(weight: float, reps: float) -> float:
    """Estimated 1RM (Wathen 1994)."""
    return 100 * weight / (48.8 + 53.8 * math.exp(-0.075 * reps))
