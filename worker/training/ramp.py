"""Warm-up sets: lighter sets of the same lift before its first working set. They are no volume, but they take time."""

from typing import Any, Final

from worker.training import timing
from worker.training.catalog import EXERCISES, Exercise
from worker.training.loads import implement, lightest, put_on
from worker.training.profile import Profile

# Share of the working load, repetitions, seconds of rest after it; the heavier the work, the more steps (convention:
# few repetitions, so that they tire nobody, and steps no larger than a fifth near the top).
STEPS: Final[dict[str, tuple[tuple[float, int, int], ...]]] = {
    "light": ((0.5, 6, 45),),
    "moderate": ((0.4, 6, 30), (0.7, 3, 60)),
    "heavy": ((0.4, 5, 30), (0.6, 3, 45), (0.8, 2, 60)),
    "maximal": ((0.4, 5, 30), (0.6, 3, 45), (0.75, 2, 60), (0.88, 1, 90)),
}
# From which share of 1RM the first working set counts as what.
GRADES: Final = ((0.87, "maximal"), (0.78, "heavy"), (0.65, "moderate"))
ROLES: Final = frozenset({"main", "lead", "max_effort", "dynamic"})
# Lighter implements and machines need one step.
BARS: Final = frozenset({"barbell", "trap_bar", "full_gym"})
HURRIED: Final = 30  # minutes of a session in which two steps must do
# Two loads nearer than this share of the work are one step.
LEAST_GAP: Final = 0.08


def steps(profile: Profile, exercise: Exercise, role: str, percent: float | None) -> tuple[tuple[float, int, int], ...]:
    """The steps before an exercise of this role; none where nothing can be loaded lighter."""
    if role not in ROLES or exercise.loadability == 0 or not exercise.weighted:
        return ()
    grade = next((name for least, name in GRADES if percent is not None and percent >= least), "light")
    found = STEPS["moderate" if percent is None else grade]
    if implement(exercise) not in BARS:
        return STEPS["light"]
    return found[-2:] if profile.minutes <= HURRIED else found


def seconds(found: tuple[tuple[float, int, int], ...], each: bool) -> float:
    return sum(timing.work_seconds(reps, None, each) + rest for _, reps, rest in found)


def sets(
    profile: Profile, exercise: Exercise, found: tuple[tuple[float, int, int], ...], load: float | None
) -> list[dict[str, Any]]:
    """The warm-up sets of the result. Where the working load is known, loads that can be made, rising, each once."""
    written: list[dict[str, Any]] = []
    before = 0.0
    for share, reps, rest in found:
        weight: float | None = None
        if load is not None:
            bar = lightest(exercise, profile.units, profile.notes.dumbbells)
            weight = put_on(exercise, max(bar, share * load), profile.units, profile.gym, profile.notes.dumbbells)
            if weight is None or weight - before < LEAST_GAP * load or weight > (1 - LEAST_GAP) * load:
                continue
            before = weight
        written.append({"reps": reps, "share": share, "load": weight, "rest_seconds": rest})
    return written


def again(profile: Profile, written: dict[str, Any]) -> list[dict[str, Any]]:
    """The warm-up sets of a written exercise whose work has changed; none if it had none."""
    if not written.get("warm_up"):
        return []
    exercise, first = EXERCISES[written["exercise"]], written["sets"][0]
    return sets(profile, exercise, steps(profile, exercise, "main", first["percent_1rm"]), first["load"])
