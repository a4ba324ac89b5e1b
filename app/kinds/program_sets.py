"""Sets as people write them: equal neighbours together, `4 x 6`."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any


@dataclass(frozen=True)
class SetGroup:
    count: int
    reps: int
    seconds: int | None  # a hold or carry: how long each repetition lasts
    rpe: float
    percent_1rm: float | None
    load: float | None
    rest_seconds: int


def groups(sets: list[dict[str, Any]]) -> list[SetGroup]:
    def shape(one: dict[str, Any]) -> tuple[Any, ...]:
        return one["reps"], one.get("seconds"), one["rpe"], one["percent_1rm"], one["load"], one["rest_seconds"]

    return [SetGroup(len(list(equal)), *key) for key, equal in groupby(sets, shape)]


def total(week: dict[str, Any]) -> int:
    return sum(len(exercise["sets"]) for day in week["days"] for exercise in day["exercises"])
