"""Repetitions, effort and rest by goal, role and week."""

import math
from dataclasses import dataclass, replace
from typing import Final

from worker.programs.catalog import Exercise
from worker.programs.periodization import WeekPlan
from worker.programs.profile import Profile
from worker.programs.rpe import share


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
    """One set of an exercise in one week."""

    reps: int
    rpe: float
    rest: int
    seconds: int | None = None
    percent: float | None = None  # of 1RM


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
}
# Main lifts in a block program: repetitions and RPE from the first to the last week of the run
# (65-75, 80-87 and 90-100% of 1RM by the RPE chart).
BLOCK_MAIN: Final[dict[str, tuple[int, int, float, float]]] = {
    "A": (8, 6, 6.5, 7.5),
    "T": (5, 3, 7.5, 8.5),
    "R": (2, 1, 8.5, 9),
    "P": (1, 1, 8, 8),
}
# Nobody needs more than this much effort of these people (convention; Borde 2015: 70-79% of 1RM from 65 on).
OLDER_RPE: Final = 8.0
MINOR_RPE: Final = 8.0
BEGINNER_RPE: Final = 8.5
OLDER_REPS: Final = (6, 10)
MINOR_LEAST_REPS: Final = 6
# Deload: a tenth less load, two repetitions more in reserve (convention; fewer sets see periodization.SETS_LEFT).
DELOAD_LOAD: Final = 0.9
DELOAD_RPE: Final = 2.0
# While a peak is near, nothing but the main lift is worth fatigue.
PEAKING_RPE: Final = 7.0
# Less time: rest at the short end of its range, never below it (seconds).
REST_BY_MINUTES: Final = ((30, 0.75), (45, 0.85))
LEAST_REST: Final = {"main": 120, "second": 90, "accessory": 60, "isolation": 45}


def scheme(profile: Profile, role: str) -> Scheme:
    found = SHARED.get(role) or SCHEMES[profile.goal][role]
    low, high, end = found.low, found.high, found.end
    if profile.older and role in ("main", "second") and profile.goal != "endurance":
        low = max(low, OLDER_REPS[0])
        high = max(low, min(high, OLDER_REPS[1]))
    if profile.minor and role in ("main", "second"):
        low, high = max(low, MINOR_LEAST_REPS), max(high, MINOR_LEAST_REPS)
    if profile.older:
        end = min(end, OLDER_RPE)
    elif profile.minor:
        end = min(end, MINOR_RPE)
    elif profile.experience == "beginner":
        end = min(end, BEGINNER_RPE)
    scale = next((value for most, value in REST_BY_MINUTES if profile.minutes <= most), 1.0)
    least = min(found.rest, LEAST_REST.get(role, 0))
    rest = max(least, round(found.rest * scale / 5) * 5)
    return replace(found, low=low, high=high, start=min(found.start, end), end=end, rest=rest)


def _half(value: float) -> float:
    return round(value * 2) / 2


def _main_in_blocks(profile: Profile, week: WeekPlan, wave: int) -> tuple[int, float]:
    first, last, start, end = BLOCK_MAIN[week.letter]
    reps = round(first + week.stage * (last - first))
    rpe = _half(start + week.stage * (end - start))
    if profile.goal == "power":
        rpe = min(rpe, 8.0)
    return (reps, rpe) if wave == 0 else (reps + 1, rpe - 0.5)


def _reps_rpe(
    profile: Profile, plan: Scheme, model: str, role: str, wave: int, week: WeekPlan, loaded: bool
) -> tuple[int, float]:
    rpe = _half(plan.start + week.effort * (plan.end - plan.start))
    middle = (plan.low + plan.high) // 2
    if role in ("power", "conditioning", "mobility"):
        return middle, rpe
    if model == "block" and role == "main":
        return _main_in_blocks(profile, week, wave)
    if model == "double_progression":
        # As many repetitions more as fewer in reserve: the same load, until the next block raises it.
        base = plan.low if loaded else min(plan.high, plan.low + week.block)
        steps = min(plan.high - base, math.floor(rpe - plan.start))
        return base + steps, plan.start + steps
    if model == "linear" and role in ("main", "second"):
        if profile.goal == "endurance":
            return min(plan.high, plan.low + 2 * week.block + math.floor(3 * week.effort)), rpe
        return round(plan.high - week.g * (plan.high - plan.low)), rpe
    if model == "undulating" and role in ("main", "second"):
        reps = (plan.low + 1, middle + 1, plan.high)[min(wave, 2)]
        return max(plan.low, reps - (week.letter in "IR")), rpe
    if model == "hypertrophy_mesocycles" and role in ("main", "second"):
        return (plan.low + 1, middle + 1, plan.high)[min(wave, 2)], rpe
    return middle, rpe


def dose(
    profile: Profile, model: str, exercise: Exercise, role: str, wave: int, week: WeekPlan, last: WeekPlan
) -> Dose:
    """What is prescribed in a week; `last` is the last loading week before it, from which a deload is derived."""
    if week.deload:
        full = dose(profile, model, exercise, role, wave, last, last)
        eased = max(min(5.0, full.rpe), full.rpe - DELOAD_RPE)
        percent = None if full.percent is None else round(full.percent * DELOAD_LOAD, 3)
        return replace(full, rpe=eased, percent=percent)
    plan = scheme(profile, role)
    if week.letter in "RP" and role != "main":
        plan = replace(plan, start=min(plan.start, PEAKING_RPE), end=min(plan.end, PEAKING_RPE))
    if exercise.hold is not None:
        rpe = _half(plan.start + week.effort * (plan.end - plan.start))
        seconds = round(exercise.hold * (1 + 0.3 * week.effort) / 5) * 5
        return Dose(1, rpe, plan.rest, seconds)
    reps, rpe = _reps_rpe(profile, plan, model, role, wave, week, exercise.load is not None)
    if exercise.reps is not None:
        reps = min(max(reps, exercise.reps[0]), exercise.reps[1])
    basis = reps, rpe
    if profile.goal == "endurance":
        # Repetitions rise at the same load, until the next block.
        basis = _reps_rpe(profile, plan, model, role, wave, replace(week, effort=0.0), exercise.load is not None)
    told = exercise.compound and exercise.weighted and (exercise.pattern != "power" or exercise.load is not None)
    percent = share(*basis) if told else None
    return Dose(reps, rpe, plan.rest, None, None if percent is None else round(percent, 3))
