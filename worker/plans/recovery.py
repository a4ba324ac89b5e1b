"""What a day has beside training and food: mobility for what was trained, sleep, water, supplements, easy movement."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from worker.plans.person import Person
from worker.plans.targets import water
from worker.plans.times import DAY, clock, minutes, sleep

# By muscle or joint: a drill, minutes, how.
DRILLS: Final[dict[str, tuple[str, int, str]]] = {
    "chest": ("Doorway chest stretch", 3, "Forearm on the frame, turn away, 45 seconds a side, twice."),
    "back": ("Child's pose with reach", 3, "Sit back on your heels, walk the hands to each side, breathe slowly."),
    "quads": ("Couch stretch", 4, "Rear shin against a wall or sofa, hips tucked, a minute a side, twice."),
    "hamstrings": ("Hamstring floss, lying", 3, "Leg up, bend and straighten the knee 15 times a side."),
    "glutes": ("Figure-four stretch", 4, "Lying, ankle over the other knee, pull in, a minute a side, twice."),
    "front_delts": ("Wall slides", 3, "Back to the wall, slide the arms up and down 15 times."),
    "side_delts": ("Cross-body shoulder stretch", 2, "Arm across the chest, 30 seconds a side, twice."),
    "rear_delts": ("Thread the needle", 3, "On all fours, slide one arm under, 8 slow ones a side."),
    "biceps": ("Wall biceps stretch", 2, "Palm on the wall behind you, turn away, 30 seconds a side."),
    "triceps": ("Overhead triceps stretch", 2, "Hand between the shoulder blades, 30 seconds a side."),
    "calves": ("Calf stretch at the wall", 3, "Straight knee, then bent, 45 seconds each a side."),
    "abs": ("Cobra", 2, "Lying face down, press the chest up gently, 10 slow breaths."),
    "traps": ("Neck side stretch", 2, "Ear to shoulder, 30 seconds a side, no pulling."),
    "forearms": ("Wrist rocks", 2, "On all fours, rock over the palms 15 times."),
}
FLOW: Final = [
    {"name": "Cat-cow", "minutes": 2, "how": "On all fours, round and arch slowly with the breath."},
    {
        "name": "World's greatest stretch",
        "minutes": 4,
        "how": "Long lunge, elbow to the floor, then reach up; 5 a side.",
    },
    {"name": "Deep squat hold", "minutes": 3, "how": "Heels down or raised, hold on to something if you need to."},
    {"name": "90/90 hip switches", "minutes": 4, "how": "Sitting, turn the knees from side to side, 10 times."},
    {"name": "Open book", "minutes": 3, "how": "Lying on your side, open the top arm and follow it, 8 a side."},
]
MOST_DRILLS: Final = 4
STEPS: Final = 8000  # a day without a wish; beyond it mortality hardly falls: Paluch 2022 (8,000-10,000)
EASY_MINUTES: Final = {"endurance": 45, "fat_loss": 40, "general_fitness": 30, "muscle_gain": 20, "mobility": 30}
CREATINE: Final = (
    "Creatine monohydrate",
    "3-5 g a day, at any time",
    "The best supported supplement for strength and lean mass (ISSN 2017).",
)
B12: Final = (
    "Vitamin B12",
    "50 µg a day, or 2,000 µg once a week",
    "Vegan food has none that counts (Vegan Society; NHS).",
)
CAFFEINE_HOURS: Final = 8  # before bed; Drake 2013: 6 h still cost sleep; facts: 6-8 h


def of_day(
    person: Person, training: Mapping[str, Any] | None, *, last_session: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """``last_session``: yesterday's, whose muscles a rest day cares for."""
    trained = training or last_session
    return {
        "mobility": mobility(person, trained, rest=training is None),
        "sleep": sleep(person),
        "supplements": supplements(person, training is not None),
        "water_l": water(person, training["estimated_minutes"] if training else 0),
        "movement": movement(person, training is not None),
    }


def mobility(person: Person, session: Mapping[str, Any] | None, *, rest: bool) -> list[dict[str, Any]]:
    drills = [] if session is None else _drills(session["exercises"])
    if person.told.goal == "mobility":
        return [*FLOW, *[one for one in drills if one["minutes"] > 2][:1]]
    return [*FLOW[:2], *drills[: MOST_DRILLS - 2]] if rest else drills


def _drills(exercises: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    sets: Counter[str] = Counter()
    for exercise in exercises:
        for muscle in exercise["muscles"]["primary"]:
            sets[muscle] += len(exercise["sets"])
    found = [DRILLS[muscle] for muscle, _ in sets.most_common(MOST_DRILLS - 1) if muscle in DRILLS]
    drills = [{"name": name, "minutes": length, "how": how} for name, length, how in found]
    return drills or [dict(one) for one in FLOW[:3]]


def movement(person: Person, training: bool) -> str:
    steps = person.told.steps or STEPS
    if training:
        return f"About {steps:,} steps over the day."
    minutes_ = EASY_MINUTES[person.told.goal]
    return (
        f"About {steps:,} steps, {minutes_} minutes of it as an easy walk, ride or swim at a pace that lets you talk."
    )


def supplements(person: Person, training: bool) -> list[dict[str, str]]:
    """Few, and by evidence; none for those for whom they are switched off."""
    if not person.told.supplements or no_supplements(person):
        return []
    chosen = [CREATINE] if person.told.goal in {"muscle_gain", "fat_loss", "general_fitness"} else []
    if person.told.diet == "vegan":
        chosen.append(B12)
    if training and person.told.training_time != "evening":
        last = clock((minutes(sleep_clock(person)) - CAFFEINE_HOURS * 60) % DAY)
        chosen.append(
            ("Caffeine, if you like", f"A cup of coffee before training; none after {last}",
             "Up to 400 mg a day is safe for adults (EFSA 2015); later than 8 hours before bed it costs sleep.")
        )  # fmt: skip
    return [{"name": name, "dose": dose, "why": why} for name, dose, why in chosen]


def sleep_clock(person: Person) -> str:
    return str(sleep(person)["bedtime"])


def no_supplements(person: Person) -> str | None:
    """Why none are named, if so."""
    if person.minor:
        return "Under 18 we name no supplements."
    if person.pregnant or person.nursing:
        return (
            "We name no supplements in pregnancy or while breastfeeding: your midwife or doctor does "
            "(folic acid, vitamin D, iodine)."
        )
    if person.disordered:
        return "We name no supplements for you; ask the people who treat you."
    return None
