"""The program form: its fields, what they become, and what a profile fills in."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from app.kinds import program_choices as choices
from app.kinds.program import ProgramInput
from app.pages.forms import Form, errors_by_field, number

LABELS: dict[str, str] = {
    "goal": "Goal",
    "experience": "Experience",
    "days_per_week": "Days a week",
    "session_minutes": "Minutes a session",
    "weeks": "Weeks",
    "equipment": "Equipment",
    "units": "Units",
    "sex": "Sex",
    "age": "Age",
    "body_weight": "Body weight",
    **{f"lifts.{name}": label for name, label in choices.LIFTS.items()},
    "lifts_source": "How sure the numbers are",
    **{f"injuries.{area}": label for area, label in choices.AREAS.items()},
    "recovery.sleep_hours": "Sleep",
    "recovery.stress": "Stress",
    "recovery.energy": "Eating",
    "focus_muscles": "Muscles to bring up",
    "avoid_exercises": "Exercises to leave out",
    "sport": "Sport",
    "notes": "Anything else",
}
NUMBERS = {"days_per_week", "session_minutes", "weeks", "age", "body_weight", "recovery.sleep_hours", "recovery.stress"}
LISTS = {"equipment", "focus_muscles"}
MINUTES = (20, 30, 45, 60, 75, 90, 105, 120)
DEFAULTS: dict[str, list[str]] = {
    "goal": ["strength"],
    "experience": ["beginner"],
    "days_per_week": ["3"],
    "session_minutes": ["60"],
    "equipment": ["full_gym"],
    "units": ["kg"],
    "sex": ["unspecified"],
    "lifts_source": ["estimated"],
    "recovery.energy": ["maintenance"],
}


def new_form(profile: Mapping[str, Any], units: str, query: Mapping[str, list[str]]) -> Form:
    """Defaults, over them what the person last told, over that what the link they came by says."""
    known = {name: values for name, values in query.items() if name in LABELS}
    # What was told for a plan may be no choice here.
    told = {name: values for name, values in flat(profile).items() if set(values) <= set(SAID.get(name, values))}
    return Form({**DEFAULTS, "units": [units], **told, **known}, labels=dict(LABELS))


def flat(told: Mapping[str, Any]) -> dict[str, list[str]]:
    """An input, as the values of the form's fields."""
    values: dict[str, list[str]] = {}
    for name, value in told.items():
        if name == "injuries":
            values |= {f"injuries.{injury['area']}": [injury["severity"]] for injury in value}
        elif name == "avoid_exercises":
            values[name] = [", ".join(value)]
        elif isinstance(value, Mapping):
            values |= {f"{name}.{inner}": [_text(one)] for inner, one in value.items() if one is not None}
        elif isinstance(value, list):
            values[name] = [_text(one) for one in value]
        elif value is not None:
            values[name] = [_text(value)]
    return {name: value for name, value in values.items() if name in LABELS}


# How a choice is said, for the fields that have one.
SAID: dict[str, Mapping[Any, str]] = {
    "goal": choices.GOALS,
    "experience": choices.EXPERIENCES,
    "equipment": choices.EQUIPMENT,
    "units": choices.UNITS,
    "sex": choices.SEXES,
    "lifts_source": choices.LIFTS_SOURCES,
    "recovery.energy": choices.ENERGIES,
    "focus_muscles": choices.MUSCLES,
    **{f"injuries.{area}": choices.SEVERITIES for area in choices.AREAS},
}


def readable(profile: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a person has told, as labels and words, in the order of the form."""
    told = flat(profile)
    said = {
        name: ", ".join(SAID.get(name, {}).get(value, value) for value in told[name]) for name in LABELS if name in told
    }
    return [(LABELS[name], text) for name, text in said.items() if text]


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def given(form: Form) -> dict[str, Any]:
    """The input that the form gives; empty fields are not told."""
    told: dict[str, Any] = {}
    injuries = []
    for name in LABELS:
        values = [value for value in form.values.get(name, []) if value]
        if not values and name not in LISTS:
            continue
        parent, _, child = name.partition(".")
        if parent == "injuries":
            injuries.append({"area": child, "severity": values[0]})
        elif child:
            told.setdefault(parent, {})[child] = _converted(name, values)
        else:
            told[name] = _converted(name, values)
    if injuries:
        told["injuries"] = injuries
    return told


def _converted(name: str, values: list[str]) -> Any:
    if name in LISTS:
        return values
    if name == "avoid_exercises":
        return [one for part in re.split(r"[,;\n]", values[0]) if (one := part.strip())]
    if name in NUMBERS or name.startswith("lifts."):
        return number(values[0])
    return values[0]


def check(form: Form) -> dict[str, Any] | None:
    """The input when it holds; otherwise None, and the form has its errors."""
    told = given(form)
    try:
        ProgramInput.model_validate(told)
    except ValidationError as error:
        form.errors = errors_by_field(error, _names(told))
        # In the order of the page, so that the summary reads from top to bottom.
        form.errors = {name: form.errors[name] for name in ["", *LABELS] if name in form.errors}
        return None
    return told


def _names(told: Mapping[str, Any]) -> dict[tuple[str | int, ...], str]:
    """Where an error can be, and the field it belongs to."""
    names: dict[tuple[str | int, ...], str] = {tuple(name.split(".")): name for name in LABELS}
    for index, injury in enumerate(told.get("injuries", [])):
        names[("injuries", index)] = f"injuries.{injury['area']}"
    names[("lifts",)] = "lifts.squat"
    return names
