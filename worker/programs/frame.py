"""What a language model may decide of a block, and what it may not: sets, patterns, equipment and limits are computed,
for each place the exercises that could stand there, each tried against the checks; what it chooses among them is worked
out by the rules author like the design's own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from app.kinds.program import ProgramInput
from worker.programs import checks
from worker.training.author import Script, write_week
from worker.training.build import DAYS, DESIGN, MARKS, WEEKS
from worker.training.catalog import EXERCISES, Exercise
from worker.training.design import Block, Design
from worker.training.landmarks import Landmark
from worker.training.profile import read
from worker.training.select import Pool
from worker.training.slots import ORDER, Slot

# Beside the planned exercise, so many others to choose from, none much worse than the best (in points of the score).
OTHERS: Final = 3
WORSE: Final = 3.0
TRIED: Final = 8
# One that was chosen for what it does in a system of training is not up for choice.
FIXED: Final = frozenset({"max_effort", "dynamic", "mobility"})
# Not what the checks of a block by itself can tell.
OF_THE_WHOLE: Final = frozenset({"weeks", "phases"})

# A day in the order in which it is trained: the slot's index in the design, and the exercise there.
Chosen = list[list[tuple[int, str]]]


def script_of(told: ProgramInput, chosen: Mapping[str, Any], built: Mapping[str, Any], weak: Sequence[str]) -> Script:
    """All that the weeks are written from, read from plain values."""
    return Script(
        profile=read(told),
        model=chosen["model"],
        weeks=WEEKS.validate_python(chosen["weeks"]),
        split=built["split"],
        days=DAYS.validate_python(built["days"]),
        design=DESIGN.validate_python(built["design"]),
        weak=tuple(weak),
    )


def with_chosen(script: Script, choices: Mapping[int, Chosen]) -> Script:
    """The script with other exercises, or another order, in some blocks."""
    if not choices:
        return script
    blocks = [
        _block(block, choices[number]) if number in choices else block
        for number, block in enumerate(script.design.blocks)
    ]
    design = Design(blocks, script.design.missing, script.design.short, script.design.stopped)
    return replace(script, design=design)


def _block(block: Block, chosen: Chosen) -> Block:
    days = []
    for slots, day in zip(block.days, chosen, strict=True):
        if sorted(index for index, _ in day) != list(range(len(slots))):
            raise ValueError("a day is not filled as it should be")
        days.append([_seated(slots[index], key) for index, key in day])
    return Block(days)


def _seated(slot: Slot, key: str) -> Slot:
    fields = (slot.role, slot.wave, slot.sets, slot.first, slot.superset, slot.rotation)
    return slot if slot.exercise == key else Slot(key, *fields)


def planned(script: Script, block: int) -> Chosen:
    return [[(index, slot.exercise) for index, slot in enumerate(day)] for day in script.design.blocks[block].days]


def seats(
    told: ProgramInput, marks: Mapping[str, Any], chosen: Mapping[str, Any], built: Mapping[str, Any],
    weak: Sequence[str], block: int,
) -> list[list[list[str]]]:  # fmt: skip
    """For each day and place of a block what may stand there, the planned first. Runs in a process of its own."""
    script = script_of(told, chosen, built, weak)
    landmarks = MARKS.validate_python(marks)
    used: dict[str, int] = {}
    for day in script.design.blocks[block].days:
        for slot in day:
            used[slot.exercise] = used.get(slot.exercise, 0) + 1
    return [
        [[slot.exercise, *_others(script, landmarks, block, day, index, used)] for index, slot in enumerate(slots)]
        for day, slots in enumerate(script.design.blocks[block].days)
    ]


def _others(
    script: Script, marks: dict[str, Landmark], block: int, day: int, index: int, used: dict[str, int]
) -> list[str]:
    slot = script.design.blocks[block].days[day][index]
    if slot.role in FIXED or slot.rotation:
        return []
    found: list[str] = []
    for exercise in _ranked(script.pool, slot, used)[:TRIED]:
        if len(found) == OTHERS:
            break
        here = {one.exercise for one in script.design.blocks[block].days[day]}
        if exercise.id in here or exercise.id in script.missing[day]:
            continue
        choice = planned(script, block)
        choice[day][index] = (index, exercise.id)
        if not wrong_in_block(with_chosen(script, {block: choice}), marks, block):
            found.append(exercise.id)
    return found


def _ranked(pool: Pool, slot: Slot, used: dict[str, int]) -> list[Exercise]:
    like = [
        one for one in pool.pattern(slot.of.pattern) if not one.leads.isdisjoint(slot.of.leads) or not slot.of.leads
    ]
    scored = pool.scored(like, slot.role, used, frozenset())
    best = scored[0][0] if scored else 0.0
    return [exercise for value, exercise in scored if exercise.id != slot.exercise and value >= best - WORSE]


def wrong_in_block(script: Script, marks: dict[str, Landmark], block: int) -> list[checks.Problem]:
    """What the checks find in the weeks of a block by themselves."""
    weeks = [write_week(script, week.week) for week in script.weeks if week.block == block]
    found = checks.problems(script.profile, marks, weeks, script.design.named)
    return [one for one in found if one.code not in OF_THE_WHOLE]


def first_week(script: Script, block: int) -> int:
    return next(week.week for week in script.weeks if week.block == block)


def out_of_order(script: Script, block: int, day: int, order: Sequence[int]) -> str | None:
    """What is wrong with this order of a day's slots: fast before heavy before small, partners side by side."""
    slots = [script.design.blocks[block].days[day][index] for index in order]
    groups = _groups(slots)
    letters = [letter for letter, _ in groups if letter]
    if len(set(letters)) < len(letters):
        return "the exercises of a superset are not side by side"
    ranks = [rank for _, rank in groups]
    before = [rank for _, rank in _groups(script.design.blocks[block].days[day])]
    # No stricter than the design itself, whose supersets may bring something small forward.
    if ranks != sorted(ranks) and ranks != before:
        return "what is fast or heavy does not come first"
    return None


def _groups(slots: Sequence[Slot]) -> list[tuple[str, int]]:
    groups: list[tuple[str, int]] = []
    for slot in slots:
        rank = ORDER.index(slot.role)
        if slot.superset and groups and groups[-1][0] == slot.superset:
            groups[-1] = (slot.superset, min(rank, groups[-1][1]))
        else:
            groups.append((slot.superset or "", rank))
    return groups


def about(exercise: str) -> dict[str, Any]:
    known = EXERCISES[exercise]
    return {"exercise": known.id, "name": known.name, "works": list(known.primary)}
