"""Each model is what its literature says it is."""

from itertools import pairwise
from typing import Any

import pytest

from tests.worker.programs.people import Made, make, person
from worker.training.catalog import EXERCISES
from worker.training.measure import sets_of
from worker.training.models import choose

LIFTS = {"squat": 180.0, "bench_press": 130.0, "deadlift": 220.0, "overhead_press": 80.0}


def firsts(made: Made, day: int = 0) -> list[dict[str, Any]]:
    """The first set of a day's first exercise, week by week."""
    return [week["days"][day]["exercises"][0]["sets"][0] for week in made.weeks]


def loading(made: Made) -> list[int]:
    return [plan.week - 1 for plan in made.script.weeks if plan.loading]


def test_linear_raises_the_load_and_lowers_the_repetitions() -> None:
    made = make(person(experience="beginner", lifts={"squat": 80, "bench_press": 50, "deadlift": 100}, weeks=8))
    assert made.script.model == "linear"
    sets = [firsts(made)[index] for index in loading(made)]
    assert [one["reps"] for one in sets] == sorted((one["reps"] for one in sets), reverse=True)
    assert [one["load"] for one in sets] == sorted(one["load"] for one in sets)
    assert sets[0]["reps"] - sets[-1]["reps"] >= 3 and sets[-1]["load"] >= 1.1 * sets[0]["load"]


def test_double_progression_raises_repetitions_first_and_then_the_load() -> None:
    made = make(person(goal="foundations", experience="beginner", lifts={"squat": 80, "bench_press": 50}, weeks=6))
    assert made.script.model == "double_progression"
    rows = [
        [(s["reps"], s["load"]) for week in made.weeks if not week["deload"] for d in week["days"]
         for e in d["exercises"] if e["exercise"] == key and d["day"] == day for s in e["sets"][:1]]
        for day in (1, 2) for key in ("bench_press", "dumbbell_bench_press", "goblet_squat", "dumbbell_box_squat")
    ]  # fmt: skip
    rows = [row for row in rows if row and row[0][1] is not None]
    assert rows
    for row in rows:
        for (reps, load), (next_reps, next_load) in pairwise(row):
            assert (next_reps == reps + 1 and next_load == load) or (next_reps < reps and next_load >= load)


def test_undulating_has_heavy_and_lighter_exposures_in_the_same_week() -> None:
    made = make(person(goal="strength", days_per_week=3, lifts=LIFTS))
    assert made.script.model == "undulating"
    presses = [e for d in made.weeks[0]["days"] for e in d["exercises"] if e["pattern"] == "horizontal_push"]
    shares = [e["sets"][0]["percent_1rm"] for e in presses]
    assert len(shares) >= 2 and max(shares) - min(shares) >= 0.05


def test_block_goes_from_work_to_strength_to_the_platform_and_tapers() -> None:
    made = make(person(goal="powerlifting", experience="advanced", lifts=LIFTS, weeks=12, session_minutes=90))
    by_phase: dict[str, list[float]] = {}
    for week, one in zip(made.weeks, firsts(made, 1), strict=True):
        by_phase.setdefault(week["phase"], []).append(one["percent_1rm"])
    assert min(by_phase["accumulation"]) >= 0.64 and max(by_phase["accumulation"]) <= 0.76
    assert min(by_phase["transmutation"]) >= 0.78 and max(by_phase["transmutation"]) <= 0.88
    assert max(by_phase["realisation"]) >= 0.9
    taper, full = made.weeks[-1], max(sets_of(week) for week in made.weeks)
    assert taper["phase"] == "taper" and 0.3 <= sets_of(taper) / full <= 0.7
    assert by_phase["taper"][-1] >= 0.9


@pytest.mark.parametrize(
    ("told", "chosen"),
    [
        ({"goal": "power"}, True),
        ({"goal": "strength", "notes": "I want variety"}, True),
        ({"goal": "strength", "sport": "judo"}, True),
        ({"goal": "powerlifting", "notes": "conjugate please"}, True),
        ({"goal": "strength"}, False),
        ({"goal": "powerlifting"}, False),
        ({"goal": "power", "experience": "intermediate"}, False),
        ({"goal": "power", "equipment": ["barbell", "dumbbells"]}, False),
        ({"goal": "power", "days_per_week": 3}, False),
        ({"goal": "power", "session_minutes": 30}, False),
        ({"goal": "power", "age": 70}, False),
        ({"goal": "power", "age": 17}, False),
        ({"goal": "power", "notes": "heart condition"}, False),
        ({"goal": "power", "injuries": [{"area": "shoulder", "severity": "moderate"}]}, False),
        ({"goal": "hypertrophy", "notes": "variety"}, False),
    ],
)
def test_conjugate_is_for_the_advanced_with_a_full_gym_who_want_variety(told: dict[str, Any], chosen: bool) -> None:
    model, why = choose(person(**{"experience": "advanced", **told}))
    assert (model == "conjugate") == chosen
    assert not chosen or ("advanced" in why and "not on trials" in why)


def conjugate() -> Made:
    made = make(person(goal="power", experience="advanced", lifts=LIFTS, session_minutes=75, weeks=8))
    assert made.script.model == made.script.split == "conjugate" and not made.problems
    return made


def test_conjugate_rotates_a_maximal_lift_every_week() -> None:
    made = conjugate()
    for day in (0, 1):
        heavy = [week["days"][day]["exercises"][0] for week in made.weeks if not week["deload"]]
        names = [exercise["exercise"] for exercise in heavy]
        assert all(one != other for one, other in pairwise(names)) and len(set(names)) >= 4
        for exercise in heavy:
            assert [one["reps"] for one in exercise["sets"]] == [3, 2, 1]
            assert exercise["sets"][-1]["percent_1rm"] >= 0.9 and 8.5 <= exercise["sets"][-1]["rpe"] <= 9.5
            loads = [one["load"] for one in exercise["sets"]]
            assert loads == sorted(loads) and exercise["warm_up"]
    patterns = {EXERCISES[week["days"][0]["exercises"][0]["exercise"]].pattern for week in made.weeks}
    assert patterns == {"squat", "hinge"}


def test_conjugate_moves_light_loads_fast_in_waves_of_three_weeks() -> None:
    made = conjugate()
    day = [week["days"][2] for week in made.weeks]
    fast = [[e for e in d["exercises"] if e["sets"][0]["rest_seconds"] == 60 and e["warm_up"]] for d in day[:3]]
    squats = [next(e for e in found if e["pattern"] == "squat") for found in fast]
    assert [e["sets"][0]["percent_1rm"] for e in squats] == [0.5, 0.55, 0.6]
    assert all(len(e["sets"]) >= 6 and e["sets"][0]["reps"] == 2 for e in squats)
    assert made.weeks[3]["deload"]
    heaviest = max(s["percent_1rm"] or 0 for d in made.weeks[3]["days"] for e in d["exercises"] for s in e["sets"])
    assert heaviest < 0.85


def test_mesocycles_for_size_start_near_mev_add_sets_and_end_near_failure() -> None:
    made = make(person(goal="hypertrophy", session_minutes=90, days_per_week=5, weeks=10))
    assert made.script.model == "hypertrophy_mesocycles"
    one, four = made.weeks[0], made.weeks[3]
    for muscle in ("chest", "back", "quads"):
        first, last = one["volume"]["sets"][muscle], four["volume"]["sets"][muscle]
        assert made.marks[muscle].mev <= first < last <= made.marks[muscle].mrv
        assert (last - first) / 3 <= 2.5
    isolation = [
        next(s["rpe"] for d in made.weeks[n]["days"] for e in d["exercises"] if e["pattern"] == "isolation"
             for s in e["sets"])
        for n in range(4)
    ]  # fmt: skip
    assert isolation == [7, 8, 9, 10]
    assert made.weeks[4]["deload"] and sets_of(made.weeks[5]) < sets_of(four)
    rules = made.result["autoregulation"]["volume"]
    assert any("sore" in rule["when"].lower() for rule in rules) and any("MRV" in rule["do"] for rule in rules)


@pytest.mark.parametrize("goal", ["strength", "hypertrophy", "power", "powerlifting", "foundations"])
def test_the_result_says_what_the_model_is_why_it_and_where_from(goal: str) -> None:
    told = make(person(goal=goal, experience="advanced")).result
    assert told["periodization"]["what"] and told["periodization"]["why"]
    assert told["periodization"]["source"] in told["sources"]
    assert any(rule["when"].startswith("Two of these at once") for rule in told["autoregulation"]["deload"])
