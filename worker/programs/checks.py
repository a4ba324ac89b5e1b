"""What is wrong with a finished program. Both engines' weeks must pass; nothing here trusts how they were made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from app.kinds.program import WeekOut
from worker.programs.checks_day import day_problems, minutes_asked
from worker.training import measure
from worker.training.landmarks import DAY_AFTER, HARD_DAY, HARD_RPE, MAIN, Landmark
from worker.training.measure import against_mrv, sets_of, volume
from worker.training.profile import Profile
from worker.training.select import Pool
from worker.training.targets import MAIN_FLOOR, SIZE_GOALS
from worker.training.weekdays import WEEKDAYS

DELOAD: Final = (0.45, 0.65)  # of the last loading week's sets
LOADING: Final = frozenset({"foundation", "accumulation", "intensification", "transmutation", "wave"})
# What every week has, unless the program says why not.
PATTERNS: Final = (
    "squat", "hinge", "horizontal_push", "vertical_push", "horizontal_pull", "vertical_pull",
)  # fmt: skip

HELD: Final = (
    "Every exercise is possible with your equipment, on its day, and allowed by your injuries.",
    "What loads an injured area stays under a lower effort.",
    "No week passes a muscle's MRV, no session 11 sets of a muscle.",
    "No session is more than 10% longer than you asked, warm-up sets included.",
    "A muscle trained hard gets at most 3 sets the day after, from week to week too.",
    "Every set has repetitions, RPE and rest; every load can be put on the bar; no load falls inside a mesocycle.",
    "Warm-up sets rise to the work and can be loaded.",
    "Every main muscle and every movement pattern has its least weekly work, or the program says why not.",
    "Deload weeks keep 45-65% of the sets and are lighter and easier.",
    "The phases cover every week once; the days are the weekdays they should be.",
    "No exercise comes twice in a day; every substitute, easier and harder form is possible for you.",
)


@dataclass(frozen=True)
class Problem:
    code: str
    week: int
    message: str


def problems(
    profile: Profile,
    marks: dict[str, Landmark],
    weeks: Sequence[dict[str, Any]],
    named: frozenset[str] = frozenset(),
    phases: Sequence[dict[str, Any]] | None = None,
) -> list[Problem]:
    """Everything that breaks a hard rule, by week (0: of the whole); empty for a sound program.

    `weeks` are plain values as they are stored: elements of `schedule`, each with its `volume`. `named` are the
    muscles and patterns whose shortfall the program admits, with the reason. A week that has not the shape of one is
    told and looked at no further.
    """
    shapeless = [Problem("shape", number, text) for number, week in enumerate(weeks, 1) for text in _shape(week)]
    if shapeless:
        return shapeless
    found = list(_whole(profile, weeks, phases))
    pool = Pool.of(profile)
    last: dict[str, Any] | None = None
    for week in weeks:
        told = [*_week(pool, marks, week)]
        if week["phase"] in LOADING:
            told += [("floor", text) for text in _short(profile, marks, week, named)]
            if last is not None and last["week"] == week["week"] - 1:
                told += [("load_falls", text) for text in _falls(last, week)]
        if week["deload"] and last is not None:
            told += [("deload", text) for text in _eased(last, week)]
        found += [Problem(code, week["week"], text) for code, text in told]
        last = week if week["phase"] in LOADING else last
    return found


def summary(weeks: Sequence[dict[str, Any]]) -> str:
    """How much was checked."""
    days = [day for week in weeks for day in week["days"]]
    exercises = sum(len(day["exercises"]) for day in days)
    sets = sum(sets_of(week) for week in weeks)
    return (
        f"Checked against every rule below: {len(weeks)} weeks, {len(days)} sessions, {exercises} exercises, {sets} "
        "sets. Nothing breaks one."
    )


def _shape(week: dict[str, Any]) -> Iterator[str]:
    try:
        WeekOut.model_validate(week)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        yield f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
        return
    sets = (week.get("volume") or {}).get("sets")
    if not isinstance(sets, dict):
        yield "volume: no sets by muscle"


def _whole(
    profile: Profile, weeks: Sequence[dict[str, Any]], phases: Sequence[dict[str, Any]] | None
) -> Iterator[Problem]:
    if [week["week"] for week in weeks] != list(range(1, profile.weeks + 1)):
        yield Problem("weeks", 0, "the weeks do not cover the program")
    if phases is None:
        return
    if [number for phase in phases for number in phase["weeks"]] != list(range(1, profile.weeks + 1)):
        yield Problem("phases", 0, "the phases do not cover every week once")
    names = {number: (phase["name"], phase["deload"]) for phase in phases for number in phase["weeks"]}
    for week in weeks:
        if names.get(week["week"], (week["phase"], week["deload"])) != (week["phase"], week["deload"]):
            yield Problem("phases", week["week"], "the week is not of the phase that is told")


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


def _week(pool: Pool, marks: dict[str, Landmark], week: dict[str, Any]) -> Iterator[tuple[str, str]]:
    profile, days = pool.profile, week["days"]
    weekdays = [WEEKDAYS.index(day["weekday"]) for day in days]
    if len(days) != profile.days or weekdays != sorted(set(weekdays)):
        yield "days", "the week does not have the days that were asked for, in their order"
    if profile.weekdays and tuple(weekdays) != profile.weekdays:
        yield "days", "the days are not on the weekdays that were chosen"
    for day in days:
        for code, message in day_problems(pool, day):
            yield code, f"day {day['day']}: {message}"
    if volume(days) != week["volume"]["sets"] or week["volume"].get("week") != week["week"]:
        yield "volume", "the volume told is not the volume written"
    counted = against_mrv(days)
    for muscle, mark in marks.items():
        if counted[muscle] > mark.mrv + 1e-9:
            yield "mrv", f"{muscle} gets {counted[muscle]:g} sets, over its MRV of {mark.mrv}"
    yield from _crowded(days)


def minutes_of(profile: Profile, day: dict[str, Any]) -> float:
    """The session's length by the model in timing."""
    return measure.minutes_of(minutes_asked(profile, WEEKDAYS.index(day["weekday"])), day["exercises"])


def _crowded(days: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    by_weekday = {WEEKDAYS.index(day["weekday"]): day for day in days}
    for place, day in by_weekday.items():
        after = by_weekday.get((place + 1) % 7)
        if after is None:
            continue
        next_day = volume([after])
        for muscle, sets in volume([day], HARD_RPE).items():
            if sets > HARD_DAY and next_day[muscle] > DAY_AFTER:
                yield "consecutive", f"{muscle} is trained hard on {day['weekday']} and again the day after"


def _falls(before: dict[str, Any], week: dict[str, Any]) -> Iterator[str]:
    """Loads lower than the week before, for the same lift on the same day of the same mesocycle."""
    for day, then in zip(week["days"], before["days"], strict=False):
        loads = {exercise["exercise"]: _heaviest(exercise) for exercise in then["exercises"]}
        for exercise in day["exercises"]:
            earlier, now = loads.get(exercise["exercise"]), _heaviest(exercise)
            if earlier is not None and now is not None and now < earlier:
                yield f"day {day['day']}: {exercise['name']} falls from {earlier:g} to {now:g}"


def _eased(last: dict[str, Any], week: dict[str, Any]) -> Iterator[str]:
    """A deload has fewer sets, and no lift of it is harder or heavier than in the last loading week."""
    left = sets_of(week) / max(1, sets_of(last))
    if not DELOAD[0] - 1e-9 <= left <= DELOAD[1] + 1e-9:
        yield f"the deload keeps {left:.0%} of the sets"
    for day, then in zip(week["days"], last["days"], strict=False):
        known = {exercise["exercise"]: exercise for exercise in then["exercises"]}
        for exercise in day["exercises"]:
            full = known.get(exercise["exercise"])
            if full is None:
                continue
            load, before = _heaviest(exercise), _heaviest(full)
            heavier = load is not None and before is not None and load > before
            if heavier or max(one["rpe"] for one in exercise["sets"]) > max(one["rpe"] for one in full["sets"]):
                yield f"day {day['day']}: {exercise['name']} is no lighter than before the deload"


def _heaviest(exercise: dict[str, Any]) -> float | None:
    loads = [one["load"] for one in exercise["sets"] if one["load"] is not None]
    return max(loads, default=None)
