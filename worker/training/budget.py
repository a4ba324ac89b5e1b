"""A training week being filled: what each set costs in minutes and volume, and why one more is not allowed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.kinds.program_choices import DIRECT
from worker.training import ramp, timing
from worker.training.catalog import Exercise
from worker.training.landmarks import DAY_AFTER, HARD_DAY, MUSCLES, SESSION_CAP, Landmark
from worker.training.periodization import WeekPlan
from worker.training.prescription import Dose, dose
from worker.training.profile import Profile
from worker.training.rpe import share
from worker.training.select import Pool, possible_load
from worker.training.slots import Slot, ordered, pairs
from worker.training.split import Day, follows


class Doses:
    """What the weeks of a block prescribe."""

    def __init__(self, pool: Pool, model: str, weeks: Sequence[WeekPlan]) -> None:
        self.pool, self.profile, self.model, self.weeks = pool, pool.profile, model, weeks
        self._known: dict[tuple[str, str, int], list[Dose]] = {}
        self._costs: dict[tuple[str, str, int], tuple[float, float, float]] = {}
        self._loadable: dict[tuple[str, str, int], bool] = {}
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
        """Seconds of setting up and warming up, of a set's work in the slowest loading week, and of its rest."""
        key = (exercise.id, role, wave)
        found = self._costs.get(key)
        if found is None:
            doses = self.of(exercise, role, wave)
            loading = [d for d, week in zip(doses, self.weeks, strict=True) if week.loading] or doses
            slowest = max(timing.work_seconds(_most_reps(d), d.seconds, exercise.each) for d in loading)
            steps = [ramp.steps(self.profile, exercise, role, first_percent(d)) for d in doses]
            set_up = timing.set_up_minutes(exercise, self.pool.pieces(exercise)) * 60
            set_up += max(ramp.seconds(found, exercise.each) for found in steps)
            found = self._costs[key] = set_up, slowest, max(d.rest for d in loading)
        return found

    def loadable(self, exercise: Exercise, role: str, wave: int) -> bool:
        key = (exercise.id, role, wave)
        if key not in self._loadable:
            shares = [d.percent for d in self.of(exercise, role, wave) if d.percent is not None]
            self._loadable[key] = possible_load(exercise, self.profile, shares)
        return self._loadable[key]


def first_percent(given: Dose) -> float | None:
    """Share of 1RM of the set that the warm-up leads to."""
    return share(*given.ladder[0]) if given.ladder else given.percent


def _most_reps(given: Dose) -> int:
    return max((reps for reps, _ in given.ladder), default=given.reps)


@dataclass
class Budget:
    profile: Profile
    landmarks: dict[str, Landmark]
    days: list[Day]
    doses: Doses
    paired: int
    weak: tuple[str, ...] = ()  # lifts that lag
    slots: list[list[Slot]] = field(default_factory=list)
    volume: dict[str, float] = field(default_factory=lambda: dict.fromkeys(MUSCLES, 0.0))
    direct: dict[str, float] = field(default_factory=lambda: dict.fromkeys(MUSCLES, 0.0))
    daily: list[dict[str, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.slots = [[] for _ in self.days]
        self.daily = [dict.fromkeys(MUSCLES, 0.0) for _ in self.days]
        self.near = _neighbours(self.days)
        self.limit = [day.minutes * 60.0 for day in self.days]
        self.warm_up = [timing.warm_up_minutes(day.minutes) * 60 for day in self.days]
        self.taken = list(self.warm_up)  # seconds of each day
        self._partner: list[dict[int, Slot]] = [{} for _ in self.days]  # by id(slot)

    def measure(self, muscle: str) -> float:
        """The volume that is compared with MRV."""
        return self.direct[muscle] if muscle in DIRECT else self.volume[muscle]

    def spare(self, day: int) -> float:
        """Seconds that are left."""
        return self.limit[day] - self.taken[day]

    def seconds(self, day: int, slots: Sequence[Slot]) -> float:
        costs = [self.doses.cost(slot.of, slot.role, slot.wave) for slot in slots]
        total = self.warm_up[day]
        for slot, (set_up, work, rest) in zip(slots, costs, strict=True):
            total += set_up + slot.sets * (work + rest)
        for one, other in pairs(slots, self.paired):
            total -= min(slots[one].sets, slots[other].sets) * _saved(costs[one][2])
        return total

    def blocked(self, day: int, slot: Slot, more: int) -> str | None:
        """Why `more` sets of the slot cannot be added on that day: mrv, session, consecutive, time; None if they can.

        The slot is of the day already, or would be new in it.
        """
        for muscle, credit in slot.credits:
            added = credit * more
            counted = 0.0 if credit < 1 and muscle in DIRECT else added
            if counted and self.measure(muscle) + counted > self.landmarks[muscle].mrv + 1e-9:
                return "mrv"
            if self.daily[day][muscle] + added > SESSION_CAP:
                return "session"
            if self._crowds(day, muscle, added):
                return "consecutive"
        return None if self._fits(day, slot, more) else "time"

    def _fits(self, day: int, slot: Slot, more: int) -> bool:
        set_up, work, rest = self.doses.cost(slot.of, slot.role, slot.wave)
        slots, spare = self.slots[day], self.spare(day) + 1e-6
        if any(one is slot for one in slots):
            needed = more * (work + rest)
            partner = self._partner[day].get(id(slot))
            if partner is not None:
                ahead = slot if _before(slots, slot, partner) else partner
                saved = _saved(self.doses.cost(ahead.of, ahead.role, ahead.wave)[2])
                gained = min(slot.sets + more, partner.sets) - min(slot.sets, partner.sets)
                needed -= gained * saved
            return needed <= spare
        if set_up + more * (work + rest) <= spare:
            return True
        if not self.paired:
            return False
        # The most that a partner could save: this exercise's rest, or the longest rest of the day.
        longest = max((self.doses.cost(one.of, one.role, one.wave)[2] for one in slots), default=0.0)
        if set_up + more * (work + min(timing.CHANGE_SECONDS, rest - _saved(longest))) > spare:
            return False
        before, slot.sets = slot.sets, more
        needed = self.seconds(day, ordered([*slots, slot], self.profile.focus, self.weak))
        slot.sets = before
        return needed <= self.limit[day] + 1e-6

    def _crowds(self, day: int, muscle: str, added: float) -> bool:
        now = self.daily[day][muscle]
        for first, after in self.near[day]:
            one = now + added if day == first else self.daily[first][muscle]
            other = now + added if day == after else self.daily[after][muscle]
            if one > HARD_DAY and other > DAY_AFTER:
                return True
        return False

    def add(self, day: int, slot: Slot, more: int) -> None:
        if any(one is slot for one in self.slots[day]):
            slot.sets += more
        else:
            slot.sets = more
            slots = self.slots[day] = ordered([*self.slots[day], slot], self.profile.focus, self.weak)
            partner = self._partner[day] = {}
            for one, other in pairs(slots, self.paired):
                partner[id(slots[one])], partner[id(slots[other])] = slots[other], slots[one]
        self.taken[day] = self.seconds(day, self.slots[day])
        for muscle, credit in slot.credits:
            self.volume[muscle] += credit * more
            self.daily[day][muscle] += credit * more
            if credit == 1:
                self.direct[muscle] += more

    def used(self) -> dict[str, int]:
        return Counter(slot.exercise for slots in self.slots for slot in slots)


def _saved(rest: float) -> float:
    return max(0.0, rest - timing.CHANGE_SECONDS)


def _before(slots: Sequence[Slot], one: Slot, other: Slot) -> bool:
    return next(slot for slot in slots if slot is one or slot is other) is one


def _neighbours(days: list[Day]) -> list[list[tuple[int, int]]]:
    found: list[list[tuple[int, int]]] = [[] for _ in days]
    for first, after in follows(days):
        found[first].append((first, after))
        found[after].append((first, after))
    return found
