"""Fill a block's fullest week by the ordered rules of fit, and say what did not fit and why.

Order: never longer than asked; every pattern; floors (focus muscles, then chest, back, quads, hamstrings, then the
others to MV, then best effort); then the minutes that are left, where they help most.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from worker.training.budget import Budget, Doses
from worker.training.catalog import Exercise
from worker.training.landmarks import MAIN, MUSCLES, Landmark
from worker.training.seats import Carry, Seats
from worker.training.slots import PULL, PUSH, Slot
from worker.training.split import TRAINS, Day, Want
from worker.training.sports import SHARED_WEEK, SHORT_WEEK, SPORT_FIRST, SPORT_FIRST_SHORT
from worker.training.targets import HEAVY_GOALS, cap, floors, own_work, weight

# Sets of the first lifts once every pattern is there; more where load is the aim.
ENTER: Final = {"main": 3, "lead": 3, "power": 3}
ENTER_HEAVY: Final = {"main": 4, "lead": 4, "second": 3, "power": 3}
# What a day gets when nothing of its own is possible.
ANYTHING: Final = (
    ("core", "core"), ("hinge", "accessory"), ("isolation", "isolation"), ("lunge", "accessory"),
    ("horizontal_pull", "accessory"), ("horizontal_push", "accessory"), ("mobility", "mobility"),
    ("conditioning", "conditioning"),
)  # fmt: skip
LEADING: Final = 4  # places of a day that come before the rest
OWN: Final = frozenset({"accessory", "isolation", "core"})
# Small exercises for one muscle on a day: one, or two for a focus; more only for a floor or where minutes are left.
SMALL: Final = frozenset({"isolation", "core"})
TWINS: Final = 2
FULL: Final = 0.9  # of the minutes (facts)
# Muscles that recover fast enough to be trained on any day.
ANY_DAY: Final = frozenset({"side_delts", "rear_delts", "biceps", "triceps", "calves", "abs", "forearms", "traps"})
# Sets that stay as they are: no volume is made of them.
FIXED: Final = frozenset({"power", "conditioning", "mobility", "max_effort", "dynamic"})
WORSE_OWN: Final = 1.2  # how much worse work for one muscle may be: rather a set more of what is there
MOBILITY_DRILLS: Final = 5
# What presses work: it waits while there is less pulling than pushing.
PRESSED: Final = frozenset({"chest", "front_delts"})
EARLY_PULL: Final = 3  # sets of a pull that come before the floors of other muscles
CONDITIONED: Final = frozenset({"fat_loss", "endurance"})
CONDITIONING: Final = 5  # intervals of a day


@dataclass
class Filled:
    budget: Budget
    missing: dict[str, str] = field(default_factory=dict)  # pattern -> why
    short: dict[str, tuple[float, float, str]] = field(default_factory=dict)  # muscle -> floor, got, why
    stopped: dict[str, str] = field(default_factory=dict)  # muscle -> why it got no more


class Allocator:
    def __init__(
        self, doses: Doses, landmarks: dict[str, Landmark], days: list[Day], paired: int, carry: Carry
    ) -> None:
        self.seats = Seats(doses, landmarks, days, paired, carry)
        self.pool, self.profile, self.landmarks = doses.pool, doses.pool.profile, landmarks
        self.days, self.carry, self.budget = days, carry, self.seats.budget
        self.result = Filled(self.budget)
        self.twins = False  # whether a day may have near twins: more small exercises for a muscle than it needs
        self.waves: dict[str, int] = {}
        sport, minutes = self.profile.sport, sum(day.minutes for day in days)
        self.heavy = self.profile.goal in HEAVY_GOALS  # load comes before the sport
        self.brief = sport is not None and sport.of_legs and minutes <= SHORT_WEEK and not self.heavy
        self.shared = sport.muscles if sport is not None and minutes <= SHARED_WEEK else ()
        self.waiting: list[tuple[int, Want]] = []  # places that the sport comes before

    def run(self) -> Filled:
        self._recover()
        self._seat(first=True)
        self._never_empty()
        if not self.heavy:
            self._serve_sport()
        self._promote()
        self._balance(new=False)
        self._seat(first=False)
        for muscle, floor in floors(self.profile, self.landmarks, self.carry.weak):
            why = self._raise(muscle, floor)
            if why is not None:
                self.result.short[muscle] = (floor, self._got(muscle), why)
        self._condition()
        self._balance(new=True)
        self._fill()
        if not self._full():
            self.twins = True
            self._fill()
        self._never_empty()
        return self.result

    # -- places of the template

    def _seat(self, first: bool) -> None:
        """The templates' places, rank by rank over all days, so that what matters most is seated first.

        First come the leading places and all that keep a pattern in the week; what a day would like besides, later.
        """
        first_places = [LEADING + any(want.role == "power" for want in day.wants) for day in self.days]
        leading = {w.pattern for day, count in zip(self.days, first_places, strict=True) for w in day.wants[:count]}
        for rank in range(max(len(day.wants) for day in self.days)):
            for index, day in enumerate(self.days):
                if rank >= len(day.wants):
                    continue
                want = day.wants[rank]
                if first == (rank < first_places[index] or want.pattern not in leading):
                    if self.brief and self._another(want.pattern):
                        self.waiting.append((index, want))
                    else:
                        self._place(index, want)
        for slots in self.budget.slots:
            for slot in slots:
                self.result.missing.pop(slot.of.pattern, None)

    def _another(self, pattern: str) -> bool:
        """Whether the week has a push already, or a pull, and this would be one more."""
        return any(pattern in kind and self._sets_of(kind) for kind in (PUSH, PULL))

    def _serve_sport(self) -> None:
        """What carries the sport comes before third sets of lifts that do not; in a very short week before presses
        and pulls beyond the first of each."""
        least = SPORT_FIRST_SHORT if self.brief else SPORT_FIRST
        for muscle in self.profile.sport.muscles if self.profile.sport else ():
            self._raise(muscle, min(least, self.landmarks[muscle].mrv))
        for muscle in MAIN if self.profile.sport else ():
            self._raise(muscle, min(SPORT_FIRST, self.landmarks[muscle].mrv))
        for day, want in self.waiting:
            self._place(day, want)

    def _promote(self) -> None:
        """Once every pattern has its place, the first lifts get the sets they are there for."""
        enter = ENTER_HEAVY if self.heavy else ENTER
        wanted = {role: min(sets, self.seats.most_of(role)) for role, sets in enter.items()}
        for aim, role in ((aim, role) for aim in (3, 4) for role in wanted):
            for day, slots in enumerate(self.budget.slots):
                for slot in slots:
                    most = (
                        3 if self.shared and slot.of.leads.isdisjoint(self.shared) else aim
                    )  # the fourth is the sport's
                    short = slot.role == role and slot.sets < min(aim, wanted[role], most)
                    if short and self.budget.blocked(day, slot, 1) is None:
                        self.seats.add(day, slot, 1)

    def _place(self, day: int, want: Want) -> None:
        role = want.role
        wave = self.waves.get(want.pattern, 0) if role in ("main", "lead", "second") else 0

        def wanted(exercise: Exercise) -> bool:
            return _serves(exercise, want)

        why = self.seats.open(day, want.pattern, wanted, role, wave)
        if why is not None and role in ("max_effort", "dynamic"):
            why = self.seats.open(day, want.pattern, wanted, "second", wave)
        if why == "none" and want.pattern == "carry":
            self._place(day, Want("core", "core"))
        if why is None:
            self.waves[want.pattern] = self.waves.get(want.pattern, 0) + 1
        else:
            self.result.missing[want.pattern] = self.pool.why_none(pattern=want.pattern) if why == "none" else why

    # -- floors

    def _raise(self, muscle: str, floor: float) -> str | None:
        """Sets up to the floor; where the good exercises do not fit, with whatever does."""
        for worse in (WORSE_OWN, float("inf")):
            self.twins = worse > WORSE_OWN
            why: str | None = None
            while why is None and self._got(muscle) < floor - 1e-9:
                why = self._more(muscle, worse)
            if why is None:
                break
        self.twins = False
        return why

    def _got(self, muscle: str) -> float:
        """What counts towards a floor: who chose a muscle as a focus wants work of its own for it."""
        return self.budget.measure(muscle) if muscle in self.profile.focus else self.budget.volume[muscle]

    def _more(self, muscle: str, worse: float = WORSE_OWN) -> str | None:
        """A set more for a muscle: of an exercise that is there, or with a new one; the reason if neither can be."""
        there = [
            (slot.sets, day, index)
            for day, slots in enumerate(self.budget.slots)
            for index, slot in enumerate(slots)
            if muscle in slot.of.leads and slot.role not in FIXED
        ]
        why = "none"
        ways: tuple[Callable[[], str | None], ...] = (
            lambda: self.seats.lift(sorted(entry for entry in there if entry[0] < 3)),
            lambda: self._open_for(muscle, True, worse),
            lambda: self.seats.lift(sorted(there)),
            lambda: self._open_for(muscle, False, worse),
        )
        for way in ways:
            reason = way()
            if reason is None:
                return None
            why = reason if reason not in ("none", "exercises") or why == "none" else why
        return why

    def _open_for(self, muscle: str, fresh: bool, worse: float) -> str | None:
        """A new exercise for a muscle, on the day that trains it and has had least of it.

        Fresh: only where no other exercise of its own is, so that days do not fill with near twins.
        """
        days = [index for index, day in enumerate(self.days) if self._trains(day, muscle)]
        days = [index for index in days if not (fresh and self._own(index, muscle, OWN))]
        if not self.twins:
            most = TWINS if muscle in self.profile.focus else 1
            if days and all(self._own(index, muscle, SMALL) >= most for index in days):
                return "exercises"
            days = [index for index in days if self._own(index, muscle, SMALL) < most]
        why = "none"
        for day in sorted(days, key=lambda index: (self.budget.daily[index][muscle], index)):
            for pattern, role in sorted(own_work(muscle), key=lambda way: self._often(day, way[0])):
                key = (pattern, muscle, worse)
                reason = self.seats.vain[day].get(key) or self.seats.late[day].get(key)
                if reason is None:
                    reason = self.seats.open(day, pattern, lambda exercise: muscle in exercise.leads, role, 0, worse)
                    if reason is None:
                        return None
                    (self.seats.late if self.seats.timed else self.seats.vain)[day][key] = reason
                why = reason if reason != "none" else why
        return self.pool.why_none(muscle=muscle) if why == "none" else why

    def _trains(self, day: Day, muscle: str) -> bool:
        """A small muscle that is a focus may be trained on every day."""
        wished = muscle in self.profile.focus and muscle in ANY_DAY and day.kind != "recovery"
        return wished or muscle in TRAINS[day.kind]

    def _own(self, day: int, muscle: str, roles: frozenset[str]) -> int:
        """Exercises of a day that are there for this muscle."""
        return sum(slot.role in roles and muscle in slot.of.leads for slot in self.budget.slots[day])

    def _often(self, day: int, pattern: str) -> bool:
        """Whether there is enough of a pattern: rather a small one for the muscle than a third big one on a day, or,
        for a focus, one press more than there are pulls."""
        wished = not PRESSED.isdisjoint(self.profile.focus)
        if wished and pattern in PUSH and self._sets_of(PUSH) > self._sets_of(PULL):
            return True
        return pattern != "isolation" and sum(slot.of.pattern == pattern for slot in self.budget.slots[day]) >= TWINS

    def _condition(self) -> None:
        """Where conditioning is part of the goal it gets its share before the rest does."""
        if self.profile.goal not in CONDITIONED:
            return
        for aim in range(4, CONDITIONING + 1):
            for day, slots in enumerate(self.budget.slots):
                for slot in slots:
                    short = slot.role == "conditioning" and slot.sets < aim
                    if short and self.budget.blocked(day, slot, 1) is None:
                        self.seats.add(day, slot, 1)

    def _balance(self, new: bool) -> None:
        """As many sets of pulling as of pushing, where there is room for them; with new exercises or without."""
        while self._sets_of(PUSH) > self._sets_of(PULL):
            there = [
                (slot.sets, day, index)
                for day, slots in enumerate(self.budget.slots)
                for index, slot in enumerate(slots)
                if slot.of.pattern in PULL and (new or slot.sets < EARLY_PULL)
            ]
            if self.seats.lift(sorted(there)) and not (new and self._open_for("back", False, WORSE_OWN) is None):
                return

    def _sets_of(self, patterns: frozenset[str]) -> int:
        return sum(slot.sets for slots in self.budget.slots for slot in slots if slot.of.pattern in patterns)

    # -- the rest of the minutes

    def _full(self) -> bool:
        return sum(self.budget.taken) >= FULL * sum(self.budget.limit)

    def _fill(self) -> None:
        """Set by set to whoever is furthest below its cap, the important first."""
        caps = {m: cap(self.profile, self.landmarks[m], m) for m in MUSCLES}
        scale = {m: 1 / (max(1.0, caps[m]) * weight(self.profile, m, self.carry.weak)) for m in MUSCLES}
        left = list(MUSCLES)
        while left:
            muscle = min(left, key=lambda m: self._got(m) * scale[m])
            if muscle in PRESSED and "back" in left and self._sets_of(PUSH) >= self._sets_of(PULL):
                muscle = "back"
            if self.budget.measure(muscle) + 1 > caps[muscle]:
                why: str | None = "goal" if caps[muscle] < self.landmarks[muscle].mrv else "mrv"
            else:
                why = self._more(muscle)
            if why is not None:
                self.result.stopped[muscle] = why
                left.remove(muscle)

    def _never_empty(self) -> None:
        """Where injuries or equipment leave nothing of a day's own work, whatever is still possible."""
        for index, slots in enumerate(self.budget.slots):
            for pattern, role in ANYTHING:
                if len(self.budget.slots[index]) >= 3 or (slots and not self.days[index].wants):
                    break
                if len(self.budget.slots[index]) < 2:
                    self.seats.open(index, pattern, lambda exercise: True, role, 0)

    # -- recovery days

    def _recover(self) -> None:
        for index, day in enumerate(self.days):
            if day.kind != "recovery":
                continue
            drills = self.pool.best(self.pool.pattern("mobility"), "mobility", {}, frozenset())
            for exercise in drills[:MOBILITY_DRILLS]:
                slot = Slot(exercise.id, "mobility", 0, 0)
                if self.budget.blocked(index, slot, 2) is None:
                    self.seats.add(index, slot, 2)


def _serves(exercise: Exercise, want: Want) -> bool:
    if exercise.pattern != want.pattern:
        return False
    if want.part == "balance":
        return exercise.gentle
    if want.part == "lower":
        return exercise.primary[0] in ("quads", "glutes", "hamstrings")
    if want.part == "upper":
        return exercise.primary[0] not in ("quads", "glutes", "hamstrings")
    return True
