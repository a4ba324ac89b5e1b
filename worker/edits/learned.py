"""What the log says of a person's strength: estimated 1RMs of each exercise, session by session."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from worker.training.catalog import EXERCISES
from worker.training.rpe import CHART, epley, share

# Beyond so many repetitions to failure an estimate says little (facts: trust up to n = 10).
TRUSTED: Final = 10
# People believe they are nearer to failure than they are, by about one repetition (Halperin 2022): a new estimate
# moves the old one only so far; what a set without an RPE shows is taken as prescribed and moves it by half of that.
WEIGHT_OF_NEW: Final = 0.7
# No session makes anybody that much stronger or weaker (convention): the rest is a slip or a bad day.
MOST_CHANGE: Final = 0.10

# What is added to one's own weight says little of a 1RM by itself.
OWN_WEIGHT: Final = frozenset(
    {
        "dip", "inverted_row", "neutral_grip_pull_up", "weighted_pull_up", "back_extension", "ab_wheel",
        "barbell_rollout", "box_jump", "weighted_sit_up",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Point:
    """One session's best estimate, in the program's units."""

    at: float
    value: float
    said: str  # "5 x 85 kg at RPE 8"
    guessed: bool = False  # the RPE is the prescribed one, or repetitions go beyond what the chart is trusted for


@dataclass(frozen=True)
class Known:
    """What is believed of an exercise after all its sessions."""

    value: float
    points: tuple[Point, ...]

    @property
    def last(self) -> Point:
        return self.points[-1]


def e1rm(load: float, reps: int, rpe: float) -> float | None:
    """Estimated 1RM by the RPE chart, or by Epley beyond it; None for what shows nothing."""
    if reps < 1 or load <= 0:
        return None
    part = share(reps, rpe)
    return load / part if part is not None else epley(load, reps + 10 - rpe)


def load_for(one_rm: float, reps: int, rpe: float) -> float:
    """The load with which ``reps`` end at ``rpe``: the inverse of `e1rm`."""
    part = share(reps, rpe)
    return one_rm * part if part is not None else one_rm / (1 + (reps + 10 - rpe) / 30)


def read(
    trainings: Sequence[Mapping[str, Any]], weeks: Mapping[int, Mapping[str, Any]], units: str
) -> dict[str, Known]:
    """By exercise. ``trainings``: rows of the log, oldest first; ``weeks``: the program's, for what was prescribed."""
    points: dict[str, list[Point]] = {}
    for training in trainings:
        if training["finished_at"] is None:
            continue
        for entry in training["entries"]:
            if not _tells(entry["exercise"]):
                continue
            planned = _prescribed(weeks, training, entry)
            if (best := _best(entry, planned, training["started_at"], units)) is not None:
                points.setdefault(entry["exercise"], []).append(best)
    return {exercise: Known(_believed(found), tuple(found)) for exercise, found in points.items()}


def _tells(key: str) -> bool:
    """Whether its load is all that is lifted, in repetitions."""
    exercise = EXERCISES.get(key)
    return exercise is None or (exercise.weighted and key not in OWN_WEIGHT)


def _prescribed(
    weeks: Mapping[int, Mapping[str, Any]], training: Mapping[str, Any], entry: Mapping[str, Any]
) -> Sequence[Mapping[str, Any]]:
    week = weeks.get(training["week"], {"days": []})
    names = {entry["exercise"], entry["instead_of"]}
    for day in week["days"]:
        if day["day"] == training["day"]:
            for exercise in day["exercises"]:
                if exercise["exercise"] in names:
                    sets: Sequence[Mapping[str, Any]] = exercise["sets"]
                    return sets
    return ()


def _best(entry: Mapping[str, Any], planned: Sequence[Mapping[str, Any]], at: float, units: str) -> Point | None:
    working = [one for one in entry["sets"] if not one["warm_up"] and one["load"]]
    found: list[Point] = []
    for number, one in enumerate(working):
        plan = planned[min(number, len(planned) - 1)] if planned else None
        rpe: float | None = one["rpe"] if one["rpe"] is not None else plan["rpe"] if plan else None
        if one["seconds"] is not None or rpe is None or (value := e1rm(one["load"], one["reps"], rpe)) is None:
            continue
        guessed = one["rpe"] is None or one["reps"] + 10 - rpe > min(TRUSTED, len(CHART))
        said = f"{one['reps']} x {one['load']:g} {units}" + (f" at RPE {rpe:g}" if one["rpe"] is not None else "")
        found.append(Point(at, round(value, 1), said, guessed))
    sure = [point for point in found if not point.guessed]
    return max(sure or found, key=lambda point: point.value, default=None)


def _believed(points: Sequence[Point]) -> float:
    value = points[0].value
    for point in points[1:]:
        weight = WEIGHT_OF_NEW / 2 if point.guessed else WEIGHT_OF_NEW
        step = weight * (point.value - value)
        value += max(-MOST_CHANGE * value, min(MOST_CHANGE * value, step))
    return round(value, 1)


def trend(known: Known) -> list[dict[str, Any]]:
    """For the result's head: ``date, value, from`` of each session."""
    return [
        {"date": datetime.fromtimestamp(point.at, UTC).date().isoformat(), "value": point.value, "from": point.said}
        for point in known.points
    ]
