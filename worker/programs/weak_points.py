"""Weak points and levels from the told lifts. Ratios predict little, so gaps are said softly."""

from dataclasses import dataclass
from typing import Final

from app.kinds.program_choices import LIFTS
from worker.programs.landmarks import poor_recovery
from worker.programs.profile import Profile


@dataclass(frozen=True)
class Ratio:
    lift: str
    of: str
    usual: dict[str, tuple[float, float]]  # by sex


# Usual ratios of 1RMs (coaching consensus as compiled by Strength Level and ExRx, grade B).
RATIOS: Final = (
    Ratio("bench_press", "squat", {"male": (0.6, 0.8), "female": (0.45, 0.65)}),
    Ratio("deadlift", "squat", {"male": (1.1, 1.4), "female": (1.15, 1.5)}),
    Ratio("overhead_press", "bench_press", {"male": (0.55, 0.75), "female": (0.55, 0.75)}),
)
LEVELS: Final = ("beginner", "novice", "intermediate", "advanced", "elite")
# 1RM as a multiple of body weight: squat, bench press, deadlift (Strength Level, ExRx standards, grade B).
STANDARDS: Final[dict[str, dict[str, tuple[float, ...]]]] = {
    "male": {
        "squat": (1.0, 1.25, 1.65, 2.0, 2.5),
        "bench_press": (0.75, 0.9, 1.2, 1.5, 1.8),
        "deadlift": (1.0, 1.35, 2.0, 2.4, 2.8),
    },
    "female": {
        "squat": (0.7, 0.9, 1.25, 1.6, 2.0),
        "bench_press": (0.5, 0.65, 0.85, 1.1, 1.35),
        "deadlift": (0.75, 1.0, 1.5, 1.85, 2.2),
    },
}
# Muscles that get first call on spare sets when a lift lags, and what we do about it.
LIFT_MUSCLES: Final[dict[str, tuple[str, ...]]] = {
    "squat": ("quads", "glutes"),
    "bench_press": ("chest", "triceps"),
    "deadlift": ("hamstrings", "back"),
    "overhead_press": ("front_delts", "triceps"),
}
INTERVENTION: Final[dict[str, str]] = {
    "squat": "Squatting comes first in its session, and spare sets go to quads and glutes first.",
    "bench_press": "Pressing comes first in its session, and spare sets go to chest and triceps first.",
    "deadlift": "Hinging is trained every week, and spare sets go to hamstrings and back first.",
    "overhead_press": "Overhead work is kept every week, and spare sets go to shoulders and triceps first.",
}


@dataclass(frozen=True)
class WeakPoint:
    name: str
    evidence: str
    severity: str
    intervention: str
    muscles: tuple[str, ...] = ()


def usual(ratio: Ratio, sex: str) -> tuple[float, float]:
    """The usual range; for an unspecified sex the range that covers both."""
    if sex in ratio.usual:
        return ratio.usual[sex]
    ranges = ratio.usual.values()
    return min(low for low, _ in ranges), max(high for _, high in ranges)


def level(lift: str, value: float, body_weight: float, sex: str) -> str | None:
    """The highest level whose standard is met; below the first it is the first's."""
    standards = STANDARDS.get(sex, {}).get(lift)
    if standards is None:
        return None
    met = sum(value >= multiple * body_weight - 1e-9 for multiple in standards)
    return LEVELS[max(0, met - 1)]


def _gap(missing: float) -> str:
    return "high" if missing > 0.25 else "medium" if missing > 0.1 else "low"


def _by_ratio(profile: Profile, ratio: Ratio) -> WeakPoint | None:
    lifts = profile.told_lifts
    if ratio.lift not in lifts or ratio.of not in lifts:
        return None
    low, high = usual(ratio, profile.sex)
    found = lifts[ratio.lift] / lifts[ratio.of]
    if low <= found <= high:
        return None
    weak, strong = (ratio.lift, ratio.of) if found < low else (ratio.of, ratio.lift)
    missing = 1 - found / low if found < low else 1 - high / found
    evidence = (
        f"Your {LIFTS[ratio.lift].lower()} is {found:.0%} of your {LIFTS[ratio.of].lower()}; "
        f"{low:.0%} to {high:.0%} is usual. Build and technique explain part of such gaps."
    )
    name = f"{LIFTS[weak]} behind the {LIFTS[strong].lower()}"
    return WeakPoint(name, evidence, _gap(missing), INTERVENTION[weak], LIFT_MUSCLES[weak])


def _by_level(profile: Profile) -> WeakPoint | None:
    if profile.body_weight is None or profile.sex not in STANDARDS:
        return None
    levels = {
        lift: LEVELS.index(found)
        for lift, value in profile.told_lifts.items()
        if (found := level(lift, value, profile.body_weight, profile.sex)) is not None
    }
    if len(levels) < 2:
        return None
    weak, strong = min(levels, key=lambda lift: levels[lift]), max(levels, key=lambda lift: levels[lift])
    if levels[strong] == levels[weak]:
        return None
    evidence = (
        f"For your body weight your {LIFTS[strong].lower()} is at {LEVELS[levels[strong]]} level, "
        f"your {LIFTS[weak].lower()} at {LEVELS[levels[weak]]} level. Standards are rough guides."
    )
    severity = "medium" if levels[strong] - levels[weak] > 1 else "low"
    return WeakPoint(f"{LIFTS[weak]} level", evidence, severity, INTERVENTION[weak], LIFT_MUSCLES[weak])


def _recovery(profile: Profile) -> WeakPoint | None:
    if not poor_recovery(profile):
        return None
    said = []
    if profile.sleep_hours is not None and profile.sleep_hours <= 6:
        said.append(f"you sleep {profile.sleep_hours:g} hours (performance falls by about 7.6% at six or less)")
    if (profile.stress or 0) >= 8:
        said.append(f"you rate stress {profile.stress} of 10")
    text = " and ".join(said)
    return WeakPoint(
        "Recovery",
        text[0].upper() + text[1:] + ".",
        "high",
        "The upper volume limits are a fifth lower until it changes.",
    )


def find(profile: Profile) -> list[WeakPoint]:
    """At most one for each lagging lift, the clearest first."""
    found = [_by_ratio(profile, ratio) for ratio in RATIOS]
    points: dict[str, WeakPoint] = {}
    for point in [_recovery(profile), *found, _by_level(profile)]:
        if point is not None:
            points.setdefault(point.intervention, point)
    order = ("high", "medium", "low")
    return sorted(points.values(), key=lambda point: order.index(point.severity))
