"""The same wish of different people leads to different programs, and visibly so."""

from collections import Counter
from typing import Any

import pytest

from app.kinds.program_choices import AREAS, GOALS, MUSCLES
from tests.worker.programs.people import Made, make, person
from worker.programs.checks_day import most_effort
from worker.training.catalog import EXERCISES


def lifts(made: Made, week: int = 0) -> list[dict[str, Any]]:
    return [e for day in made.weeks[week]["days"] for e in day["exercises"]]


def efforts(made: Made) -> list[float]:
    return [s["rpe"] for w in made.weeks for d in w["days"] for e in d["exercises"] for s in e["sets"]]


@pytest.mark.parametrize("area", AREAS)
def test_an_injury_excludes_modifies_and_prefers_by_its_severity(area: str) -> None:
    made = {
        severity: make(person(goal="hypertrophy", injuries=[{"area": area, "severity": severity}] if severity else []))
        for severity in ("", "mild", "moderate", "severe")
    }
    load = {}
    for severity, one in made.items():
        assert not one.problems
        stress = [EXERCISES[e["exercise"]].stress.get(area, 0) * len(e["sets"]) for e in lifts(one)]
        load[severity] = sum(stress) / sum(len(e["sets"]) for e in lifts(one))
    assert load[""] > load["mild"] >= load["moderate"] >= load["severe"] == 0
    for severity in ("mild", "moderate"):
        profile = made[severity].profile
        for exercise in lifts(made[severity], 3):
            if EXERCISES[exercise["exercise"]].loads_area(profile.injuries):
                assert "Mind the" in exercise["cues"]
                assert max(s["rpe"] for s in exercise["sets"]) <= most_effort(profile, EXERCISES[exercise["exercise"]])
    kinds = [sum(area in EXERCISES[e["exercise"]].kind for e in lifts(made[s])) for s in ("", "moderate")]
    assert kinds[1] > kinds[0]


def test_the_known_preferences_show() -> None:
    knee = {e["exercise"] for e in lifts(make(person(injuries=[{"area": "knee", "severity": "moderate"}])))}
    assert "box_squat" in knee and not {"back_squat", "bulgarian_split_squat"} & knee
    back = {e["exercise"] for e in lifts(make(person(injuries=[{"area": "lower_back", "severity": "mild"}])))}
    assert {"trap_bar_deadlift", "hip_thrust"} & back and not {"deadlift", "good_morning", "barbell_row"} & back


def test_from_65_on_the_first_lifts_stay_between_70_and_79_percent() -> None:
    made = make(person(goal="strength", age=68, lifts={"squat": 100, "bench_press": 70, "deadlift": 120}, weeks=8))
    assert not made.problems and max(efforts(made)) <= 8
    shares = [e["sets"][0]["percent_1rm"] for n in (2, 5, 6) for e in lifts(made, n) if e["warm_up"]]
    assert shares and all(0.69 <= share <= 0.8 for share in shares)
    assert max(len(e["sets"]) for e in lifts(made, 2)) <= 3
    assert not any(EXERCISES[key].impact or EXERCISES[key].skill > 2 for key in made.exercises)
    assert {"single_leg_stand", "heel_to_toe_walk"} & made.exercises


def test_teenagers_lift_no_maximal_singles() -> None:
    made = make(person(goal="powerlifting", experience="advanced", age=15, lifts={"squat": 120}, weeks=12))
    assert made.script.model == "linear" and max(efforts(made)) <= 8
    heavy = [s["reps"] for w in made.weeks for e in lifts(made, w["week"] - 1) if e["warm_up"] for s in e["sets"]]
    assert min(heavy) >= 6
    assert any("under 18" in text for text in made.result["warnings"])


def test_who_never_lifted_starts_with_the_simplest_and_effort_to_spare() -> None:
    made = make(person(goal="general_fitness", experience="beginner", notes="I never lifted before"))
    assert all(EXERCISES[key].skill == 1 for key in made.exercises) and max(efforts(made)) <= 7.5
    assert any("new to this" in text for text in made.result["warnings"])


@pytest.mark.parametrize("goal", GOALS)
def test_thirty_minutes_and_a_pair_of_dumbbells_are_enough_for_every_goal(goal: str) -> None:
    made = make(person(goal=goal, session_minutes=30, days_per_week=2, equipment=["dumbbells"]))
    assert not made.problems
    patterns = {e["pattern"] for e in lifts(made)}
    assert {"squat", "hinge", "horizontal_push", "horizontal_pull"} <= patterns
    assert all(day["estimated_minutes"] <= 33 for week in made.weeks for day in week["days"])
    assert made.result["fit"]


def test_medical_words_hold_effort_down_and_send_to_a_doctor() -> None:
    made = make(person(goal="powerlifting", experience="advanced", notes="stent since 2021", weeks=12))
    assert made.script.model == "undulating" and max(efforts(made)) <= 8
    assert any("doctor" in text and "heart" in text for text in made.result["warnings"])
    assert not any(EXERCISES[key].impact for key in made.exercises)


@pytest.mark.parametrize("muscle", MUSCLES)
def test_a_focus_muscle_gets_visibly_more_and_comes_sooner(muscle: str) -> None:
    told: dict[str, Any] = {"goal": "hypertrophy", "days_per_week": 5, "session_minutes": 75}
    plain, focused = make(person(**told)), make(person(**told, focus_muscles=[muscle]))
    before, after = (max(w["volume"]["sets"][muscle] for w in made.weeks) for made in (plain, focused))
    assert after >= before + 1 or after >= focused.marks[muscle].mav[0]
    assert any("as a focus" in e["why"] for e in lifts(focused))


@pytest.mark.parametrize(
    "sport", ["running", "climbing", "swimming", "tennis", "football", "judo", "skiing", "cycling"]
)
def test_a_sport_changes_exercises_sets_and_words(sport: str) -> None:
    plain, sporty = make(person(goal="general_fitness")), make(person(goal="general_fitness", sport=sport))
    assert sporty.profile.sport is not None
    favoured = sporty.profile.sport.favours
    assert len(favoured & sporty.exercises) > len(favoured & plain.exercises)
    assert sum(f"carries over to {sporty.profile.sport.name}" in e["why"] for e in lifts(sporty)) >= 2
    assert any(sporty.profile.sport.name in text for text in sporty.result["understood"])


def test_aerobic_sports_need_no_intervals_of_ours() -> None:
    plain, runner = (make(person(goal="fat_loss", sport=sport)) for sport in ("", "running"))
    assert any(e["pattern"] == "conditioning" for e in lifts(plain))
    assert not any(e["pattern"] == "conditioning" for e in lifts(runner))


def shape(goal: str) -> dict[str, float]:
    made = make(person(goal=goal, weeks=8))
    found = lifts(made, 1)
    pieces = Counter(piece for e in found for piece in e["equipment"])
    sets = [s for e in found for s in e["sets"]]
    return {
        "reps": sum(d["exercises"][0]["sets"][0]["reps"] for d in made.weeks[1]["days"]) / 4,
        "effort": max(efforts(made)), "isolation": sum(e["pattern"] == "isolation" for e in found),
        "conditioning": sum(e["pattern"] == "conditioning" for e in found),
        "power": sum(e["pattern"] == "power" for e in found), "barbell": pieces["barbell"],
        "rest": sum(s["rest_seconds"] for s in sets) / len(sets), "sets": len(sets),
    }  # fmt: skip


def test_every_goal_has_its_signature() -> None:
    of = {goal: shape(goal) for goal in GOALS}
    assert of["strength"]["reps"] <= 5 < of["hypertrophy"]["reps"] < of["endurance"]["reps"]
    assert max(of, key=lambda goal: of[goal]["rest"]) == "powerlifting"
    assert of["power"]["power"] >= 3 and sum(bool(one["power"]) for one in of.values()) == 1
    assert {goal for goal, one in of.items() if one["conditioning"] >= 4} == {"fat_loss", "endurance"}
    assert 1 <= of["general_fitness"]["conditioning"] <= 2
    assert max(of, key=lambda goal: of[goal]["effort"]) == "hypertrophy"
    assert min(of, key=lambda goal: of[goal]["effort"]) in {"foundations", "power"}
    assert of["bodyweight"]["barbell"] == 0 < of["general_fitness"]["barbell"] <= of["strength"]["barbell"]
    assert of["strength"]["isolation"] < of["hypertrophy"]["isolation"]


def test_pulling_keeps_up_with_pushing() -> None:
    for goal in GOALS:
        found = Counter({"push": 0, "pull": 0})
        for exercise in lifts(make(person(goal=goal, weeks=6)), 1):
            found[exercise["pattern"].split("_")[-1]] += len(exercise["sets"])
        assert found["push"] <= 1.5 * found["pull"], goal


def test_a_weak_point_is_served_where_it_is_said_to_be() -> None:
    made = make(person(sex="male", lifts={"squat": 200, "bench_press": 90}, body_weight=90.0))
    point = next(p for p in made.result["weak_points"] if p["name"].startswith("Bench press"))
    assert "%" in point["evidence"] and "explain part" in point["evidence"]
    assert "sets of barbell bench press on Monday" in point["intervention"] and "chest" in point["intervention"]
    assert any("lags behind" in e["why"] for e in lifts(made))
