"""The words around a program: title, summary, warnings, rules of autoregulation, what did not fit."""

from collections.abc import Sequence
from typing import Any, Final

from app.kinds.program_choices import EXPERIENCES, GOALS, LIFTS, MODELS, SPLITS, Experience, Goal
from worker.programs import sources
from worker.programs.author import Script
from worker.programs.landmarks import poor_recovery
from worker.programs.profile import Profile
from worker.programs.reasons import area_name, muscle_names, pattern_name

# What every good program has a place for; the rest is extra.
PATTERNS: Final = (
    "squat", "hinge", "horizontal_push", "vertical_push", "horizontal_pull", "vertical_pull", "lunge", "core",
)  # fmt: skip
WHY_NOT: Final[dict[str, str]] = {
    "time": "the minutes",
    "mrv": "what you can recover from (MRV)",
    "session": "11 sets of a muscle in one session being the useful most",
    "consecutive": "the same muscle being trained hard the day before",
    "equipment": "your equipment",
    "injury": "your injuries",
    "avoided": "the exercises you avoid",
    "age": "your age: two or three sets of an exercise do the work",
    "goal": "your goal: more sets would not serve it",
    "exercises": "the number of exercises a session holds without hurry",
}


def _goal(profile: Profile) -> str:
    goal: Goal = next(goal for goal in GOALS if goal == profile.goal)
    return GOALS[goal]


def _experience(profile: Profile) -> str:
    found: Experience = next(value for value in EXPERIENCES if value == profile.experience)
    return EXPERIENCES[found].lower()


def title(profile: Profile) -> str:
    return f"{_goal(profile)}: {profile.weeks} weeks, {profile.days} days a week"


def summary(script: Script) -> str:
    profile = script.profile
    experience = _experience(profile)
    article = "an" if experience[0] in "aio" else "a"
    parts = [
        f"{profile.weeks} weeks for {_goal(profile).lower()}, made for {article} {experience} who trains "
        f"{profile.days} days a week for {profile.minutes} minutes.",
        f"The split is {_lower(SPLITS[script.split])}; the load follows the {_lower(MODELS[script.model])} model.",
    ]
    if profile.focus:
        parts.append(f"{_upper(muscle_names(profile.focus))} get sets first.")
    if profile.sport:
        parts.append(f"For {profile.sport.name} it favours {profile.sport.needs}.")
    if profile.injuries:
        areas = ", ".join(area_name(area) for area in profile.injuries)
        parts.append(f"Exercises that are hard on your {areas} are left out or kept short.")
    if not profile.lifts:
        parts.append("Without known lifts the RPE sets your loads: note them in week 1.")
    return " ".join(parts)


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


# What to do when; {step} is the smallest change of load. Loads: 2% for each half RPE off target (Hickmott 2022).
RULES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "readiness": (
        (
            "Readiness 85 to 100, or you feel better than usual",
            "As planned; a set more on the first lift if you like.",
        ),
        ("Readiness 65 to 84", "As planned."),
        ("Readiness 40 to 64, or a night under 6 hours", "5% less load, one set less of each exercise."),
        (
            "Readiness under 40, or ill",
            "Half the sets at 10% less load, or rest and shift the week by a day.",
        ),
    ),
    "load": (
        ("A set was half an RPE easier than planned", "2% more on the next set, in steps of {step}."),
        (
            "A set was a whole RPE or more easier",
            "4% more, in steps of {step}, and keep it for the next session.",
        ),
        ("A set was half an RPE harder than planned", "2% less on the next set, in steps of {step}."),
        ("A set was a whole RPE or more harder", "4% less, and no set to make up for it."),
        (
            "No load is given",
            "Take what leaves 10 minus RPE repetitions in reserve; most people have one more than they think.",
        ),
        (
            "All sets hit the repetitions at the planned RPE in every session of a phase",
            "Start the next phase {step} above its plan.",
        ),
    ),
    "deload": (
        (
            "The same lift is 5% weaker in two sessions in a row at the planned RPE",
            "Take the deload week now.",
        ),
        (
            "Pain of 5 of 10 or more, or readiness under 40 for three days",
            "Take the deload week now; see a professional if pain stays.",
        ),
        (
            "A planned deload comes and you feel fresh",
            "Take it all the same: it is what the next weeks build on.",
        ),
    ),
}


def autoregulation(profile: Profile) -> dict[str, list[dict[str, str]]]:
    step = "2.5 kg" if profile.units == "kg" else "5 lb"
    return {kind: [{"when": when, "do": do.format(step=step)} for when, do in rules] for kind, rules in RULES.items()}


def warnings(profile: Profile) -> list[str]:
    said = []
    if profile.medical:
        said.append(
            f"Your notes mention {' and '.join(profile.medical)}. Ask your doctor before you start, "
            "and show them this program."
        )
    if profile.older:
        said.append(
            "From 65 on, and above all after years without training, have a doctor's word before you start. "
            "Effort stays at RPE 8 or less and no lift is maximal."
        )
    if profile.minor:
        said.append("Under 18: train with a qualified adult present, technique first, no maximal singles.")
    severe = [area_name(area) for area, severity in profile.injuries.items() if severity == "severe"]
    if severe:
        said.append(
            f"Severe pain ({', '.join(severe)}): see a physiotherapist or doctor before training that area. Go at once "
            "with numbness, weakness, swelling, fever, night pain, or loss of bladder or bowel control."
        )
    if profile.injuries:
        said.append(
            "Pain up to 4 of 10 that is gone the next day is acceptable; at 5 to 7 change the exercise, at 8 stop."
        )
    if profile.from_notes:
        areas = " and ".join(area_name(area) for area in profile.from_notes)
        said.append(
            f"We read a mild complaint of the {areas} in your notes and planned around it. "
            "Tell it as an injury to set it right."
        )
    if profile.not_understood:
        said.append(f"We know no exercise called {', '.join(profile.not_understood)}, so nothing was left out for it.")
    if poor_recovery(profile):
        said.append("With little sleep or high stress volume is held down; raise neither until that is better.")
    if profile.lifts_source == "unsure" and profile.lifts:
        said.append("Your lifts are a guess, so loads start at 90% of them. Let the RPE correct them.")
    if profile.days >= 6 and profile.experience == "beginner":
        said.append("Six or seven days are a lot for a beginner. Three or four would bring nearly the same.")
    if not profile.medical:
        said.append("Chest pain, dizziness, a heart condition, pregnancy or a recent operation: ask a doctor first.")
    return said


def cited(script: Script) -> list[str]:
    profile = script.profile
    more = [
        (script.model == "block", sources.TAPER),
        (profile.older, sources.AGE),
        (poor_recovery(profile), sources.SLEEP),
        (profile.energy == "deficit", sources.DEFICIT),
        (profile.minutes <= 45, sources.TIME),
        (bool(profile.medical or profile.older), sources.CLEARANCE),
    ]
    return [*sources.SOURCES, sources.AUTOREGULATION, sources.EFFORT, *(text for use, text in more if use)]


def fit(script: Script, weeks: Sequence[dict[str, Any]]) -> list[str]:
    """Every shortfall, and what keeps sessions from being full, each with what binds."""
    made, profile = script.design, script.profile
    said = [
        f"No {pattern_name(pattern)}: {WHY_NOT[why]} left none."
        for pattern, why in made.missing.items()
        if pattern in PATTERNS and not _has(weeks, pattern)
    ]
    for muscle, (floor, got, why) in made.short.items():
        said.append(
            f"{_upper(muscle_names([muscle]))}: {got:g} of {floor:g} weekly sets at most, because of {WHY_NOT[why]}."
        )
    share = fullest(profile, weeks)
    if share < 0.9:
        reasons = [WHY_NOT[why] for why in dict.fromkeys(made.stopped.values()) if why != "time"]
        limit = "; ".join(reasons) or "no exercise that fits into the minutes left"
        said.append(f"The fullest week takes {share:.0%} of the minutes you have. What limits it: {limit}.")
    for lift in profile.told_lifts:
        if lift in LIFTS and not profile.owned & {"barbell", "dumbbells", "trap_bar"}:
            said.append("Your lifts were told for a barbell; with your equipment they set no loads.")
            break
    return said


def _has(weeks: Sequence[dict[str, Any]], pattern: str) -> bool:
    return all(any(e["pattern"] == pattern for day in week["days"] for e in day["exercises"]) for week in weeks[:1])


def fullest(profile: Profile, weeks: Sequence[dict[str, Any]]) -> float:
    """The fullest loading week's share of the minutes; recovery days aside."""
    minutes: list[int] = [
        sum(day["estimated_minutes"] for day in week["days"] if day["name"] != "Recovery")
        for week in weeks
        if week["phase"] in ("foundation", "accumulation", "intensification", "transmutation")
    ]
    return max(minutes) / (profile.minutes * min(6, profile.days))
