"""How much each muscle should get: floors in the order they are served, caps by goal, and who goes first."""

from collections.abc import Sequence
from typing import Final

from worker.training.landmarks import MAIN, MUSCLES, Landmark
from worker.training.profile import Profile

HEAVY_GOALS: Final = frozenset({"strength", "powerlifting", "power"})
# Minimum effective dose outside size goals: strength flattens after about 4 weekly sets (Pelland 2024).
MAIN_FLOOR: Final = 4
SIZE_GOALS: Final = frozenset({"hypertrophy", "recomposition"})
# How far volume may rise: a landmark by goal. Size goes to MRV, strength and the like to the top of MAV, the rest to
# where recovery from other work (a deficit, a sport, being new) is safe (convention).
CAP: Final[dict[str, str]] = {
    "hypertrophy": "mrv",
    "recomposition": "mav_high",
    "strength": "mav_high",
    "powerlifting": "mav_high",
    "bodyweight": "mav_high",
    "endurance": "mav_high",
    "general_fitness": "mav_middle",
    "fat_loss": "mav_middle",
    "power": "mav_middle",
    "foundations": "mav_low",
}
# Pressing comes with many exercises; pulling has to be asked for.
BACK: Final = 1.6
LESS_URGENT: Final = frozenset({"front_delts", "traps", "forearms", "glutes", "abs"})
# Where spare sets go, beyond the person's own wishes (convention: what carries the goal).
EMPHASIS: Final[dict[str, dict[str, float]]] = {
    goal: dict.fromkeys(("side_delts", "calves", "biceps"), 0.6) | dict.fromkeys(more, 1.3)
    for goal, more in (
        ("strength", ("triceps", "glutes")),
        ("powerlifting", ("triceps", "glutes")),
        ("power", ("quads", "hamstrings", "glutes")),
    )
} | {"bodyweight": {"abs": 1.4, "back": 1.2}, "fat_loss": {"glutes": 1.3}}


def floors(profile: Profile, marks: dict[str, Landmark], weak: Sequence[str] = ()) -> list[tuple[str, float]]:
    """Muscles with their least weekly sets, in the order in which the minutes are given out.

    A muscle may come twice: no main muscle gets its last set before each has half of its own. `weak`: muscles of
    lifts that lag.
    """
    focus, size = profile.focus, profile.goal in SIZE_GOALS
    sport = [m for m in (profile.sport.muscles if profile.sport else ()) if m not in focus]
    first = sorted((m for m in MAIN if m not in focus), key=lambda m: m not in sport)
    main = {m: float(marks[m].mev if size else min(MAIN_FLOOR, marks[m].mrv)) for m in first}
    rest = [m for m in MUSCLES if m not in MAIN and m not in focus]
    found = [(m, float(sum(marks[m].mav) // 2)) for m in focus]
    found += [(m, main[m] / 2) for m in main]
    found += [(m, main[m]) for m in main]
    found += [(m, float(max(MAIN_FLOOR, (marks[m].mev + marks[m].mav[0]) // 2))) for m in sport]
    found += [(m, float(marks[m].mev)) for m in weak if m not in focus]
    if profile.goal != "foundations":
        found += [(m, float(marks[m].mv)) for m in rest]
    if size:
        found += [(m, float(marks[m].mev)) for m in rest]
    return found


def cap(profile: Profile, mark: Landmark, muscle: str) -> float:
    """Where spare minutes stop adding sets for a muscle."""
    if muscle in profile.focus:
        return mark.mrv
    middle = (mark.mav[0] + mark.mav[1]) // 2
    return {"mrv": mark.mrv, "mav_high": mark.mav[1], "mav_middle": middle, "mav_low": mark.mav[0]}[CAP[profile.goal]]


def weight(profile: Profile, muscle: str, weak: tuple[str, ...]) -> float:
    """Who gets the next set, other things being equal: the heavier."""
    sport = profile.sport.muscles if profile.sport else ()
    value = EMPHASIS.get(profile.goal, {}).get(muscle, 1.0)
    value *= 1.6 if muscle in profile.focus else 1.0
    value *= 1.25 if muscle in weak else 1.0
    value *= 1.5 if muscle in sport else 1.0
    value *= BACK if muscle == "back" else 1.2 if muscle in MAIN else 1.0
    return value * (0.6 if muscle in LESS_URGENT and muscle not in (*profile.focus, *sport) else 1.0)


def own_work(muscle: str) -> tuple[tuple[str, str], ...]:
    """Where sets for a muscle come from, the best first."""
    isolation = ("isolation", "isolation")
    return {
        "chest": (("horizontal_push", "accessory"), isolation),
        "back": (("vertical_pull", "accessory"), ("horizontal_pull", "accessory")),
        "quads": (isolation, ("lunge", "accessory"), ("squat", "accessory")),
        "hamstrings": (isolation, ("hinge", "accessory")),
        "glutes": (("hinge", "accessory"), isolation),
        "front_delts": (("vertical_push", "accessory"), isolation),
        "abs": (("core", "core"),),
        "forearms": (isolation, ("carry", "core")),
    }.get(muscle, (isolation,))
