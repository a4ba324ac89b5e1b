"""What the finished program does about a weak point, with the days and the sets."""

from collections.abc import Sequence
from typing import Any

from worker.training.catalog import LIFT_PATTERNS
from worker.training.reasons import muscle_names


def with_work(point: dict[str, Any], weeks: Sequence[dict[str, Any]], marks: dict[str, Any]) -> dict[str, Any]:
    """The weak point as the result tells it: its intervention with where it happens."""
    told = {key: value for key, value in point.items() if key not in ("muscles", "lift")}
    if point.get("lift") is None or not weeks:
        return told
    fullest = max(weeks, key=lambda week: sum(len(e["sets"]) for day in week["days"] for e in day["exercises"]))
    where = [
        f"{len(exercise['sets'])} sets of {_lower(exercise['name'])} on {day['weekday'].capitalize()}"
        for day in fullest["days"]
        for exercise in day["exercises"]
        if exercise["pattern"] in LIFT_PATTERNS[point["lift"]]
    ]
    volume = fullest["volume"]["sets"]
    behind = ", ".join(
        f"{volume[muscle]:g} sets of {muscle_names([muscle])}"
        + (f" ({marks[muscle]['mev']} make it grow)" if marks[muscle]["mev"] else "")
        for muscle in point["muscles"]
    )
    if where:
        told["intervention"] += f" In week {fullest['week']}: {'; '.join(where)}."
    told["intervention"] += f" A week holds up to {behind}."
    return told


def _lower(name: str) -> str:
    """A name inside a sentence; what is written in capitals stays."""
    return name if name[:2].isupper() else name[0].lower() + name[1:]
