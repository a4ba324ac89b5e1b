"""A finished plan as its changes see it, and what a change makes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.kinds.plan import PlanInput
from app.kinds.plan_edit import PlanEdit
from worker.errors import Rejected
from worker.plans.choose import Table
from worker.plans.week import day_of, table_of


@dataclass
class Changed:
    what: str
    days: dict[int, dict[str, Any]] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)
    head: dict[str, Any] = field(default_factory=dict)

    def say(self, day: int, what: str, why: str) -> None:
        self.changes.append({"week": 1, "day": day, "what": what, "why": why})


@dataclass(frozen=True)
class Plan:
    told: PlanInput
    head: Mapping[str, Any]
    days: dict[int, dict[str, Any]]

    @classmethod
    def of(cls, asked: Mapping[str, Any], head: Mapping[str, Any], pieces: Mapping[str, Mapping[str, Any]]) -> "Plan":
        days = {int(day["day"]): dict(day) for day in pieces.values()}
        return cls(PlanInput.model_validate(asked), head, days)

    @property
    def learned(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.head["history"]["learned"]
        return found

    def frames(self, days: Mapping[int, Mapping[str, Any]] | None = None) -> list[dict[str, Any]]:
        """With the training that the days have."""
        now = days or self.days
        return [{**one, "training": now[one["day"]]["training"]} for one in self.head["frame"]]

    def table(
        self, words: Sequence[str] = (), banned: Sequence[str] = (), unwanted: Sequence[str] = (), *, heard: bool = True
    ) -> Table:
        """``heard``: with what a model has read in the notes, which steers what we choose and forbids nothing."""
        history = self.head["history"]
        read = history.get("words", []) if heard else []
        return table_of(self.told, history["before"], [*read, *words], banned, [*self.head["unwanted"], *unwanted])


def whole_of(plan: Plan, day: Mapping[str, Any], meals: list[dict[str, Any]]) -> dict[str, Any]:
    frames = plan.frames()
    frame = {**frames[day["day"] - 1], "training": day["training"]}
    return {**day_of(plan.told, plan.learned, frame, frames, meals), "note": day["note"]}


def place_of(plan: Plan, edit: PlanEdit) -> tuple[dict[str, Any], int, dict[str, Any]]:
    """The day, the place of the meal in it, and the meal. Raises Rejected."""
    day = plan.days[edit.day or 0]
    meals = day["nutrition"]["meals"]
    if not 1 <= (edit.meal or 0) <= len(meals):
        raise Rejected(f"This day has meals 1 to {len(meals)}.")
    place = (edit.meal or 1) - 1
    return day, place, meals[place]


def dish_of(meal: Mapping[str, Any]) -> str:
    text = str(meal["name"]).split(": ", 1)[-1]
    return text[:1].lower() + text[1:]
