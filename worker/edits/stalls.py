"""A lift that stalls in somebody who recovers well: one set more of it in the next week, once."""

import copy
from typing import Any

from worker.edits.program import Change, Edited, Program, settled
from worker.edits.sound import broken
from worker.programs.autoregulation import ADDED_AT_MOST, FRESH, REST_ENOUGH, STALL
from worker.programs.checks import LOADING
from worker.training.catalog import EXERCISES


def add_set(program: Program, edited: Edited, upcoming: int | None) -> None:
    """The rule as the program states it; never past an MRV, the minutes, or the sets of an exercise."""
    if upcoming is None or program.weeks[upcoming]["phase"] not in LOADING or not _recovers(program):
        return
    for key, known in program.known.items():
        values = [point.value for point in known.points if not point.guessed][-3:]
        if len(values) < 3 or values[-1] > values[0] * (1 + STALL) or _had(program, key):
            continue
        week = copy.deepcopy(edited.weeks.get(upcoming, program.weeks[upcoming]))
        day = _with_one_more(program, week, key)
        if day is not None and not broken(program, {upcoming: settled(program.profile, week)}):
            edited.weeks[upcoming] = week
            why = "It has not moved for three sessions, you recover well, and there is time. Once, to see if it helps."
            edited.changes.append(Change(upcoming, "one set more", why, day, EXERCISES[key].name))


def _recovers(program: Program) -> bool:
    """By what was told: readiness of the last sessions, and the last check-in; one of them at least."""
    ready = [one["readiness"] for one in program.trainings if one["readiness"] is not None][-3:]
    told = program.check_ins[-1]["told"] if program.check_ins else {}
    if not ready and not {"sleep_hours", "soreness"} & told.keys():
        return False
    sore, stress = told.get("soreness", 0), told.get("stress", 0)
    return (
        min(ready, default=100) >= FRESH
        and max(sore, stress) < FRESH / 10
        and told.get("sleep_hours", 8) >= REST_ENOUGH
    )


def _had(program: Program, key: str) -> bool:
    """Whether it had its set more already."""
    return any(
        one["exercise"] == key and one.get("added")
        for week in program.weeks.values()
        for day in week["days"]
        for one in day["exercises"]
    )


def _with_one_more(program: Program, week: dict[str, Any], key: str) -> int | None:
    """On the first day that has it and the minutes; the day's number."""
    for day in week["days"]:
        for one in day["exercises"] if program.is_open(week["week"], day["day"]) else ():
            if one["exercise"] == key and len(one["sets"]) < ADDED_AT_MOST:
                one["sets"].append(dict(one["sets"][-1]))
                one["added"] = True
                settled(program.profile, week)
                if day["estimated_minutes"] <= program.profile.minutes:
                    return int(day["day"])
                one["sets"].pop()
                del one["added"]
    return None
