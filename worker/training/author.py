"""The rules author: writes a week from the design."""

import math
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from worker.training import ramp, timing
from worker.training.budget import first_percent
from worker.training.catalog import EXERCISES, Exercise
from worker.training.design import Design
from worker.training.loads import implement, put_on, working_max
from worker.training.measure import minutes_of, volume
from worker.training.periodization import SETS_LEFT, WeekPlan
from worker.training.prescription import Dose, dose
from worker.training.profile import Profile
from worker.training.progression import growth
from worker.training.reasons import cues, focus_of, heavier, reason, warm_up, week_note
from worker.training.rpe import share
from worker.training.select import Pool
from worker.training.slots import Slot
from worker.training.split import Day
from worker.training.weekdays import WEEKDAYS

# What climbs by repetitions and then by weight in double progression.
RISING: Final = frozenset({"main", "lead", "second", "accessory", "isolation", "core"})
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

    @cached_property
    def pool(self) -> Pool:
        return Pool.of(self.profile)

    @cached_property
    def missing(self) -> list[frozenset[str]]:
        """Exercises that each day has not the pieces for."""
        return [self.pool.missing(frozenset(day.without)) for day in self.days]

    def begins_again(self, slot: Slot, exercise: Exercise, week: WeekPlan) -> bool:
        """Whether a block takes an exercise of the block before back to its first repetitions, with more weight."""
        risen = self.model == "double_progression" and slot.role in RISING and exercise.hold is None
        if not risen or week.turn or not week.block or not week.loading or not exercise.loadability:
            return False
        before = self.design.blocks[week.block - 1]
        return any(other.exercise == exercise.id for slots in before.days for other in slots)

    @cached_property
    def _described(self) -> dict[tuple[int, str, frozenset[str]], dict[str, Any]]:
        return {}

    def described(self, slot: Slot, exercise: Exercise, taken: frozenset[str], without: tuple[str, ...]) -> Any:
        """What is the same of a slot in every week with the same exercises on its day."""
        key = (id(slot), exercise.id, taken)
        found = self._described.get(key)
        if found is None:
            why = reason(self.profile, self.model, slot, exercise, self.weak)
            told = describe(self.pool, exercise, taken, slot.role, frozenset(without))
            found = self._described[key] = {**told, "why": why}
        return dict(found)


def write_week(script: Script, number: int) -> dict[str, Any]:
    """A `schedule` element of the result, with its row of `volume_by_week` as `volume`."""
    week = script.weeks[number - 1]
    last = last_loading(script.weeks, week)
    block = script.design.blocks[week.block]
    sets = _sets(block.days, week)
    days = [_day(script, index, block.days[index], sets[index], week, last) for index in range(len(script.days))]
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
    light = (
        "mobility", "conditioning", "isolation", "core", "accessory", "second", "lead", "dynamic", "power",
        "max_effort", "main",
    )  # fmt: skip
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
    script: Script, index: int, slots: Sequence[Slot], sets: Sequence[int], week: WeekPlan, last: WeekPlan
) -> dict[str, Any]:
    profile, day = script.profile, script.days[index]
    present = [(slot, count) for slot, count in zip(slots, sets, strict=True) if count]
    worked = [slot.in_week(last.turn) for slot, _ in present]
    taken = frozenset(exercise.id for exercise in worked) | script.missing[index]
    exercises = []
    for (slot, count), exercise in zip(present, worked, strict=True):
        partner = next((n for other, n in present if other is not slot and other.superset == slot.superset), 0)
        first = slot.superset is not None and next(s for s, _ in present if s.superset == slot.superset) is slot
        given = dose(profile, script.model, exercise, slot.role, slot.wave, week, last)
        if script.begins_again(slot, exercise, week):
            given = replace(given, heavier=True)
        changes = min(count, partner) if slot.superset and first else 0
        written = _exercise(script, slot, exercise, given, count, changes, taken, day.without)
        written["superset"] = slot.superset if partner and slot.superset else None
        exercises.append(written)
    return {
        "day": index + 1,
        "weekday": WEEKDAYS[day.weekday],
        "name": day.name,
        "focus": focus_of(day, worked),
        "estimated_minutes": math.ceil(minutes_of(day.minutes, exercises) - 1e-9),
        "warm_up": warm_up(profile, day, any(one["warm_up"] for one in exercises)),
        "exercises": exercises,
    }


def _exercise(
    script: Script, slot: Slot, exercise: Exercise, given: Dose, count: int, changes: int, taken: frozenset[str],
    without: tuple[str, ...],
) -> dict[str, Any]:  # fmt: skip
    profile = script.profile
    work = [
        {
            "reps": reps,
            "rpe": rpe,
            "percent_1rm": percent,
            "load": load_of(exercise, profile, percent, given.loaded),
            "rest_seconds": timing.CHANGE_SECONDS if number < changes else given.rest,
            "seconds": given.seconds,
        }
        for number, (reps, rpe, percent) in enumerate(_each(given, count))
    ]
    steps = ramp.steps(profile, exercise, slot.role, first_percent(given))
    warm = ramp.sets(profile, exercise, steps, work[0]["load"])
    told = script.described(slot, exercise, taken, without)
    return {
        **told,
        "why": f"{told['why']} {heavier(told['equipment'], profile.units)}" if given.heavier else told["why"],
        "warm_up": warm,
        "ramp": bool(warm),
        "sets": work,
    }


def describe(
    pool: Pool, exercise: Exercise, taken: Container[str], role: str, without: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """What the result says of an exercise for this person, whatever its sets.

    `taken`: what the day has already or cannot have; `without`: pieces that are not there on that day.
    """
    substitutes = pool.substitutes(exercise, taken, role)
    counted = exercise.counts
    return {
        "exercise": exercise.id,
        "name": exercise.name,
        "pattern": exercise.pattern,
        "equipment": list(pool.pieces(exercise, without)),
        "muscles": {
            "primary": list(exercise.primary) if counted else [],
            "secondary": list(exercise.secondary) if counted else [],
        },
        "cues": cues(pool.profile, exercise),
        "substitutes": [one.id for one in substitutes],
        "substitute_names": {one.id: one.name for one in substitutes},
        "easier": _form(pool.nearest(exercise.regressions, taken)),
        "harder": _form(pool.nearest(exercise.progressions, taken)),
        "unilateral": exercise.each,
        "per_hand": per_hand(exercise),
    }


def _form(key: str | None) -> dict[str, str] | None:
    return None if key is None else {"exercise": key, "name": EXERCISES[key].name}


def per_hand(exercise: Exercise) -> bool:
    return implement(exercise) == "dumbbells" and "goblet" not in exercise.words


def _each(given: Dose, count: int) -> list[tuple[int, float, float | None]]:
    """Repetitions, RPE and share of 1RM of each set; of a ladder of sets the last, which are the point of it."""
    if not given.ladder:
        return [(given.reps, given.rpe, _rounded(given.percent))] * count
    return [(reps, rpe, _rounded(share(reps, rpe))) for reps, rpe in given.ladder[-count:]]


def _rounded(percent: float | None) -> float | None:
    return None if percent is None else round(percent, 3)


def load_of(exercise: Exercise, profile: Profile, percent: float | None, loaded: int) -> float | None:
    """What to put on the bar; None where no lift tells it or it would be more than dumbbells go."""
    most = working_max(exercise, profile.lifts)
    if most is None or percent is None or exercise.load is None:
        return None
    weight = most * growth(profile, exercise.load[0], loaded) * percent
    return put_on(exercise, weight, profile.units, profile.gym, profile.notes.dumbbells)
