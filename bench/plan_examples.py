"""Worked weeks for the documentation: python -m bench.plan_examples FOLDER writes one Markdown file a person."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from app.exports.plan_text import to_markdown
from bench.week import plan

USUAL: Final[dict[str, Any]] = {
    "units": "kg", "week_start": "2026-11-30", "experience": "beginner", "session_minutes": 45,
    "equipment": ["full_gym"], "activity": "light", "diet": "omnivore",
}  # fmt: skip
PEOPLE: Final[dict[str, dict[str, Any]]] = {
    "01-losing-weight-on-a-budget": {
        "goal": "fat_loss", "sex": "female", "age": 41, "height": 165, "body_weight": 78, "goal_weight": 68,
        "days_per_week": 3, "equipment": ["dumbbells", "bench"], "budget": "low",
    },
    "02-vegan-and-growing-without-gluten": {
        "goal": "muscle_gain", "sex": "male", "age": 27, "height": 180, "body_weight": 75, "days_per_week": 4,
        "experience": "intermediate", "activity": "active", "diet": "vegan", "allergies": ["gluten"],
        "meals_per_day": 5, "training_time": "morning",
    },
    "03-a-runner-who-travels": {
        "goal": "endurance", "sex": "male", "age": 36, "height": 178, "body_weight": 70, "days_per_week": 4,
        "activity": "active", "diet": "pescatarian", "travel_days": ["tuesday", "wednesday"], "budget": "high",
        "notes": "I love salmon. No mushrooms.",
    },
    "04-expecting": {
        "goal": "general_fitness", "sex": "female", "age": 31, "height": 170, "body_weight": 69, "days_per_week": 2,
        "diet": "vegetarian", "conditions": ["pregnant"], "equipment": ["bands", "dumbbells"],
    },
    "05-fifteen-and-hungry": {
        "goal": "muscle_gain", "sex": "male", "age": 15, "height": 176, "body_weight": 62, "days_per_week": 3,
        "activity": "active", "meals_per_day": 5,
    },
    "06-without-numbers": {
        "goal": "fat_loss", "sex": "female", "age": 24, "height": 168, "body_weight": 60, "days_per_week": 2,
        "conditions": ["eating_disorder"], "diet": "vegetarian",
    },
}  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    for name, told in PEOPLE.items():
        (folder / f"{name}.md").write_text(to_markdown(plan({**USUAL, **told})), encoding="utf-8")
        print(name, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
