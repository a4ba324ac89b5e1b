"""What each week of a model is for."""

from dataclasses import dataclass
from typing import Final

from worker.training.landmarks import poor_recovery
from worker.training.profile import Profile
from worker.training.progression import growth

# Weeks of a mesocycle with its deload (convention within 4-6; athletes deload every 5.6 weeks: Rogerson 2024;
# beginners lift too little to need it sooner).
CYCLE: Final = {"beginner": 7, "intermediate": 5, "advanced": 5}
TENDER_CYCLE: Final = 4
USUAL_CYCLE: Final = (4, 6)
SHORTEST_CYCLE: Final = 3
ODD_CYCLE: Final = 1.5  # how much a mesocycle outside the usual weighs, in weeks off the target
# Three-week waves and a deload (Simmons 2007 for the wave).
WAVE_CYCLE: Final = 4
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
    "W": "wave",
    "R": "realisation",
    "P": "taper",
    "D": "deload",
}
LOADING: Final = "FAITW"
# What is left of the last loading week's sets (deload: 40-50% fewer, convention; taper: 30-70% fewer, Pritchard 2015).
SETS_LEFT: Final = {"D": 0.55, "R": 0.65, "P": 0.45}
FOCUS: Final = {
    "foundation": "Learn the movements with effort to spare.",
    "accumulation": "Build work: more sets from week to week, reps in reserve.",
    "intensification": "Fewer repetitions, heavier loads.",
    "transmutation": "Turn the work into strength: heavier, fewer repetitions.",
    "wave": "A heavy lift that changes every week, fast work that gets heavier, and repetition work.",
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
    stage: float  # 0 to 1 through the weeks of this letter in the block
    turn: int  # loading weeks before it in its block
    loaded: int  # loading weeks before it in the program
    working_max: float  # what a told 1RM has grown to, as a multiple of it, at the pace of the person's experience

    @property
    def phase(self) -> str:
        return PHASES[self.letter]

    @property
    def loading(self) -> bool:
        return self.letter in LOADING

    @property
    def deload(self) -> bool:
        return self.letter == "D"


def _cycle_lengths(weeks: int, target: int) -> list[int]:
    """Mesocycles with their deloads, as near to the target as they come; the longer ones last."""
    divided = []
    for count in range(1, weeks // SHORTEST_CYCLE + 1):
        base, more = divmod(weeks, count)
        divided.append([base + (index >= count - more) for index in range(count)])
    longest = max(target, USUAL_CYCLE[1])

    def cost(lengths: list[int]) -> tuple[float, int]:
        odd = sum(not USUAL_CYCLE[0] <= length <= longest for length in lengths)
        return (sum(abs(length - target) for length in lengths) + ODD_CYCLE * odd) / len(lengths), -len(lengths)

    return min(divided, key=cost)


def letters(profile: Profile, model: str) -> str:
    """One letter a week."""
    if model == "block":
        return BLOCKS[profile.weeks]
    tender = profile.older or poor_recovery(profile)
    if model == "conjugate":
        return "".join("W" * (length - 1) + "D" for length in _cycle_lengths(profile.weeks, WAVE_CYCLE))
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
        if (previous == "A" and letter == "T") or (previous == "D" and letter in LOADING):
            block += 1
        blocks.append(block)
    return blocks


def _along(index: int, members: list[int]) -> float:
    loading = [member for member in members if member <= index]
    return 1.0 if len(members) < 2 else max(0, len(loading) - 1) / (len(members) - 1)


def plan_weeks(profile: Profile, model: str) -> list[WeekPlan]:
    text = letters(profile, model)
    blocks = _blocks(text)
    loading = [index for index, letter in enumerate(text) if letter in LOADING]
    weeks = []
    for index, letter in enumerate(text):
        of_block = [i for i in loading if blocks[i] == blocks[index]]
        of_run = [i for i in range(len(text)) if text[i] == letter and blocks[i] == blocks[index]]
        weeks.append(
            WeekPlan(
                week=index + 1,
                letter=letter,
                block=blocks[index],
                t=_along(index, of_block),
                effort=_along(index, [i for i in loading if text[:i].count("D") == text[:index].count("D")]),
                g=_along(index, loading),
                stage=_along(index, of_run),
                turn=sum(i < index for i in of_block),
                loaded=(done := sum(i < index for i in loading)),
                working_max=round(growth(profile, None, done), 4),
            )
        )
    return weeks
