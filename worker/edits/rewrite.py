"""What a person asks for: another exercise, a week or day anew, other days, a deload, an earlier version."""

import copy
from typing import Any, Final

from app.kinds.program import ProgramInput
from app.kinds.program_edit import ProgramEdit
from worker.edits.deload import deload
from worker.edits.learned import load_for
from worker.edits.program import Change, Edited, Program, settled
from worker.errors import Rejected
from worker.programs import texts
from worker.programs.checks_day import most_effort
from worker.training import build, landmarks, weak_points
from worker.training.author import describe, write_week
from worker.training.catalog import EXERCISES, Exercise, named
from worker.training.loads import implement, put_on, working_max
from worker.training.profile import read
from worker.training.select import Pool, possible
from worker.training.weekdays import WEEKDAYS

# What changes more than the weekdays of the sessions.
REWRITES: Final = frozenset({"session_minutes", "equipment", "avoid_exercises", "days_per_week"})


def rewrite(program: Program, edit: ProgramEdit, old: dict[int, dict[str, Any]]) -> Edited:
    """``old``: the weeks of the version to go back to. Raises Rejected."""
    if edit.what == "swap":
        edited = _swap(program, edit)
    elif edit.what in {"week", "day"}:
        edited = _anew(program, edit)
    elif edit.what == "change":
        edited = _change(program, edit) if edit.model_fields_set & REWRITES else _moved(program, edit)
    elif edit.what == "deload":
        edited = _deload(program, edit.week or 0)
    else:
        edited = _restore(program, edit.to_version or 0, old)
    edited.why = edit.reason
    if not edited.weeks:
        raise Rejected("Nothing would change: what was asked for is so already, or has been trained.")
    return edited


def _open_week(program: Program, number: int) -> dict[str, Any]:
    if number not in program.weeks:
        raise Rejected(f"This program has {len(program.weeks)} weeks.")
    week = program.weeks[number]
    if not any(program.is_open(number, day["day"]) for day in week["days"]):
        raise Rejected(f"Week {number} has been trained; what was done stays as it was.")
    return week


def _swap(program: Program, edit: ProgramEdit) -> Edited:
    keys = {edit.exercise} if edit.exercise in EXERCISES else named(edit.exercise or "")
    edited = Edited("")
    for number, week in sorted(program.weeks.items()):
        if edit.week not in {None, number}:
            continue
        for index, day in enumerate(week["days"]):
            if edit.day not in {None, day["day"]} or not program.is_open(number, day["day"]):
                continue
            for place, exercise in enumerate(day["exercises"]):
                if exercise["exercise"] in keys:
                    new = _chosen(program, edit.to, exercise, day)
                    mine = program.copy_of(edited, number)
                    mine["days"][index]["exercises"][place] = replaced(program, day, exercise, new)
                    edited.changes.append(
                        Change(number, f"becomes {new.name}", "You asked.", day["day"], exercise["name"])
                    )
    if not edited.weeks:
        raise Rejected(f"{edit.exercise} is in none of the sessions still to come that you named.")
    edited.what = f"{edited.changes[0].exercise} swapped"
    return _all_settled(program, edited)


def _chosen(program: Program, wanted: str | None, old: dict[str, Any], day: dict[str, Any]) -> Exercise:
    present = {one["exercise"] for one in day["exercises"]}
    allowed = [key for key in old["substitutes"] if key not in present]
    if wanted is None:
        if not allowed:
            raise Rejected(f"There is no substitute for {old['name']} that you can do; name one in `to`.")
        return EXERCISES[allowed[0]]
    key = wanted if wanted in EXERCISES else min(named(wanted), default="")
    if key not in EXERCISES or not possible(EXERCISES[key], program.profile):
        names = ", ".join(EXERCISES[one].name for one in allowed) or "none"
        raise Rejected(f"{wanted} is not possible with your equipment, injuries and experience. Substitutes: {names}.")
    if key in present:
        raise Rejected(f"{EXERCISES[key].name} is in that session already.")
    return EXERCISES[key]


def replaced(program: Program, day: dict[str, Any], old: dict[str, Any], new: Exercise) -> dict[str, Any]:
    """The same sets with another exercise."""
    profile = program.profile
    pool, most = Pool.of(profile), most_effort(profile, new)
    without = frozenset(profile.notes.without.get(WEEKDAYS.index(day["weekday"]), ()))
    taken = {one["exercise"] for one in day["exercises"] if one is not old} | {new.id} | pool.missing(without)
    sets = [{**one, "rpe": min(one["rpe"], most), "seconds": new.hold} for one in old["sets"]]
    return {
        **old,
        **describe(pool, new, taken, "main" if old.get("ramp") else "accessory", without),
        "sets": [{**one, "load": _load(program, new, one)} for one in sets],
        "why": f"Instead of {old['name']}, as you asked.",
    }


def _load(program: Program, exercise: Exercise, one: dict[str, Any]) -> float | None:
    profile = program.profile
    known = program.known.get(exercise.id)
    most = known.value if known else working_max(exercise, profile.lifts)
    if most is None or implement(exercise) is None:
        return None
    weight = load_for(most, one["reps"], one["rpe"])
    return put_on(exercise, weight, profile.units, profile.gym, profile.notes.dumbbells)


def _anew(program: Program, edit: ProgramEdit) -> Edited:
    """Every exercise but the first lifts gives way to its best substitute."""
    week = _open_week(program, edit.week or 0)
    edited = Edited(f"Week {edit.week}" + (f", day {edit.day}" if edit.day else "") + " anew")
    for index, day in enumerate(week["days"]):
        if edit.day not in {None, day["day"]} or not program.is_open(week["week"], day["day"]):
            continue
        mine = program.copy_of(edited, week["week"])["days"][index]
        for place, exercise in enumerate(list(mine["exercises"])):
            present = {one["exercise"] for one in mine["exercises"]}
            free = [key for key in exercise["substitutes"] if key not in present]
            if exercise.get("ramp") or not free:
                continue
            new = EXERCISES[free[0]]
            mine["exercises"][place] = replaced(program, mine, exercise, new)
            said = Change(week["week"], f"becomes {new.name}", "Written anew.", day["day"], exercise["name"])
            edited.changes.append(said)
    if not edited.changes:
        raise Rejected("There is nothing to put in the places of these exercises.")
    return _all_settled(program, edited)


def _change(program: Program, edit: ProgramEdit) -> Edited:
    """The rest of the program as it would be made now, with other days, minutes or equipment."""
    given = {name: getattr(edit, name) for name in ("session_minutes", "equipment", "avoid_exercises", "days_per_week")}
    asked = {**program.asked, **{name: value for name, value in given.items() if value is not None}}
    if edit.weekdays is not None:
        asked["weekdays"] = edit.weekdays
    elif len(asked.get("weekdays") or ()) != asked["days_per_week"]:
        asked["weekdays"] = []  # those that were chosen are of another number of days
    told = ProgramInput.model_validate(asked)
    profile = read(told)
    weak = [muscle for point in weak_points.find(profile) for muscle in point.muscles]
    marks = landmarks.landmarks(profile)
    script = build.prepare(profile, marks, weak, program.head["periodization"]["model"])
    first = max(edit.from_week or 1, program.last_week + 1)
    edited = Edited(f"Changed from week {first} on", asked=told.model_dump(mode="json", exclude_none=True))
    for number in range(first, profile.weeks + 1):
        edited.weeks[number] = write_week(script, number)
    if edited.weeks:
        words = ", ".join(sorted(name.replace("_", " ") for name, value in given.items() if value is not None))
        edited.changes.append(Change(first, f"the rest is written anew for other {words}", "You asked."))
    new = list(edited.weeks.values())
    edited.head = {"days_per_week": profile.days, "split": script.split, "fit": texts.fit(script, new) if new else []}
    return edited


def _moved(program: Program, edit: ProgramEdit) -> Edited:
    """The same sessions on other weekdays."""
    wanted = edit.weekdays or []
    count = len(next(iter(program.weeks.values()))["days"])
    if len(wanted) != count:
        raise Rejected(f"This program has {count} days a week: name {count} weekdays, or change days_per_week, too.")
    wanted = sorted(wanted, key=WEEKDAYS.index)
    first = max(edit.from_week or 1, program.last_week + 1)
    edited = Edited(f"Other weekdays from week {first} on")
    for number in range(first, len(program.weeks) + 1):
        if [day["weekday"] for day in program.weeks[number]["days"]] != wanted:
            for day, weekday in zip(program.copy_of(edited, number)["days"], wanted, strict=True):
                day["weekday"] = weekday
    if edited.weeks:
        edited.changes.append(Change(first, f"sessions on {', '.join(wanted)}", "You asked."))
    return edited


def _deload(program: Program, number: int) -> Edited:
    week = _open_week(program, number)
    if week["deload"]:
        raise Rejected(f"Week {number} is a deload already.")
    edited = Edited(f"Week {number} made a deload")
    deload(program, edited, number, "You asked.")
    return edited


def _restore(program: Program, version: int, old: dict[int, dict[str, Any]]) -> Edited:
    edited = Edited(f"Back to version {version}")
    for number, week in sorted(old.items()):
        if number > program.last_week and week != program.weeks.get(number):
            edited.weeks[number] = copy.deepcopy(week)
            edited.changes.append(Change(number, f"as in version {version}", "You asked."))
    return edited


def _all_settled(program: Program, edited: Edited) -> Edited:
    for week in edited.weeks.values():
        settled(program.profile, week)
    return edited
