"""Whoever asks: every hard rule holds. People are drawn from the whole input space; `make audit` draws more."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.exports.program_text import to_markdown
from app.kinds.program import ProgramInput, ProgramResult
from tests.worker.programs.people import PEOPLE, Made, make, person
from worker.programs.checks import LOADING
from worker.programs.texts import fullest
from worker.training.measure import minutes_of, sets_of
from worker.training.notes import read_notes
from worker.training.profile import read
from worker.training.targets import SIZE_GOALS
from worker.training.weekdays import WEEKDAYS

# The same people in every run, so that a run that fails fails again; seconds are not counted, since machines differ.
ENOUGH = settings(
    max_examples=250,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


@given(told=PEOPLE)
@ENOUGH
def test_every_hard_rule_holds_for_everybody(told: dict[str, Any]) -> None:
    made = make(read(ProgramInput.model_validate(told)))
    assert made.problems == []
    result = json.loads(json.dumps(made.result, allow_nan=False))
    assert ProgramResult.model_validate(result).weeks == len(result["schedule"]) == made.profile.weeks
    assert result["title"] in to_markdown(result).replace("\\", "")
    says_what_is_short(made, result)
    days_are_as_told(made, told)
    waves_are_as_the_model_has_them(made)


def says_what_is_short(made: Made, result: dict[str, Any]) -> None:
    admitted = " ".join(result["fit"])
    if fullest(made.profile, made.weeks) < 0.9:
        assert "of the minutes you have" in admitted
    if made.profile.goal in SIZE_GOALS and made.script.design.short:
        assert "weekly sets" in admitted
    told = [*result["understood"], *result["not_understood"]]
    assert told or not (made.profile.notes.unread or made.profile.notes.injuries or made.profile.sport)


def days_are_as_told(made: Made, told: dict[str, Any]) -> None:
    for week in made.weeks:
        weekdays = [day["weekday"] for day in week["days"]]
        if "weekdays" in told:
            assert set(weekdays) == set(told["weekdays"])
        for day in week["days"]:
            asked = made.profile.notes.minutes.get(WEEKDAYS.index(day["weekday"]), made.profile.minutes)
            assert minutes_of(asked, day["exercises"]) <= 1.1 * min(asked, made.profile.minutes) + 1e-9


def waves_are_as_the_model_has_them(made: Made) -> None:
    """Within a mesocycle neither sets nor the effort of a first lift go down, and its last week is the hardest."""
    plans = made.script.weeks
    for before, week in zip(made.weeks, made.weeks[1:], strict=False):
        same = plans[before["week"] - 1].block == plans[week["week"] - 1].block
        if same and {before["phase"], week["phase"]} <= LOADING and made.script.model != "double_progression":
            assert sets_of(week) >= sets_of(before)
            if before["phase"] == week["phase"]:
                assert top_effort(week) >= top_effort(before)


def top_effort(week: dict[str, Any]) -> float:
    return max(float(one["rpe"]) for day in week["days"] for exercise in day["exercises"] for one in exercise["sets"])


@given(notes=st.text(max_size=1000), units=st.sampled_from(["kg", "lb"]))
@settings(ENOUGH, max_examples=300)
def test_any_notes_can_be_read(notes: str, units: str) -> None:
    found = read_notes(notes, units)
    assert all(0 <= day <= 6 for day in (*found.off, *found.free, *found.minutes, *found.without))
    assert all(15 <= minutes <= 999 for minutes in found.minutes.values())
    assert set(found.injuries.values()) <= {"mild", "moderate", "severe"}
    assert all(len(text) <= 120 for text in found.unread)


def test_the_same_person_gets_the_same_program() -> None:
    told: dict[str, Any] = {"goal": "hypertrophy", "notes": "no barbell on Fridays", "sport": "judo", "weeks": 6}
    assert make(person(**told)).result == make(person(**told)).result
