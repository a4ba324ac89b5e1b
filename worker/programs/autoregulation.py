"""How a program adapts to the day: the numbers first, then the same as rules in words. The log is read by these too."""

from typing import Final

from worker.training.profile import Profile

# Load changes by this share for each half RPE off target (Hickmott 2022's protocol).
PER_HALF_RPE: Final = 0.02
# From this readiness on (0-100; the bands of training apps, grade B): share of load, of sets.
READINESS: Final = ((85, 1.0, 1.0), (65, 1.0, 1.0), (40, 0.95, 0.8), (0, 0.9, 0.5))
# Deload by trigger (convention): two of these signs at once. The e1RM of a lift down by this share twice in a row; two
# sessions in a row at this RPE; readiness under this in three of the last four sessions; sleep under this with stress
# from this on; soreness from this on, of 10.
SIGNS_NEEDED: Final = 2
E1RM_FALL: Final = 0.03
GROUND_OUT: Final = 9.5
LOW_READINESS: Final = 40
SHORT_SLEEP: Final = 6.0
HIGH_STRESS: Final = 8
VERY_SORE: Final = 8
# A stall: less gained in three sessions (convention; less than a load's step). Recovering well: readiness as planned or
# better, soreness and stress under 6.5 of 10, seven hours of sleep. An exercise has so many sets then at most.
STALL, FRESH, REST_ENOUGH, ADDED_AT_MOST = 0.005, 65, 7.0, 5
PAIN: Final = 5  # of 10, from which an exercise is swapped
# Sets of a muscle from week to week by soreness and performance (Israetel, Hoffmann & Smith 2021, the set progression
# algorithm): sets to add, by soreness (healed long before, just in time, not in time) and performance (above plan,
# on plan, below plan).
SET_CHANGES: Final[dict[str, tuple[int, int, int]]] = {
    "long_before": (1, 1, 0),
    "just_in_time": (1, 0, 0),
    "not_in_time": (0, -1, -1),
}
SORENESS: Final[dict[str, str]] = {
    "long_before": "healed well before its next session",
    "just_in_time": "healed just in time for it",
    "not_in_time": "still sore when it comes",
}

# What to do when; {step} is the smallest change of load.
READINESS_RULES: Final = (
    ("Readiness 85 to 100, or you feel better than usual", "As planned; a set more on the first lift if you like."),
    ("Readiness 65 to 84", "As planned."),
    ("Readiness 40 to 64, or a night under 6 hours", "5% less load, and a set less of each exercise."),
    ("Readiness under 40, or ill", "Half the sets at 10% less load, or rest and move the week back by a day."),
)
LOAD_RULES: Final = (
    ("A set was half an RPE easier than planned", "2% more on the next set, in steps of {step}."),
    ("A set was a whole RPE or more easier", "4% more, in steps of {step}. Keep it for the next session."),
    ("A set was half an RPE harder than planned", "2% less on the next set, in steps of {step}."),
    ("A set was a whole RPE or more harder", "4% less, and no set to make up for it."),
    (
        "No load is given",
        "Take one that leaves 10 minus RPE repetitions in reserve. Most people have one more than they think.",
    ),
    (
        "All sets of a phase hit their repetitions at the planned RPE",
        "Start the next phase {step} above its plan.",
    ),
)
DOUBLE_PROGRESSION_RULES: Final = (
    ("All sets reach the top of the range at the planned RPE", "Add {step} and go back to the bottom of the range."),
    ("You miss repetitions in two sessions in a row", "Take 5% off and build up again."),
    (
        "There is no heavier weight",
        "Go on to more repetitions, a slower way down, or the harder form named with the exercise.",
    ),
)
DELOAD_RULES: Final = (
    (
        "Two of these at once: a lift falls by 3% twice in a row; two sessions in a row are all-out (RPE 9.5 or more); "
        "readiness is under 40 in three of four sessions; you sleep under 6 hours and stress is 8 or more; soreness is "
        "8 or more of 10",
        "Make the next week a deload: about half the sets, 10% less load, two more repetitions in reserve.",
    ),
    (
        "Pain of 5 of 10 or more",
        "Swap the exercise. See a professional if the pain stays for a week.",
    ),
    ("A planned deload comes and you feel fresh", "Take it all the same. The next weeks build on it."),
    ("You took a deload by these signs in the two weeks before a planned one", "Skip the planned one and train on."),
)


def rules(profile: Profile, model: str) -> dict[str, list[dict[str, str]]]:
    step = "2.5 kg" if profile.units == "kg" else "5 lb"
    load = (*LOAD_RULES, *(DOUBLE_PROGRESSION_RULES if model == "double_progression" else ()))
    kinds = {
        "readiness": READINESS_RULES,
        "load": load,
        "deload": DELOAD_RULES,
        "volume": _volume(profile, model),
    }
    return {kind: [{"when": when, "do": do.format(step=step)} for when, do in told] for kind, told in kinds.items()}


def _volume(profile: Profile, model: str) -> tuple[tuple[str, str], ...]:
    """The set progression algorithm in words where sets are the lever, a short form of it elsewhere."""
    if model != "hypertrophy_mesocycles":
        return (
            ("A muscle is still sore when its next session comes", "One set less for it in that session."),
            ("You recover well, time is left and a lift stalls", "One set more of it next week, once."),
        )
    worded = {1: "One set more next week.", 0: "The same sets next week.", -1: "One set less next week."}
    above = f"Soreness {SORENESS['long_before']}, performance on or above plan"
    told = [
        (above, f"{worded[SET_CHANGES['long_before'][0]]} Never past the muscle's MRV."),
        (
            f"Soreness {SORENESS['just_in_time']}, repetitions as planned",
            worded[SET_CHANGES["just_in_time"][1]],
        ),
        (f"Soreness {SORENESS['not_in_time']}", worded[SET_CHANGES["not_in_time"][1]]),
        (
            "Performance below plan twice in a row in a muscle, though you sleep and eat",
            "That is your MRV for now: half its sets for a week, then start again from the first week's sets.",
        ),
        ("A muscle never gets sore and never feels worked", "First a fuller range and a slower way down, then a set."),
    ]
    if profile.energy == "deficit":
        told.append(("You lose weight fast and lifts fall", "No further sets: eat more or hold the sets as they are."))
    return tuple(told)
