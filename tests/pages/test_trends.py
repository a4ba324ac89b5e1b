"""Lines over time."""

from datetime import date

from app.pages.trends import Told, trend


def test_of_a_day_with_several_values_the_last_is_drawn() -> None:
    first, second = date(2026, 5, 1), date(2026, 5, 4)
    line = trend("Readiness", "of 100", [Told(first, 40), Told(second, 52), Told(second, 92)])
    assert line is not None and [dot.told.value for dot in line.dots] == [40, 92]
    assert (line.last.value, line.since, line.low, line.high) == (92, 52, 40, 92)
    assert [dot.x for dot in line.dots] == [0, 100]


def test_one_day_is_a_dot_and_none_is_nothing() -> None:
    only = trend("Squat", "kg", [Told(date(2026, 5, 1), 120)])
    assert only is not None and not only.moves and only.since == 0
    assert trend("Squat", "kg", []) is None
