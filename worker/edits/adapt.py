"""What the log changes: loads by what was lifted, fewer sets for a tired body, a deload when the signs add up."""

from collections.abc import Iterator
from typing import Any, Final

from worker.edits import pain
from worker.edits.deload import deload
from worker.edits.learned import Known, load_for, trend
from worker.edits.program import Change, Edited, Program, settled
from worker.edits.stalls import add_set
from worker.training.catalog import EXERCISES
from worker.training.loads import STEP, implement, put_on

# No single change of a planned load is larger (convention, as for what one session may show).
MOST_CHANGE: Final = 0.10
# Signs that call for a deload before its time; two of them are enough (convention; facts: deload by trigger).
SIGNS_NEEDED: Final = 2
FALL: Final = 0.03  # of e1RM, twice in a row
GROUND_OUT: Final = 9.5  # session RPE, twice in a row
TIRED: Final = 40  # readiness below it, three times of the last four (facts: under 40 calls for a large cut)
SHORT_SLEEP, HIGH_STRESS, SORE = 6.0, 8, 8
LIFTS: Final = {
    "squat": "back_squat", "bench_press": "bench_press", "deadlift": "deadlift", "overhead_press": "overhead_press",
}  # fmt: skip


def adapt(program: Program) -> Edited:
    """The next sessions after what was logged. The same log makes the same of it, however often it is read."""
    edited = Edited("Adapted to your log")
    reasons = list(signs(program))
    upcoming = next((n for n in sorted(program.weeks) if n > program.last_week), None)
    if len(reasons) >= SIGNS_NEEDED and upcoming is not None and _may_deload(program, upcoming):
        deload(program, edited, upcoming, " ".join(reasons))
    else:
        _spare(program, edited, upcoming)
    if not reasons:
        add_set(program, edited, upcoming)
    pain.spare(program, edited)
    _loads(program, edited)
    edited.head = {"learned": _learned(program, reasons)}
    edited.why = f"{len(program.done)} session{'s' if len(program.done) != 1 else ''} logged."
    return edited


def _loads(program: Program, edited: Edited) -> None:
    """Each load still to come, by what the person is believed to be able to lift."""
    told: set[str] = set()
    for number in sorted(program.weeks):
        week = edited.weeks.get(number, program.weeks[number])
        for day in week["days"]:
            if not program.is_open(number, day["day"]) or week["deload"]:
                continue
            for place, exercise in enumerate(day["exercises"]):
                known = program.known.get(exercise["exercise"])
                if known is None:
                    continue
                loads = [_load(program, exercise["exercise"], known, one) for one in exercise["sets"]]
                if loads == [one["load"] for one in exercise["sets"]]:
                    continue
                mine = program.copy_of(edited, number)["days"][week["days"].index(day)]["exercises"][place]
                said = _said(exercise["sets"][0]["load"], loads[0], program.profile.units)
                for one, load in zip(mine["sets"], loads, strict=True):
                    one["load"] = load
                if exercise["exercise"] not in told:
                    told.add(exercise["exercise"])
                    edited.changes.append(
                        Change(number, said, _why(known, program.profile.units), day["day"], exercise["name"])
                    )


def _load(program: Program, key: str, known: Known, one: dict[str, Any]) -> float | None:
    """Of a planned set; what it was where nothing better can be said."""
    exercise, profile, planned = EXERCISES[key], program.profile, one["load"]
    if implement(exercise) is None or one.get("seconds") is not None:
        return planned  # type: ignore[no-any-return]
    wanted = load_for(known.value, one["reps"], one["rpe"])
    if planned is not None:
        wanted = max(planned * (1 - MOST_CHANGE), min(planned * (1 + MOST_CHANGE), wanted))
    load = put_on(exercise, wanted, profile.units, profile.gym, profile.notes.dumbbells)
    if load is None:
        return planned  # type: ignore[no-any-return]
    if planned is not None and abs(load - planned) < STEP[profile.units] - 1e-9:
        return planned  # type: ignore[no-any-return]
    return load


def _said(before: float | None, after: float | None, units: str) -> str:
    old = "no load" if before is None else f"{before:g} {units}"
    return f"{old} → {after:g} {units}" if after is not None else old


def _why(known: Known, units: str) -> str:
    last = known.last
    guess = " (by the planned effort)" if last.guessed else ""
    return f"{last.said} shows about {last.value:g} {units} for one{guess}; your log says {known.value:g} {units}."


def signs(program: Program) -> Iterator[str]:
    """What speaks for a deload, in words."""
    falling = [EXERCISES[key].name for key, known in program.known.items() if _falls(known)]
    if falling:
        yield f"{falling[0]} has fallen twice in a row."
    finished = [one for one in program.trainings if one["finished_at"] is not None]
    hard = [one["session_rpe"] for one in finished if one["session_rpe"] is not None][-2:]
    if len(hard) == 2 and min(hard) >= GROUND_OUT:
        yield "Your last two sessions were all-out."
    ready = [one["readiness"] for one in finished if one["readiness"] is not None][-4:]
    if sum(one < TIRED for one in ready) >= 3:
        yield "You came tired to most of your last sessions."
    told = program.check_ins[-1]["told"] if program.check_ins else {}
    if told.get("sleep_hours", 24) < SHORT_SLEEP and told.get("stress", 0) >= HIGH_STRESS:
        yield "You sleep little and have much stress."
    if told.get("soreness", 0) >= SORE:
        yield "You are very sore."


def _falls(known: Known) -> bool:
    values = [point.value for point in known.points if not point.guessed][-3:]
    return len(values) == 3 and values[1] < values[0] * (1 - FALL) and values[2] < values[1] * (1 - FALL)


def _may_deload(program: Program, week: int) -> bool:
    """Not twice in a row, and no taper is made a deload."""
    near = [program.weeks.get(number) for number in (week - 1, week, week + 1)]
    planned = program.weeks[week]["phase"] in {"taper", "realisation"}
    return not planned and not any(one is not None and one["deload"] for one in near)


def _spare(program: Program, edited: Edited, upcoming: int | None) -> None:
    """A very sore week costs the longest exercises of the next one a set each."""
    told = program.check_ins[-1] if program.check_ins else None
    if told is None or upcoming is None or told["told"].get("soreness", 0) < SORE:
        return
    if told["week"] != upcoming - 1 or program.weeks[upcoming]["deload"]:
        return
    if program.weeks[upcoming].get("spared"):
        return
    week = program.copy_of(edited, upcoming)
    names = []
    for day in week["days"]:
        longest = max(day["exercises"], key=lambda one: len(one["sets"]))
        if len(longest["sets"]) > 2:
            longest["sets"].pop()
            names.append(longest["name"])
    week["spared"] = True
    settled(program.profile, week)
    if names:
        edited.changes.append(Change(upcoming, f"one set fewer of {', '.join(dict.fromkeys(names))}", "You were sore."))


def _learned(program: Program, reasons: list[str]) -> dict[str, Any]:
    """What the head keeps: trends by exercise, the lifts that a new program would start from, the signs of now."""
    e1rm = {key: trend(known) for key, known in program.known.items()}
    sure = {key for key, known in program.known.items() if any(not point.guessed for point in known.points)}
    lifts = {lift: program.known[key].value for lift, key in LIFTS.items() if key in sure}
    return {"e1rm": e1rm, "lifts": lifts, "signs": reasons}
