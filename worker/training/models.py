"""The models of periodization: what each is, and which suits a person. Where evidence leaves a choice, we say so."""

from dataclasses import dataclass
from typing import Final

from worker.training.catalog import EXERCISES
from worker.training.profile import Profile
from worker.training.select import possible


@dataclass(frozen=True)
class Model:
    what: str  # as its literature describes it
    source: str


MODELS: Final[dict[str, Model]] = {
    "linear": Model(
        "From week to week the load rises and the repetitions fall.",
        "Stone, O'Bryant & Garhammer 1981, a hypothetical model for strength training: from volume to intensity.",
    ),
    "double_progression": Model(
        "Repetitions rise first. When all sets reach the top of their range the load goes up, and they start again.",
        "Double progression: coaching convention (as in ACSM 2009: 2-10% more load when one or two repetitions more "
        "than planned are possible).",
    ),
    "undulating": Model(
        "Heavy, moderate and lighter days take turns within each week.",
        "Rhea et al. 2002, daily undulating against linear periodization; Moesgaard et al. 2022, meta-analysis.",
    ),
    "block": Model(
        "Four stages follow each other. First work at 65-75% of your best, then heavier work at 80-87%. Then one or "
        "two weeks at 90% and more, and a taper with few sets.",
        "Issurin 2010, new horizons for the methodology and physiology of training periodization.",
    ),
    "conjugate": Model(
        "Two days are for one heavy lift, each week in another form. Two days are for speed: fast sets at 50-60%, a "
        "bit heavier each week for three weeks. The rest is work in sets of 5 to 12.",
        "Simmons 2007, The Westside Barbell Book of Methods (coaching literature, not trials).",
    ),
    "hypertrophy_mesocycles": Model(
        "Sets start at the least that makes a muscle grow and rise each week. Reps in reserve fall from 3 to 1 or 0. "
        "Then comes a deload. How sore you are and how the sets went decide over each further set.",
        "Israetel, Hoffmann & Smith 2021, Scientific Principles of Hypertrophy Training; Helms et al. 2016, RPE by "
        "repetitions in reserve.",
    ),
}
# Conjugate: maximal-effort variations that have to be possible, or there is nothing to rotate.
LOWER_VARIATIONS: Final = (
    "box_squat", "safety_bar_squat", "front_squat", "pause_squat", "deficit_deadlift", "block_pull", "sumo_deadlift",
    "pause_deadlift", "back_squat", "deadlift",
)  # fmt: skip
UPPER_VARIATIONS: Final = (
    "close_grip_bench_press", "floor_press", "incline_bench_press", "pause_bench_press", "bench_press",
)  # fmt: skip
LEAST_VARIATIONS: Final = 3
CONJUGATE_DAYS: Final = 4
CONJUGATE_MINUTES: Final = 45


def choose(profile: Profile) -> tuple[str, str]:
    """The model and why."""
    goal, experience = profile.goal, profile.experience
    if goal in ("foundations", "bodyweight") or (experience == "beginner" and goal in ("general_fitness", "fat_loss")):
        return "double_progression", (
            "Repetitions rise first, then the load. It is the simplest way to go forward, it fits any day, and while "
            "much is new nothing more complex works better."
        )
    if goal in ("hypertrophy", "recomposition"):
        return "hypertrophy_mesocycles", (
            "Muscle grows with the hard sets of a week (Pelland 2024). So sets rise and reps in reserve fall for a few "
            "weeks. A deload then ends it before you tire more than you gain."
        )
    if goal == "endurance":
        return "linear", (
            "First come more repetitions with short rests, then the load goes up step by step. That is what makes a "
            "muscle last longer."
        )
    if experience == "beginner" or profile.minor:
        return "linear", (
            "You can still add weight nearly every week. So the load rises and repetitions fall in a straight line. "
            "Waves would only slow that down."
        )
    if (why := conjugate(profile)) is not None:
        return "conjugate", why
    if goal in ("powerlifting", "power") or (goal == "strength" and experience == "advanced"):
        return _peak(profile)
    return "undulating", (
        "Heavy, moderate and light days take turns within the week. For your best single this beats the same "
        "repetitions all week (effect size 0.31, Moesgaard 2022), and each session asks for something else."
    )


def _peak(profile: Profile) -> tuple[str, str]:
    if profile.older or profile.medical:
        cost = "They cost more than they give at your age (Borde 2015)." if profile.older else "They have to wait."
        return "undulating", (
            "Heavier and lighter days take turns. Your strength keeps rising without the maximal weeks of a peak. "
            f"{cost}"
        )
    aim = "on the platform" if profile.goal == "powerlifting" else "at the end"
    return "block", (
        f"Work is built first and turned into strength next. Fatigue is shed last, so that you are at your best {aim}: "
        "sets fall by 30-70% while the load stays (Pritchard 2015)."
    )


def conjugate(profile: Profile) -> str | None:
    """Why conjugate, or None: for the advanced with a full gym, four days, and a reason to want variety."""
    able = (
        profile.experience == "advanced"
        and profile.gym
        and profile.days == CONJUGATE_DAYS
        and profile.minutes >= CONJUGATE_MINUTES
        and not profile.careful
        and all(grade < 2 for grade in profile.areas.values())
        and all(
            sum(possible(EXERCISES[key], profile) for key in keys) >= LEAST_VARIATIONS
            for keys in (LOWER_VARIATIONS, UPPER_VARIATIONS)
        )
    )
    if not able:
        return None
    goal = profile.goal
    if profile.notes.variety and goal in ("strength", "power", "powerlifting"):
        reason = "you want variety"
    elif goal == "power":
        reason = "power asks for force and speed at the same time"
    elif goal == "strength" and profile.sport:
        reason = f"{profile.sport.name} leaves you no single peak to build up to"
    else:
        return None
    return (
        f"You are advanced, have a full gym and four days, and {reason}. So a heavy lift that changes each week and "
        "fast work run side by side (Simmons 2007). This rests on what coaches see, not on trials. A block with a "
        "taper would be the other sound choice."
    )
