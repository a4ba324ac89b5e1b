"""Weekly volume landmarks: what maintains, what grows, what can be recovered from, for this person."""

import math
from dataclasses import dataclass
from typing import Final

from worker.training.profile import Profile

# Sets a week, intermediate: MV, MEV, MAV from, MAV to, MRV (Renaissance Periodization, training volume landmarks,
# 2017-19: the one of its tables that gives all four for all fourteen muscles).
TABLE: Final[dict[str, tuple[int, int, int, int, int]]] = {
    "chest": (8, 10, 12, 20, 22),
    "back": (8, 10, 14, 22, 25),
    "quads": (6, 8, 12, 18, 20),
    "hamstrings": (4, 6, 10, 16, 20),
    "glutes": (0, 0, 4, 12, 16),
    "front_delts": (0, 0, 6, 8, 12),
    "side_delts": (6, 8, 16, 22, 26),
    "rear_delts": (0, 6, 12, 20, 26),
    "biceps": (5, 8, 14, 20, 26),
    "triceps": (4, 6, 10, 14, 18),
    "calves": (6, 8, 12, 16, 20),
    "abs": (0, 0, 16, 20, 25),
    "traps": (0, 0, 12, 20, 26),
    "forearms": (2, 2, 10, 15, 20),
}
MUSCLES: Final = tuple(TABLE)
MAIN: Final = ("chest", "back", "quads", "hamstrings")
# Renaissance Periodization's scaling by training age; all four landmarks.
EXPERIENCE: Final = {"beginner": 0.7, "intermediate": 1.0, "advanced": 1.2}
# What recovery takes off the upper two (convention; Craven 2022 on sleep, Murphy & Koehler 2022 on deficits,
# Borde 2015 on age).
SHORT_SLEEP_OR_STRESS: Final = 0.8
DEFICIT: Final = 0.85
AGE: Final = ((65, 0.8), (50, 0.9))
UNDER_16: Final = 0.8
BOUNDS: Final = (0.6, 1.3)
# Returns shrink beyond this many fractional sets of a muscle in one session (Pelland 2024 for size).
SESSION_CAP: Final = 11.0
# Over so many sets at this effort or more a muscle is trained hard, and gets at most so many the next day (convention).
HARD_RPE: Final = 8.0
HARD_DAY: Final = 5.0
DAY_AFTER: Final = 3.0


@dataclass(frozen=True)
class Landmark:
    mv: int
    mev: int
    mav: tuple[int, int]
    mrv: int


def poor_recovery(profile: Profile) -> bool:
    """Six hours of sleep or less, or stress of 8 and more of 10."""
    slept = profile.sleep_hours is not None and profile.sleep_hours <= 6
    return slept or (profile.stress or 0) >= 8


def recovery_factor(profile: Profile) -> float:
    factor = SHORT_SLEEP_OR_STRESS if poor_recovery(profile) else 1.0
    if profile.energy == "deficit":
        factor *= DEFICIT
    age = profile.age or 30
    if age < 16:
        return factor * UNDER_16
    return factor * next((value for least, value in AGE if age >= least), 1.0)


def landmarks(profile: Profile) -> dict[str, Landmark]:
    """Experience scales all four; recovery lowers only MAV and MRV, never below MEV; the product stays in bounds."""
    scale = EXPERIENCE[profile.experience]
    upper = min(BOUNDS[1], max(BOUNDS[0], scale * recovery_factor(profile)))
    return {muscle: _landmark(row, scale, upper) for muscle, row in TABLE.items()}


def _landmark(row: tuple[int, int, int, int, int], scale: float, upper: float) -> Landmark:
    mv, mev = round(row[0] * scale), round(row[1] * scale)
    low = max(mev, round(row[2] * upper))
    high = max(low, round(row[3] * upper))
    return Landmark(mv, mev, (low, high), max(high, math.floor(row[4] * upper + 1e-9)))
