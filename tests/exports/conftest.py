"""Programs as the maker makes them, with an id."""

from typing import Any

import pytest

from tests.worker.programs.people import make, person

PROGRAM_ID = "0193f3a1-7c00-7abc-8def-0123456789ab"


def made(**told: Any) -> dict[str, Any]:
    return {**make(person(**told)).result, "id": PROGRAM_ID, "version": 1}


@pytest.fixture(scope="session")
def program() -> dict[str, Any]:
    """Loads per hand and none, sides, holds, supersets, several kinds of sets in an exercise, a deload."""
    return made(
        goal="hypertrophy", days_per_week=4, weeks=10, lifts={"squat": 120, "bench_press": 90}, focus_muscles=["chest"]
    )  # fmt: skip
