"""The model, why it, and what each week is for."""

from dataclasses import dataclass
from typing import Final

from worker.programs.landmarks import poor_recovery
from worker.programs.profile import Profile

# Weeks of a mesocycle with its deload (convention within 4-6; athletes deload every 5.6 weeks: Rogerson 2024).
CYCLE: Final = {"beginner": 7, "intermediate": 5, "advanced": 5}
TENDER_CYCLE: Final = 4
# What a mesocycle is assumed to add to 1RM (convention, on the low side: the RPE rules correct it).
GROWTH: Final = {"beginner": 0.025, "intermediate": 0.015, "advanced": 0.0075}
# Block periodization: Accumulation, Transmutation, Realisation, taper (P), Deload (Issurin 2010's lengths, grade B).
BLOCKS: Final[dict[int, str]] = {
    4: "AATP",
    5: "AATTP",
    6: "AAATTP",
    7: "AAATTRP",
    8: "AAATTTRP",
    9: "AAADTTTRP",
    10: "AAAADTTTRP",
    11: "AAAADTTTTRP",
    12: "AAAADTTTTRRP",
    13: "AAAADTTTTDRRP",
    14: "AAAADTTTTDRRPP",
    15: "AAAADAAADTTTTRP",
    16: "AAAADAAADTTTTRRP",
}
PHASES: Final = {
    "F": "foundation",
    "A": "accumulation",
    "I": "intensification",
    "T": "transmutation",
    "R": "realisation",
    "P": "taper",
    "D": "deload",
}
# What is left of the last loading week's sets (deload: 40-50% fewer, convention; taper: 30-70% fewer, Pritchard 2015).
SETS_LEFT: Final = {"D": 0.55, "R": 0.65, "P": 0.45}
FOCUS: Final = {
    "foundation": "Learn the movements with effort to spare.",
    "accumulation": "Build work: more sets from week to week, reps in reserve.",
    "intensification": "Fewer repetitions, heavier loads.",
    "transmutation": "Turn the work into strength: heavier, fewer repetitions.",
    "realisation": "Show the strength: heavy, few sets.",
    "taper": "Shed fatigue, keep the load.",
    "deload": "Recover: half the sets, lighter, easy.",
}


@dataclass(frozen=True)
class WeekPlan:
    week: int
    letter: str
    block: int  # weeks of a block share their exercises
    t: float  # 0 to 1 through the loading weeks of the block
    effort: float  # 0 to 1 through the loading weeks since the last deload
    g: float  # 0 to 1 through the loading weeks of the program
    stage: float  # 0 to 1 through the loading weeks of the run of this letter
    working_max: float

    @property
    def phase(self) -> str:
        return PHASES[self.letter]

    @property
    def loading(self) -> bool:
        return self.letter in "FAIT"

    @property
    def deload(self) -> bool:
        return self.letter == "D"


def choose(profile: Profile) -> tuple[str, str]:
    """The model and why. Where the evidence leaves a choice (most of it), the convention is said as such."""
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
    if goal in ("powerlifting", "power") or (goal == "strength" and experience == "advanced"):
        if profile.older:
            return "undulating", (
                "Heavier and lighter days alternate: strength keeps rising without the maximal weeks of a peak, "
                "which cost more than they give at your age (Borde 2015)."
            )
        aim = "the platform" if goal == "powerlifting" else "your best efforts"
        return "block", (
            f"Work is built first, turned into strength next, and fatigue is shed last, so that {aim} "
            "come at the end: volume falls by 30-70% while the load stays (Pritchard 2015)."
        )
    return "undulating", (
        "Heavy, moderate and light days alternate within the week: for 1RM this beats the same repetitions all week "
        "(effect size 0.31, Moesgaard 2022), and every session asks for something else."
    )


def _cycle_lengths(weeks: int, target: int) -> list[int]:
    count = min(range(1, weeks // 3 + 1), key=lambda n: (abs(weeks / n - target), -n))
    base, more = divmod(weeks, count)
    return [base + (index >= count - more) for index in range(count)]


def letters(profile: Profile, model: str) -> str:
    """One letter a week."""
    if model == "block":
        return BLOCKS[profile.weeks]
    tender = profile.older or poor_recovery(profile)
    cycles = _cycle_lengths(profile.weeks, TENDER_CYCLE if tender else CYCLE[profile.experience])
    heavier = model in ("linear", "undulating") and profile.goal != "endurance"
    first = "F" if profile.goal == "foundations" else "A"
    parts = []
    for index, length in enumerate(cycles):
        loading = length - 1
        if heavier and len(cycles) > 1 and index == len(cycles) - 1:
            parts.append("I" * loading + "D")
        elif heavier and len(cycles) == 1 and loading >= 4:
            parts.append("A" * (loading - loading // 2) + "I" * (loading // 2) + "D")
        else:
            parts.append(first * loading + "D")
    return "".join(parts)


def _blocks(text: str) -> list[int]:
    """A block ends with a deload, or where accumulation turns into transmutation."""
    blocks, block = [], 0
    for index, letter in enumerate(text):
        previous = text[index - 1] if index else ""
        if (previous == "A" and letter == "T") or (previous == "D" and "FAIT".find(letter) >= 0):
            block += 1
        blocks.append(block)
    return blocks


def _along(index: int, members: list[int]) -> float:
    loading = [member for member in members if member <= index]
    return 1.0 if len(members) < 2 else max(0, len(loading) - 1) / (len(members) - 1)


def plan_weeks(profile: Profile, model: str) -> list[WeekPlan]:
    text = letters(profile, model)
    blocks = _blocks(text)
    loading = [index for index, letter in enumerate(text) if letter in "FAIT"]
    growth = 0.0 if profile.energy == "deficit" else GROWTH[profile.experience]
    weeks = []
    for index, letter in enumerate(text):
        of_block = [i for i in loading if blocks[i] == blocks[index]]
        of_run = [i for i in of_block if text[i] == letter]
        weeks.append(
            WeekPlan(
                week=index + 1,
                letter=letter,
                block=blocks[index],
                t=_along(index, of_block),
                effort=_along(index, [i for i in loading if text[:i].count("D") == text[:index].count("D")]),
                g=_along(index, loading),
                stage=_along(index, of_run),
                working_max=round(1 + growth * blocks[index], 4),
            )
        )
    return weeks
