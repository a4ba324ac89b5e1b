"""Over diets, allergies and targets: a day comes out within its tolerances, or it is said which wishes conflict."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.kinds.plan_choices import ALLERGENS, BUDGETS, DIETS
from bench.week import anybody
from tests.worker.plans.people import TOLD, told
from worker.errors import Rejected
from worker.plans import checks
from worker.plans.author import Frame, compose, conflict, grams_of, nutrition
from worker.plans.choose import Table
from worker.plans.foods import EATS, FOODS, matches
from worker.plans.person import Person
from worker.plans.solver import TOLERANCE, off
from worker.plans.targets import Targets, energy, shared, targets
from worker.plans.times import meal_times


def frame(goal: Targets, count: int) -> Frame:
    times = meal_times(Person.of(told(meals_per_day=count)))
    return Frame(1, "monday", goal, tuple(vars(one) for one in times))


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    diet=st.sampled_from(list(DIETS)),
    allergies=st.lists(st.sampled_from(list(ALLERGENS)), max_size=3, unique=True),
    avoid=st.lists(st.sampled_from(["mushrooms", "tofu", "chicken", "rice", "beans", "oats"]), max_size=2, unique=True),
    calories=st.integers(1400, 3800),
    protein=st.floats(0.13, 0.26),
    fat=st.floats(0.24, 0.34),
    count=st.integers(2, 6),
    budget=st.sampled_from(list(BUDGETS)),
)
def test_a_day_is_within_tolerance_of_the_table_and_serves_nothing_unwanted(
    diet: str,
    allergies: list[str],
    avoid: list[str],
    calories: int,
    protein: float,
    fat: float,
    count: int,
    budget: str,
) -> None:
    asked = told(diet=diet, allergies=allergies, avoid_foods=avoid, meals_per_day=count, budget=budget)
    goal = shared(calories, protein * calories / 4, fat * calories / 9, min(45, 14 * calories / 1000))
    table, place = Table(asked), frame(goal, count)
    meals = compose(table, place, [], "property")
    if meals is None:
        assert any(name in conflict(table, place, "property").message for name in ("allergies", "diet", "avoid_foods"))
        return
    errors = off(goal, grams_of(meals))
    for name, most in TOLERANCE.items():
        assert abs(errors[name]) <= most + 1e-6
    for food in grams_of(meals):
        assert food.source in EATS[diet]
        assert not food.allergens & set(allergies)
        assert not any(matches(food, one) for one in avoid)
        assert budget != "low" or food.price < 3
    plain = {"day": 1, "targets": vars(goal)}
    assert checks.problems(table, plain, {"day": 1, "nutrition": nutrition(place, meals)}) == []


@pytest.mark.parametrize("seed", range(8))
def test_anybody_gets_a_day(seed: int) -> None:
    chance = random.Random(seed)
    asked = told(**{**anybody(chance), "conditions": [], "eating_window": None})
    person = Person.of(asked)
    found = energy(person)
    goal = targets(person, found.calories, found.goal)
    times = tuple(vars(one) for one in meal_times(person))
    assert compose(Table(asked), Frame(1, "monday", goal, times), [], "anybody") is not None


def test_wishes_that_conflict_are_named() -> None:
    """No plant protein is left: nothing that grows has that much of it."""
    avoid = ["beans", "tofu", "soya", "lentils", "chickpeas", "protein powder", "peas", "seitan", "falafel", "tempeh"]
    asked = told(diet="vegan", avoid_foods=avoid)
    goal = shared(2000, 150, 60, 28)
    table, place = Table(asked), frame(goal, 4)
    assert compose(table, place, [], "conflict") is None
    error = conflict(table, place, "conflict")
    assert isinstance(error, Rejected)
    assert "avoid_foods" in error.message
    assert "diet (vegan)" in error.message
    assert "2,000 kcal with 150 g of protein in 4 meals" in error.message


def test_the_numbers_of_a_conflict_are_kept_from_whom_they_may_harm() -> None:
    asked = told(diet="vegan", conditions=["eating_disorder"], avoid_foods=["beans"])
    error = conflict(Table(asked), frame(shared(2000, 400, 10, 28), 2), "conflict")
    assert not any(character.isdigit() for character in error.message)


def test_what_is_told_is_what_is_summed() -> None:
    goal = shared(2400, 130, 80, 34)
    meals = compose(Table(told()), frame(goal, 4), [], "sum")
    assert meals is not None
    for meal in meals:
        for item in meal["items"]:
            food = FOODS[item["food_id"]]
            assert item["calories"] == round(food.calories * item["grams"] / 100)
            assert item["measure"]
    assert TOLD["diet"] == "omnivore"
