"""A week of a finished program that becomes a deload."""

import math

from worker.edits.program import Change, Edited, Program, settled
from worker.training.catalog import EXERCISES
from worker.training.loads import rounded, too_light

# What a deload leaves of sets and loads, and how much easier it is (facts: 40-50% fewer sets, 10% less load, RIR +2).
SETS_LEFT, LOAD_LEFT, EASIER = 0.55, 0.90, 2.0


def deload(program: Program, edited: Edited, number: int, why: str) -> None:
    """Make that week a deload: every day kept, 45-65% of the sets, lighter and easier."""
    week, units = program.copy_of(edited, number), program.profile.units
    target = round(SETS_LEFT * sum(len(one["sets"]) for day in week["days"] for one in day["exercises"]))
    lines = [exercise for day in week["days"] for exercise in day["exercises"]]
    counts = [max(1, math.floor(len(one["sets"]) * SETS_LEFT)) for one in lines]
    for index in reversed(range(len(lines))):  # the last of a day is the least of it
        if sum(counts) > target and counts[index] > 1:
            counts[index] -= 1
    for index, one in enumerate(lines):
        if sum(counts) < target and counts[index] < len(one["sets"]):
            counts[index] += 1
    for exercise, count in zip(lines, counts, strict=True):
        exercise["sets"] = exercise["sets"][:count]
        for one in exercise["sets"]:
            one["rpe"] = max(5.0, one["rpe"] - EASIER)
            if one["load"] is not None:
                lighter = one["load"] * LOAD_LEFT
                heavy_enough = not too_light(EXERCISES[exercise["exercise"]], lighter, units)
                one["load"] = rounded(lighter, units) if heavy_enough else one["load"]
    week.update(phase="deload", deload=True, note="A deload by your log: half the sets, lighter, easy.")
    settled(program.profile, week)
    edited.changes.append(Change(number, "becomes a deload", why))
