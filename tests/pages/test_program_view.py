"""What the program page draws: sets in groups, plates on the bar, bars of the charts."""

from typing import Any

import pytest

from app.kinds import program_sets as sets
from app.pages import charts, plates


def one_set(reps: int = 5, load: float | None = 100.0) -> dict[str, Any]:
    return {"reps": reps, "rpe": 8, "percent_1rm": 0.8, "load": load, "rest_seconds": 180}


def exercise(*made: dict[str, Any], equipment: str = "barbell") -> dict[str, Any]:
    return {"equipment": [equipment], "sets": list(made)}


def program(sets_by_week: list[int], deload: int) -> dict[str, Any]:
    weeks = [
        {
            "week": number,
            "phase": "deload" if number == deload else "accumulation",
            "deload": number == deload,
            "days": [{"exercises": [exercise(*[one_set()] * count)]}],
        }
        for number, count in enumerate(sets_by_week, 1)
    ]
    phases = [
        {"rpe": [8, 9], "weeks": [week["week"] for week in weeks if not week["deload"]], "deload": False},
        {"rpe": [5, 6], "weeks": [deload], "deload": True},
    ]
    volume = [{"week": number, "sets": {"chest": count}} for number, count in enumerate(sets_by_week, 1)]
    marks = {"mv": 4, "mev": 8, "mav": [10, 16], "mrv": 20}
    return {
        "schedule": weeks,
        "periodization": {"phases": phases},
        "volume_by_week": volume,
        "volume_landmarks": {"chest": marks, "calves": marks},
    }


def test_equal_neighbours_are_one_group() -> None:
    found = sets.groups([one_set(3, 110), one_set(), one_set(), one_set(3, 110)])
    assert [(group.count, group.reps, group.load) for group in found] == [(1, 3, 110), (2, 5, 100.0), (1, 3, 110)]


@pytest.mark.parametrize(
    ("load", "units", "equipment", "side"),
    [
        (72.5, "kg", "barbell", [25, 1.25]),
        (180, "kg", "barbell", [25, 25, 25, 5]),
        (185, "lb", "barbell", [45, 25]),
        (25 + 2 * 20, "kg", "trap_bar", [20]),
    ],
)
def test_the_plates_of_a_side_add_up_to_the_load(load: float, units: str, equipment: str, side: list[float]) -> None:
    found = plates.on_bar(exercise(one_set(load=load), equipment=equipment), units)
    assert found is not None
    assert [plate.weight for plate in found.plates] == side


@pytest.mark.parametrize(
    "made",
    [
        exercise(one_set(load=None)),
        exercise(one_set(load=24), equipment="dumbbells"),
        exercise(one_set(load=20)),  # the empty bar
        exercise(one_set(load=73)),  # no plates make it
    ],
)
def test_no_plates_are_drawn_where_no_bar_is_loaded(made: dict[str, Any]) -> None:
    assert plates.on_bar(made, "kg") is None


def test_a_curve_runs_through_the_weeks_that_have_a_value() -> None:
    drawn = charts.curve([60.0, None, 80.0, 70.0])
    assert drawn is not None
    assert (drawn.low, drawn.high, drawn.width) == (60.0, 80.0, 40.0)
    assert drawn.line == "5,34 25,6 35,20"
    assert charts.curve([7.5, 7.5]) is not None
    assert charts.curve([None, 60.0]) is None


@pytest.mark.parametrize(
    ("count", "place"),
    [
        (0, "not trained"), (3, "under what maintains"), (7, "maintains"), (9, "grows"), (16, "grows best"),
        (19, "near the most"),
    ],
)  # fmt: skip
def test_a_muscle_is_placed_among_its_landmarks_in_words(count: int, place: str) -> None:
    made = program([count], deload=2)
    chest = charts.muscle_bands(made, 1)[0]
    assert (chest.place, chest.bar, chest.mrv) == (place, count * 5.0, 100.0)


def test_the_block_shows_sets_by_height_and_effort_by_shade() -> None:
    bars = charts.block_bars(program([10, 20, 5], deload=3))
    assert [bar.height for bar in bars] == [50.0, 100.0, 25.0]
    assert [bar.effort for bar in bars] == [4, 4, 0]


def test_a_muscle_never_trained_has_a_row_of_zeros() -> None:
    rows = {row.muscle: row for row in charts.muscle_rows(program([10, 20, 5], deload=3))}
    assert rows["chest"].heights == [18.0, 36.0, 9.0]
    assert rows["calves"].sets == [0, 0, 0]
    assert rows["calves"].peak == 0
