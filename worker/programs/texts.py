"""The words around a program: title, summary, sources, what was understood, what did not fit."""

from collections.abc import Sequence
from typing import Any, Final

from app.kinds.program_choices import DIRECT, EXPERIENCES, GOALS, LIFTS, MODELS, SPLITS, Experience, Goal
from worker.programs import sources
from worker.training.author import Script
from worker.training.landmarks import poor_recovery
from worker.training.models import MODELS as KNOWN_MODELS
from worker.training.noted import spoken_days
from worker.training.profile import Profile
from worker.training.reasons import area_name, muscle_names, pattern_name
from worker.training.split import WHY, follows
from worker.training.weekdays import SHARED, WEEKDAYS

LOADING: Final = frozenset({"foundation", "accumulation", "intensification", "transmutation", "wave"})
# Sets of pushing for each of pulling from which it is said.
MOST_PUSH: Final = 1.5
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
    article = "an" if experience[0] in "aeio" else "a"
    parts = [
        f"{profile.weeks} weeks for {_goal(profile).lower()}, made for {article} {experience} lifter who trains "
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


def why_split(script: Script) -> str:
    profile = script.profile
    days = {2: "two", 3: "three"}.get(profile.days, str(profile.days))
    chosen = (
        "The weekdays are those you chose." if profile.weekdays else "The weekdays are a proposal: others do as well."
    )
    return f"{WHY[script.split].format(days=days)} {chosen}"


def cited(script: Script) -> list[str]:
    profile = script.profile
    more = [
        (script.model == "block", sources.TAPER),
        (profile.older, sources.AGE),
        (poor_recovery(profile), sources.SLEEP),
        (profile.energy == "deficit", sources.DEFICIT),
        (profile.minutes <= 45, sources.TIME),
        (bool(profile.medical or profile.older), sources.CLEARANCE),
        (profile.experience == "beginner" or profile.minor, sources.NOVICES),
        (script.model == "hypertrophy_mesocycles", sources.SET_PROGRESSION),
    ]
    return [
        *sources.SOURCES,
        KNOWN_MODELS[script.model].source,
        sources.PROGRESS,
        sources.AUTOREGULATION,
        sources.EFFORT,
        *(text for use, text in more if use),
    ]


def understood(profile: Profile) -> list[str]:
    """What free text was read as, said back."""
    said = list(profile.notes.understood)
    if profile.sport:
        said.append(f"Sport: {profile.sport.name}. Keep {profile.sport.spare} a day or two apart.")
    known = len(profile.avoid) - len(profile.notes.avoid)
    if known > 0:
        said.append(f"Exercises to avoid: {known} of ours by your words. They are left out, also as substitutes.")
    return said


def not_understood(profile: Profile) -> list[str]:
    said = [f"We know no exercise called “{text}”, so nothing is left out for it." for text in profile.not_understood]
    if profile.sport_told and not profile.sport:
        said.append(f"We have no plan of our own for “{profile.sport_told}”. Put its muscles under focus instead.")
    said += [f"We could not plan with: “{text}”." for text in profile.notes.unread]
    off = [day for day in profile.weekdays if day in profile.notes.off]
    if off:
        said.append(f"You chose {spoken_days(off)}, though your notes say no: the weekdays you chose are kept.")
    return said


def fit(script: Script, weeks: Sequence[dict[str, Any]]) -> list[str]:
    """Every shortfall, and what keeps sessions from being full, each with what binds."""
    made, profile = script.design, script.profile
    said = [
        f"No {pattern_name(pattern)}: {WHY_NOT[why]} left none."
        for pattern, why in made.missing.items()
        if pattern in PATTERNS and not _has(weeks, pattern)
    ]
    for muscle, (floor, got, why) in made.short.items():
        reached = muscle not in DIRECT and _most(weeks, muscle) >= floor
        when = "in the leanest phase" if reached else "at most"
        said.append(
            f"{_upper(muscle_names([muscle]))}: {got:g} of {floor:g} weekly sets {when}, because of {WHY_NOT[why]}."
        )
    share = fullest(profile, weeks)
    if share < 0.9:
        reasons = [WHY_NOT[why] for why in dict.fromkeys(made.stopped.values()) if why != "time"]
        limit = "; ".join(reasons) or "no exercise that fits into the minutes left"
        said.append(f"The fullest week takes {share:.0%} of the minutes you have. What limits it: {limit}.")
    said += _weekdays(script)
    push, pull = _sets_of(weeks, "_push"), _sets_of(weeks, "_pull")
    if push > MOST_PUSH * pull:
        wish = not {"chest", "front_delts", "side_delts", "triceps"}.isdisjoint(profile.focus)
        why = "Your focus asks for it." if wish else "Your equipment, injuries or minutes allow no more pulling."
        said.append(f"The upper body pushes more than it pulls: {push} sets to {pull} in the fullest week. {why}")
    for lift in profile.told_lifts:
        if lift in LIFTS and not profile.owned & {"barbell", "dumbbells", "trap_bar"}:
            said.append("Your lifts were told for a barbell; with your equipment they set no loads.")
            break
    return said


def _most(weeks: Sequence[dict[str, Any]], muscle: str) -> float:
    """Sets of the muscle in the week that has most of them."""
    return max(float(week["volume"]["sets"][muscle]) for week in weeks)


def _sets_of(weeks: Sequence[dict[str, Any]], ending: str) -> int:
    """Sets of patterns with this ending in the week that has most of them."""
    return max(
        sum(len(e["sets"]) for day in week["days"] for e in day["exercises"] if e["pattern"].endswith(ending))
        for week in weeks
    )


def _weekdays(script: Script) -> list[str]:
    """Days that follow each other with the same muscles, and days that notes rule out but the count needs."""
    profile, said = script.profile, []
    pairs = [
        (script.days[one], script.days[other])
        for one, other in follows(script.days)
        if SHARED.get(frozenset({script.days[one].kind, script.days[other].kind}), 0) > 0
    ]
    if pairs:
        names = "; ".join(spoken_days([one.weekday, other.weekday]) for one, other in pairs)
        said.append(
            f"Days that follow each other train some of the same muscles ({names}): what is trained hard on the first "
            "gets at most 3 sets on the second. A free day between would allow more."
        )
    taken = sorted(day.weekday for day in script.days if day.weekday in profile.notes.off)
    if taken and not profile.weekdays:
        said.append(f"{spoken_days(taken)} had to be used: {profile.days} days a week leave no other.")
    short = [day for day in script.days if day.minutes < profile.minutes]
    if short:
        said.append(f"{spoken_days([day.weekday for day in short])}: shorter than the other days, as you wrote.")
    return said


def _has(weeks: Sequence[dict[str, Any]], pattern: str) -> bool:
    return all(any(e["pattern"] == pattern for day in week["days"] for e in day["exercises"]) for week in weeks[:1])


def fullest(profile: Profile, weeks: Sequence[dict[str, Any]]) -> float:
    """The fullest loading week's share of the minutes; recovery days aside."""
    first = next(iter(weeks))["days"]
    asked = sum(
        min(profile.minutes, profile.notes.minutes.get(WEEKDAYS.index(day["weekday"]), profile.minutes))
        for day in first
        if day["name"] != "Recovery"
    )
    minutes: list[int] = [
        sum(day["estimated_minutes"] for day in week["days"] if day["name"] != "Recovery")
        for week in weeks
        if week["phase"] in LOADING
    ]
    return max(minutes) / asked
