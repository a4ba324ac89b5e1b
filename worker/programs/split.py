"""How the week is divided: days, weekdays with spacing, and which pattern comes where, the important first."""

from dataclasses import dataclass
from typing import Final

from worker.programs.profile import Profile

# The day after day counts in the calendar, so hard days of the same muscles are spread (facts: consecutive days).
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS: Final[dict[int, tuple[int, ...]]] = {
    2: (0, 3),
    3: (0, 2, 4),
    4: (0, 1, 3, 4),
    5: (0, 1, 2, 4, 5),
    6: (0, 1, 2, 3, 4, 5),
    7: (0, 1, 2, 3, 4, 5, 6),
}


@dataclass(frozen=True)
class Want:
    """A place in a day: a pattern, and the role its exercise plays."""

    pattern: str
    role: str
    part: str = ""  # of a power place: upper or lower


@dataclass(frozen=True)
class Day:
    name: str
    kind: str  # full, upper, lower, push, pull, legs, recovery
    focus: str
    weekday: int  # 0 is Monday
    wants: tuple[Want, ...]


TEMPLATES: Final[dict[str, str]] = {
    "Full body A": "squat/main horizontal_push/main horizontal_pull/second core/core vertical_push/accessory",
    "Full body B": "hinge/main vertical_push/main vertical_pull/second lunge/accessory horizontal_push/second "
    "core/core",
    "Full body C": "squat/second horizontal_push/second horizontal_pull/second hinge/second carry/core",
    "Upper A": "horizontal_push/main horizontal_pull/second vertical_push/second vertical_pull/second",
    "Upper B": "vertical_push/main vertical_pull/second horizontal_push/second horizontal_pull/second",
    "Lower A": "squat/main hinge/second lunge/accessory core/core",
    "Lower B": "hinge/main squat/second lunge/accessory carry/core",
    "Push A": "horizontal_push/main vertical_push/second horizontal_push/accessory",
    "Push B": "vertical_push/main horizontal_push/second vertical_push/accessory",
    "Pull A": "horizontal_pull/second vertical_pull/second horizontal_pull/accessory",
    "Pull B": "vertical_pull/second horizontal_pull/second vertical_pull/accessory",
    "Legs A": "squat/main hinge/second lunge/accessory core/core",
    "Legs B": "hinge/main squat/second lunge/accessory carry/core",
}
# Powerlifters press flat where others press overhead.
POWERLIFTING: Final[dict[str, str]] = {
    "Full body A": "squat/main horizontal_push/main horizontal_pull/second core/core",
    "Full body B": "hinge/main horizontal_push/second vertical_pull/second lunge/accessory vertical_push/accessory",
    "Full body C": "squat/second horizontal_push/main horizontal_pull/second hinge/second carry/core",
    "Upper B": "horizontal_push/main vertical_pull/second vertical_push/accessory horizontal_pull/second",
    "Push B": "horizontal_push/main vertical_push/accessory horizontal_push/second",
}
FOCUS: Final[dict[str, str]] = {
    "Full body A": "Squat and press",
    "Full body B": "Hinge and overhead press",
    "Full body C": "Lighter squat, press and hinge",
    "Upper A": "Horizontal press and row",
    "Upper B": "Overhead press and pulldown",
    "Lower A": "Squat first",
    "Lower B": "Hinge first",
    "Push A": "Chest first",
    "Push B": "Shoulders first",
    "Pull A": "Row first",
    "Pull B": "Pull-up or pulldown first",
    "Legs A": "Squat first",
    "Legs B": "Hinge first",
    "Recovery": "Move easily, breathe, recover",
}
SPLITS: Final[dict[int, tuple[str, tuple[str, ...]]]] = {
    2: ("full_body", ("Full body A", "Full body B")),
    3: ("full_body", ("Full body A", "Full body B", "Full body C")),
    4: ("upper_lower", ("Upper A", "Lower A", "Upper B", "Lower B")),
    5: ("ppl_upper_lower", ("Push A", "Pull A", "Legs A", "Upper B", "Lower B")),
    6: ("push_pull_legs", ("Push A", "Pull A", "Legs A", "Push B", "Pull B", "Legs B")),
    7: ("push_pull_legs_recovery", ("Push A", "Pull A", "Legs A", "Push B", "Pull B", "Legs B", "Recovery")),
}
SIZE_IN_THREE: Final = ("upper_lower_full", ("Upper A", "Lower A", "Full body B"))
# Where a muscle may get sets of its own.
UPPER: Final = ("chest", "back", "front_delts", "side_delts", "rear_delts", "biceps", "triceps", "traps", "forearms")
LOWER: Final = ("quads", "hamstrings", "glutes", "calves", "abs")
TRAINS: Final[dict[str, frozenset[str]]] = {
    "full": frozenset(UPPER + LOWER),
    "upper": frozenset((*UPPER, "abs")),
    "lower": frozenset(LOWER),
    "legs": frozenset(LOWER),
    "push": frozenset({"chest", "front_delts", "side_delts", "triceps", "abs"}),
    "pull": frozenset({"back", "rear_delts", "biceps", "traps", "forearms"}),
    "recovery": frozenset(),
}


def _wants(name: str, goal: str, turn: int) -> tuple[Want, ...]:
    template = POWERLIFTING.get(name, TEMPLATES[name]) if goal == "powerlifting" else TEMPLATES[name]
    wants = [Want(*token.split("/")) for token in template.split()]
    lower = name.startswith(("Lower", "Legs"))
    if goal == "power":
        part = "lower" if lower or (name.startswith("Full") and turn % 2 == 0) else "upper"
        wants.insert(0, Want("power", "power", part))
    if goal in ("fat_loss", "endurance") or (goal == "general_fitness" and turn % 2 == 1):
        wants.insert(4, Want("conditioning", "conditioning"))
    return tuple(wants)


def build(profile: Profile) -> tuple[str, list[Day]]:
    name, days = SPLITS[profile.days]
    if profile.days == 3 and profile.goal in ("hypertrophy", "recomposition") and profile.experience != "beginner":
        name, days = SIZE_IN_THREE
    built = []
    for turn, (day, weekday) in enumerate(zip(days, DAYS[profile.days], strict=True)):
        kind = day.split()[0].lower()
        wants = () if kind == "recovery" else _wants(day, profile.goal, turn)
        built.append(Day(day, kind, FOCUS[day], weekday, wants))
    return name, built


def follows(days: list[Day]) -> list[tuple[int, int]]:
    """Pairs of days (first, next) on consecutive days of the calendar, across the week's seam too."""
    by_weekday = {day.weekday: index for index, day in enumerate(days)}
    return [
        (index, by_weekday[after]) for index, day in enumerate(days) if (after := (day.weekday + 1) % 7) in by_weekday
    ]
