from itertools import combinations
from typing import Any

import pytest

from tests.worker.programs.people import make, person
from worker.training.split import build
from worker.training.weekdays import USUAL, WEEKDAYS, arranged, neighbours, propose


@pytest.mark.parametrize("count", range(2, 8))
def test_without_wishes_the_usual_days_are_proposed(count: int) -> None:
    assert propose(count, (), ()) == USUAL[count]


def test_days_off_are_avoided_and_liked_days_are_kept() -> None:
    assert propose(3, {0, 2}, ()) == (1, 3, 5)
    assert propose(2, (), {5, 6}) == (5, 6)
    assert propose(2, {1, 3, 5}, (), {4, 6}) == (0, 2)  # a match on Saturday, practice on Tuesdays and Thursdays
    assert propose(3, (), {1, 3, 5}) == (1, 3, 5)
    assert not set(propose(4, {1, 3}, ())) & {1, 3}


def test_the_week_has_a_seam() -> None:
    assert neighbours((0, 3, 6)) == [(2, 0)]
    assert neighbours((0, 2, 4)) == []


def test_days_of_the_same_muscles_are_kept_apart_where_they_can_be() -> None:
    assert arranged(("upper", "lower", "upper", "lower"), (0, 1, 3, 4)) == (0, 1, 2, 3)
    kinds = ("upper", "lower", "full")
    order = arranged(kinds, (2, 5, 6))  # Saturday and Sunday follow each other
    assert {kinds[place] for place in order[1:]} == {"upper", "lower"}


@pytest.mark.parametrize("days", range(2, 8))
@pytest.mark.parametrize("goal", ["strength", "hypertrophy"])
def test_any_weekdays_can_be_chosen(days: int, goal: str) -> None:
    for chosen in list(combinations(WEEKDAYS, days))[:: 3 if days in (3, 4) else 2]:
        made = make(person(goal=goal, days_per_week=days, weekdays=list(reversed(chosen)), weeks=4))
        assert not made.problems
        assert [day["weekday"] for day in made.weeks[0]["days"]] == list(chosen)


def test_days_in_a_row_change_the_split_or_the_exception_is_said() -> None:
    told: dict[str, Any] = {"days_per_week": 3, "goal": "strength"}
    spread, row = (make(person(**told, weekdays=days)) for days in (
        ["monday", "wednesday", "friday"], ["friday", "saturday", "sunday"]
    ))  # fmt: skip
    assert spread.script.split == "full_body" and row.script.split == "upper_lower_full"
    assert not any("follow each other" in text for text in spread.result["fit"])
    assert any("follow each other" in text for text in row.result["fit"])
    two = make(person(days_per_week=2, weekdays=["saturday", "sunday"]))
    assert any("Saturday and Sunday" in text for text in two.result["fit"])


def test_days_carry_their_weekday_and_minutes() -> None:
    _, days = build(person(days_per_week=2, notes="20 min on Thursdays"), "undulating")
    assert [(day.weekday, day.minutes) for day in days] == [(0, 60), (3, 20)]
