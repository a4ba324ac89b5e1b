"""Weak points from the told lifts. Ratios predict little, so gaps are said softly."""

from dataclasses import dataclass
from typing import Final

from app.kinds.program_choices import LIFTS
from worker.training.landmarks import poor_recovery
from worker.training.profile import Profile
from worker.training.ratios import LEVELS, RATIOS, Ratio, level, usual

# Muscles that get first call on spare sets when a lift lags, and what we do about it.
LIFT_MUSCLES: Final[dict[str, tuple[str, ...]]] = {
    "squat": ("quads", "glutes"),
    "bench_press": ("chest", "triceps"),
    "deadlift": ("hamstrings", "back"),
    "overhead_press": ("front_delts", "triceps"),
}
# Who is so near to a level is taken as there: the standards are rounder than that (convention).
NEARLY: Final = 1.05


@dataclass(frozen=True)
class WeakPoint:
    name: str
    evidence: str
    severity: str
    intervention: str
    muscles: tuple[str, ...] = ()
    lift: str | None = None


def _serve(lift: str) -> str:
    """What every lift that lags gets; the finished program adds where."""
    return f"The {LIFTS[lift].lower()} or its nearest variation comes first, and spare sets go to its muscles."


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
    return WeakPoint(name, evidence, _gap(missing), _serve(weak), LIFT_MUSCLES[weak], weak)


def _levels(profile: Profile, times: float) -> dict[str, int]:
    """The level of each told lift that has standards, were it so many times what was told."""
    if profile.body_weight is None:
        return {}
    return {
        lift: LEVELS.index(found)
        for lift, value in profile.told_lifts.items()
        if (found := level(lift, value * times, profile.body_weight, profile.sex)) is not None
    }


def _by_level(profile: Profile) -> WeakPoint | None:
    levels, nearly = _levels(profile, 1.0), _levels(profile, NEARLY)
    if len(levels) < 2:
        return None
    weak, strong = min(nearly, key=lambda lift: nearly[lift]), max(levels, key=lambda lift: levels[lift])
    if levels[strong] <= nearly[weak]:
        return None
    evidence = (
        f"For your body weight your {LIFTS[strong].lower()} is at {LEVELS[levels[strong]]} level, "
        f"your {LIFTS[weak].lower()} at {LEVELS[levels[weak]]} level. Standards are rough guides."
    )
    severity = "medium" if levels[strong] - levels[weak] > 1 else "low"
    return WeakPoint(f"{LIFTS[weak]} level", evidence, severity, _serve(weak), LIFT_MUSCLES[weak], weak)


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
    found = [_by_ratio(profile, ratio) for ratio in RATIOS if ratio.lift in LIFTS]
    points: dict[str, WeakPoint] = {}
    for point in [_recovery(profile), *found, _by_level(profile)]:
        if point is not None:
            points.setdefault(point.intervention, point)
    order = ("high", "medium", "low")
    return sorted(points.values(), key=lambda point: order.index(point.severity))
