"""What a written week amounts to: sets a muscle, minutes, sets in all. Plain values in: any author's week fits."""

from collections.abc import Sequence
from typing import Any

from app.kinds.program_choices import DIRECT
from worker.training import timing
from worker.training.catalog import EXERCISES
from worker.training.landmarks import MUSCLES


def volume(days: Sequence[dict[str, Any]], least_rpe: float = 0.0) -> dict[str, float]:
    """Weekly sets of at least this effort: 1 for a primary muscle, 0.5 for a secondary one."""
    total = dict.fromkeys(MUSCLES, 0.0)
    for day in days:
        for exercise in day["exercises"]:
            count = sum(one["rpe"] >= least_rpe for one in exercise["sets"]) if least_rpe else len(exercise["sets"])
            for muscle in exercise["muscles"]["primary"]:
                total[muscle] += count
            for muscle in exercise["muscles"]["secondary"]:
                total[muscle] += 0.5 * count
    return total


def against_mrv(days: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Weekly sets as they are compared with MRV: of some muscles only those in which they lead."""
    total = volume(days)
    for muscle in DIRECT:
        total[muscle] = sum(
            len(exercise["sets"])
            for day in days
            for exercise in day["exercises"]
            if muscle in exercise["muscles"]["primary"]
        )
    return total


def sets_of(week: dict[str, Any]) -> int:
    return sum(len(exercise["sets"]) for day in week["days"] for exercise in day["exercises"])


def minutes_of(asked: int, exercises: Sequence[dict[str, Any]]) -> float:
    """How long a session takes by the model in timing, warm-up sets included; `asked`: the minutes of the day."""
    seconds = timing.warm_up_minutes(asked) * 60
    for written in exercises:
        exercise = EXERCISES[written["exercise"]]
        seconds += timing.set_up_minutes(exercise, written["equipment"]) * 60
        for one in (*written.get("warm_up", ()), *written["sets"]):
            seconds += timing.work_seconds(one["reps"], one.get("seconds"), exercise.each) + one["rest_seconds"]
    return seconds / 60
