"""What we say beside an exercise, a day, a week: why it is there and what to think of."""

from collections.abc import Sequence
from typing import Final

from app.kinds.program_choices import AREAS, MUSCLES, PATTERNS, Area, Muscle, Pattern
from worker.training.catalog import Exercise
from worker.training.loads import STEP
from worker.training.periodization import FOCUS, WeekPlan
from worker.training.profile import Profile
from worker.training.slots import Slot
from worker.training.split import Day

MAIN_BY_GOAL: Final[dict[str, str]] = {
    "strength": "Heavy sets while you are fresh: this is where your strength comes from",
    "powerlifting": "Built for the platform: the lift, or the nearest to it, first and heavy",
    "hypertrophy": "The most muscle for one exercise, so it comes first, in a range that can be loaded for years",
    "recomposition": "Heavy enough to tell the body to keep and build muscle",
    "general_fitness": "The base of being strong in daily life",
    "fat_loss": "Keeping this load is what keeps muscle while weight goes down",
    "power": "Force is half of power: moved with intent, never ground out",
    "endurance": "Many muscles at once for many repetitions",
    "bodyweight": "Your own weight in the hardest form that you can do cleanly",
    "foundations": "A basic movement to own before weight matters",
}
BY_ROLE: Final[dict[str, str]] = {
    "lead": "The day's first pull, worked up to while you are fresh",
    "second": "More work for the pattern, lighter than the day's first lift",
    "accessory": "Fills the volume that the big lifts leave open",
    "isolation": "Sets for one muscle without tiring the rest",
    "core": "A trunk that holds makes every other lift better",
    "power": "Fast and fresh, before fatigue takes the speed away",
    "conditioning": "Raises the heart rate and your capacity for work",
    "mobility": "Easy movement that helps recovery",
    "max_effort": "Work up to a heavy single with speed left; the lift changes every week, so that each may be a best",
    "dynamic": "Light and as fast as you can: force is trained by speed; stop if it slows",
}
HEAVIER: Final = "This week the repetitions start again, with the next weight up"
# How much that is, by the piece that makes it heavy; the first that is used counts.
NEXT_UP: Final[dict[str, str]] = {
    "barbell": "{step} more on the bar",
    "trap_bar": "{step} more on the bar",
    "dumbbells": "the next dumbbells in the row, {step} more at most",
    "kettlebells": "the next kettlebell; if that is a big step, two repetitions fewer",
    "machines": "one plate of the stack",
    "full_gym": "{step} more",
    "cables": "one plate of the stack",
    "bands": "a stronger band, or the same one held shorter",
}
WAVES: Final = ("the week's heavy exposure", "the week's moderate exposure", "the week's lighter exposure")


def muscle_names(muscles: Sequence[str]) -> str:
    names = [MUSCLES[_muscle(muscle)].lower() for muscle in muscles]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _muscle(name: str) -> Muscle:
    return next(muscle for muscle in MUSCLES if muscle == name)


def area_name(name: str) -> str:
    return AREAS[_area(name)].lower()


def _area(name: str) -> Area:
    return next(area for area in AREAS if area == name)


def pattern_name(name: str) -> str:
    return PATTERNS[_pattern(name)].lower()


def _pattern(name: str) -> Pattern:
    return next(pattern for pattern in PATTERNS if pattern == name)


def reason(profile: Profile, model: str, slot: Slot, exercise: Exercise, weak: Sequence[str]) -> str:
    said = MAIN_BY_GOAL[profile.goal] if slot.role == "main" else BY_ROLE[slot.role]
    if slot.role in ("main", "lead", "second") and model == "undulating":
        said += f"; {WAVES[min(slot.wave, 2)]}"
    if slot.role == "isolation":
        said += f": {muscle_names(exercise.primary)}"
    parts = [said + "."]
    worked = set(exercise.primary)
    if worked & set(profile.focus):
        parts.append(f"You chose {muscle_names([m for m in profile.focus if m in worked])} as a focus.")
    elif worked & set(weak):
        parts.append("It serves a lift that lags behind your others.")
    elif profile.sport and (exercise.id in profile.sport.favours or worked & set(profile.sport.muscles)):
        parts.append(f"It carries over to {profile.sport.name}.")
    for area in profile.injuries:
        if area in exercise.kind:
            parts.append(f"Chosen because it is kind to the {area_name(area)}.")
            break
    if slot.superset:
        parts.append("Alternated with its partner to save time.")
    return " ".join(parts)


def heavier(pieces: Sequence[str], units: str) -> str:
    """What double progression asks for when its repetitions are reached."""
    by = next((said for piece, said in NEXT_UP.items() if piece in pieces), "")
    step = f"{STEP[units]:g} {units}"
    return f"{HEAVIER}{': ' if by else ''}{by.format(step=step)}."


def cues(profile: Profile, exercise: Exercise) -> str:
    careful = exercise.loads_area(profile.injuries)
    if not careful:
        return exercise.cues
    areas = " and ".join(area_name(area) for area in careful)
    return (
        f"{exercise.cues} Mind the {areas}: the effort is lower here on purpose. Shorten the range and slow down so "
        "that pain stays at 4 of 10 or less, else swap it."
    )


def focus_of(day: Day, exercises: Sequence[Exercise]) -> str:
    if day.kind == "recovery" or not exercises:
        return day.focus
    count: dict[str, int] = {}
    for exercise in exercises:
        for muscle in exercise.primary:
            count[muscle] = count.get(muscle, 0) + (2 if exercise.compound else 1)
    most = sorted(count, key=lambda muscle: -count[muscle])[:3]
    return f"{day.focus}: {muscle_names(most)}"


def warm_up(profile: Profile, day: Day, ramp: bool) -> str:
    if day.kind == "recovery":
        return "A few minutes of easy walking or cycling."
    minutes = "8" if profile.older or profile.minutes > 60 else "5"
    text = f"{minutes} minutes of easy movement until you are warm, then light practice of the first exercise."
    if ramp:
        text += " The lighter sets before the first lift are listed with it."
    return text


def week_note(profile: Profile, week: WeekPlan) -> str:
    if week.week == 1 and week.loading:
        return "Find your loads this week: stop where the RPE says, not where pride does. " + FOCUS[week.phase]
    if week.phase == "realisation" and profile.goal == "powerlifting":
        return "Practise commands and the opener. " + FOCUS[week.phase]
    if week.phase == "taper" and profile.goal == "powerlifting":
        return FOCUS[week.phase] + " With a meet in this week, lift nothing in the three days before it."
    return FOCUS[week.phase]
