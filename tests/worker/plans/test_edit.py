"""Changes of a week: what was asked for changes, all else stays, and the day still adds up where it can."""

import asyncio
import copy
from typing import Any

import pytest

from bench.week import plain, week
from tests.worker.plans.people import TOLD
from worker.errors import Rejected
from worker.plans import checks
from worker.plans.author import grams_of
from worker.plans.edit import Plan, change
from worker.plans.foods import FOODS
from worker.plans.solver import off, within
from worker.plans.targets import Targets

Made = tuple[dict[str, Any], dict[str, Any], dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def _made() -> Made:
    work, head = asyncio.run(week(TOLD))
    return work.claim.input, head, dict(work.made)


@pytest.fixture
def made(_made: Made) -> Made:
    return copy.deepcopy(_made)


def asked(made: Made, old: dict[str, Any] | None = None, seed: str = "1", **wish: Any) -> dict[str, Any]:
    before = copy.deepcopy(made)
    found: dict[str, Any] = plain(change(*made, wish, seed, old or {}))
    assert made == before, "what is changed is a copy"
    return found


def names(day: dict[str, Any]) -> list[str]:
    return [meal["dish"] for meal in day["nutrition"]["meals"]]


def keeps(made: Made, found: dict[str, Any]) -> None:
    """The changed days hold."""
    plan = Plan.of(*made)
    for number, day in found["days"].items():
        assert checks.problems(plan.table(), made[1]["frame"][int(number) - 1], day) == []


def test_another_meal_takes_its_place_and_the_day_still_adds_up(made: Made) -> None:
    found = asked(made, what="swap_meal", day=7, meal=1)
    old, new = made[2]["day-7"], found["days"]["7"]
    assert list(found["days"]) == ["7"]
    assert names(new)[0] != names(old)[0]
    assert new["nutrition"]["meals"][1:] == old["nutrition"]["meals"][1:]
    keeps(made, found)
    assert found["changes"][0]["day"] == 7


def test_a_named_dish_is_taken_and_an_unknown_one_refused(made: Made) -> None:
    other = "shakshuka" if names(made[2]["day-7"])[0] != "shakshuka" else "scrambled_toast"
    assert names(asked(made, what="swap_meal", day=7, meal=1, to=other)["days"]["7"])[0] == other
    with pytest.raises(Rejected, match="no such dish"):
        asked(made, what="swap_meal", day=7, meal=1, to="caviar")


def test_a_dinner_that_was_cooked_for_two_days_gone_the_lunch_after_is_cooked_afresh(made: Made) -> None:
    lunch = made[2]["day-2"]["nutrition"]["meals"][1]
    assert lunch["leftover_of"] == "monday"
    found = asked(made, what="swap_meal", day=1, meal=4)
    assert set(found["days"]) == {"1", "2"}
    after = found["days"]["2"]["nutrition"]["meals"][1]
    assert after["leftover_of"] is None
    assert after["items"] == lunch["items"]
    assert "Left over" not in after["method"]


@pytest.mark.parametrize("place", range(3))
def test_a_food_for_another_gives_as_much_energy(made: Made, place: int) -> None:
    meal = made[2]["day-3"]["nutrition"]["meals"][3]
    old = meal["items"][min(place, len(meal["items"]) - 1)]
    found = asked(made, what="swap_food", day=3, meal=4, food=old["food_id"])
    items = found["days"]["3"]["nutrition"]["meals"][3]["items"]
    assert old["food_id"] not in {one["food_id"] for one in items}
    assert len(items) == len(meal["items"])
    before, after = meal["totals"]["calories"], found["days"]["3"]["nutrition"]["meals"][3]["totals"]["calories"]
    assert after == pytest.approx(before, rel=0.2)


def test_a_food_by_name_and_one_that_is_not_eaten(made: Made) -> None:
    meal = made[2]["day-1"]["nutrition"]["meals"][0]
    food = meal["items"][0]["food_id"]
    found = asked(made, what="swap_food", day=1, meal=1, food=food, to="quinoa")
    assert "quinoa" in {one["food_id"] for one in found["days"]["1"]["nutrition"]["meals"][0]["items"]}
    with pytest.raises(Rejected, match="not among the foods"):
        asked(made, what="swap_food", day=1, meal=1, food=food, to="unicorn")
    vegan = (made[0] | {"diet": "vegan"}, made[1], made[2])
    with pytest.raises(Rejected, match="not among the foods"):
        asked(vegan, what="swap_food", day=1, meal=1, food=food, to="chicken breast")


def test_an_amount_is_set_in_household_steps_and_the_totals_follow(made: Made) -> None:
    item = made[2]["day-1"]["nutrition"]["meals"][0]["items"][0]
    food = FOODS[item["food_id"]]
    found = asked(made, what="amount", day=1, meal=1, food=food.id, grams=food.step_grams * 3.2)
    day = found["days"]["1"]
    assert day["nutrition"]["meals"][0]["items"][0]["grams"] == pytest.approx(food.step_grams * 3)
    change_of = (food.step_grams * 3 - item["grams"]) * food.calories / 100
    old = made[2]["day-1"]["nutrition"]["totals"]["calories"]
    assert day["nutrition"]["totals"]["calories"] == pytest.approx(old + change_of, abs=2)
    gone = asked(made, what="amount", day=1, meal=1, food=food.id, grams=0)
    assert food.id not in {one["food_id"] for one in gone["days"]["1"]["nutrition"]["meals"][0]["items"]}


def test_redo_of_a_days_meals_heeds_the_words_and_keeps_training_and_the_other_days(made: Made) -> None:
    found = asked(made, what="redo", part="nutrition", day=7, reason="No rice and no chicken, please")
    day = found["days"]["7"]
    served = {one["food_id"] for meal in day["nutrition"]["meals"] for one in meal["items"]}
    assert not any("rice" in one or "chicken" in one for one in served)
    assert day["training"] == made[2]["day-7"]["training"]
    assert not set(names(day)) & set(names(made[2]["day-7"]))
    keeps(made, found)


def test_redo_of_all_meals_is_another_week(made: Made) -> None:
    found = asked(made, what="redo", part="nutrition", reason="I hate mushrooms")
    assert len(found["days"]) == 7
    assert found["head"]["unwanted"] == ["mushrooms"]
    same = sum(names(found["days"][str(n)]) == names(made[2][f"day-{n}"]) for n in range(1, 8))
    assert same == 0
    keeps(made, found)


def test_redo_of_training_changes_exercises_and_no_meal(made: Made) -> None:
    number = next(n for n in range(1, 8) if made[2][f"day-{n}"]["training"])
    found = asked(made, what="redo", part="training", day=number, reason="My knee hurts when I squat")
    old, new = made[2][f"day-{number}"], found["days"][str(number)]
    assert list(found["days"]) == [str(number)]
    assert new["nutrition"]["meals"] == old["nutrition"]["meals"]
    assert [one["exercise"] for one in new["training"]["exercises"]] != [
        one["exercise"] for one in old["training"]["exercises"]
    ]
    assert "back_squat" not in {one["exercise"] for one in new["training"]["exercises"]}


def test_redo_of_training_on_a_rest_day_says_that_nothing_would_change(made: Made) -> None:
    number = next(n for n in range(1, 8) if not made[2][f"day-{n}"]["training"])
    with pytest.raises(Rejected, match="rest day"):
        asked(made, what="redo", part="training", day=number)


def test_back_to_an_earlier_version(made: Made) -> None:
    found = asked(made, what="swap_meal", day=7, meal=1)
    now = (made[0], made[1], {**made[2], "day-7": found["days"]["7"]})
    back = asked(now, old=made[2], what="restore", to_version=1)
    assert back["days"]["7"] == made[2]["day-7"]


def test_after_an_amount_by_hand_a_swap_still_finds_a_meal_that_gives_as_much(made: Made) -> None:
    item = made[2]["day-7"]["nutrition"]["meals"][1]["items"][0]
    food = FOODS[item["food_id"]]
    far = asked(made, what="amount", day=7, meal=2, food=food.id, grams=item["grams"] + 60 * food.step_grams)
    now = (made[0], made[1], {**made[2], "day-7": far["days"]["7"]})
    errors = off(Targets(**made[1]["frame"][6]["targets"]), grams_of(far["days"]["7"]["nutrition"]["meals"]))
    assert not within(errors)
    found = asked(now, what="swap_meal", day=7, meal=1)
    before = far["days"]["7"]["nutrition"]["meals"][0]["totals"]["calories"]
    assert found["days"]["7"]["nutrition"]["meals"][0]["totals"]["calories"] == pytest.approx(before, rel=0.3)
