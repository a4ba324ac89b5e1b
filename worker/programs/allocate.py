"""Fill a block's fullest week by the ordered rules of fit, and say what did not fit and why.

Order: never longer than asked; every pattern; floors (focus muscles, then chest, back, quads, hamstrings, then the
others to MV, then best effort); then the minutes that are left, where they help most.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from worker.programs.budget import Budget, Doses, Slot
from worker.programs.catalog import Exercise
from worker.programs.landmarks import MAIN, MUSCLES, Landmark
from worker.programs.select import Pool
from worker.programs.split import TRAINS, Day, Want
from worker.programs.targets import HEAVY_GOALS, cap, floors, weight

# Sets of one exercise: on entering and at most.
SEATED: Final = {"conditioning": 5}  # to begin with; two of anything else
ENTER: Final = {"main": 3, "power": 3}  # once every pattern is there
ENTER_HEAVY: Final = {"main": 4, "second": 3, "power": 3}  # where load is the aim
MOST: Final = {
    "mobility": 2,
    "main": 5,
    "second": 4,
    "accessory": 4,
    "isolation": 4,
    "core": 4,
    "power": 4,
    "conditioning": 6,
}
MOST_TENDER: Final = 3  # from 65 on (Borde 2015: 2-3 sets), and while learning
# Exercises a session holds without hurry (convention).
EXERCISES_BY_MINUTES: Final = ((30, 7), (45, 8), (60, 9), (90, 11), (120, 14))
# What a day gets when nothing of its own is possible.
ANYTHING: Final = (
    ("core", "core"), ("hinge", "accessory"), ("isolation", "isolation"), ("lunge", "accessory"),
    ("horizontal_pull", "accessory"), ("horizontal_push", "accessory"), ("mobility", "mobility"),
    ("conditioning", "conditioning"),
)  # fmt: skip
LEADING: Final = 4  # places of a day that come before the rest
OWN: Final = frozenset({"accessory", "isolation", "core"})
MOBILITY_DRILLS: Final = 5
Wanted = Callable[[Exercise], bool]


@dataclass
class Filled:
    budget: Budget
    missing: dict[str, str] = field(default_factory=dict)  # pattern -> why
    short: dict[str, tuple[float, float, str]] = field(default_factory=dict)  # muscle -> floor, got, why
    stopped: dict[str, str] = field(default_factory=dict)  # muscle -> why it got no more


class Allocator:
    def __init__(
        self, pool: Pool, landmarks: dict[str, Landmark], days: list[Day], doses: Doses, paired: int,
        before: frozenset[str], weak: tuple[str, ...], main: dict[str, str],
    ) -> None:  # fmt: skip
        self.pool, self.profile, self.landmarks = pool, pool.profile, landmarks
        self.days, self.doses, self.before, self.weak = days, doses, before, weak
        self.kept = main  # "day.index" -> the main lift of the block before
        self.budget = Budget(self.profile, landmarks, days, doses, paired)
        self.result = Filled(self.budget)
        self.waves: dict[str, int] = {}
        self.most = next(most for minutes, most in EXERCISES_BY_MINUTES if self.profile.minutes <= minutes)
        self.tender = self.profile.older or self.profile.goal == "foundations"

    def run(self) -> Filled:
        self._recover()
        self._seat(first=True)
        self._never_empty()
        self._promote()
        self._seat(first=False)
        for muscle, floor in floors(self.profile, self.landmarks):
            why = self._raise(muscle, floor)
            if why is not None:
                self.result.short[muscle] = (floor, self._got(muscle), why)
        self._fill()
        self._never_empty()
        return self.result

    # -- places of the template

    def _seat(self, first: bool) -> None:
        """The templates' places, rank by rank over all days, so that what matters most is seated first.

        First come the leading places and all that keep a pattern in the week; what a day would like besides, later.
        """
        leading = {want.pattern for day in self.days for want in day.wants[:LEADING]}
        for rank in range(max(len(day.wants) for day in self.days)):
            for index, day in enumerate(self.days):
                if rank >= len(day.wants):
                    continue
                want = day.wants[rank]
                if first == (rank < LEADING or want.pattern not in leading):
                    self._place(index, want)
        for slots in self.budget.slots:
            for slot in slots:
                self.result.missing.pop(slot.of.pattern, None)

    def _promote(self) -> None:
        """Once every pattern has its place, the first lifts get the sets they are there for."""
        enter = ENTER_HEAVY if self.profile.goal in HEAVY_GOALS else ENTER
        wanted = {role: min(sets, self._most(role)) for role, sets in enter.items()}
        for aim, role in ((aim, role) for aim in (3, 4) for role in wanted):
            for day, slots in enumerate(self.budget.slots):
                for slot in slots:
                    short = slot.role == role and slot.sets < min(aim, wanted[role])
                    if short and self.budget.blocked(day, slot, 1) is None:
                        self.budget.add(day, slot, 1)

    def _place(self, day: int, want: Want) -> None:
        role = "main" if want.role == "main" and not self.tender else want.role
        wave = self.waves.get(want.pattern, 0) if role in ("main", "second") else 0

        def wanted(exercise: Exercise) -> bool:
            return _serves(exercise, want)

        why = self._open(day, want.pattern, wanted, role, wave)
        if why == "none" and want.pattern == "carry":
            self._place(day, Want("core", "core"))
        if why is None:
            self.waves[want.pattern] = self.waves.get(want.pattern, 0) + 1
        else:
            self.result.missing[want.pattern] = self.pool.why_none(wanted) if why == "none" else why

    def _open(self, day: int, pattern: str, wanted: Wanted, role: str, wave: int) -> str | None:
        """Seat the best possible exercise of a kind; the reason if none can be, "none" if there is none."""
        slots = self.budget.slots[day]
        if len(slots) >= (6 if self.profile.goal == "foundations" else self.most):
            return self._full()
        here = {slot.exercise for slot in slots}
        able = [exercise for exercise in self.pool.pattern(pattern) if exercise.id not in here and wanted(exercise)]
        if not able:
            return "none"
        why = "none"
        ranked = self.pool.best(able, role, self.budget.used(), self.before)
        keep = f"{day}.{pattern}"
        if role == "main" and keep in self.kept:
            ranked.sort(key=lambda exercise: exercise.id != self.kept[keep])
        for exercise in ranked[:6]:
            if not self.doses.loadable(exercise, role, wave):
                continue
            slot = Slot(exercise.id, role, wave, 0)
            for sets in range(min(SEATED.get(role, 2), self._most(role)), 1, -1):
                reason = self.budget.blocked(day, slot, sets)
                if reason is None:
                    self.budget.add(day, slot, sets)
                    return None
                why = reason
        return why

    def _full(self) -> str:
        """Why a day does not get more of what it has: what limits sets and exercises of these people."""
        return "age" if self.profile.older else "goal" if self.tender else "exercises"

    def _most(self, role: str) -> int:
        most = MOST[role]
        return min(most, MOST_TENDER) if self.tender and role != "conditioning" else most

    # -- floors

    def _raise(self, muscle: str, floor: float) -> str | None:
        while self._got(muscle) < floor - 1e-9:
            why = self._more(muscle)
            if why is not None:
                return why
        return None

    def _got(self, muscle: str) -> float:
        """What counts towards a floor: who chose a muscle as a focus wants work of its own for it."""
        return self.budget.measure(muscle) if muscle in self.profile.focus else self.budget.volume[muscle]

    def _more(self, muscle: str) -> str | None:
        """A set more for a muscle: of an exercise that is there, or with a new one; the reason if neither can be."""
        there = [
            (slot.sets, day, index)
            for day, slots in enumerate(self.budget.slots)
            for index, slot in enumerate(slots)
            if muscle in slot.of.leads and slot.role not in ("power", "conditioning", "mobility")
        ]
        why = "none"
        ways: tuple[Callable[[], str | None], ...] = (
            lambda: self._lift(sorted(entry for entry in there if entry[0] < 3)),
            lambda: self._open_for(muscle, fresh=True),
            lambda: self._lift(sorted(there)),
            lambda: self._open_for(muscle, fresh=False),
        )
        for way in ways:
            reason = way()
            if reason is None:
                return None
            why = reason if reason not in ("none", "exercises") or why == "none" else why
        return why

    def _lift(self, entries: list[tuple[int, int, int]]) -> str | None:
        why = "none"
        for sets, day, index in entries:
            slot = self.budget.slots[day][index]
            if sets >= self._most(slot.role):
                why = self._full() if why == "none" else why
                continue
            reason = self.budget.blocked(day, slot, 1)
            if reason is None:
                self.budget.add(day, slot, 1)
                return None
            why = reason
        return why

    def _open_for(self, muscle: str, fresh: bool) -> str | None:
        """A new exercise for a muscle, on the day that trains it and has had least of it.

        Fresh: only where no other exercise of its own is, so that days do not fill with near twins.
        """
        days = [
            index
            for index, day in enumerate(self.days)
            if muscle in TRAINS[day.kind]
            and not (fresh and any(slot.role in OWN and muscle in slot.of.leads for slot in self.budget.slots[index]))
        ]
        why = "none"
        for day in sorted(days, key=lambda index: (self.budget.daily[index][muscle], index)):
            for pattern, role in _own_work(muscle):
                reason = self._open(day, pattern, lambda exercise: muscle in exercise.leads, role, 0)
                if reason is None:
                    return None
                why = reason if reason != "none" else why
        return self.pool.why_none(lambda exercise: muscle in exercise.leads) if why == "none" else why

    # -- the rest of the minutes

    def _fill(self) -> None:
        open_muscles = set(MUSCLES)
        stopped = self.result.stopped
        caps = {m: cap(self.profile, self.landmarks[m], m) for m in MUSCLES}
        weights = {m: weight(self.profile, m, self.weak) for m in MUSCLES}
        while open_muscles:
            muscle = min(
                open_muscles,
                key=lambda m: (self._got(m) / max(1.0, caps[m]) / weights[m], MUSCLES.index(m)),
            )
            if self.budget.measure(muscle) + 1 > caps[muscle]:
                why: str | None = "goal" if caps[muscle] < self.landmarks[muscle].mrv else "mrv"
            else:
                why = self._more(muscle)
            if why is not None:
                stopped[muscle] = why
                open_muscles.discard(muscle)

    def _never_empty(self) -> None:
        """Where injuries or equipment leave nothing of a day's own work, whatever is still possible."""
        for index, slots in enumerate(self.budget.slots):
            for pattern, role in ANYTHING:
                if len(self.budget.slots[index]) >= 3 or (slots and not self.days[index].wants):
                    break
                if len(self.budget.slots[index]) < 2:
                    self._open(index, pattern, lambda exercise: True, role, 0)

    # -- recovery days

    def _recover(self) -> None:
        for index, day in enumerate(self.days):
            if day.kind != "recovery":
                continue
            drills = self.pool.best(self.pool.pattern("mobility"), "mobility", {}, frozenset())
            for exercise in drills[:MOBILITY_DRILLS]:
                slot = Slot(exercise.id, "mobility", 0, 0)
                if self.budget.blocked(index, slot, 2) is None:
                    self.budget.add(index, slot, 2)


def _serves(exercise: Exercise, want: Want) -> bool:
    if exercise.pattern != want.pattern:
        return False
    if want.part == "lower":
        return exercise.primary[0] in ("quads", "glutes", "hamstrings")
    if want.part == "upper":
        return exercise.primary[0] not in ("quads", "glutes", "hamstrings")
    return True


def _own_work(muscle: str) -> tuple[tuple[str, str], ...]:
    """Where sets for a muscle come from, the best first."""
    isolation = ("isolation", "isolation")
    return {
        "chest": (("horizontal_push", "accessory"), isolation),
        "back": (("vertical_pull", "accessory"), ("horizontal_pull", "accessory")),
        "quads": (isolation, ("lunge", "accessory"), ("squat", "accessory")),
        "hamstrings": (isolation, ("hinge", "accessory")),
        "glutes": (("hinge", "accessory"), isolation),
        "front_delts": (("vertical_push", "accessory"), isolation),
        "abs": (("core", "core"),),
        "forearms": (isolation, ("carry", "core")),
    }.get(muscle, (isolation,))


def fill(allocators: Callable[[int], Allocator], start: int, densest: int) -> Filled:
    """The first level of supersets with which the floors fit the minutes; else the densest."""
    best: Filled | None = None
    for level in range(start, densest + 1):
        filled = allocators(level).run()
        if best is None or _unmet(filled) < _unmet(best):
            best = filled
        if _unmet(best) == 0:
            break
    assert best is not None
    return best


def _unmet(filled: Filled) -> float:
    """Sets and patterns that only time kept out; where load is the aim, only what is worth hurrying for."""
    heavy = filled.budget.profile.goal in HEAVY_GOALS
    counted = [entry for muscle, entry in filled.short.items() if muscle in MAIN or not heavy]
    sets = sum(floor - got for floor, got, why in counted if why == "time")
    return sets + 4 * sum(why == "time" for why in filled.missing.values())
