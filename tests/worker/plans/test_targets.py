"""Energy and nutrients by the published numbers, and what conditions switch off."""

from typing import Any

import pytest

from tests.worker.plans.people import person
from worker.errors import Rejected
from worker.plans.targets import Targets, by_day, energy, no_loss, resting, shared, targets, water


def week(**told: Any) -> tuple[float, Targets]:
    who = person(**told)
    found = energy(who)
    return found.calories, targets(who, found.calories, found.goal)


def test_resting_energy_is_mifflin_st_jeor() -> None:
    assert resting(person())[0] == 10 * 80 + 6.25 * 180 - 5 * 30 + 5
    assert resting(person(sex="female"))[0] == 10 * 80 + 6.25 * 180 - 5 * 30 - 161
    assert resting(person(sex="unspecified"))[0] == 10 * 80 + 6.25 * 180 - 5 * 30 - 78


def test_pounds_and_inches_are_the_same_person() -> None:
    assert resting(person(units="lb", height=180 / 2.54, body_weight=80 / 0.45359237))[0] == pytest.approx(1780)


def test_under_18_it_is_schofield_without_deficit_surplus_or_supplements() -> None:
    young = person(age=15, goal="fat_loss")
    rest, whose = resting(young)
    assert rest == pytest.approx(17.686 * 80 + 658.2)
    assert "Schofield" in whose
    found = energy(young)
    assert found.calories == found.expended
    assert "Under 18" in found.notes[0]


def test_a_deficit_is_15_to_20_percent_and_never_under_resting_energy() -> None:
    calories, _ = week(goal="fat_loss")
    assert calories == pytest.approx(1780 * 1.55 * 0.85)
    small = person(goal="fat_loss", sex="female", height=155, body_weight=60, age=60, activity="sedentary")
    found = energy(small)
    assert found.calories == pytest.approx(max(resting(small)[0], 1200))
    heavy = person(goal="fat_loss", body_weight=120)
    assert energy(heavy).calories == pytest.approx(energy(heavy).expended * 0.8)


def test_a_gain_is_5_to_10_percent() -> None:
    for experience, share in {"beginner": 0.10, "intermediate": 0.075, "advanced": 0.05}.items():
        calories, _ = week(goal="muscle_gain", experience=experience)
        assert calories == pytest.approx(1780 * 1.55 * (1 + share))


@pytest.mark.parametrize(
    "told",
    [
        {"body_weight": 58}, {"goal_weight": 58}, {"conditions": ["pregnant"], "sex": "female"},
        {"conditions": ["breastfeeding"], "sex": "female"}, {"conditions": ["eating_disorder"]}, {"age": 16},
        {"goal_weight": 85},
    ],
)  # fmt: skip
def test_nobody_loses_weight_who_must_not(told: dict[str, Any]) -> None:
    who = person(goal="fat_loss", **told)
    found = energy(who)
    assert no_loss(who)
    assert found.calories >= found.expended


def test_pregnancy_and_breastfeeding_need_more() -> None:
    usual, _ = week(sex="female")
    assert week(sex="female", conditions=["pregnant"])[0] - usual == pytest.approx(260)
    assert week(sex="female", conditions=["breastfeeding"])[0] - usual == pytest.approx(500)


def test_kidney_disease_is_for_a_dietitian() -> None:
    with pytest.raises(Rejected, match="dietitian"):
        person(conditions=["kidney_disease"])


def test_protein_is_in_the_range_of_the_evidence_and_by_a_sensible_weight() -> None:
    assert week(goal="muscle_gain")[1].protein_g == pytest.approx(1.8 * 80)
    assert week(goal="fat_loss")[1].protein_g == pytest.approx(2.0 * 80)
    heavy = week(goal="fat_loss", body_weight=140)[1]
    assert heavy.protein_g < 2.0 * 100
    assert week(goal="fat_loss", body_weight=140, goal_weight=90)[1].protein_g == pytest.approx(2.0 * 90)


@pytest.mark.parametrize("goal", ["fat_loss", "muscle_gain", "endurance", "general_fitness", "mobility"])
def test_the_nutrients_are_the_energy(goal: str) -> None:
    calories, found = week(goal=goal)
    net = found.carbs_g - found.fiber_g
    assert 4 * found.protein_g + 4 * net + 9 * found.fat_g + 2 * found.fiber_g == pytest.approx(calories)
    assert found.fat_g >= max(0.6 * 80, 0.2 * calories / 9) - 1e-6
    assert found.fiber_g == pytest.approx(min(45, 14 * calories / 1000))


@pytest.mark.parametrize("hard", range(8))
def test_carbohydrate_moves_to_hard_days_and_the_week_keeps_its_total(hard: int) -> None:
    base = shared(2500, 150, 80, 35)
    days = by_day(base, [number < hard for number in range(7)])
    assert sum(day.carbs_g for day in days) == pytest.approx(7 * base.carbs_g)
    assert sum(day.calories for day in days) == pytest.approx(7 * 2500)
    if 0 < hard < 7:
        assert days[0].carbs_g / base.carbs_g - 1 == pytest.approx(min(0.15, 0.15 * (7 - hard) / hard))
    else:
        assert {day.carbs_g for day in days} == {base.carbs_g}


def test_water_is_efsa_plus_training() -> None:
    assert water(person()) == 2.5
    assert water(person(sex="female"), 60) == pytest.approx(2.6)


def test_protein_is_never_less_than_ordinary_food_has() -> None:
    calories, found = week(age=15, body_weight=62, height=176, activity="very_active")
    assert found.protein_g == pytest.approx(0.13 * calories / 4)
