"""What hurts: exercises that are hard on it give way in the sessions of the next days, and come back after."""

import copy
from dataclasses import replace
from typing import Any, Final

from app.training.pain import pain_of
from worker.edits.program import Change, Edited, Program, settled
from worker.edits.rewrite import replaced
from worker.edits.sound import broken
from worker.training.catalog import EXERCISES, SEVERITY
from worker.training.reasons import area_name
from worker.training.select import Pool

# Mild pain, up to 4 of 10, is tolerable (facts); from moderate on an exercise is swapped.
SPARED: Final = frozenset({"moderate", "severe"})
# Sessions whose pain still counts, and for how many weeks exercises give way (convention: look again after a week).
LATEST, WEEKS = 2, 2


def spare(program: Program, edited: Edited) -> None:
    """Put something else in the place of what the areas that hurt should not do."""
    hurts = {area: level for area, level in told(program).items() if level in SPARED}
    worse = {a: s for a, s in hurts.items() if SEVERITY[s] > program.profile.areas.get(a, 0)}
    if not worse:
        return
    known = [{"area": area, "severity": level} for area, level in {**program.profile.injuries, **worse}.items()]
    careful = replace(program, asked={**program.asked, "injuries": known})
    first = max(1, program.last_week)
    for number in range(first, min(first + WEEKS, len(program.weeks) + 1)):
        _week(program, careful, edited, number)


def told(program: Program) -> dict[str, str]:
    """The worst of each area by the check-in of the last week and the last sessions."""
    found = [pain_of(one["notes"])[0] for one in program.trainings if one["finished_at"] is not None][-LATEST:]
    if program.check_ins and program.check_ins[-1]["week"] >= program.last_week:
        found.append({one["area"]: one["severity"] for one in program.check_ins[-1]["told"].get("pain", ())})
    return {
        area: max((levels[area] for levels in found if area in levels), key=SEVERITY.__getitem__)
        for area in dict.fromkeys(area for levels in found for area in levels)
    }


def _week(program: Program, careful: Program, edited: Edited, number: int) -> None:
    pool, hurts = Pool.of(careful.profile), careful.profile.injuries
    week = copy.deepcopy(edited.weeks.get(number, program.weeks[number]))
    changes = []
    for day in week["days"]:
        for old in list(day["exercises"]) if program.is_open(number, day["day"]) else ():
            exercise = EXERCISES[old["exercise"]]
            area = next((area for area in hurts if exercise.contraindicated({area: hurts[area]})), None)
            if area is None:
                continue
            said = _give_way(program, careful, pool, week, day, old)
            if said:
                why = f"It is hard on what hurts: {area_name(area)}. See a professional if it stays."
                changes.append(Change(number, said, why, day["day"], old["name"]))
    if changes:
        edited.weeks[number] = settled(program.profile, week)
        edited.changes.extend(changes)


def _give_way(
    program: Program, careful: Program, pool: Pool, week: dict[str, Any], day: dict[str, Any], old: dict[str, Any]
) -> str:
    """What is done with it, in words; nothing where it is all that the day has."""
    place = day["exercises"].index(old)
    present = {one["exercise"] for one in day["exercises"]}
    for new in pool.substitutes(EXERCISES[old["exercise"]], present, "accessory"):
        day["exercises"][place] = {**replaced(careful, day, old, new), "why": f"Instead of {old['name']}, which hurts."}
        if not broken(program, {week["week"]: settled(program.profile, copy.deepcopy(week))}):
            return f"becomes {new.name}"
    day["exercises"][place] = old
    if len(day["exercises"]) < 2:
        return ""
    day["exercises"].remove(old)
    return "is left out"
