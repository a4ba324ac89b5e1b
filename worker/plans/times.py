"""When meals, training and sleep are in a day. Minutes count from the moment of getting up."""

from dataclasses import dataclass
from typing import Final

from worker.errors import Rejected
from worker.plans.person import ADULT, Person

DAY: Final = 24 * 60
SLOTS: Final = {2: "ld", 3: "bld", 4: "blsd", 5: "bslsd", 6: "bslsds"}
SHARES: Final = {"b": 0.25, "l": 0.32, "d": 0.34, "s": 0.11}
NAMES: Final = {
    "b": ("Breakfast",),
    "l": ("Lunch",),
    "d": ("Dinner",),
    "s": ("Snack", "Afternoon snack", "Evening snack"),
}
AFTER_WAKING, BEFORE_BED = 30, 120  # minutes without a meal; convention
APART: Final = 90  # minutes between two meals at least; convention
EATING: Final = 30  # minutes of the last one
# A shorter window is a fast; not in diabetes, growth, pregnancy, or with an eating disorder (facts).
NO_FAST: Final = 10 * 60
SLEEP_HOURS: Final = {"adult": (7.0, 9.0), "teenager": (8.0, 10.0)}  # AASM, NSF 2015
TRAINS: Final = {"morning": 60, "midday": 12 * 60, "evening": 18 * 60}  # after waking; of the clock


@dataclass(frozen=True)
class MealTime:
    slot: str
    name: str
    time: str
    share: float


def minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def clock(value: float) -> str:
    hour, minute = divmod(round(value) % DAY, 60)
    return f"{hour:02d}:{minute:02d}"


def may_fast(person: Person) -> bool:
    return not (person.minor or person.pregnant or person.nursing or person.diabetic or person.disordered)


def window(person: Person) -> tuple[int, int, str | None]:
    """First and last bite in minutes after waking, and why a wish was not followed. Raises Rejected."""
    told = person.told
    wake = minutes(told.wake)
    awake = (minutes(told.sleep) - wake) % DAY or DAY
    usual = (min(AFTER_WAKING, awake // 4), max(awake - BEFORE_BED, awake // 2))
    if told.eating_window is None:
        return _room(person, *usual), usual[1], None
    first = (minutes(told.eating_window.from_) - wake) % DAY
    length = (minutes(told.eating_window.to) - minutes(told.eating_window.from_)) % DAY or DAY
    if length < NO_FAST and not may_fast(person):
        return *usual, "Long fasts are not for you: meals are spread over the day, whatever the eating window asked."
    if first >= awake:
        raise Rejected(
            f"The eating window begins at {told.eating_window.from_}, when you sleep "
            f"(from {told.sleep} to {told.wake}): change eating_window, wake or sleep."
        )
    return _room(person, first, min(first + length, awake)), min(first + length, awake), None


def _room(person: Person, first: int, last: int) -> int:
    count = person.told.meals_per_day
    needed = (count - 1) * APART + EATING
    if last - first < needed:
        raise Rejected(
            f"{count} meals need {needed / 60:g} hours at least, and there are {(last - first) / 60:.2g} to eat in: "
            "choose fewer meals_per_day, or a longer eating_window."
        )
    return first


def meal_times(person: Person) -> list[MealTime]:
    first, last, _ = window(person)
    slots = SLOTS[person.told.meals_per_day]
    whole = sum(SHARES[slot] for slot in slots)
    apart = (last - EATING - first) / (len(slots) - 1)
    seen: dict[str, int] = {}
    found = []
    for number, slot in enumerate(slots):
        names = NAMES[slot]
        name = names[min(seen.get(slot, 0), len(names) - 1)]
        if slot == "s" and len(slots) == 4:
            name = "Afternoon snack"
        seen[slot] = seen.get(slot, 0) + 1
        at = round((first + apart * number) / 15) * 15 + minutes(person.told.wake)
        found.append(MealTime(slot, name, clock(at), SHARES[slot] / whole))
    return found


def training_time(person: Person) -> str:
    asked = person.told.training_time
    if asked == "morning":
        return clock(minutes(person.told.wake) + TRAINS["morning"])
    return clock(TRAINS[asked])


def sleep(person: Person) -> dict[str, object]:
    """Hours, bedtime and waking: as told where that is enough, else to bed earlier."""
    least, most = SLEEP_HOURS["teenager" if person.told.age < ADULT else "adult"]
    told = ((minutes(person.told.wake) - minutes(person.told.sleep)) % DAY) / 60
    hours = max(least, min(most, told))
    return {
        "hours": round(hours, 2),
        "bedtime": clock(minutes(person.told.wake) - hours * 60),
        "wake": person.told.wake,
    }
