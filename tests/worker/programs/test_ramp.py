"""Warm-up sets: real, rising, no volume, but minutes."""

from typing import Any

import pytest

from tests.worker.programs.people import Made, make, person
from worker.training import ramp
from worker.training.catalog import EXERCISES
from worker.training.measure import minutes_of, volume

LIFTS = {"squat": 140.0, "bench_press": 100.0, "deadlift": 180.0}


def lifts(made: Made, week: int = 0) -> list[dict[str, Any]]:
    return [e for day in made.weeks[week]["days"] for e in day["exercises"]]


def test_every_first_heavy_lift_is_warmed_up_and_nothing_else_is() -> None:
    made = make(person(lifts=LIFTS))
    for day in made.weeks[0]["days"]:
        assert day["exercises"][0]["warm_up"] and day["exercises"][0]["ramp"]
        assert not any(exercise["warm_up"] for exercise in day["exercises"][1:])


def test_loads_rise_to_the_work_and_can_be_loaded() -> None:
    for exercise in lifts(make(person(lifts=LIFTS))):
        loads = [one["load"] for one in exercise["warm_up"] if one["load"] is not None]
        assert loads == sorted(set(loads)) and all(load % 2.5 == 0 for load in loads)
        assert not loads or (loads[0] >= 20 and loads[-1] < exercise["sets"][0]["load"])


def test_where_no_lift_is_known_shares_of_the_work_are_told() -> None:
    squat = next(e for e in lifts(make(person())) if e["exercise"] == "back_squat")
    assert [one["load"] for one in squat["warm_up"]] == [None] * 3
    assert [one["share"] for one in squat["warm_up"]] == [0.4, 0.6, 0.8]


def test_an_empty_bar_that_is_nearly_the_work_needs_few_steps() -> None:
    made = make(person(experience="beginner", lifts={"squat": 40, "bench_press": 32.5}, equipment=["barbell"]))
    bench = next(e for e in lifts(made) if e["exercise"] == "bench_press")
    assert all(one["load"] >= 20 for one in bench["warm_up"]) and len(bench["warm_up"]) <= 1


def test_warm_up_sets_take_time_but_are_no_volume() -> None:
    made = make(person(lifts=LIFTS))
    day = made.weeks[0]["days"][0]
    bare = [{**exercise, "warm_up": []} for exercise in day["exercises"]]
    saved = minutes_of(60, day["exercises"]) - minutes_of(60, bare)
    assert saved == pytest.approx(sum(
        (one["reps"] * 3.5 + one["rest_seconds"]) / 60 for one in day["exercises"][0]["warm_up"]
    ))  # fmt: skip
    assert volume([day]) == volume([{"exercises": bare}])


def test_heavier_work_has_more_steps_and_short_sessions_have_fewer() -> None:
    profile, hurried = person(), person(session_minutes=30)
    squat = EXERCISES["back_squat"]
    counts = [len(ramp.steps(profile, squat, "main", share)) for share in (0.6, 0.7, 0.8, 0.9)]
    assert counts == [1, 2, 3, 4]
    assert len(ramp.steps(hurried, squat, "main", 0.9)) == 2
    assert ramp.steps(profile, squat, "accessory", 0.8) == ()
    assert ramp.steps(profile, EXERCISES["push_up"], "main", None) == ()
    assert len(ramp.steps(profile, EXERCISES["goblet_squat"], "main", 0.8)) == 1
