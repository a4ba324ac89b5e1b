"""The models of periodization: what each is, and which suits a person. Where evidence leaves a choice, we say so."""

from dataclasses import dataclass
from typing import Final

from worker.programs.catalog import EXERCISES
from worker.programs.profile import Profile
from worker.programs.select import possible


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
        "Repetitions rise first; when all sets reach the top of the range the load goes up and they start again.",
        "Double progression: coaching convention (as in ACSM 2009: 2-10% more load when one or two repetitions more "
        "than planned are possible).",
    ),
    "undulating": Model(
        "Heavy, moderate and lighter days alternate within each week.",
        "Rhea et al. 2002, daily undulating against linear periodization; Moesgaard et al. 2022, meta-analysis.",
    ),
    "block": Model(
        "Accumulation (3-4 weeks at 65-75%), transmutation (3-4 weeks at 80-87%), realisation (1-2 weeks at 90% and "
        "more) and a taper follow each other.",
        "Issurin 2010, new horizons for the methodology and physiology of training periodization.",
    ),
    "conjugate": Model(
        "Two days of maximal effort, each week in another variation of a lift, and two days of dynamic effort, fast "
        "sets at 50-60% in three-week waves, side by side with repetition work.",
        "Simmons 2007, The Westside Barbell Book of Methods (coaching literature, not trials).",
    ),
    "hypertrophy_mesocycles": Model(
        "Sets rise from the least that grows a muscle and reps in reserve fall from 3 to 0 or 1, then a deload; "
        "performance and soreness decide over each further set.",
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
            "Repetitions rise first, then the load: the simplest progression that always fits the day, "
            "and while everything is new nothing more elaborate works better."
        )
    if goal in ("hypertrophy", "recomposition"):
        return "hypertrophy_mesocycles", (
            "Growth follows weekly sets taken near failure (Pelland 2024), so sets rise and reps in reserve fall "
            "through each mesocycle, and a deload ends it before fatigue outweighs the gain."
        )
    if goal == "endurance":
        return "linear", (
            "Repetitions and density come first and the load follows step by step: muscular endurance answers to "
            "high repetitions, short rests and steady progress."
        )
    if experience == "beginner" or profile.minor:
        return "linear", (
            "You can still add weight nearly every week, so the load rises and repetitions fall in a straight line; "
            "waves would only slow that down."
        )
    if (why := conjugate(profile)) is not None:
        return "conjugate", why
    if goal in ("powerlifting", "power") or (goal == "strength" and experience == "advanced"):
        return _peak(profile)
    return "undulating", (
        "Heavy, moderate and light days alternate within the week: for 1RM this beats the same repetitions all week "
        "(effect size 0.31, Moesgaard 2022), and every session asks for something else."
    )


def _peak(profile: Profile) -> tuple[str, str]:
    if profile.older or profile.medical:
        cost = "which cost more than they give at your age (Borde 2015)" if profile.older else "which have to wait"
        return "undulating", (
            f"Heavier and lighter days alternate: strength keeps rising without the maximal weeks of a peak, {cost}."
        )
    aim = "the platform" if profile.goal == "powerlifting" else "your best efforts"
    return "block", (
        f"Work is built first, turned into strength next, and fatigue is shed last, so that {aim} "
        "come at the end: volume falls by 30-70% while the load stays (Pritchard 2015)."
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
        f"You are advanced, have a full gym and four days, and {reason}: maximal effort in a lift that changes each "
        "week and fast dynamic work run side by side (Simmons 2007). The evidence for it is coaching practice, not "
        "trials; a block with a taper would be the other sound choice."
    )
