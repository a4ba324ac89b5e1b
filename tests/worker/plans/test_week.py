"""A whole week: what it holds, what it never holds, and how the next one follows it."""

import asyncio
import json
from collections import Counter
from typing import Any

import pytest

from app.kinds.plan import PlanResult
from bench.week import plan, week
from tests.worker.plans.people import TOLD
from worker.errors import Rejected
from worker.plans import checks
from worker.plans.week import table_of


@pytest.fixture(scope="module")
def usual() -> dict[str, Any]:
    return plan(TOLD)


def meals(made: dict[str, Any]) -> list[dict[str, Any]]:
    return [meal for day in made["days"] for meal in day["nutrition"]["meals"]]


def test_a_week_is_the_contract(usual: dict[str, Any]) -> None:
    made = PlanResult.model_validate(usual)
    assert [day.weekday for day in made.days] == [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    ]  # fmt: skip
    assert made.days[0].date == made.week_start == "2026-11-30"
    assert sum(day.training is not None for day in made.days) == 3
    assert all(len(day.nutrition.meals) == 4 and day.reason and day.recovery.mobility for day in made.days)
    assert "Mifflin" in made.targets.method
    assert made.state == "ready"


def test_training_days_have_more_carbohydrate_and_the_week_adds_up(usual: dict[str, Any]) -> None:
    hard = [day["nutrition"]["targets"] for day in usual["days"] if day["training"]]
    rest = [day["nutrition"]["targets"] for day in usual["days"] if not day["training"]]
    assert min(one["carbs_g"] for one in hard) > max(one["carbs_g"] for one in rest)
    mean = sum(one["calories"] for one in [*hard, *rest]) / 7
    assert mean == pytest.approx(usual["targets"]["calories"], abs=1)


def test_dishes_vary_and_what_is_cooked_twice_is_eaten_the_next_day(usual: dict[str, Any]) -> None:
    fresh = Counter(meal["dish"] for meal in meals(usual) if meal["leftover_of"] is None)
    assert max(fresh.values()) <= 3
    assert len(fresh) >= 14
    left = [(day, meal) for day in usual["days"] for meal in day["nutrition"]["meals"] if meal["leftover_of"]]
    assert left, "batch cooking is used"
    for day, meal in left:
        cooked = usual["days"][day["day"] - 2]
        assert meal["leftover_of"] == cooked["weekday"]
        dinner = next(one for one in cooked["nutrition"]["meals"] if one["slot"] == "d")
        assert dinner["dish"] == meal["dish"]
        assert "Cook twice the amount" in dinner["method"]
        assert "Left over" in meal["method"]


def test_the_shopping_list_is_all_that_is_eaten_by_aisle(usual: dict[str, Any]) -> None:
    eaten: Counter[str] = Counter()
    for meal in meals(usual):
        for item in meal["items"]:
            eaten[item["food_id"]] += item["grams"]
    listed = {row["food_id"]: row["grams"] for row in usual["shopping_list"]}
    assert listed == pytest.approx(dict(eaten), abs=0.5)
    from app.kinds.plan_choices import AISLES

    places = [list(AISLES).index(row["aisle"]) for row in usual["shopping_list"]]
    assert places == sorted(places)


def test_with_an_eating_disorder_no_number_of_energy_is_anywhere() -> None:
    made = plan({**TOLD, "goal": "fat_loss", "conditions": ["eating_disorder"]})
    text = json.dumps(made).lower()
    assert "calories" not in text
    assert "kcal" not in text
    assert "protein_g" not in text
    assert not any(day["recovery"]["supplements"] for day in made["days"])
    assert made["targets"]["method"]


def test_minors_get_no_supplements_and_no_deficit() -> None:
    made = plan({**TOLD, "age": 15, "goal": "fat_loss", "days_per_week": 2})
    assert not any(day["recovery"]["supplements"] for day in made["days"])
    assert any("Under 18" in line for line in made["warnings"])
    assert "less" not in made["targets"]["method"]
    assert made["days"][0]["recovery"]["sleep"]["hours"] >= 8


def test_pregnancy_leaves_the_risky_out_and_says_so() -> None:
    made = plan({**TOLD, "sex": "female", "goal": "fat_loss", "conditions": ["pregnant"]})
    served = {item["food_id"] for meal in meals(made) for item in meal["items"]}
    assert not served & {"smoked_salmon", "goat_cheese"}
    assert any("200 mg" in line for line in made["warnings"])
    assert any("no deficit" in line for line in made["warnings"])


def test_kidney_disease_is_rejected() -> None:
    with pytest.raises(Rejected, match="renal dietitian"):
        plan({**TOLD, "conditions": ["kidney_disease"]})


def test_diabetes_has_no_fast_and_names_a_professional() -> None:
    told = {**TOLD, "conditions": ["diabetes"], "eating_window": {"from": "12:00", "to": "18:00"}}
    made = plan(told)
    times = [meal["time"] for meal in made["days"][0]["nutrition"]["meals"]]
    assert times[0] < "12:00"
    assert any("doctor" in line for line in made["warnings"])


@pytest.mark.parametrize("days", [1, 7])
def test_one_and_seven_days_of_training(days: int) -> None:
    made = plan({**TOLD, "days_per_week": days, "goal": "mobility", "session_minutes": 30})
    assert sum(day["training"] is not None for day in made["days"]) == days


def test_a_week_may_begin_on_any_day_and_travel_days_are_not_trained() -> None:
    made = plan({**TOLD, "week_start": "2026-12-03", "travel_days": ["monday", "tuesday"]})
    assert made["days"][0]["weekday"] == "thursday"
    assert not any(day["training"] for day in made["days"] if day["weekday"] in {"monday", "tuesday"})
    assert any("travel" in day["reason"] for day in made["days"])


def test_the_next_week_goes_on_where_the_last_one_was() -> None:
    work, head = asyncio.run(week(TOLD))
    days = [work.made[f"day-{number}"] for number in range(1, 8)]
    weights = [{"day": f"2026-12-{day:02d}", "weight_kg": 80.0} for day in (1, 2, 3, 4, 5, 6, 7)]
    head["unwanted"] = ["tofu"]
    before = {"head": head, "days": days, "done": [[1, "training"]], "weigh_ins": weights}
    lost = {**before, "head": {**head, "energy": {**head["energy"], "calories": head["energy"]["calories"] - 300}}}
    later, next_head = asyncio.run(week({**TOLD, "week_start": "2026-12-07"}, lost))
    assert next_head["training_week"] == head["training_week"] + 1
    assert next_head["correction"] < 0
    assert any("kg a week" in line for line in next_head["adjusted"])
    assert any("You trained 1 of 3 days" in line for line in next_head["adjusted"])
    served = {
        item["food_id"] for day in later.made.values() for one in day["nutrition"]["meals"] for item in one["items"]
    }
    assert not served & {"tofu_firm", "tofu_smoked", "tofu_silken"}


def test_every_day_passes_the_checks_and_the_checks_see_what_is_wrong() -> None:
    work, _ = asyncio.run(week({**TOLD, "diet": "vegetarian"}))
    table = table_of(work.input, work.done["read_profile"]["history"])
    frame, day = work.done["split_week"]["frames"][0], work.made["day-1"]
    assert checks.problems(table, frame, day) == []
    item = day["nutrition"]["meals"][0]["items"][0]
    kept = dict(item)
    item.update(food_id="chicken_breast")
    assert any("not for this person" in one for one in checks.problems(table, frame, day))
    item.update(kept)
    item["grams"] = kept["grams"] * 3.01
    found = checks.problems(table, frame, day)
    assert any("household" in one for one in found)
    assert any("add up" in one for one in found)
    item["grams"] = kept["grams"]
    day["nutrition"]["meals"].pop()
    assert any("has 3 meals" in one for one in checks.problems(table, frame, day))
