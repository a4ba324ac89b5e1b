"""How fast this person's lifts are expected to rise: what the loads of the weeks to come are built on."""

from typing import Any, Final

from app.kinds.program_choices import LIFTS
from worker.training.landmarks import poor_recovery
from worker.training.profile import Profile
from worker.training.ratios import level, next_level

# 1RM gained in a week of loading. From the ACSM's position stand of 2009 (about 40% in the untrained, 20% in the
# moderately trained, 16% in the trained, 10% in the advanced and 2% in the elite, over 4 weeks to 2 years) spread over
# the usual length of its studies, and kept on the low side: the RPE rules correct what is too slow.
WEEKLY: Final[dict[str, float]] = {
    "beginner": 0.0125,
    "novice": 0.0075,
    "intermediate": 0.004,
    "advanced": 0.0015,
    "elite": 0.00075,
}
# What slows it (convention; Murphy & Koehler 2022 on deficits, Craven 2022 on sleep, Borde 2015 on age).
DEFICIT: Final = 0.5
POOR_RECOVERY: Final = 0.7
AGE: Final = ((65, 0.7), (50, 0.85))


def rate(profile: Profile, lift: str | None = None) -> float:
    """Share of 1RM a week of loading. A lift whose level is known moves at a pace between that and the experience."""
    weekly = WEEKLY[profile.experience]
    found = lift_level(profile, lift) if lift else None
    if found is not None:
        weekly = (weekly + WEEKLY[found]) / 2
    weekly *= DEFICIT if profile.energy == "deficit" else 1.0
    weekly *= POOR_RECOVERY if poor_recovery(profile) else 1.0
    return weekly * next((value for least, value in AGE if (profile.age or 0) >= least), 1.0)


def lift_level(profile: Profile, lift: str) -> str | None:
    if profile.body_weight is None or lift not in profile.told_lifts:
        return None
    return level(lift, profile.told_lifts[lift], profile.body_weight, profile.sex)


def growth(profile: Profile, lift: str | None, loaded: int) -> float:
    """What the 1RM is multiplied by after so many weeks of loading."""
    return 1 + rate(profile, lift) * loaded


def expected(profile: Profile, loaded: int) -> list[dict[str, Any]]:
    """What each told lift should be at the end, said with its pace."""
    return [_expected(profile, lift, value, loaded) for lift, value in profile.told_lifts.items()]


def _expected(profile: Profile, lift: str, told: float, loaded: int) -> dict[str, Any]:
    weekly, found = rate(profile, lift), lift_level(profile, lift)
    start = profile.lifts[lift]
    why = f"Usual for {_article(profile.experience)} lifter"
    why += f" whose {LIFTS[lift].lower()} is at {found} level" if found else ""
    slowed = [
        text
        for text, holds in (
            ("the deficit", profile.energy == "deficit"),
            ("short sleep or stress", poor_recovery(profile)),
            ("your age", (profile.age or 0) >= AGE[-1][0]),
        )
        if holds
    ]
    why += f", slower for {' and '.join(slowed)}." if slowed else "."
    ahead = next_level(lift, told, profile.body_weight, profile.sex) if profile.body_weight else None
    return {
        "lift": lift,
        "name": LIFTS[lift],
        "told": told,
        "built_on": round(start, 1),
        "expected": round(start * growth(profile, lift, loaded), 1),
        "weekly": round(weekly, 5),
        "level": found,
        "next_level": {"name": ahead[0], "weight": round(ahead[1], 1)} if ahead else None,
        "why": why,
    }


def _article(experience: str) -> str:
    return f"{'an' if experience[0] in 'aei' else 'a'} {experience}"
