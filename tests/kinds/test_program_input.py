import math
from typing import Any

import pytest
from pydantic import ValidationError

from app.kinds.program import KIND, PHASES, ProgramInput
from app.kinds.program_choices import DEFAULT_WEEKS, GOALS

LEAST: dict[str, Any] = {
    "goal": "strength",
    "experience": "beginner",
    "days_per_week": 3,
    "session_minutes": 60,
    "equipment": ["barbell"],
}


def read(**more: Any) -> ProgramInput:
    return ProgramInput.model_validate({**LEAST, **more})


def errors(**more: Any) -> list[tuple[tuple[int | str, ...], str]]:
    with pytest.raises(ValidationError) as caught:
        read(**more)
    return [(error["loc"], error["msg"]) for error in caught.value.errors()]


def test_phases_are_the_contracts_in_order() -> None:
    assert [name for name, _ in PHASES] == [
        "read_profile", "set_landmarks", "find_weak_points", "choose_periodization",
        "build_split", "write_weeks", "check_program", "save",
    ]  # fmt: skip
    assert KIND.phases == PHASES


def test_what_is_not_told_has_defaults() -> None:
    told = read()
    assert (told.units, told.sex, told.weeks, told.injuries, told.notes) == ("kg", "unspecified", 8, [], "")


@pytest.mark.parametrize("goal", GOALS)
def test_weeks_default_by_goal(goal: Any) -> None:
    assert read(goal=goal).weeks == DEFAULT_WEEKS[goal]
    assert read(goal=goal, weeks=None).weeks == DEFAULT_WEEKS[goal]
    assert read(goal=goal, weeks=16).weeks == 16


def test_null_means_not_told() -> None:
    told = read(age=None, lifts=None, recovery={"sleep_hours": None}, body_weight=None, notes=None)
    assert told == read()


def test_duplicates_are_removed_and_the_worse_injury_counts() -> None:
    told = read(
        equipment=["barbell", "bands", "barbell"],
        focus_muscles=["chest", "chest", "back", "chest"],
        injuries=[{"area": "knee", "severity": "severe"}, {"area": "knee", "severity": "mild"}],
    )
    assert told.equipment == ["barbell", "bands"]
    assert told.focus_muscles == ["chest", "back"]
    assert [(injury.area, injury.severity) for injury in told.injuries] == [("knee", "severe")]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("days_per_week", "3"), ("days_per_week", True), ("days_per_week", 1), ("days_per_week", 8),
        ("session_minutes", 19), ("session_minutes", 121), ("session_minutes", 45.5),
        ("weeks", 3), ("weeks", 17), ("weeks", "8"), ("age", 12), ("age", 101), ("age", "30"),
        ("goal", "bulk"), ("goal", ["strength"]), ("experience", "Beginner"), ("units", "stone"),
        ("equipment", []), ("equipment", ["sofa"]), ("equipment", "barbell"),
        ("focus_muscles", ["chest", "back", "quads", "calves"]),
        ("body_weight", 0), ("body_weight", 20), ("body_weight", 400), ("body_weight", math.inf), ("body_weight", True),
        ("lifts", {"squat": math.nan}), ("lifts", {"squat": -1}), ("lifts", {"squat": "100"}),
        ("lifts", {"squat": 700}), ("lifts", {"snatch": 100}),
        ("recovery", {"stress": 0}), ("recovery", {"stress": 11}), ("recovery", {"energy": "bulking"}),
        ("injuries", [{"area": "knee"}]), ("injuries", [{"area": "toe", "severity": "mild"}]),
        ("notes", "x" * 1001), ("notes", "a\x00b"), ("sport", "run\u202ening"), ("avoid_exercises", ["a\x1bb"]),
        ("favourite_colour", "blue"),
    ],
)  # fmt: skip
def test_what_is_out_of_bounds_is_an_error_at_its_field(field: str, value: Any) -> None:
    assert {loc[0] for loc, _ in errors(**{field: value})} == {field}


def test_a_wrong_choice_is_told_what_is_allowed() -> None:
    ((_, message),) = errors(experience="expert")
    assert all(level in message for level in ("beginner", "intermediate", "advanced"))


def test_bounds_of_weights_follow_the_units() -> None:
    assert read(units="lb", body_weight=400, lifts={"squat": 700}).body_weight == 400
    assert errors(units="kg", lifts={"squat": 700}) == [(("lifts",), "Squat must be at most 600 kg")]


def test_text_is_trimmed_and_empty_lines_are_dropped() -> None:
    told = read(notes="  my knee\r\nhurts ", avoid_exercises=[" burpees ", "", "burpees"])
    assert told.notes == "my knee\nhurts"
    assert told.avoid_exercises == ["burpees"]


def test_the_snapshot_reads_back_as_itself() -> None:
    told = read(lifts={"squat": 100}, injuries=[{"area": "hip", "severity": "mild"}], goal="hypertrophy")
    assert ProgramInput.model_validate(told.model_dump(mode="json")) == told
