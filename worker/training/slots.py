"""An exercise's place in a week, the order of places in a day, and which of them alternate."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from worker.training.catalog import EXERCISES, Exercise

# Which roles may be paired: none, what is light, and nearly everything when minutes are few (Iversen 2021).
PAIRED: Final = (
    frozenset[str](),
    frozenset({"accessory", "isolation", "core"}),
    frozenset({"lead", "second", "accessory", "isolation", "core"}),
    frozenset({"main", "lead", "second", "accessory", "isolation", "core"}),
)
# How well partners must suit each other at each level.
LEAST_SUITED: Final = (0, 3, 2, 1)
ORDER: Final = (
    "power", "max_effort", "dynamic", "main", "lead", "second", "accessory", "isolation", "core", "conditioning",
    "mobility",
)  # fmt: skip
LEGS: Final = frozenset({"squat", "hinge", "lunge"})
PUSH: Final = frozenset({"horizontal_push", "vertical_push"})
PULL: Final = frozenset({"horizontal_pull", "vertical_pull"})


@dataclass
class Slot:
    exercise: str
    role: str
    wave: int
    sets: int  # in the fullest week
    first: int = 0  # in the first week
    superset: str | None = None
    rotation: tuple[str, ...] = ()  # variations, one for each loading week in turn; the exercise is the first

    @cached_property
    def of(self) -> Exercise:
        return EXERCISES[self.exercise]

    def in_week(self, turn: int) -> Exercise:
        """The exercise of a block's week, by the loading weeks before it."""
        return EXERCISES[self.rotation[turn % len(self.rotation)]] if self.rotation else self.of

    @cached_property
    def credits(self) -> tuple[tuple[str, float], ...]:
        """The most that a set of it counts for each muscle, whichever variation it is."""
        if not self.rotation:
            return self.of.credits
        most: dict[str, float] = {}
        for key in self.rotation:
            for muscle, credit in EXERCISES[key].credits:
                most[muscle] = max(credit, most.get(muscle, 0.0))
        return tuple(most.items())


def ordered(slots: Sequence[Slot], focus: Sequence[str], weak: Sequence[str] = ()) -> list[Slot]:
    """Fast first, then the priority lift, multi-joint before single-joint, trunk and conditioning last.

    Among equals what serves a focus muscle comes first, then what serves a lift that lags.
    """
    return sorted(slots, key=lambda slot: rank(slot, focus, weak))


def rank(slot: Slot, focus: Sequence[str], weak: Sequence[str]) -> tuple[int, bool, bool]:
    exercise = EXERCISES[slot.exercise]
    return ORDER.index(slot.role), exercise.leads.isdisjoint(focus), exercise.lift not in weak


@lru_cache(maxsize=100_000)
def suited(one: str, other: str) -> int:
    """How well two exercises alternate: 0 not at all, 4 best (a push and a pull)."""
    a, b = EXERCISES[one], EXERCISES[other]
    if a.alone or b.alone or not a.leads.isdisjoint(b.leads) or {a.pattern, b.pattern} <= LEGS:
        return 0
    if (a.pattern in PUSH and b.pattern in PULL) or (a.pattern in PULL and b.pattern in PUSH):
        return 4
    worked = {*a.primary, *a.secondary}
    return 3 if worked.isdisjoint({*b.primary, *b.secondary}) else 2 if worked.isdisjoint(b.primary) else 1


def pairs(slots: Sequence[Slot], level: int) -> list[tuple[int, int]]:
    """Supersets of a day: indices of exercises that alternate because neither tires what the other needs."""
    roles, least = PAIRED[level], LEAST_SUITED[level]
    able = [index for index, slot in enumerate(slots) if slot.role in roles]
    found: list[tuple[int, int]] = []
    taken: set[int] = set()
    for place, index in enumerate(able):
        if index in taken:
            continue
        best, partner = least - 1, -1
        for other in able[place + 1 :]:
            if other not in taken and (value := suited(slots[index].exercise, slots[other].exercise)) > best:
                best, partner = value, other
        if partner >= 0 and best > 0:
            found.append((index, partner))
            taken.update((index, partner))
    return found
