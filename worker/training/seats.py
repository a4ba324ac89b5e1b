"""Seating exercises on days: which of those that can be done takes a place, and with how many sets."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from worker.training.budget import Budget, Doses
from worker.training.catalog import EXERCISES, Exercise
from worker.training.landmarks import Landmark
from worker.training.models import LOWER_VARIATIONS, UPPER_VARIATIONS
from worker.training.slots import Slot
from worker.training.split import Day

# Sets of one exercise: to begin with (two of anything else), and at most.
SEATED: Final = {"conditioning": 3, "max_effort": 3, "dynamic": 8}
MOST: Final = {
    "mobility": 2,
    "main": 5,
    "lead": 5,
    "second": 4,
    "accessory": 4,
    "isolation": 4,
    "core": 4,
    "power": 4,
    "conditioning": 6,
    "max_effort": 3,
    "dynamic": 8,
}
MOST_TENDER: Final = 3  # from 65 on (Borde 2015: 2-3 sets), and while learning
# Exercises a session holds without hurry (convention).
EXERCISES_BY_MINUTES: Final = ((30, 7), (45, 8), (60, 9), (90, 11), (120, 14))
# An exercise so much worse than the best is not taken because it is quicker, until nothing else is left.
WORSE: Final = 2.5
TRIED: Final = 6
LEAST_SECONDS: Final = 60.0  # no exercise fits into less, whoever its partner
LAGGING: Final = 1.0  # what a variation of a lift that lags is worth more
LIKE_A_BAR: Final = 3  # loadability
DENSEST: Final = 3
Wanted = Callable[[Exercise], bool]


@dataclass(frozen=True)
class Carry:
    """What a block knows of the person's lifts and of the block before."""

    number: int
    before: frozenset[str]  # exercises of the block before
    weak: tuple[str, ...]  # muscles of lifts that lag
    main: dict[str, str]  # "day.pattern" -> the main lift of the block before
    lagging: tuple[str, ...] = ()  # lifts that lag


class Seats:
    """The days of a block's fullest week, as they are being filled."""

    def __init__(
        self, doses: Doses, landmarks: dict[str, Landmark], days: list[Day], paired: int, carry: Carry
    ) -> None:
        self.pool, self.profile, self.doses, self.carry = doses.pool, doses.pool.profile, doses, carry
        self.budget = Budget(self.profile, landmarks, days, doses, paired, carry.lagging)
        self.most = [next(most for minutes, most in EXERCISES_BY_MINUTES if day.minutes <= minutes) for day in days]
        self.gone = [self.pool.missing(frozenset(day.without)) for day in days]
        self.tender = self.profile.older or self.profile.goal == "foundations"
        # What was tried in vain: for good, or for want of time (a new partner may bring some).
        self.vain: list[dict[object, str]] = [{} for _ in days]
        self.late: list[dict[object, str]] = [{} for _ in days]
        self.timed = False  # whether time kept out any exercise of the last kind that was tried

    def open(
        self, day: int, pattern: str, wanted: Wanted, role: str, wave: int, worse: float | None = None
    ) -> str | None:
        """Seat the best possible exercise of a kind; the reason if none can be, "none" if there is none.

        `worse`: by how much it may be worse than the best there is.
        """
        self.timed = False
        slots = self.budget.slots[day]
        if len(slots) >= (min(6, self.most[day]) if self.profile.goal == "foundations" else self.most[day]):
            return self.full()
        if self.budget.spare(day) < LEAST_SECONDS:
            self.timed = True
            return "time"
        here, gone = {key for slot in slots for key in (slot.exercise, *slot.rotation)}, self.gone[day]
        able = [
            exercise
            for exercise in self.pool.pattern(pattern)
            if exercise.id not in here and exercise.id not in gone and wanted(exercise)
        ]
        if not able:
            return "none"
        why = "none"
        for exercise in self._good(day, pattern, able, role, wave, worse):
            slot = Slot(exercise.id, role, wave, 0)
            if role == "max_effort" and (rotation := self._rotation(day, exercise)):
                slot = Slot(rotation[0], role, wave, 0, rotation=rotation)
            for sets in range(min(SEATED.get(role, 2), self.most_of(role)), 1, -1):
                reason = self.budget.blocked(day, slot, sets)
                if reason is None:
                    self.add(day, slot, sets)
                    return None
                why = reason
                self.timed |= reason == "time"
        return why

    def add(self, day: int, slot: Slot, more: int) -> None:
        self.budget.add(day, slot, more)
        if self.budget.paired:
            self.late[day].clear()

    def _good(
        self, day: int, pattern: str, able: list[Exercise], role: str, wave: int, worse: float | None
    ) -> Iterator[Exercise]:
        """Those that can be loaded, best first, without those that are much worse than the best of them."""
        if worse is None:
            worse = WORSE if self.budget.paired < DENSEST else float("inf")
        least, tried = float("-inf"), 0
        for value, exercise in self._ranked(day, pattern, able, role):
            if value < least or tried == TRIED:
                return
            if self.doses.loadable(exercise, role, wave):
                least, tried = max(least, value - worse), tried + 1
                yield exercise

    def _ranked(self, day: int, pattern: str, able: list[Exercise], role: str) -> list[tuple[float, Exercise]]:
        """Best first, with what each is worth; the first lift of the block before stays where it can."""
        ranked = self.pool.scored(able, role, self.budget.used(), self.carry.before)
        if role == "second" and self.carry.lagging:
            better = [(value + LAGGING * self._serves(exercise), exercise) for value, exercise in ranked]
            ranked = sorted(better, key=lambda entry: (-entry[0], entry[1].id))
        kept = self.carry.main.get(f"{day}.{pattern}") if role == "main" else None
        if kept is not None:
            ranked.sort(key=lambda entry: entry[1].id != kept)
        return ranked

    def _serves(self, exercise: Exercise) -> bool:
        """Whether it is a variation of a lift that lags, and one that can be loaded like it."""
        return exercise.lift in self.carry.lagging and exercise.loadability == LIKE_A_BAR

    def _rotation(self, day: int, first: Exercise) -> tuple[str, ...]:
        """Conjugate: the variations of a block, one a week; below, squats and pulls take turns."""
        keys = LOWER_VARIATIONS if first.pattern == "squat" else UPPER_VARIATIONS
        able = [
            key
            for key in keys
            if key in self.pool.ids
            and key not in self.gone[day]
            and self.doses.loadable(EXERCISES[key], "max_effort", 0)
        ]
        if not able:
            return ()
        kinds: dict[str, list[str]] = {}
        for key in able:
            kinds.setdefault(EXERCISES[key].pattern, []).append(key)
        count = max(2, sum(week.loading for week in self.doses.weeks))
        turns = [list(kinds)[(turn + self.carry.number) % len(kinds)] for turn in range(count)]
        at = self.carry.number * count
        return tuple(kinds[kind][(at + turn) // len(kinds) % len(kinds[kind])] for turn, kind in enumerate(turns))

    def full(self) -> str:
        """Why a day does not get more of what it has: what limits sets and exercises of these people."""
        return "age" if self.profile.older else "goal" if self.tender else "exercises"

    def most_of(self, role: str) -> int:
        most = MOST[role]
        return min(most, MOST_TENDER) if self.tender and role != "conditioning" else most

    def lift(self, entries: list[tuple[int, int, int]]) -> str | None:
        why = "none"
        for sets, day, index in entries:
            slot = self.budget.slots[day][index]
            if sets >= self.most_of(slot.role):
                why = self.full() if why == "none" else why
                continue
            reason = self.vain[day].get(id(slot)) or self.late[day].get(id(slot)) or self.budget.blocked(day, slot, 1)
            if reason is None:
                self.add(day, slot, 1)
                return None
            (self.late if reason == "time" else self.vain)[day][id(slot)] = why = reason
        return why
