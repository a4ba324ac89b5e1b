"""The rules author: writes a week from the design."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from worker.programs import timing
from worker.programs.budget import Slot
from worker.programs.catalog import EXERCISES
from worker.programs.design import Design
from worker.programs.landmarks import MUSCLES
from worker.programs.loads import implement, rounded, too_heavy, too_light, working_max
from worker.programs.periodization import SETS_LEFT, WeekPlan
from worker.programs.prescription import Dose, dose
from worker.programs.profile import Profile
from worker.programs.reasons import cues, focus_of, reason, warm_up, week_note
from worker.programs.select import Pool
from worker.programs.split import WEEKDAYS, Day

# What a taper goes without, and how much of any other exercise it keeps at most.
MINOR: Final = frozenset({"isolation", "conditioning"})
MOST_IN_TAPER: Final = 0.75


@dataclass(frozen=True)
class Script:
    """All that a week is written from."""

    profile: Profile
    model: str
    weeks: list[WeekPlan]
    split: str
    days: list[Day]
    design: Design
    weak: tuple[str, ...]


def write_week(script: Script, number: int) -> dict[str, Any]:
    """A `schedule` element of the result, with its row of `volume_by_week` as `volume`."""
    week = script.weeks[number - 1]
    last = last_loading(script.weeks, week)
    block = script.design.blocks[week.block]
    sets = _sets(block.days, week)
    pool = Pool.of(script.profile)
    days = [_day(script, pool, index, block.days[index], sets[index], week, last) for index in range(len(script.days))]
    return {
        "week": number,
        "phase": week.phase,
        "deload": week.deload,
        "note": week_note(script.profile, week),
        "days": days,
        "volume": {"week": number, "sets": volume(days)},
    }


def last_loading(weeks: Sequence[WeekPlan], week: WeekPlan) -> WeekPlan:
    """The week itself if it loads, else the last one before it that does."""
    return next((other for other in reversed(weeks[: week.week]) if other.loading), week)


def volume(days: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Weekly sets: 1 for a primary muscle, 0.5 for a secondary one."""
    total = dict.fromkeys(MUSCLES, 0.0)
    for day in days:
        for exercise in day["exercises"]:
            for muscle in exercise["muscles"]["primary"]:
                total[muscle] += len(exercise["sets"])
            for muscle in exercise["muscles"]["secondary"]:
                total[muscle] += 0.5 * len(exercise["sets"])
    return total


def _sets(days: Sequence[Sequence[Slot]], week: WeekPlan) -> list[list[int]]:
    if week.loading:
        return [[math.floor(s.first + week.t * (s.sets - s.first) + 0.5) for s in slots] for slots in days]
    return _tapered(days, SETS_LEFT["P"]) if week.letter == "P" else _fewer(days, SETS_LEFT[week.letter])


def _tapered(days: Sequence[Sequence[Slot]], left: float) -> list[list[int]]:
    """So much of the fullest week, by going without what is minor first; a day of nothing else keeps a little."""
    kept = [[s for s in slots if s.role not in MINOR] for slots in days]
    whole = sum(slot.sets for slots in days for slot in slots)
    share = min(MOST_IN_TAPER, left * whole / max(1, sum(slot.sets for slots in kept for slot in slots)))
    return [
        [max(1, round(slot.sets * share)) if not some or slot.role not in MINOR else 0 for slot in slots]
        for slots, some in zip(days, kept, strict=True)
    ]


def _fewer(days: Sequence[Sequence[Slot]], left: float) -> list[list[int]]:
    """So much of the fullest week: every day kept, the main work last to go."""
    counts = [[max(1, math.floor(slot.sets * left)) for slot in slots] for slots in days]
    target = round(left * sum(slot.sets for slots in days for slot in slots))
    light = ("mobility", "conditioning", "isolation", "core", "accessory", "second", "power", "main")
    places = [(day, index) for day, slots in enumerate(days) for index in range(len(slots))]
    places.sort(key=lambda place: light.index(days[place[0]][place[1]].role))
    for day, index in places:
        if sum(map(sum, counts)) <= target:
            break
        alone = sum(count > 0 for count in counts[day]) <= 1
        if counts[day][index] == 1 and not alone:
            counts[day][index] = 0
    for day, index in reversed(places):
        if sum(map(sum, counts)) >= target:
            break
        if 0 < counts[day][index] < days[day][index].sets:
            counts[day][index] += 1
    return counts


def _day(
    script: Script, pool: Pool, index: int, slots: Sequence[Slot], sets: Sequence[int], week: WeekPlan, last: WeekPlan
) -> dict[str, Any]:
    profile, day = script.profile, script.days[index]
    present = [(slot, count) for slot, count in zip(slots, sets, strict=True) if count]
    taken = frozenset(slot.exercise for slot, _ in present)
    seconds = timing.warm_up_minutes(profile.minutes) * 60
    exercises = []
    for slot, count in present:
        partner = next((n for other, n in present if other is not slot and other.superset == slot.superset), 0)
        first = slot.superset is not None and next(s for s, _ in present if s.superset == slot.superset) is slot
        given = dose(profile, script.model, slot.of, slot.role, slot.wave, week, last)
        changes = min(count, partner) if slot.superset and first else 0
        written = _exercise(script, pool, slot, given, week, count, changes, taken)
        written["superset"] = slot.superset if partner and slot.superset else None
        pieces = written["equipment"]
        seconds += timing.set_up_minutes(slot.of, pieces, slot.role == "main") * 60
        work = timing.work_seconds(given.reps, given.seconds, slot.of.each)
        seconds += sum(work + one["rest_seconds"] for one in written["sets"])
        exercises.append(written)
    return {
        "day": index + 1,
        "weekday": WEEKDAYS[day.weekday],
        "name": day.name,
        "focus": focus_of(day, [slot.of for slot, _ in present]),
        "estimated_minutes": math.ceil(seconds / 60 - 1e-9),
        "warm_up": warm_up(profile, day, any(slot.role == "main" for slot, _ in present)),
        "exercises": exercises,
    }


def _exercise(
    script: Script, pool: Pool, slot: Slot, given: Dose, week: WeekPlan, count: int, changes: int, taken: frozenset[str]
) -> dict[str, Any]:
    exercise, profile = slot.of, script.profile
    load = load_of(slot, profile, given, week.working_max)
    substitutes = pool.substitutes(exercise, taken, slot.role)
    sets = [
        {
            "reps": given.reps,
            "rpe": given.rpe,
            "percent_1rm": given.percent,
            "load": load,
            "rest_seconds": timing.CHANGE_SECONDS if number < changes else given.rest,
            "seconds": given.seconds,
        }
        for number in range(count)
    ]
    return {
        "exercise": exercise.id,
        "name": exercise.name,
        "pattern": exercise.pattern,
        "equipment": list(exercise.pieces(profile.owned) or ()),
        "muscles": {"primary": list(exercise.primary), "secondary": list(exercise.secondary)},
        "sets": sets,
        "why": reason(profile, script.model, slot, script.weak),
        "cues": cues(profile, exercise),
        "substitutes": [other.id for other in substitutes],
        "substitute_names": {other.id: other.name for other in substitutes},
        "ramp": slot.role == "main",
        "unilateral": exercise.each,
        "per_hand": implement(exercise) == "dumbbells" and "goblet" not in exercise.words,
    }


def load_of(slot: Slot, profile: Profile, given: Dose, growth: float) -> float | None:
    """What to put on the bar; None where no lift tells it or it would be more than dumbbells go."""
    most = working_max(EXERCISES[slot.exercise], profile.lifts)
    if most is None or given.percent is None:
        return None
    weight = most * growth * given.percent
    if too_light(slot.of, weight, profile.units) or too_heavy(slot.of, weight, profile.units, profile.gym):
        return None
    return rounded(weight, profile.units)
