"""What is wrong with a finished program. Both engines' weeks must pass; nothing here trusts how they were made."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.kinds.program_choices import DIRECT
from worker.programs import timing
from worker.programs.author import volume
from worker.programs.budget import DAY_AFTER, HARD_DAY, SESSION_CAP
from worker.programs.catalog import EXERCISES, Exercise
from worker.programs.landmarks import MAIN, Landmark
from worker.programs.loads import LIGHTEST, STEP, implement
from worker.programs.profile import Profile
from worker.programs.select import possible, unfit
from worker.programs.split import WEEKDAYS
from worker.programs.targets import MAIN_FLOOR, SIZE_GOALS

OVER: Final = 1.10  # never longer than asked by more than this
DELOAD: Final = (0.45, 0.65)  # of the last loading week's sets
HARD_RPE: Final = 8.0
LOADING: Final = frozenset({"foundation", "accumulation", "intensification", "transmutation"})
# What every week has, unless the program says why not.
PATTERNS: Final = (
    "squat", "hinge", "horizontal_push", "vertical_push", "horizontal_pull", "vertical_pull",
)  # fmt: skip

HELD: Final = (
    "Every exercise is possible with your equipment and allowed by your injuries.",
    "No week passes a muscle's MRV, no session 11 sets of a muscle.",
    "No session is more than 10% longer than you asked.",
    "A muscle trained hard gets at most 3 sets the day after.",
    "Every set has repetitions, RPE and rest; every load can be put on the bar; no load falls inside a mesocycle.",
    "Every main muscle and every movement pattern has its least weekly work, or the program says why not.",
    "Deload weeks keep 45-65% of the sets.",
    "No exercise comes twice in a day; every substitute is possible for you.",
)


@dataclass(frozen=True)
class Problem:
    code: str
    week: int
    message: str


def problems(
    profile: Profile, marks: dict[str, Landmark], weeks: Sequence[dict[str, Any]], named: frozenset[str] = frozenset()
) -> list[Problem]:
    """Everything that breaks a hard rule, by week; empty for a sound program.

    `named` are the muscles and patterns whose shortfall the program admits, with the reason.
    """
    found = [Problem("weeks", 0, "the weeks do not cover the program")] if not _covers(profile, weeks) else []
    last: dict[str, Any] | None = None
    for week in weeks:
        number = week["week"]
        for code, message in _week(profile, marks, week):
            found.append(Problem(code, number, message))
        if week["phase"] in LOADING:
            found.extend(Problem("floor", number, text) for text in _short(profile, marks, week, named))
        if week["deload"] and last is not None:
            left = _sets(week) / _sets(last)
            if not DELOAD[0] - 1e-9 <= left <= DELOAD[1] + 1e-9:
                found.append(Problem("deload", number, f"the deload keeps {left:.0%} of the sets"))
        if week["phase"] in LOADING:
            if last is not None and last["week"] == number - 1:
                found.extend(Problem("load_falls", number, text) for text in _falls(last, week))
            last = week
    return found


def _short(profile: Profile, marks: dict[str, Landmark], week: dict[str, Any], named: frozenset[str]) -> Iterator[str]:
    """MEV binds for size; elsewhere a main muscle gets at least 4 sets. Every pattern comes every week."""
    total = week["volume"]["sets"]
    size = profile.goal in SIZE_GOALS
    for muscle in marks if size else MAIN:
        floor = marks[muscle].mev if size else min(MAIN_FLOOR, marks[muscle].mrv)
        if total[muscle] < floor and muscle not in named:
            yield f"{muscle} gets {total[muscle]:g} of {floor} sets"
    patterns = {exercise["pattern"] for day in week["days"] for exercise in day["exercises"]}
    for pattern in PATTERNS:
        if pattern not in patterns and pattern not in named:
            yield f"no {pattern}"
    if patterns.isdisjoint({"lunge", "carry"}) and "lunge" not in named:
        yield "no lunge or carry"
    if patterns.isdisjoint({"core", "carry"}) and "core" not in named:
        yield "no core work"


def _covers(profile: Profile, weeks: Sequence[dict[str, Any]]) -> bool:
    return [week["week"] for week in weeks] == list(range(1, profile.weeks + 1))


def _sets(week: dict[str, Any]) -> int:
    return sum(len(exercise["sets"]) for day in week["days"] for exercise in day["exercises"])


def _week(profile: Profile, marks: dict[str, Landmark], week: dict[str, Any]) -> Iterator[tuple[str, str]]:
    days = week["days"]
    if len(days) != profile.days or len({day["weekday"] for day in days}) != len(days):
        yield "days", "the week does not have the days that were asked for"
    for day in days:
        for code, message in _day(profile, day):
            yield code, f"day {day['day']}: {message}"
    total = volume(days)
    if total != week["volume"]["sets"]:
        yield "volume", "the volume told is not the volume written"
    for muscle, mark in marks.items():
        sets = total[muscle] if muscle not in DIRECT else _direct(days, muscle)
        if sets > mark.mrv + 1e-9:
            yield "mrv", f"{muscle} gets {sets:g} sets, over its MRV of {mark.mrv}"
    yield from _crowded(days)


def _direct(days: Sequence[dict[str, Any]], muscle: str) -> int:
    return sum(len(e["sets"]) for day in days for e in day["exercises"] if muscle in e["muscles"]["primary"])


def _crowded(days: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    by_weekday = {WEEKDAYS.index(day["weekday"]): day for day in days}
    for place, day in by_weekday.items():
        after = by_weekday.get((place + 1) % 7)
        if after is None:
            continue
        next_day = volume([after])
        for muscle, sets in _hard(day).items():
            if sets > HARD_DAY and next_day[muscle] > DAY_AFTER:
                yield "consecutive", f"{muscle} is trained hard on {day['weekday']} and again the day after"


def _hard(day: dict[str, Any]) -> dict[str, float]:
    hard = [
        {**exercise, "sets": [one for one in exercise["sets"] if one["rpe"] >= HARD_RPE]}
        for exercise in day["exercises"]
    ]
    return volume([{"exercises": hard}])


def _day(profile: Profile, day: dict[str, Any]) -> Iterator[tuple[str, str]]:
    keys = [exercise["exercise"] for exercise in day["exercises"]]
    if not keys:
        yield "empty", "has no exercise"
    if len(set(keys)) < len(keys):
        yield "duplicate", "has an exercise twice"
    for muscle, sets in volume([day]).items():
        if sets > SESSION_CAP:
            yield "session", f"{sets:g} sets of {muscle}"
    for exercise in day["exercises"]:
        known = EXERCISES.get(exercise["exercise"])
        if known is None:
            yield "unknown", f"{exercise['exercise']} is not an exercise of ours"
            return
        for code, message in _exercise(profile, known, exercise, set(keys)):
            yield code, f"{known.name}: {message}"
    minutes = minutes_of(profile, day)
    if max(minutes, day["estimated_minutes"]) > profile.minutes * OVER + 1e-9:
        yield "minutes", f"takes {minutes:.0f} of {profile.minutes} minutes"
    if abs(minutes - day["estimated_minutes"]) > 1.01:
        yield "minutes", f"is told to take {day['estimated_minutes']} minutes and takes {minutes:.0f}"


def minutes_of(profile: Profile, day: dict[str, Any]) -> float:
    """The session's length by the model in timing; every barbell lift as if it came with its ramp of lighter sets."""
    total = timing.warm_up_minutes(profile.minutes)
    for exercise in day["exercises"]:
        known = EXERCISES[exercise["exercise"]]
        total += timing.set_up_minutes(known, exercise["equipment"], exercise.get("ramp", False))
        for one in exercise["sets"]:
            total += (timing.work_seconds(one["reps"], one.get("seconds"), known.each) + one["rest_seconds"]) / 60
    return total


def _exercise(profile: Profile, known: Exercise, exercise: dict[str, Any], keys: set[str]) -> Iterator[tuple[str, str]]:
    reason = unfit(known, profile)
    if reason is not None:
        yield reason, "is not possible for this person"
    if tuple(exercise["equipment"]) not in known.needs or not profile.owned.issuperset(exercise["equipment"]):
        yield "equipment", "names equipment it does not need or that is not there"
    muscles = exercise["muscles"]
    if tuple(muscles["primary"]) != known.primary or tuple(muscles["secondary"]) != known.secondary:
        yield "muscles", "tells muscles that it does not train"
    for key in exercise["substitutes"]:
        if key not in EXERCISES or not possible(EXERCISES[key], profile) or key in keys:
            yield "substitute", f"{key} is no substitute here"
    if not exercise["sets"]:
        yield "sets", "has no sets"
    for one in exercise["sets"]:
        if one["reps"] < 1 or not 1 <= one["rpe"] <= 10 or one["rest_seconds"] <= 0:
            yield "sets", "a set lacks repetitions, RPE or rest"
        if one["load"] is not None and not _loadable(known, one["load"], profile.units):
            yield "load", f"{one['load']} {profile.units} cannot be loaded"


def _loadable(exercise: Exercise, load: float, units: str) -> bool:
    piece = implement(exercise)
    steps = load / STEP[units]
    return piece is not None and load >= LIGHTEST[piece][units] and math.isclose(steps, round(steps))


def _falls(before: dict[str, Any], week: dict[str, Any]) -> Iterator[str]:
    """Loads lower than the week before, for the same lift on the same day of the same mesocycle."""
    for day, then in zip(week["days"], before["days"], strict=False):
        loads = {exercise["exercise"]: _heaviest(exercise) for exercise in then["exercises"]}
        for exercise in day["exercises"]:
            earlier, now = loads.get(exercise["exercise"]), _heaviest(exercise)
            if earlier is not None and now is not None and now < earlier:
                yield f"day {day['day']}: {exercise['name']} falls from {earlier:g} to {now:g}"


def _heaviest(exercise: dict[str, Any]) -> float | None:
    loads = [one["load"] for one in exercise["sets"] if one["load"] is not None]
    return max(loads, default=None)
