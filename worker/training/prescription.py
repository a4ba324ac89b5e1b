"""Repetitions, effort and rest by goal, role and week."""

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from worker.training.catalog import Exercise
from worker.training.periodization import WeekPlan
from worker.training.profile import Profile
from worker.training.rpe import share


@dataclass(frozen=True)
class Scheme:
    """Of one role: repetitions from heavy to light, RPE from the first to the last loading week, rest in seconds."""

    low: int
    high: int
    start: float
    end: float
    rest: int


@dataclass(frozen=True)
class Dose:
    """The sets of an exercise in one week."""

    reps: int
    rpe: float
    rest: int
    seconds: int | None = None
    percent: float | None = None  # of 1RM
    loaded: int = 0  # weeks of loading whose gain is in its load
    ladder: tuple[tuple[int, float], ...] = ()  # repetitions and RPE of each set, where they differ
    heavier: bool = False  # double progression: the repetitions start again with more weight


# Rests: 2-3 min for compounds, 1-2 isolation, 3-5 heavy (Singer 2024); shorter where density is the goal. Strength at
# 80% and more, RPE 7.5-9.5; size at any repetitions near failure; failure itself only where it is cheap (isolation).
SCHEMES: Final[dict[str, dict[str, Scheme]]] = {
    "strength": {
        "main": Scheme(3, 6, 7.5, 9, 210),
        "second": Scheme(5, 8, 7, 8.5, 150),
        "accessory": Scheme(6, 10, 7, 8.5, 120),
        "isolation": Scheme(10, 15, 7.5, 9, 75),
    },
    "powerlifting": {
        "main": Scheme(2, 6, 7.5, 9, 240),
        "second": Scheme(4, 7, 7, 8.5, 180),
        "accessory": Scheme(6, 10, 7, 8.5, 120),
        "isolation": Scheme(8, 12, 7.5, 9, 90),
    },
    "hypertrophy": {
        "main": Scheme(6, 10, 7, 9, 150),
        "second": Scheme(8, 12, 7, 9, 120),
        "accessory": Scheme(10, 15, 7, 9.5, 105),
        "isolation": Scheme(12, 18, 7, 10, 75),
    },
    "recomposition": {
        "main": Scheme(5, 8, 7, 9, 150),
        "second": Scheme(8, 12, 7, 9, 105),
        "accessory": Scheme(8, 12, 7, 9, 90),
        "isolation": Scheme(10, 15, 7, 9.5, 60),
    },
    "general_fitness": {
        "main": Scheme(5, 8, 6.5, 8, 120),
        "second": Scheme(8, 12, 6.5, 8, 90),
        "accessory": Scheme(10, 12, 6.5, 8, 75),
        "isolation": Scheme(10, 15, 7, 8.5, 60),
    },
    "fat_loss": {
        "main": Scheme(5, 8, 7, 8.5, 120),
        "second": Scheme(8, 12, 7, 8.5, 75),
        "accessory": Scheme(10, 15, 7, 8.5, 60),
        "isolation": Scheme(12, 15, 7, 9, 45),
    },
    "power": {
        "main": Scheme(3, 5, 7, 8.5, 180),
        "second": Scheme(4, 6, 7, 8, 150),
        "accessory": Scheme(6, 8, 7, 8, 120),
        "isolation": Scheme(8, 12, 7, 8, 75),
    },
    "endurance": {
        "main": Scheme(12, 20, 6.5, 8, 60),
        "second": Scheme(12, 20, 6.5, 8, 60),
        "accessory": Scheme(15, 20, 7, 8, 45),
        "isolation": Scheme(15, 25, 7, 8.5, 40),
    },
    "bodyweight": {
        "main": Scheme(5, 10, 7, 9, 120),
        "second": Scheme(6, 12, 7, 9, 90),
        "accessory": Scheme(8, 15, 7, 9, 75),
        "isolation": Scheme(10, 20, 7, 9, 60),
    },
    "foundations": {
        "main": Scheme(8, 12, 5, 7, 90),
        "second": Scheme(8, 12, 5, 7, 90),
        "accessory": Scheme(10, 12, 5, 7, 75),
        "isolation": Scheme(10, 15, 5.5, 7.5, 60),
    },
}
# The same for every goal.
SHARED: Final[dict[str, Scheme]] = {
    "core": Scheme(8, 15, 6.5, 8, 60),
    "power": Scheme(3, 5, 6, 7, 120),
    "conditioning": Scheme(1, 1, 7, 8, 45),
    "mobility": Scheme(6, 8, 3, 3, 15),
    "max_effort": Scheme(1, 3, 8.5, 9.5, 210),
    "dynamic": Scheme(1, 3, 6, 6, 60),
}
# Conjugate (Simmons 2007). Maximal effort: triples, doubles and singles up to the day's best, short of failure. Dynamic
# effort: repetitions of a set and share of 1RM through the three-week wave, moved as fast as possible.
MAX_EFFORT: Final = ((3, -1.5), (2, -0.5), (1, 0.0))  # repetitions, RPE below the top set's
DYNAMIC: Final[dict[str, tuple[int, float, float]]] = {
    "squat": (2, 0.50, 0.60),
    "hinge": (1, 0.60, 0.70),
    "horizontal_push": (3, 0.50, 0.55),
}
# Main lifts in a block program: repetitions and RPE from the first to the last week of the run
# (65-75, 80-87 and 90-100% of 1RM by the RPE chart).
BLOCK_MAIN: Final[dict[str, tuple[int, int, float, float]]] = {
    "A": (8, 7, 6.5, 7.5),
    "T": (5, 3, 7.5, 8.5),
    "R": (2, 1, 8.5, 9),
    "P": (1, 1, 8, 8),
}
# Nobody needs more than this much effort of these people (convention). From 65 on the main lifts stay at 70-79% of 1RM
# (Borde 2015): 6 to 8 repetitions at RPE 7 to 8 by the chart.
OLDER_RPE: Final = 8.0
MINOR_RPE: Final = 8.0
MEDICAL_RPE: Final = 8.0
BEGINNER_RPE: Final = 8.5
NEW_RPE: Final = 7.5
ALONE_RPE: Final = 8.5  # in the rack, without a spotter
OLDER_REPS: Final = (6, 8)
MINOR_LEAST_REPS: Final = 6
# Novices learn and gain with 8-12 repetitions (ACSM 2009); where load is the aim, with fives and more.
BEGINNER_REPS: Final[dict[str, dict[str, int]]] = {
    "heavy": {"main": 5, "second": 6},
    "other": {"main": 8, "second": 8},
}
HEAVY: Final = frozenset({"strength", "powerlifting", "power"})
# Most effort of an exercise that loads an injured area, by severity (convention: pain is kept under 4 of 10).
CARE_RPE: Final = {1: 8.0, 2: 7.5, 3: 7.0}
# Deload: a tenth less load, two repetitions more in reserve (convention; fewer sets see periodization.SETS_LEFT).
DELOAD_LOAD: Final = 0.9
DELOAD_RPE: Final = 2.0
# While a peak is near, nothing but the main lift is worth fatigue.
PEAKING_RPE: Final = 7.0
# Exercises of less skill than this are easy for somebody of this experience.
EASY_BELOW: Final = {"beginner": 0, "intermediate": 2, "advanced": 3}
# Weeks in which repetitions rise before the load does, at most.
RUNG: Final = 5
# Less time: rest at the short end of its range, never below it (seconds).
REST_BY_MINUTES: Final = ((30, 0.6), (45, 0.8))
# Nothing is heavy for those who lift few kilos: they need the 2-3 minutes of compounds, not the 3-5 of heavy singles.
LIGHT_REST: Final = 0.75
LEAST_REST: Final = {"main": 120, "second": 90, "accessory": 60, "isolation": 45}


def scheme(profile: Profile, role: str) -> Scheme:
    """What a role asks of this person, whatever the exercise."""
    return _scheme(
        profile.goal, profile.experience, profile.older, profile.minor, bool(profile.medical), profile.notes.new,
        profile.minutes, role,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _scheme(
    goal: str, experience: str, older: bool, minor: bool, medical: bool, new: bool, minutes: int, role: str
) -> Scheme:
    # The lead of a day of pulling is worked up to like a main lift, and trained like a second one.
    role = "second" if role == "lead" else role
    found = SHARED.get(role) or SCHEMES[goal][role]
    low, high = found.low, found.high
    beginners = BEGINNER_REPS["heavy" if goal in HEAVY else "other"]
    if experience == "beginner" and role in beginners:
        low = max(low, beginners[role])
        high = max(high, low + 3)
    if older and role in ("main", "second") and goal != "endurance":
        low, high = OLDER_REPS
    if minor and role in ("main", "second"):
        low, high = max(low, MINOR_LEAST_REPS), max(high, MINOR_LEAST_REPS + 2)
    caps = (
        (older, OLDER_RPE),
        (minor, MINOR_RPE),
        (medical, MEDICAL_RPE),
        (new, NEW_RPE),
        (experience == "beginner", BEGINNER_RPE),
    )
    end = min([found.end, *(most for holds, most in caps if holds)])
    scale = next((value for most, value in REST_BY_MINUTES if minutes <= most), 1.0)
    if experience == "beginner" or older or minor:
        scale = min(scale, LIGHT_REST)
    least = min(found.rest, LEAST_REST.get(role, 0))
    rest = max(least, round(found.rest * scale / 5) * 5)
    return Scheme(low, high, min(found.start, end - 0.5) if role != "mobility" else found.start, end, rest)


def _half(value: float) -> float:
    return round(value * 2) / 2


def _main_in_blocks(profile: Profile, week: WeekPlan, wave: int) -> tuple[int, float]:
    first, last, start, end = BLOCK_MAIN[week.letter]
    reps = round(first + week.stage * (last - first))
    rpe = _half(start + week.stage * (end - start))
    if profile.goal == "power":
        rpe = min(rpe, 8.0)
    return (reps, rpe) if wave == 0 else (reps + 1, rpe - 0.5)


def _reps_rpe(profile: Profile, plan: Scheme, model: str, role: str, wave: int, week: WeekPlan) -> tuple[int, float]:
    rpe = _half(plan.start + week.effort * (plan.end - plan.start))
    middle = (plan.low + plan.high) // 2
    if role in ("power", "conditioning", "mobility"):
        return middle, rpe
    if model == "block" and role == "main":
        return _main_in_blocks(profile, week, wave)
    if role in ("main", "lead", "second"):
        if model == "linear":
            if profile.goal == "endurance":
                return min(plan.high, plan.low + 2 * week.block + week.turn), rpe
            return round(plan.high - week.g * (plan.high - plan.low)), rpe
        if model == "undulating":
            reps = (plan.low + 1, middle + 1, plan.high)[min(wave, 2)]
            return max(plan.low, reps - (week.letter in "IR")), rpe
        if model == "hypertrophy_mesocycles":
            return (plan.low + 1, middle + 1, plan.high)[min(wave, 2)], rpe
    return middle, rpe


def _rising(plan: Scheme, exercise: Exercise, week: WeekPlan) -> tuple[int, float, int]:
    """Double progression: repetitions, RPE, and at which rung of the ladder of repetitions the week is.

    A repetition more each week at the same load; at the top of the range the load rises and they start again. Where
    no load can be chosen they go on to the top, from a higher start in each block.
    """
    low, high = plan.low, plan.high
    if exercise.reps is not None:
        low = min(max(low, exercise.reps[0]), exercise.reps[1])
        high = min(max(high, low + RUNG - 1), exercise.reps[1])
    room = 1 + int((plan.end - plan.start) / 0.5)
    rung = week.turn % _ladder(week, max(1, min(RUNG, high - low + 1, room)))
    if exercise.loadability == 0:
        base = min(high, low + week.block)
        return min(high, base + week.turn), min(plan.end, _half(plan.start + 0.25 * week.turn)), rung
    return low + rung, min(plan.end, plan.start + 0.5 * rung), rung


def _ladder(week: WeekPlan, most: int) -> int:
    """Weeks from one step of the load to the next: at most so many, and of one length through the block."""
    if not week.turn:
        return most
    weeks = round(week.turn / week.t) + 1
    return math.ceil(weeks / math.ceil(weeks / most))


def dose(
    profile: Profile, model: str, exercise: Exercise, role: str, wave: int, week: WeekPlan, last: WeekPlan
) -> Dose:
    """What is prescribed in a week; `last` is the last loading week before it, from which a deload is derived."""
    if week.deload:
        return _deload(dose(profile, model, exercise, role, wave, last, last))
    plan = _plan(profile, exercise, role)
    if week.letter in "RP" and role != "main":
        plan = replace(plan, start=min(plan.start, PEAKING_RPE), end=min(plan.end, PEAKING_RPE))
    if role in ("max_effort", "dynamic"):
        return _conjugate(plan, exercise, role, week)
    if exercise.hold is not None:
        rpe = _half(plan.start + week.effort * (plan.end - plan.start))
        seconds = round(exercise.hold * (1 + 0.3 * week.effort) / 5) * 5
        return Dose(1, rpe, plan.rest, seconds)
    told = exercise.compound and exercise.weighted and (exercise.pattern != "power" or exercise.load is not None)
    if model == "double_progression" and role not in ("power", "conditioning", "mobility"):
        reps, rpe, rung = _rising(plan, exercise, week)
        percent = share(reps - rung, plan.start) if told else None
        heavier = week.turn > 0 and rung == 0 and exercise.loadability > 0
        return Dose(reps, rpe, plan.rest, None, percent, week.loaded - rung, heavier=heavier)
    reps, rpe = _reps_rpe(profile, plan, model, role, wave, week)
    rpe = min(rpe, plan.end)
    loaded = week.loaded
    basis = reps, rpe
    if exercise.reps is not None:
        basis = reps, rpe = min(max(reps, exercise.reps[0]), exercise.reps[1]), rpe
    if profile.goal == "endurance":
        # Repetitions rise at the same load, until the next block.
        first = replace(week, effort=0.0, turn=0)
        basis = _reps_rpe(profile, plan, model, role, wave, first)
        loaded = week.loaded - week.turn
    return Dose(reps, rpe, plan.rest, None, share(*basis) if told else None, loaded)


def _plan(profile: Profile, exercise: Exercise, role: str) -> Scheme:
    """What a role asks of this person in this exercise, whatever the week."""
    found: Scheme | None = profile.plans.get((exercise.id, role))
    if found is None:
        found = _within_reach(profile, exercise, cared_for(profile, exercise, scheme(profile, role)))
        profile.plans[exercise.id, role] = found
    return found


def cared_for(profile: Profile, exercise: Exercise, plan: Scheme) -> Scheme:
    """Less effort where the exercise loads an injured area, or where nobody can help with the bar."""
    most = plan.end
    for area in exercise.loads_area(profile.injuries):
        most = min(most, CARE_RPE[profile.areas[area]])
    if profile.notes.alone and exercise.station:
        most = min(most, ALONE_RPE)
    return plan if most >= plan.end else replace(plan, start=min(plan.start, most - 0.5), end=most)


def _within_reach(profile: Profile, exercise: Exercise, plan: Scheme) -> Scheme:
    """Of what nothing can be added to, more repetitions where it is easy for the person, fewer where it is not."""
    if exercise.loadability or exercise.reps is None:
        return plan
    least = sum(exercise.reps) // 2
    if exercise.skill >= EASY_BELOW[profile.experience]:
        return (
            plan if plan.low <= least else replace(plan, low=least, high=max(least, min(plan.high, exercise.reps[1])))
        )
    return plan if plan.low >= least else replace(plan, low=least, high=max(plan.high, least))


def _deload(full: Dose) -> Dose:
    """A tenth less load and two repetitions more in reserve; no maximal lift, and easy triples instead."""
    if full.ladder:
        return replace(full, reps=3, rpe=6.0, percent=round((share(3, 6.0) or 0) * DELOAD_LOAD, 3), ladder=())
    eased = max(min(5.0, full.rpe), full.rpe - DELOAD_RPE)
    percent = None if full.percent is None else round(full.percent * DELOAD_LOAD, 3)
    return replace(full, rpe=eased, percent=percent, heavier=False)


def _conjugate(plan: Scheme, exercise: Exercise, role: str, week: WeekPlan) -> Dose:
    if role == "dynamic":
        reps, first, last = DYNAMIC[exercise.pattern]
        return Dose(reps, plan.end, plan.rest, None, round(first + week.stage * (last - first), 3), week.loaded)
    top = _half(plan.start + week.effort * (plan.end - plan.start))
    ladder = tuple((reps, top + below) for reps, below in MAX_EFFORT)
    return Dose(1, top, plan.rest, None, share(1, top), week.loaded, ladder)
