"""What people read: plain enough for all, and nothing promised that is not so."""

import re
from typing import Any

import pytest

from tests.worker.programs.people import make, person

PEOPLE: list[dict[str, Any]] = [
    {"goal": "general_fitness", "experience": "beginner", "age": 70, "notes": "pills for blood pressure, bad knee",
     "injuries": [{"area": "shoulder", "severity": "severe"}]},
    {"goal": "strength", "experience": "advanced", "lifts": {"squat": 140, "bench_press": 70}, "sex": "male",
     "body_weight": 80.0, "age": 16, "recovery": {"sleep_hours": 5}},
    {"goal": "hypertrophy", "focus_muscles": ["biceps"], "days_per_week": 2, "session_minutes": 30},
    {"goal": "power", "experience": "advanced", "sport": "judo"},
    {"goal": "powerlifting", "weeks": 12},
    {"goal": "foundations", "experience": "beginner", "notes": "16 weeks pregnant"},
    {"goal": "endurance", "sport": "running"},
]  # fmt: skip


def syllables(word: str) -> int:
    letters = re.sub(r"[^a-z]", "", word.lower())
    count = len(re.findall(r"[aeiouy]+", letters))
    if letters.endswith("e") and not letters.endswith(("le", "ee")) and count > 1:
        count -= 1
    return max(1, count)


def grade(text: str) -> float:
    """Years of school it takes (Flesch & Kincaid 1975)."""
    sentences = [part for part in re.split(r"[.!?:](?:\s|$)", text) if re.search(r"\w", part)]
    words = re.findall(r"[A-Za-z0-9%'-]+", text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@pytest.mark.parametrize("told", PEOPLE, ids=lambda told: str(told["goal"]))
def test_eight_years_of_school_are_enough(told: dict[str, Any]) -> None:
    result = make(person(**told)).result
    rules = [f"{r['when']}. {r['do']}" for kind in result["autoregulation"].values() for r in kind]
    for said in (result["warnings"], rules, result["understood"], result["fit"]):
        assert not said or grade(" ".join(said)) <= 8
    plan = result["periodization"]
    assert grade(" ".join((result["summary"], plan["why"], plan["what"], result["split_why"]))) <= 8
    points = [f"{point['evidence']} {point['intervention']}" for point in result["weak_points"]]
    assert not points or grade(" ".join(points)) <= 8.5


@pytest.mark.parametrize("told", PEOPLE, ids=lambda told: str(told["goal"]))
def test_everybody_is_asked_about_their_health_and_told_when_to_stop(told: dict[str, Any]) -> None:
    said = " ".join(make(person(**told)).result["warnings"])
    assert "doctor" in said and "Stop at once" in said


def test_pain_comes_with_its_scale_and_red_flags() -> None:
    said = " ".join(make(person(injuries=[{"area": "knee", "severity": "severe"}])).result["warnings"])
    assert "4 of 10" in said and "physiotherapist" in said and "numb" in said


def test_pregnancy_is_sent_to_those_who_know() -> None:
    assert "midwife" in " ".join(make(person(notes="I am pregnant")).result["warnings"])


def test_the_result_says_how_much_was_checked() -> None:
    made = make(person(weeks=6))
    first, *rules = made.result["checks"]
    assert "6 weeks, 24 sessions" in first and len(rules) >= 10


def test_the_fit_names_pushing_that_outweighs_pulling() -> None:
    injuries = [{"area": "elbow", "severity": "severe"}, {"area": "lower_back", "severity": "severe"}]
    made = make(person(equipment=["barbell"], injuries=injuries))
    counted = {e["pattern"] for d in made.weeks[0]["days"] for e in d["exercises"]}
    assert "vertical_pull" in counted or any("vertical pull" in text for text in made.result["fit"])
