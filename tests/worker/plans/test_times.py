"""Meals are within the window and apart, sleep is long enough."""

import pytest

from tests.worker.plans.people import person
from worker.errors import Rejected
from worker.plans.times import meal_times, minutes, sleep, window


@pytest.mark.parametrize("count", range(2, 7))
def test_meals_are_spread_over_the_window_in_order(count: int) -> None:
    found = meal_times(person(meals_per_day=count, eating_window={"from": "09:00", "to": "19:00"}))
    places = [minutes(one.time) for one in found]
    assert len(found) == count
    assert places == sorted(places)
    assert places[0] >= 9 * 60
    assert places[-1] <= 19 * 60 - 15
    assert sum(one.share for one in found) == pytest.approx(1)


def test_a_night_worker_eats_through_the_night() -> None:
    found = meal_times(person(wake="16:00", sleep="08:00", meals_per_day=3))
    assert [one.name for one in found] == ["Breakfast", "Lunch", "Dinner"]
    assert found[0].time == "16:30"
    assert found[-1].time < "08:00"


def test_too_many_meals_for_the_window_are_refused_with_what_to_change() -> None:
    with pytest.raises(Rejected, match="meals_per_day, or a longer eating_window"):
        meal_times(person(meals_per_day=6, eating_window={"from": "12:00", "to": "18:00"}))


def test_a_window_while_asleep_is_refused() -> None:
    with pytest.raises(Rejected, match="when you sleep"):
        window(person(eating_window={"from": "02:00", "to": "10:00"}))


@pytest.mark.parametrize("told", [{"conditions": ["diabetes"]}, {"conditions": ["pregnant"]}, {"age": 15}])
def test_no_fasting_window_where_it_may_harm(told: dict[str, object]) -> None:
    first, last, why = window(person(eating_window={"from": "12:00", "to": "18:00"}, meals_per_day=3, **told))
    assert last - first >= 10 * 60
    assert why


def test_sleep_is_seven_to_nine_hours_and_eight_to_ten_for_teenagers() -> None:
    assert sleep(person(wake="06:00", sleep="00:00")) == {"hours": 7.0, "bedtime": "23:00", "wake": "06:00"}
    assert sleep(person(age=15, wake="06:30", sleep="23:30"))["hours"] == 8.0
    assert sleep(person())["hours"] == 8.0
