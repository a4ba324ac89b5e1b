"""People of the tests."""

from typing import Any

from app.kinds.plan import PlanInput
from worker.plans.person import Person

TOLD: dict[str, Any] = {
    "goal": "general_fitness", "sex": "male", "age": 30, "units": "kg", "height": 180, "body_weight": 80,
    "experience": "intermediate", "days_per_week": 3, "session_minutes": 60, "equipment": ["full_gym"],
    "activity": "moderate", "diet": "omnivore", "week_start": "2026-11-30",
}  # fmt: skip


def told(**more: Any) -> PlanInput:
    return PlanInput.model_validate({**TOLD, **more})


def person(**more: Any) -> Person:
    return Person.of(told(**more))
