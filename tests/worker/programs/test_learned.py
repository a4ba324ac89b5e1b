"""What the log says of strength, and what it does not."""

import pytest

from worker.edits.learned import OWN_WEIGHT, read
from worker.training.catalog import EXERCISES


def logged(exercise: str, **one: float | None) -> dict[str, object]:
    told = {"reps": 5, "load": 20.0, "rpe": 8.0, "seconds": None, "warm_up": False, **one}
    entry = {"exercise": exercise, "instead_of": None, "sets": [told]}
    return {"week": 1, "day": 1, "started_at": 1.7e9, "finished_at": 1.7e9 + 60, "entries": [entry]}


@pytest.mark.parametrize("exercise", ["farmers_carry", "chin_up", "weighted_pull_up", "dip", "band_row"])
def test_a_load_that_is_not_all_that_is_lifted_shows_no_1rm(exercise: str) -> None:
    assert read([logged(exercise)], {}, "kg") == {}


def test_a_hold_shows_no_1rm_and_a_lift_does() -> None:
    assert read([logged("back_squat", seconds=30)], {}, "kg") == {}
    assert read([logged("back_squat", load=100.0)], {}, "kg")["back_squat"].value == pytest.approx(123.3, abs=0.1)


def test_what_is_done_with_ones_own_weight_is_known() -> None:
    assert EXERCISES.keys() >= OWN_WEIGHT
