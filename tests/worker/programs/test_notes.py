"""Notes are read to the safe side, and what was read is said back."""

from typing import Any

import pytest

from tests.worker.programs.people import Made, make, person
from worker.training.catalog import EXERCISES
from worker.training.notes import read_notes
from worker.training.weekdays import WEEKDAYS


@pytest.mark.parametrize(
    ("notes", "injuries"),
    [
        ("Left knee hurts when running", {"knee": "mild"}),
        ("knee pain 3/10", {"knee": "mild"}),
        ("Lower back pain 7/10 since March", {"lower_back": "moderate"}),
        ("shoulder 8/10 pain", {"shoulder": "severe"}),
        ("ACL surgery last month", {"knee": "severe"}),
        ("I had a hernia of a disc, two years ago", {"lower_back": "moderate"}),
        ("My knees are fine but my shoulder hurts", {"shoulder": "mild"}),
        ("Had knee pain last year. Heart is fine, no back pain.", {"knee": "mild"}),
        ("can't bench because of my shoulder", {"shoulder": "mild"}),
        ("no injuries", {}),
        ("no shoulder pain when benching", {}),
        ("never had any back problems", {}),
        ("I like my hips and knees", {}),
    ],
)
def test_complaints_become_injuries_of_their_severity(notes: str, injuries: dict[str, str]) -> None:
    assert read_notes(notes, "kg").injuries == injuries


@pytest.mark.parametrize(
    ("notes", "facts"),
    [
        ("no barbell on Fridays", {"without": {4: {"barbell", "trap_bar"}}}),
        ("only 20 min on Tuesdays", {"minutes": {1: 20}}),
        (
            "No barbell on Fridays and only 20 min on Tuesdays.",
            {"without": {4: {"barbell", "trap_bar"}}, "minutes": {1: 20}},
        ),
        ("Mondays and Fridays only half an hour", {"minutes": {0: 30, 4: 30}}),
        ("20 minutes on Tue and Thu, 5 min on Sunday", {"minutes": {1: 20, 3: 20, 6: 15}}),
        ("the rack is always taken", {"missing": {"rack"}}),
        ("my gym has no cables, no trap bar", {"missing": {"cables", "trap_bar"}}),
        ("Can't train on Wednesdays. Football match on Saturdays.", {"off": {2, 5}}),
        ("weekends off", {"off": {5, 6}}),
        ("No Sundays. Not on a Monday, please.", {"off": {0, 6}}),
        ("Please keep Saturdays free, and I want Sunday for my family", {"off": {5, 6}}),
        ("I am free on Sundays", {"free": {6}, "off": set()}),
        ("No barbell on Fridays", {"off": set(), "without": {4: {"barbell", "trap_bar"}}}),
        ("I can train Mon, Wed and Fri", {"free": {0, 2, 4}}),
        ("one pair of 10 kg dumbbells", {"dumbbells": (10.0,)}),
        ("dumbbells up to 24 kg", {"dumbbells": (0.0, 24.0)}),
        ("no spotter", {"alone": True}),
        ("the neighbours are downstairs", {"quiet": True}),
        ("left knee hurts when running", {"quiet": True}),
        ("I never lifted before", {"new": True}),
        ("I get bored without variety", {"variety": True}),
        ("I sat in the sun, no pain", {"off": set(), "minutes": {}, "injuries": {}}),
        ("more than 90 minutes more on Monday", {"minutes": {}}),
    ],
)
def test_constraints_are_read(notes: str, facts: dict[str, Any]) -> None:
    found = read_notes(notes, "kg")
    assert {name: getattr(found, name) for name in facts} == facts
    assert found.understood or facts.get("off") == set() or facts == {"minutes": {}}


@pytest.mark.parametrize(
    ("notes", "out", "left"),
    [
        (
            "I hate burpees and Bulgarian split squats, love curls",
            ["burpee", "bulgarian_split_squat"],
            ["barbell_curl"],
        ),
        ("no deadlifts please", ["deadlift", "romanian_deadlift"], ["hip_thrust"]),
        ("I can't do pull-ups yet", ["pull_up"], ["band_assisted_pull_up", "negative_pull_up"]),
        ("no heavy squats", ["back_squat"], ["bodyweight_squat"]),
        (
            "shoulder hurts when pressing overhead",
            ["overhead_press", "pike_push_up"],
            ["landmine_press", "bench_press"],
        ),
        ("knee hurts when squatting deep", ["back_squat"], ["box_squat"]),
        ("my back hurts after deadlifts", ["deadlift"], ["hip_thrust"]),
    ],
)
def test_exercises_are_left_out(notes: str, out: list[str], left: list[str]) -> None:
    avoided = read_notes(notes, "kg").avoid
    assert set(out) <= avoided and not set(left) & avoided


def test_dumbbells_are_told_in_the_units_of_the_program() -> None:
    low, high = read_notes("dumbbells up to 50 lb", "kg").dumbbells
    assert low == 0 and high == pytest.approx(22.68, abs=0.01)


@pytest.mark.parametrize(
    ("notes", "said"),
    [
        ("I take pills for blood pressure", "blood pressure"),
        ("16 weeks pregnant", "pregnancy or a recent birth"),
        ("blood pressure is fine with pills", "blood pressure"),
        ("my heart is fine", None),
        ("no heart problems, no chest pain", None),
    ],
)
def test_medical_words_are_heard_unless_they_are_denied(notes: str, said: str | None) -> None:
    assert list(read_notes(notes, "kg").medical) == ([said] if said else [])


def test_what_could_not_be_used_is_said_too() -> None:
    result = make(person(notes="I like loud music. No barbell on Fridays.", sport="chess")).result
    assert any("barbell" in text for text in result["understood"])
    assert any("loud music" in text for text in result["not_understood"])
    assert any("chess" in text for text in result["not_understood"])


def on(made: Made, weekday: str) -> list[dict[str, Any]]:
    return [day for week in made.weeks for day in week["days"] if day["weekday"] == weekday]


def test_a_day_has_the_minutes_and_the_pieces_that_the_notes_leave_it() -> None:
    made = make(person(days_per_week=5, notes="No barbell on Fridays, only 25 min on Tuesdays"))
    assert not made.problems
    assert all(day["estimated_minutes"] <= 27 for day in on(made, "tuesday"))
    assert any(day["estimated_minutes"] > 50 for day in on(made, "monday"))
    for day in on(made, "friday"):
        for exercise in day["exercises"]:
            keys = [exercise["exercise"], *exercise["substitutes"]]
            assert "barbell" not in exercise["equipment"]
            assert not any(EXERCISES[key].takes(frozenset({"barbell"})) for key in keys)
    assert any("barbell" in e["equipment"] for day in on(made, "monday") for e in day["exercises"])


def test_a_rack_that_is_always_taken_is_never_needed() -> None:
    made = make(person(goal="hypertrophy", notes="The squat rack is always taken"))
    assert not made.problems
    named = made.exercises | {
        s for w in made.weeks for d in w["days"] for e in d["exercises"] for s in e["substitutes"]
    }
    assert not any("rack" in EXERCISES[key].station for key in named)
    assert any("rack" in text for text in made.result["understood"])


def test_days_off_are_kept_free_unless_there_are_not_enough_others() -> None:
    free = make(person(days_per_week=4, notes="Can't train on Mondays and Tuesdays"))
    assert {"monday", "tuesday"}.isdisjoint(day["weekday"] for day in free.weeks[0]["days"])
    full = make(person(days_per_week=6, notes="Can't train on Mondays and Tuesdays"))
    assert len({day["weekday"] for day in full.weeks[0]["days"]}) == 6
    assert any("had to be used" in text for text in full.result["fit"])


def test_chosen_weekdays_win_over_notes_and_that_is_said() -> None:
    made = make(person(days_per_week=2, weekdays=["monday", "friday"], notes="Can't train on Mondays"))
    assert [day["weekday"] for day in made.weeks[0]["days"]] == ["monday", "friday"]
    assert any("Monday" in text for text in made.result["not_understood"])


def test_the_only_dumbbells_there_are_bound_every_load() -> None:
    lifts = {"squat": 60, "bench_press": 60, "deadlift": 80, "overhead_press": 40}
    kit: dict[str, Any] = {"goal": "hypertrophy", "equipment": ["dumbbells", "bench"], "lifts": lifts}
    made = make(person(**kit, notes="I have one pair of 10 kg dumbbells"))
    assert not made.problems
    loads = {s["load"] for w in made.weeks for d in w["days"] for e in d["exercises"] for s in e["sets"]}
    assert loads <= {None, 10.0}
    capped = make(person(**kit, notes="dumbbells up to 12.5 kg"))
    assert (
        max(s["load"] or 0 for w in capped.weeks for d in w["days"] for e in d["exercises"] for s in e["sets"]) == 12.5
    )


def test_every_weekday_has_words() -> None:
    for number, name in enumerate(WEEKDAYS):
        assert read_notes(f"no training on {name.capitalize()}s", "kg").off == {number}
