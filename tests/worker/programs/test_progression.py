import pytest

from tests.worker.programs.people import make, person
from worker.training.progression import WEEKLY, growth, rate


def test_the_less_trained_gain_faster() -> None:
    rates = [rate(person(experience=level)) for level in ("beginner", "intermediate", "advanced")]
    assert rates == sorted(rates, reverse=True) and rates[0] == 0.0125
    assert list(WEEKLY.values()) == sorted(WEEKLY.values(), reverse=True)


@pytest.mark.parametrize(
    "told",
    [{"recovery": {"energy": "deficit"}}, {"recovery": {"sleep_hours": 5}}, {"recovery": {"stress": 9}}, {"age": 70}],
)
def test_what_holds_recovery_back_slows_it(told: dict[str, object]) -> None:
    assert rate(person(**told)) < rate(person())


def test_a_lift_moves_at_the_pace_of_its_level() -> None:
    told = {
        "sex": "male",
        "body_weight": 80.0,
        "lifts": {"squat": 90, "bench_press": 145},
        "experience": "intermediate",
    }
    profile = person(**told)
    assert rate(profile, "squat") > rate(profile) > rate(profile, "bench_press")
    assert rate(person(**{**told, "sex": "unspecified"}), "squat") == rate(profile)
    assert growth(profile, "squat", 10) == pytest.approx(1 + 10 * rate(profile, "squat"))


def test_a_beginner_gains_in_weeks_what_an_advanced_lifter_gains_in_months() -> None:
    gained = {}
    for level in ("beginner", "advanced"):
        made = make(person(goal="strength", experience=level, weeks=12, lifts={"squat": 100}, lifts_source="tested"))
        (plan,) = made.result["progression"]
        gained[level] = plan["expected"] / plan["told"] - 1
        assert plan["built_on"] == plan["told"] == 100
    assert gained["beginner"] > 0.1 > 0.03 > gained["advanced"] > 0


def test_levels_and_what_comes_next_are_told() -> None:
    made = make(person(sex="female", body_weight=60.0, lifts={"squat": 60, "overhead_press": 30}))
    plans = {plan["lift"]: plan for plan in made.result["progression"]}
    assert plans["squat"]["level"] == "novice"
    assert plans["squat"]["next_level"] == {"name": "intermediate", "weight": 75.0}
    assert plans["overhead_press"]["level"] is None


def test_loads_follow_the_pace() -> None:
    tops = []
    for energy in ("deficit", "surplus"):
        made = make(person(experience="beginner", lifts={"squat": 100}, weeks=8, recovery={"energy": energy}))
        tops.append(max(s["load"] or 0 for w in made.weeks for d in w["days"] for e in d["exercises"]
                        if e["exercise"] == "back_squat" for s in e["sets"]))  # fmt: skip
    assert tops[0] < tops[1]
