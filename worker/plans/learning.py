"""What earlier weeks teach the next: weigh-ins correct the estimate of expenditure; what was swapped out stays out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from worker.plans.targets import KCAL_OF_KG

# Weigh-ins of so many days, and so many of them, before they mean something: water alone moves a day by a kilogram.
LEAST_DAYS, LEAST_COUNT = 6, 3
LOOK_BACK: Final = 21  # days
TRUST: Final = 0.5  # of what they say, week by week
MOST_STEP, MOST_ALL = 200.0, 500.0  # kcal a day; convention


@dataclass(frozen=True)
class Learned:
    correction: float = 0.0  # kcal a day
    weight: float | None = None  # kg, by the newest trend
    said: tuple[str, ...] = ()


def learn(history: Mapping[str, Any] | None, week_start: str) -> Learned:
    """``history``: `app.plans.history` as a plain value, or None for a first plan."""
    if not history:
        return Learned()
    recent = _recent(history["weigh_ins"], week_start)
    before = float(history["head"].get("correction", 0.0)) if history["head"] else 0.0
    weight = recent[-1][1] if recent else None
    if weight is not None and len(recent) >= LEAST_COUNT and recent[-1][0] - recent[0][0] >= LEAST_DAYS:
        return _by_trend(recent, history["head"], before)
    said = (f"We go by your weight of {weight:.1f} kg.",) if weight is not None else ()
    return Learned(before, weight, said)


def _recent(weigh_ins: Sequence[Mapping[str, Any]], week_start: str) -> list[tuple[int, float]]:
    end = date.fromisoformat(week_start).toordinal()
    days = [(date.fromisoformat(one["day"]).toordinal(), float(one["weight_kg"])) for one in weigh_ins]
    return sorted((day, weight) for day, weight in days if end - LOOK_BACK <= day <= end)


def _by_trend(recent: list[tuple[int, float]], head: Mapping[str, Any], before: float) -> Learned:
    slope, _ = np.polyfit([day for day, _ in recent], [weight for _, weight in recent], 1)
    weekly, planned = float(slope) * 7, 0.0
    if head:
        planned = (head["energy"]["calories"] - head["energy"]["expended"]) * 7 / KCAL_OF_KG
    step = (planned - weekly) * KCAL_OF_KG / 7 * TRUST
    # Heavier than planned: less is expended than was thought.
    step = max(-MOST_STEP, min(MOST_STEP, step))
    correction = max(-MOST_ALL, min(MOST_ALL, before + step))
    half = len(recent) // 2
    weight = sum(one for _, one in recent[half:]) / (len(recent) - half)
    said = (
        f"Your weight went {weekly:+.2f} kg a week where {planned:+.2f} was planned: "
        f"{correction - before:+,.0f} kcal a day.",
    )
    return Learned(round(correction), round(weight, 1), said)


def liked(history: Mapping[str, Any] | None) -> tuple[frozenset[str], list[str]]:
    """Dishes of the last week, and foods that were swapped out in it."""
    if not history or not history["head"]:
        return frozenset(), []
    dishes = {meal["dish"] for day in history["days"] for meal in day["nutrition"]["meals"]}
    return frozenset(dishes), list(history["head"].get("unwanted", []))
