"""The frame of a week: which day has which training, targets and times of meals. Plain values throughout."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from app.kinds.plan import DAYS, PlanInput, without_numbers
from worker.plans import learning, recovery, texts, wishes
from worker.plans.author import Frame, compose, conflict, nutrition
from worker.plans.choose import Table
from worker.plans.person import Person
from worker.plans.targets import Targets, by_day, energy, targets
from worker.plans.times import meal_times
from worker.plans.training import NAMES


def person_of(told: PlanInput, learned: Mapping[str, Any]) -> Person:
    return Person.of(told, learned["correction"], learned["weight"])


def read_targets(told: PlanInput, learned: Mapping[str, Any]) -> dict[str, Any]:
    """Energy and targets of the week's average day. Raises Rejected."""
    person = person_of(told, learned)
    found = energy(person)
    week = targets(person, found.calories, found.goal)
    return {
        "energy": {key: getattr(found, key) for key in ("resting", "expended", "calories", "goal")},
        "week": asdict(week),
        "method": texts.method(person, found, tuple(learned["said"])),
        "warnings": texts.warnings(person, found),
    }  # fmt: skip


def split(
    told: PlanInput, learned: Mapping[str, Any], week: Mapping[str, float], sessions: Mapping[str, Any]
) -> list[Any]:
    """The frames of seven days from ``week_start`` on."""
    person = person_of(told, learned)
    start = date.fromisoformat(str(told.week_start))
    dates = [start + timedelta(days=number) for number in range(DAYS)]
    names = [NAMES[one.weekday()] for one in dates]
    goals = by_day(Targets(**week), [name in sessions for name in names])
    meals = [asdict(one) for one in meal_times(person)]
    return [
        {
            "day": number + 1, "weekday": name, "date": dates[number].isoformat(), "targets": asdict(goal),
            "meals": meals, "away": name in told.travel_days, "training": sessions.get(name),
            # Cooked on the first, third and fifth day for the lunch after.
            "double": number in (0, 2, 4), "leftover": number in (1, 3, 5),
        }
        for number, (name, goal) in enumerate(zip(names, goals, strict=True))
    ]  # fmt: skip


def frame_of(plain: Mapping[str, Any]) -> Frame:
    return Frame(
        plain["day"], plain["weekday"], Targets(**plain["targets"]), tuple(plain["meals"]), plain["away"],
        plain["double"], plain["leftover"],
    )  # fmt: skip


def table_of(
    told: PlanInput,
    history: Mapping[str, Any] | None,
    words: Sequence[str] = (),
    banned: Sequence[str] = (),
    unwanted: Sequence[str] = (),
) -> Table:
    """What may be served: the input, and what is understood of the person's words."""
    read = wishes.read([told.notes, *words])
    last, before = learning.liked(history)
    return Table(
        told, avoid=tuple(dict.fromkeys([*read.avoid, *before, *unwanted])), like=tuple(read.like),
        cheaper=read.cheaper, portable=read.portable, last_week=last, banned=frozenset(banned),
    )  # fmt: skip


def meals_of(
    told: dict[str, Any], frame: dict[str, Any], others: list[dict[str, Any]], history: dict[str, Any] | None,
    seed: str, words: list[str], banned: list[str], kept: dict[int, dict[str, Any]], unwanted: list[str],
) -> list[dict[str, Any]]:  # fmt: skip
    """The meals of a day; runs in a process of its own. Raises Rejected."""
    table = table_of(PlanInput.model_validate(told), history, words, banned, unwanted)
    meals = compose(table, frame_of(frame), others, seed, kept)
    if meals is None:
        raise conflict(table, frame_of(frame), seed)
    return meals


def day_of(
    told: PlanInput, learned: Mapping[str, Any], frame: Mapping[str, Any], frames: Sequence[Mapping[str, Any]],
    meals: list[dict[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    """A whole day of the result."""
    person, training = person_of(told, learned), frame["training"]
    before = frames[frame["day"] - 2]["training"] if frame["day"] > 1 else None
    rests = {one["training"] is None for one in frames}
    whole = {
        "day": frame["day"], "weekday": frame["weekday"], "date": frame["date"], "training": training,
        "nutrition": nutrition(frame_of(frame), meals),
        "recovery": recovery.of_day(person, training, last_session=before),
        "reason": texts.reason(person, training, meals, away=frame["away"], mixed=len(rests) > 1),
        "note": "",
    }  # fmt: skip
    return without_numbers(whole) if person.disordered else whole
