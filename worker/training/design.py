"""The plan of every block: its exercises with their sets in the first and in the fullest week."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from worker.errors import Rejected
from worker.training.allocate import FIXED, Allocator, Filled
from worker.training.budget import Doses
from worker.training.density import fill
from worker.training.landmarks import MAIN, MUSCLES, Landmark
from worker.training.periodization import WeekPlan
from worker.training.profile import Profile
from worker.training.seats import Carry
from worker.training.select import Pool
from worker.training.slots import Slot, pairs
from worker.training.split import Day
from worker.training.targets import HEAVY_GOALS, SIZE_GOALS

# Sets a muscle gains from week to week (facts: 1-2).
WEEKLY_GAIN: Final = 1.5
# Density is part of these goals, whatever the minutes.
DENSE: Final = {"fat_loss": 2, "endurance": 2}


@dataclass
class Block:
    days: list[list[Slot]]


@dataclass
class Design:
    blocks: list[Block]
    missing: dict[str, str]  # pattern -> why
    short: dict[str, tuple[float, float, str]]  # muscle -> floor, got, why
    stopped: dict[str, str]  # muscle -> why it got no more

    @property
    def named(self) -> frozenset[str]:
        """Muscles and patterns that fall short, said in the result."""
        return frozenset(self.missing) | frozenset(self.short)


def design(
    profile: Profile,
    marks: dict[str, Landmark],
    weak: Sequence[str],
    model: str,
    weeks: list[WeekPlan],
    days: list[Day],
    lagging: Sequence[str] = (),
) -> Design:
    """`weak`: muscles of lifts that lag, `lagging`: those lifts."""
    pool = Pool.of(profile)
    if not pool.able:
        raise Rejected(EMPTY)
    made = Design([], {}, {}, {})
    before: frozenset[str] = frozenset()
    main: dict[str, str] = {}
    level = DENSE.get(profile.goal, 0)
    for number in range(weeks[-1].block + 1):
        doses = Doses(pool, model, [week for week in weeks if week.block == number])
        carry = Carry(number, before, tuple(weak), main, tuple(lagging))
        filled = fill(lambda level: Allocator(doses, marks, days, level, carry), level, _densest(profile))  # noqa: B023
        level = filled.budget.paired  # sessions of all blocks are packed alike
        _ramp(filled, profile, marks, doses)
        made.blocks.append(Block(filled.budget.slots))
        before = frozenset(filled.budget.used())
        main = _mains(filled, days) or main
        _remember(made, filled)
    if not all(all(block.days) for block in made.blocks):
        raise Rejected(EMPTY)
    return made


EMPTY: Final = (
    "Nothing is left that you could safely do. Add equipment (bands or dumbbells are enough), take a name off the "
    "exercises to avoid, or, with severe pain in many places, see a physiotherapist first."
)


def _densest(profile: Profile) -> int:
    """How far supersets may go: heavy lifts are not hurried unless minutes are few."""
    if profile.goal not in HEAVY_GOALS:
        return 3
    return 3 if profile.minutes <= 30 else 2 if profile.minutes <= 45 else 1


def _mains(filled: Filled, days: list[Day]) -> dict[str, str]:
    """The main lift of each day and pattern, to be kept in the next block."""
    return {
        f"{index}.{slot.of.pattern}": slot.exercise
        for index in range(len(days))
        for slot in filled.budget.slots[index]
        if slot.role == "main"
    }


def _remember(made: Design, filled: Filled) -> None:
    made.missing.update(filled.missing)
    for muscle, entry in filled.short.items():
        known = made.short.get(muscle)
        if known is None or entry[0] - entry[1] > known[0] - known[1]:
            made.short[muscle] = entry
    made.stopped = filled.stopped


def _ramp(filled: Filled, profile: Profile, marks: dict[str, Landmark], doses: Doses) -> None:
    """Sets of the first week, supersets and their order.

    Accumulation gains a set or two a muscle a week up to the fullest week, and starts no lower than the floor.
    """
    budget = filled.budget
    for number, slots in enumerate(budget.slots):
        for slot in slots:
            slot.first = slot.sets
        budget.slots[number] = _paired(slots, budget.paired)
    loading = [week for week in doses.weeks if week.loading]
    if len(loading) < 2 or not all(week.letter in "AW" for week in loading):
        return
    spare = dict.fromkeys(MUSCLES, WEEKLY_GAIN * (len(loading) - 1))
    for muscle in MUSCLES:
        floor = marks[muscle].mev if profile.goal in SIZE_GOALS else (4 if muscle in MAIN else marks[muscle].mv)
        spare[muscle] = max(0.0, min(spare[muscle], budget.volume[muscle] - floor))
    for _ in range(2):
        for slots in budget.slots:
            for slot in reversed(slots):
                _take_one(slot, spare)


def _take_one(slot: Slot, spare: dict[str, float]) -> None:
    if slot.role in FIXED or slot.first <= (3 if slot.role == "main" else 2):
        return
    if all(spare[muscle] >= credit for muscle, credit in slot.credits):
        slot.first -= 1
        for muscle, credit in slot.credits:
            spare[muscle] -= credit


def _paired(slots: list[Slot], level: int) -> list[Slot]:
    """Letters for supersets, with partners next to each other."""
    found = pairs(slots, level)
    partner = dict(found)
    second = {other for _, other in found}
    ordered: list[Slot] = []
    for index, slot in enumerate(slots):
        if index in second:
            continue
        ordered.append(slot)
        if index in partner:
            letter = chr(ord("A") + sum(one < index for one in partner))
            slot.superset = slots[partner[index]].superset = letter
            ordered.append(slots[partner[index]])
    return ordered
