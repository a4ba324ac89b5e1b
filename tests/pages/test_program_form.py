from typing import Any

import pytest
from starlette.datastructures import FormData, UploadFile

from app.kinds.program import ProgramInput
from app.pages import program_form
from app.pages.forms import Form, number, typed

LEAST = {
    "goal": "strength",
    "experience": "beginner",
    "days_per_week": "3",
    "session_minutes": "60",
    "equipment": "full_gym",
}


def filled(**fields: Any) -> Form:
    told = {**LEAST, **fields}
    pairs: list[tuple[str, str | UploadFile]] = [
        (name, one) for name, value in told.items() for one in (value if isinstance(value, list) else [value])
    ]
    return Form(typed(FormData(pairs)), labels=program_form.LABELS)


def test_the_form_as_it_first_shows_can_be_sent() -> None:
    form = program_form.new_form({}, "kg", {})
    assert program_form.check(form) is not None


def test_every_field_reaches_the_input() -> None:
    form = filled(
        **{
            "equipment": ["barbell", "dumbbells"],
            "weeks": "8",
            "units": "lb",
            "lifts.squat": "315",
            "lifts.bench_press": "227,5",
            "injuries.knee": "mild",
            "injuries.hip": "",
            "recovery.sleep_hours": "6.5",
            "recovery.stress": "7",
            "recovery.energy": "deficit",
            "focus_muscles": ["chest", "back"],
            "avoid_exercises": "burpees; upright row\nbox jump, ",
            "notes": " Mornings only. ",
        }
    )
    told = program_form.check(form)
    assert told is not None
    model = ProgramInput.model_validate(told)
    assert model.lifts.bench_press == 227.5
    assert [(injury.area, injury.severity) for injury in model.injuries] == [("knee", "mild")]
    assert model.recovery.sleep_hours == 6.5
    assert model.avoid_exercises == ["burpees", "upright row", "box jump"]
    assert model.notes == "Mornings only."


def test_what_was_told_fills_the_form_in_and_gives_the_same_input_again() -> None:
    told: dict[str, Any] = ProgramInput.model_validate(
        {
            "goal": "hypertrophy",
            "experience": "advanced",
            "days_per_week": 5,
            "session_minutes": 75,
            "equipment": ["full_gym"],
            "lifts": {"squat": 142.5},
            "injuries": [{"area": "elbow", "severity": "moderate"}],
            "avoid_exercises": ["burpees", "box jump"],
        }
    ).model_dump(mode="json", exclude_none=True)
    again = program_form.check(program_form.new_form(told, "kg", {}))
    assert again is not None
    assert ProgramInput.model_validate(again).model_dump(mode="json", exclude_none=True) == told


def test_a_link_says_more_than_the_profile_and_the_profile_more_than_the_defaults() -> None:
    form = program_form.new_form({"goal": "power", "days_per_week": 5}, "lb", {"goal": ["endurance"], "evil": ["x"]})
    assert form.value("goal") == "endurance"
    assert form.value("days_per_week") == "5"
    assert form.value("units") == "lb"
    assert "evil" not in form.values


def test_a_profile_of_another_kind_does_no_harm() -> None:
    form = program_form.new_form({"diet": "vegan", "height": 180, "eating_window": {"from": "08:00"}}, "kg", {})
    assert program_form.check(form) is not None


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"goal": ""}, "goal"),
        ({"goal": "world_peace"}, "goal"),
        ({"equipment": ""}, "equipment"),
        ({"equipment": "spaceship"}, "equipment"),
        ({"days_per_week": "9"}, "days_per_week"),
        ({"session_minutes": "45.5"}, "session_minutes"),
        ({"age": "seven"}, "age"),
        ({"lifts.deadlift": "a lot"}, "lifts.deadlift"),
        ({"lifts.squat": "-5"}, "lifts.squat"),
        ({"body_weight": "nan"}, "body_weight"),
        ({"injuries.knee": "terrible"}, "injuries.knee"),
        ({"recovery.stress": "11"}, "recovery.stress"),
        ({"focus_muscles": ["chest", "back", "quads", "calves"]}, "focus_muscles"),
        ({"notes": "x" * 1001}, "notes"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(fields: dict[str, Any], name: str) -> None:
    form = filled(**fields)
    before = dict(form.values)
    assert program_form.check(form) is None
    assert list(form.errors) == [name]
    assert form.errors[name]
    assert form.values == before


def test_errors_come_in_the_order_of_the_page() -> None:
    form = filled(notes="x" * 1001, age="x", goal="")
    assert program_form.check(form) is None
    assert list(form.errors) == ["goal", "age", "notes"]


def test_a_number_may_have_a_comma() -> None:
    assert number("72,5") == 72.5
    assert number("70.0") == 70
    assert isinstance(number("70.0"), int)
    assert number("many") == "many"
