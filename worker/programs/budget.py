"""A training week being filled: what each set costs in minutes and volume, and why one more is not allowed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from app.kinds.program_choices import DIRECT
from worker.programs import timing
from worker.programs.catalog import EXERCISES, Exercise
from worker.programs.landmarks import MUSCLES, Landmark
from worker.programs.periodization import WeekPlan
from worker.programs.prescription import Dose, dose
from worker.programs.profile import Profile
from worker.programs.select import possible_load
from worker.programs.split import Day, follows

# Returns shrink beyond this many fractional sets of a muscle in one session (Pelland 2024 for size).
SESSION_CAP: Final = 11.0
# Over so many hard sets, a muscle gets at most so many the next day (convention).
HARD_DAY: Final = 5.0
DAY_AFTER: Final = 3.0
# Which roles may be paired: none, what is light, and nearly everything when minutes are few (Iversen 2021).
PAIRED: Final = (
    frozenset[str](),
    frozenset({"accessory", "isolation", "core"}),
    frozenset({"second", "accessory", "isolation", "core"}),
    frozenset({"main", "second", "accessory", "isolation", "core"}),
)
ORDER: Final = ("power", "main", "second", "accessory", "isolation", "core", "conditioning", "mobility")


@dataclass
class Slot:
    exercise: str
    role: str
    wave: int
    sets: int  # in the fullest week
    first: int = 0  # in the first week
    superset: str | None = None

    @property
    def of(self) -> Exercise:
        return EXERCISES[self.exercise]


def ordered(slots: Sequence[Slot], focus: Sequence[str]) -> list[Slot]:
    """Fast first, then the priority lift, multi-joint before single-joint, trunk and conditioning last.

    Among equals what serves a focus muscle comes first.
    """
    return sorted(slots, key=lambda slot: (ORDER.index(slot.role), slot.of.leads.isdisjoint(focus)))


def pairs(slots: Sequence[Slot], level: int) -> list[tuple[int, int]]:
    """Supersets of a day: indices of exercises that alternate because they share no primary muscle."""
    able = [index for index, slot in enumerate(slots) if slot.role in PAIRED[level] and not slot.of.alone]
    found, taken = [], set[int]()
    for place, index in enumerate(able):
        if index in taken:
            continue
        for other in able[place + 1 :]:
            if other not in taken and slots[index].of.leads.isdisjoint(slots[other].of.leads):
                found.append((index, other))
                taken.update((index, other))
                break
    return found


class Doses:
    """What the weeks of a block prescribe."""

    def __init__(self, profile: Profile, model: str, weeks: Sequence[WeekPlan]) -> None:
        self.profile, self.model, self.weeks = profile, model, weeks
        self._known: dict[tuple[str, str, int], list[Dose]] = {}
        self._costs: dict[tuple[str, str, int], tuple[float, float, float]] = {}
        loading = [week for week in weeks if week.loading]
        self.last = loading[-1] if loading else weeks[0]

    def of(self, exercise: Exercise, role: str, wave: int) -> list[Dose]:
        key = (exercise.id, role, wave)
        if key not in self._known:
            self._known[key] = [
                dose(self.profile, self.model, exercise, role, wave, week, self.last) for week in self.weeks
            ]
        return self._known[key]

    def cost(self, exercise: Exercise, role: str, wave: int) -> tuple[float, float, float]:
        """Seconds of setting up, of a set's work in the slowest loading week, and of its rest."""
        key = (exercise.id, role, wave)
        if key not in self._costs:
            loading = [d for d, week in zip(self.of(exercise, role, wave), self.weeks, strict=True) if week.loading]
            slowest = max(timing.work_seconds(d.reps, d.seconds, exercise.each) for d in loading)
            pieces = exercise.pieces(self.profile.owned) or ()
            self._costs[key] = timing.set_up_minutes(exercise, pieces, role == "main") * 60, slowest, loading[0].rest
        return self._costs[key]

    def loadable(self, exercise: Exercise, role: str, wave: int) -> bool:
        shares = [d.percent for d in self.of(exercise, role, wave) if d.percent is not None]
        return possible_load(exercise, self.profile, shares)


@dataclass
class Budget:
    profile: Profile
    landmarks: dict[str, Landmark]
    days: list[Day]
    doses: Doses
    paired: int
    slots: list[list[Slot]] = field(default_factory=list)
    volume: dict[str, float] = field(default_factory=lambda: dict.fromkeys(MUSCLES, 0.0))
    direct: dict[str, float] = field(default_factory=lambda: dict.fromkeys(MUSCLES, 0.0))
    daily: list[dict[str, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.slots = [[] for _ in self.days]
        self.daily = [dict.fromkeys(MUSCLES, 0.0) for _ in self.days]
        self.following = follows(self.days)
        self.limit = self.profile.minutes * 60.0
        self.spare = [self.limit - timing.warm_up_minutes(self.profile.minutes) * 60 for _ in self.days]
        self.warm_up = timing.warm_up_minutes(self.profile.minutes) * 60

    def measure(self, muscle: str) -> float:
        """The volume that is compared with MRV."""
        return self.direct[muscle] if muscle in DIRECT else self.volume[muscle]

    def seconds(self, slots: Sequence[Slot]) -> float:
        costs = [self.doses.cost(slot.of, slot.role, slot.wave) for slot in slots]
        total = self.warm_up
        for slot, (set_up, work, rest) in zip(slots, costs, strict=True):
            total += set_up + slot.sets * (work + rest)
        for one, other in pairs(slots, self.paired):
            saved = max(0.0, costs[one][2] - timing.CHANGE_SECONDS)
            total -= min(slots[one].sets, slots[other].sets) * saved
        return total

    def blocked(self, day: int, slot: Slot, more: int) -> str | None:
        """Why `more` sets of the slot cannot be added on that day: mrv, session, consecutive, time; None if they can.

        The slot is of the day already, or would be new in it.
        """
        exercise = slot.of
        for muscle, credit in exercise.credits:
            added = credit * more
            counted = 0.0 if muscle in DIRECT and credit < 1 else added
            if self.measure(muscle) + counted > self.landmarks[muscle].mrv + 1e-9:
                return "mrv"
            if self.daily[day][muscle] + added > SESSION_CAP:
                return "session"
            if self._crowds(day, muscle, added):
                return "consecutive"
        slots = self.slots[day]
        there = slot in slots
        set_up, work, rest = self.doses.cost(exercise, slot.role, slot.wave)
        if not self.paired:
            return "time" if self.spare[day] < more * (work + rest) + (0 if there else set_up) else None
        before = slot.sets
        slot.sets = before + more if there else more
        seconds = self.seconds(slots if there else ordered([*slots, slot], self.profile.focus))
        slot.sets = before
        return "time" if seconds > self.limit else None

    def _crowds(self, day: int, muscle: str, added: float) -> bool:
        for first, after in self.following:
            if day not in (first, after):
                continue
            one = self.daily[first][muscle] + (added if day == first else 0)
            other = self.daily[after][muscle] + (added if day == after else 0)
            if one > HARD_DAY and other > DAY_AFTER:
                return True
        return False

    def add(self, day: int, slot: Slot, more: int) -> None:
        if slot in self.slots[day]:
            slot.sets += more
        else:
            slot.sets = more
            self.slots[day] = ordered([*self.slots[day], slot], self.profile.focus)
        self.spare[day] = self.limit - self.seconds(self.slots[day])
        self._count(day, slot.of, more)

    def _count(self, day: int, exercise: Exercise, more: int) -> None:
        for muscle, credit in exercise.credits:
            self.volume[muscle] += credit * more
            self.daily[day][muscle] += credit * more
            if credit == 1:
                self.direct[muscle] += more

    def used(self) -> dict[str, int]:
        return Counter(slot.exercise for slots in self.slots for slot in slots)
