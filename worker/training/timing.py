"""How long a session takes: warm-up, setting up, and each set's work and rest (convention, see facts in sources)."""

from collections.abc import Sequence
from typing import Final

from worker.training.catalog import Exercise

SECONDS_PER_REP: Final = 3.5
# The change from one exercise of a superset to its partner.
CHANGE_SECONDS: Final = 20
# Setting up, in minutes: getting there, changing plates. Warm-up sets are counted by themselves.
PLATES_MINUTES: Final = 2.0
STATION_MINUTES: Final = 1.5
FLOOR_MINUTES: Final = 1.0


def warm_up_minutes(session_minutes: int) -> float:
    return 5.0 if session_minutes <= 30 else 6.0 if session_minutes <= 60 else 8.0


def set_up_minutes(exercise: Exercise, pieces: Sequence[str]) -> float:
    bar = "barbell" in pieces or "trap_bar" in pieces
    if exercise.pattern in ("mobility", "core", "conditioning") or set(pieces) <= {"bodyweight", "bands"}:
        return FLOOR_MINUTES
    if bar and exercise.compound:
        return PLATES_MINUTES
    return STATION_MINUTES


def work_seconds(reps: int, seconds: int | None, each: bool) -> float:
    once = reps * (seconds if seconds is not None else SECONDS_PER_REP)
    return once * 2 if each else once
