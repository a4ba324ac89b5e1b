"""How the week is divided: days, weekdays, and which pattern comes where, the important first."""

from dataclasses import dataclass
from typing import Final

from worker.training.profile import Profile
from worker.training.weekdays import arranged, neighbours, propose


@dataclass(frozen=True)
class Want:
    """A place in a day: a pattern, and the role its exercise plays."""

    pattern: str
    role: str
    part: str = ""  # of a power place: upper or lower; of mobility: balance


@dataclass(frozen=True)
class Day:
    name: str
    kind: str  # full, upper, lower, push, pull, legs, recovery
    focus: str
    weekday: int  # 0 is Monday
    wants: tuple[Want, ...]
    minutes: int = 0  # of this day
    without: tuple[str, ...] = ()  # pieces that are not there on this day


TEMPLATES: Final[dict[str, str]] = {
    "Full body A": "squat/main horizontal_push/main horizontal_pull/second core/core vertical_pull/accessory",
    "Full body B": "hinge/main vertical_push/main vertical_pull/second lunge/accessory horizontal_push/second "
    "horizontal_pull/accessory core/core",
    "Full body C": "squat/second horizontal_push/second horizontal_pull/second hinge/second carry/core",
    "Upper A": "horizontal_push/main horizontal_pull/second vertical_push/second vertical_pull/second",
    "Upper B": "vertical_push/main vertical_pull/second horizontal_push/second horizontal_pull/second",
    "Lower A": "squat/main hinge/second lunge/accessory core/core",
    "Lower B": "hinge/main squat/second lunge/accessory carry/core",
    "Push A": "horizontal_push/main vertical_push/second horizontal_push/accessory",
    "Push B": "vertical_push/main horizontal_push/second vertical_push/accessory",
    "Pull A": "horizontal_pull/lead vertical_pull/second horizontal_pull/accessory",
    "Pull B": "vertical_pull/lead horizontal_pull/second vertical_pull/accessory",
    "Legs A": "squat/main hinge/second lunge/accessory core/core",
    "Legs B": "hinge/main squat/second lunge/accessory carry/core",
}
# Conjugate: maximal effort below and above, and dynamic effort 72 hours after each (Simmons 2007).
CONJUGATE: Final[dict[str, str]] = {
    "Lower max effort": "squat/max_effort hinge/accessory lunge/accessory core/core",
    "Upper max effort": "horizontal_push/max_effort horizontal_pull/second vertical_push/accessory "
    "vertical_pull/accessory",
    "Lower dynamic effort": "squat/dynamic hinge/dynamic lunge/accessory carry/core",
    "Upper dynamic effort": "horizontal_push/dynamic vertical_pull/second vertical_push/second "
    "horizontal_pull/accessory",
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
    "Lower max effort": "One heavy lift that changes every week",
    "Upper max effort": "One heavy press that changes every week",
    "Lower dynamic effort": "Fast squats and pulls",
    "Upper dynamic effort": "Fast presses",
}
SPLITS: Final[dict[int, tuple[str, tuple[str, ...]]]] = {
    2: ("full_body", ("Full body A", "Full body B")),
    3: ("full_body", ("Full body A", "Full body B", "Full body C")),
    4: ("upper_lower", ("Upper A", "Lower A", "Upper B", "Lower B")),
    5: ("ppl_upper_lower", ("Push A", "Pull A", "Legs A", "Upper B", "Lower B")),
    6: ("push_pull_legs", ("Push A", "Pull A", "Legs A", "Push B", "Pull B", "Legs B")),
    7: ("push_pull_legs_recovery", ("Push A", "Pull A", "Legs A", "Push B", "Pull B", "Legs B", "Recovery")),
}
# Why (Grgic 2018: what is trained twice a week and more gains more; Pelland 2024: returns of one session shrink).
WHY: Final[dict[str, str]] = {
    "full_body": "With {days} days each session trains the whole body. So every muscle comes {days} times a week.",
    "upper_lower_full": "One day is for the upper body, one for the lower, one for all of it. Every muscle comes "
    "twice, and days that follow each other ask for something else.",
    "upper_lower": "With four days the upper and the lower body take turns. Every muscle comes twice a week and rests "
    "two or three days in between.",
    "ppl_upper_lower": "With five days pushing, pulling and legs get a day each. An upper and a lower day then bring "
    "all of it a second time.",
    "push_pull_legs": "With six days pushing, pulling and legs take turns. Every muscle comes twice a week, and "
    "fresh each time.",
    "push_pull_legs_recovery": "Six days push, pull and train legs in turns. The seventh is easy movement: a seventh "
    "hard day would cost more than it gives.",
    "conjugate": "Heavy and fast days for the lower and the upper body, three days apart, so that each is fresh.",
}
# Size wants more sets in a session than a full body holds; days that follow each other want different muscles.
IN_THREE: Final = ("upper_lower_full", ("Upper A", "Lower A", "Full body B"))
# From 65 on, balance is trained on up to three days a week (WHO 2020: on three or more).
BALANCE_DAYS: Final = 3
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


def _wants(name: str, profile: Profile, turn: int) -> tuple[Want, ...]:
    goal = profile.goal
    template = CONJUGATE.get(name) or TEMPLATES[name]
    if goal == "powerlifting":
        template = POWERLIFTING.get(name, template)
    wants = [Want(*token.split("/")) for token in template.split()]
    lower = name.startswith(("Lower", "Legs"))
    if goal == "power" and "max" not in name:
        part = "lower" if lower or (name.startswith("Full") and turn % 2 == 0) else "upper"
        wants.insert(0, Want("power", "power", part))
    aerobic = profile.sport is not None and profile.sport.aerobic
    if not aerobic and (goal in ("fat_loss", "endurance") or (goal == "general_fitness" and turn % 2 == 1)):
        wants.insert(4, Want("conditioning", "conditioning"))
    if profile.older and turn < BALANCE_DAYS:
        wants.append(Want("mobility", "mobility", "balance"))
    return tuple(wants)


def build(profile: Profile, model: str) -> tuple[str, list[Day]]:
    notes = profile.notes
    weekdays = profile.weekdays or propose(profile.days, notes.off, notes.free, notes.near)
    name, names = SPLITS[profile.days]
    size = profile.goal in ("hypertrophy", "recomposition") and profile.experience != "beginner"
    if profile.days == 3 and (size or neighbours(weekdays)):
        name, names = IN_THREE
    if model == "conjugate":
        name, names = "conjugate", tuple(CONJUGATE)
    kinds = [day.split()[0].lower() for day in names]
    built = []
    for turn, place in enumerate(arranged(kinds, weekdays)):
        kind, weekday = kinds[place], weekdays[turn]
        wants = () if kind == "recovery" else _wants(names[place], profile, turn)
        minutes = min(profile.minutes, notes.minutes.get(weekday, profile.minutes))
        without = tuple(sorted(notes.without.get(weekday, ())))
        built.append(Day(names[place], kind, FOCUS[names[place]], weekday, wants, minutes, without))
    return name, built


def follows(days: list[Day]) -> list[tuple[int, int]]:
    """Pairs of days (first, next) on consecutive days of the calendar, across the week's seam too."""
    return neighbours([day.weekday for day in days])
