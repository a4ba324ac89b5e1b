"""What is wrong with a day of a finished program: its exercises, sets, loads, minutes."""

from collections.abc import Iterator
from typing import Any, Final

from worker.training.catalog import EXERCISES, Exercise
from worker.training.landmarks import SESSION_CAP
from worker.training.loads import can_be_loaded
from worker.training.measure import minutes_of, volume
from worker.training.prescription import CARE_RPE, MEDICAL_RPE, MINOR_RPE, OLDER_RPE
from worker.training.profile import Profile
from worker.training.select import Pool
from worker.training.weekdays import WEEKDAYS

OVER: Final = 1.10  # never longer than asked by more than this

Found = Iterator[tuple[str, str]]


def day_problems(pool: Pool, day: dict[str, Any]) -> Found:
    """Codes with messages; the day has the shape of one. The pool is what its person can do."""
    profile = pool.profile
    keys = [exercise["exercise"] for exercise in day["exercises"]]
    if not keys:
        yield "empty", "has no exercise"
    if len(set(keys)) < len(keys):
        yield "duplicate", "has an exercise twice"
    weekday = WEEKDAYS.index(day["weekday"])
    missing = profile.missing | frozenset(profile.notes.without.get(weekday, ()))
    for exercise in day["exercises"]:
        known = EXERCISES.get(exercise["exercise"])
        if known is None:
            yield "unknown", f"{exercise['exercise']} is not an exercise of ours"
            return
        for code, message in _exercise(pool, known, exercise, set(keys), missing):
            yield code, f"{known.name}: {message}"
    for muscle, sets in volume([day]).items():
        if sets > SESSION_CAP:
            yield "session", f"{sets:g} sets of {muscle}"
    asked = minutes_asked(profile, weekday)
    minutes = minutes_of(asked, day["exercises"])
    if max(minutes, day["estimated_minutes"]) > asked * OVER + 1e-9:
        yield "minutes", f"takes {minutes:.0f} of {asked} minutes"
    if abs(minutes - day["estimated_minutes"]) > 1.01:
        yield "minutes", f"is told to take {day['estimated_minutes']} minutes and takes {minutes:.0f}"


def minutes_asked(profile: Profile, weekday: int) -> int:
    """The minutes of a weekday: what was asked for, or less where the notes say so."""
    return min(profile.minutes, profile.notes.minutes.get(weekday, profile.minutes))


def _exercise(pool: Pool, known: Exercise, exercise: dict[str, Any], keys: set[str], missing: frozenset[str]) -> Found:
    profile = pool.profile
    if known.id not in pool.ids:
        yield pool.reasons[known.id] or "skill", "is not possible for this person"
    pieces, owned = tuple(exercise["equipment"]), profile.owned - missing
    if pieces not in known.needs or not owned.issuperset(pieces) or known.takes(missing):
        yield "equipment", "names equipment it does not need or that is not there"
    muscles = exercise["muscles"]
    told = tuple(muscles["primary"]), tuple(muscles["secondary"])
    if told != ((known.primary, known.secondary) if known.counts else ((), ())) or exercise["pattern"] != known.pattern:
        yield "muscles", "tells muscles or a pattern that it does not train"
    forms = [form["exercise"] for form in (exercise.get("easier"), exercise.get("harder")) if form is not None]
    for key in (*exercise["substitutes"], *forms):
        other = EXERCISES.get(key)
        if other is None or key not in pool.ids or key in keys or (missing and not _here(other, owned, missing)):
            yield "substitute", f"{key} is no substitute here"
    yield from _sets(profile, known, exercise)


def _here(other: Exercise, owned: frozenset[str], missing: frozenset[str]) -> bool:
    return not other.takes(missing) and other.pieces(owned) is not None


def most_effort(profile: Profile, exercise: Exercise) -> float:
    """The highest RPE that this person may be asked for in this exercise."""
    caps = [10.0]
    caps += [OLDER_RPE] * profile.older + [MINOR_RPE] * profile.minor + [MEDICAL_RPE] * bool(profile.medical)
    caps += [CARE_RPE[profile.areas[area]] for area in exercise.loads_area(profile.injuries)]
    return min(caps)


def _sets(profile: Profile, known: Exercise, exercise: dict[str, Any]) -> Found:
    if not exercise["sets"]:
        yield "sets", "has no sets"
    most, dumbbells = most_effort(profile, known), profile.notes.dumbbells
    for one in exercise["sets"]:
        if one["reps"] < 1 or not 1 <= one["rpe"] <= 10 or one["rest_seconds"] <= 0:
            yield "sets", "a set lacks repetitions, RPE or rest"
        elif one["rpe"] > most + 1e-9:
            yield "effort", f"RPE {one['rpe']:g} is more than {most:g}, the most for this person here"
        if one["load"] is not None and not can_be_loaded(known, one["load"], profile.units, dumbbells):
            yield "load", f"{one['load']} {profile.units} cannot be loaded"
        if one["percent_1rm"] is not None and not 0 < one["percent_1rm"] <= 1:
            yield "load", "a share of 1RM is not between 0 and 1"
    yield from _warm_up(profile, known, exercise)


def _warm_up(profile: Profile, known: Exercise, exercise: dict[str, Any]) -> Found:
    """Lighter than the work, rising, and possible to load."""
    work = exercise["sets"][0]["load"] if exercise["sets"] else None
    before = 0.0
    for one in exercise.get("warm_up", ()):
        if one["reps"] < 1 or one["rest_seconds"] <= 0:
            yield "warm_up", "a warm-up set lacks repetitions or rest"
        load = one["load"]
        if load is None:
            continue
        if not can_be_loaded(known, load, profile.units, profile.notes.dumbbells):
            yield "warm_up", f"{load:g} {profile.units} cannot be loaded"
        if load <= before or work is None or load >= work:
            yield "warm_up", "warm-up sets do not rise to the work"
        before = load
