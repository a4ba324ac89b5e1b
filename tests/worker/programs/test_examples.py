"""Programs of known people, and what a coach would look for in them."""

from typing import Any

import pytest

from app.kinds.program_choices import GOALS
from tests.worker.programs.people import Made, make, person
from worker.errors import Rejected
from worker.training.catalog import EXERCISES

LIFTS = {"squat": 140.0, "bench_press": 100.0, "deadlift": 180.0, "overhead_press": 62.5}


def first_sets(made: Made, key: str) -> list[dict[str, Any]]:
    """The first set of an exercise, each time it comes."""
    return [
        e["sets"][0] for week in made.weeks for day in week["days"] for e in day["exercises"] if e["exercise"] == key
    ]


def sets_a_week(made: Made) -> list[int]:
    return [sum(len(e["sets"]) for day in week["days"] for e in day["exercises"]) for week in made.weeks]


def test_an_advanced_powerlifter_peaks_in_the_three_lifts() -> None:
    made = make(
        person(
            goal="powerlifting", experience="advanced", days_per_week=5, session_minutes=90, weeks=12,
            lifts={"squat": 220, "bench_press": 150, "deadlift": 260}, lifts_source="tested",
        )
    )  # fmt: skip
    assert not made.problems
    assert made.script.model == "block"
    assert {"back_squat", "bench_press", "deadlift"} <= made.exercises
    assert [week["phase"] for week in made.weeks][-3:] == ["realisation", "realisation", "taper"]
    squats = first_sets(made, "back_squat")
    assert max(one["load"] for one in squats) >= 0.92 * 220 and squats[-1]["reps"] == 1
    assert squats[-1]["percent_1rm"] > squats[0]["percent_1rm"] + 0.15
    sets = sets_a_week(made)
    assert 0.3 <= sets[-1] / max(sets[:9]) <= 0.7


def test_a_beginner_with_dumbbells_learns_simple_movements_with_effort_to_spare() -> None:
    made = make(
        person(goal="foundations", experience="beginner", days_per_week=3, session_minutes=45, equipment=["dumbbells"])
    )
    assert not made.problems
    assert all(EXERCISES[key].skill == 1 for key in made.exercises)
    efforts = [s["rpe"] for w in made.weeks for d in w["days"] for e in d["exercises"] for s in e["sets"]]
    assert max(efforts) <= 8
    assert {"goblet_squat", "dumbbell_romanian_deadlift"} <= made.exercises


def test_a_68_year_old_with_a_bad_knee_keeps_the_knee_and_moves_all_else() -> None:
    made = make(
        person(
            goal="general_fitness", experience="beginner", age=68, days_per_week=3, session_minutes=45,
            injuries=[{"area": "knee", "severity": "moderate"}], equipment=["machines", "dumbbells"],
        )
    )  # fmt: skip
    assert not made.problems
    assert not any(EXERCISES[key].contraindicated({"knee": "moderate"}) for key in made.exercises)
    efforts = [s["rpe"] for w in made.weeks for d in w["days"] for e in d["exercises"] for s in e["sets"]]
    assert max(efforts) <= 8
    most = [
        len(e["sets"]) for w in made.weeks for d in w["days"] for e in d["exercises"] if e["pattern"] != "conditioning"
    ]
    assert max(most) <= 3
    said = " ".join(made.result["warnings"])
    assert "doctor" in said and "4 of 10" in said
    assert any("Mind the knee" in e["cues"] for w in made.weeks for d in w["days"] for e in d["exercises"])


def test_two_half_hours_without_equipment_hold_every_pattern() -> None:
    made = make(person(goal="bodyweight", days_per_week=2, session_minutes=30, equipment=["bodyweight"]))
    assert not made.problems
    patterns = {e["pattern"] for d in made.weeks[0]["days"] for e in d["exercises"]}
    assert {"squat", "hinge", "horizontal_push", "vertical_push", "horizontal_pull", "vertical_pull"} <= patterns
    assert all(s["load"] is None for w in made.weeks for d in w["days"] for e in d["exercises"] for s in e["sets"])
    assert any(e["superset"] for d in made.weeks[0]["days"] for e in d["exercises"])
    assert made.result["fit"]


def test_seven_days_for_size_have_a_recovery_day_and_grow_to_the_deload() -> None:
    made = make(person(goal="hypertrophy", days_per_week=7, session_minutes=75, lifts=LIFTS))
    assert not made.problems
    assert made.script.split == "push_pull_legs_recovery"
    assert all(week["days"][-1]["name"] == "Recovery" for week in made.weeks)
    sets = sets_a_week(made)
    loading = made.weeks[0]["phase"] == "accumulation"
    assert loading and sets[0] < sets[3] and sets[4] / sets[3] == pytest.approx(0.55, abs=0.1)
    efforts = [week["days"][0]["exercises"][0]["sets"][0]["rpe"] for week in made.weeks[:4]]
    assert efforts == sorted(efforts) and efforts[-1] - efforts[0] >= 1.5


def test_focus_muscles_get_more_and_weak_lifts_are_served() -> None:
    plain, focused = (
        make(person(goal="hypertrophy", focus_muscles=focus)).weeks[3]["volume"]["sets"] for focus in ([], ["biceps"])
    )
    assert focused["biceps"] >= plain["biceps"] + 3


def test_loads_are_lighter_when_lifts_are_a_guess() -> None:
    tested, unsure = (
        first_sets(make(person(lifts=LIFTS, lifts_source=source)), "bench_press")[0]["load"]
        for source in ("tested", "unsure")
    )
    assert unsure < tested


def test_a_lift_too_weak_for_the_bar_gets_another_exercise() -> None:
    made = make(person(experience="beginner", equipment=["barbell"], lifts={"squat": 20, "bench_press": 20}))
    assert not made.problems
    assert not {"back_squat", "bench_press", "barbell_row"} & made.exercises
    assert any(EXERCISES[key].pattern == "squat" for key in made.exercises)


def test_pounds_are_loaded_in_pounds() -> None:
    made = make(person(units="lb", lifts={"squat": 315, "bench_press": 225}))
    loads = [s["load"] for w in made.weeks for d in w["days"] for e in d["exercises"] for s in e["sets"] if s["load"]]
    assert loads and all(load % 5 == 0 for load in loads)


def test_avoided_exercises_never_come_not_even_as_substitutes() -> None:
    made = make(person(avoid_exercises=["deadlifts", "nonsense"], lifts=LIFTS))
    named = made.exercises | {
        s for w in made.weeks for d in w["days"] for e in d["exercises"] for s in e["substitutes"]
    }
    assert not any("deadlift" in key for key in named)
    assert any("nonsense" in text for text in made.result["not_understood"])
    assert any("Exercises to avoid" in text for text in made.result["understood"])


def test_a_complaint_in_the_notes_is_planned_around_and_said_back() -> None:
    made = make(person(notes="Had knee pain last year. Heart is fine, no back pain."))
    assert made.profile.injuries == {"knee": "mild"}
    assert not any(EXERCISES[key].contraindicated({"knee": "mild"}) for key in made.exercises)
    assert any("knee" in text and "read as mild" in text for text in made.result["understood"])


def test_exercises_stay_through_a_mesocycle_and_accessories_change_with_the_next() -> None:
    made = make(person(goal="hypertrophy", weeks=10))
    by_week = [{e["exercise"] for d in w["days"] for e in d["exercises"]} for w in made.weeks]
    assert by_week[0] == by_week[3] and by_week[4] <= by_week[0]
    assert by_week[5] != by_week[0] and "bench_press" in by_week[5] & by_week[0]


def test_deloads_are_lighter_easier_and_shorter() -> None:
    made = make(person(lifts=LIFTS))
    last, deload = made.weeks[2], made.weeks[3]
    assert deload["deload"] and not last["deload"]
    heavy, light = (week["days"][0]["exercises"][0]["sets"] for week in (last, deload))
    assert light[0]["load"] == pytest.approx(0.9 * heavy[0]["load"], abs=2.5)
    assert light[0]["rpe"] == heavy[0]["rpe"] - 2 and len(light) < len(heavy)


@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize("other", GOALS)
def test_every_goal_leads_to_a_different_program(goal: str, other: str) -> None:
    if goal >= other:
        return

    def shape(which: str) -> list[tuple[str, int, int, float]]:
        return [
            (e["exercise"], len(e["sets"]), e["sets"][0]["reps"], e["sets"][0]["rpe"])
            for day in make(person(goal=which, weeks=8)).weeks[1]["days"]
            for e in day["exercises"]
        ]

    one, two = set(shape(goal)), set(shape(other))
    assert len(one & two) <= 0.6 * min(len(one), len(two))


def test_sport_shows() -> None:
    plain, climbing = (make(person(sport=sport)) for sport in ("", "Bouldering"))
    assert climbing.weeks[1]["volume"]["sets"]["forearms"] > plain.weeks[1]["volume"]["sets"]["forearms"]
    assert "climbing" in climbing.result["summary"]


def test_who_can_do_nothing_is_told_what_to_change() -> None:
    everything = sorted({word for e in EXERCISES.values() for word in e.name.lower().split()[:1]})
    with pytest.raises(Rejected, match="Add equipment"):
        make(person(equipment=["bodyweight"], avoid_exercises=everything[:50], injuries=ALL_SEVERE))


ALL_SEVERE = [
    {"area": area, "severity": "severe"}
    for area in ("shoulder", "elbow", "wrist", "neck", "upper_back", "lower_back", "hip", "knee", "ankle")
]


def test_severe_pain_everywhere_still_gives_something_or_says_what_to_change() -> None:
    made = make(person(equipment=["full_gym"], injuries=ALL_SEVERE, days_per_week=2))
    assert not made.problems and "physiotherapist" in " ".join(made.result["warnings"])
