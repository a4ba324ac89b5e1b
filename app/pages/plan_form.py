"""The plan form: its fields, what they become, and what a profile fills in."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from app.counts import plural
from app.kinds import plan_choices as plans
from app.kinds import program_choices as choices
from app.kinds.plan import PlanInput
from app.pages.forms import Form, errors_by_field, number

LABELS: dict[str, str] = {
    "goal": "Goal",
    "units": "Units",
    "sex": "Sex",
    "age": "Age",
    "height": "Height",
    "body_weight": "Body weight",
    "goal_weight": "Goal weight",
    "activity": "Your days",
    "conditions": "What we should know",
    "experience": "Experience",
    "days_per_week": "Training days a week",
    "session_minutes": "Minutes a session",
    "training_time": "When you train",
    "equipment": "Equipment",
    **{f"injuries.{area}": label for area, label in choices.AREAS.items()},
    "diet": "What you eat",
    "allergies": "Allergies",
    "avoid_foods": "Foods to leave out",
    "meals_per_day": "Meals a day",
    "budget": "Budget",
    "eating_window.from": "First meal not before",
    "eating_window.to": "Last meal until",
    "wake": "Up at",
    "sleep": "To bed at",
    "steps": "Steps a day",
    "travel_days": "Days on the road",
    "supplements": "Supplements",
    "week_start": "First day",
    "notes": "Anything else",
}
NUMBERS = {"age", "height", "body_weight", "goal_weight", "days_per_week", "session_minutes", "meals_per_day", "steps"}
LISTS = {"equipment", "allergies", "conditions", "travel_days"}
# Of one week only, so that no later form is filled in with it.
PASSING = {"week_start"}
DEFAULTS: dict[str, list[str]] = {
    "goal": ["general_fitness"],
    "units": ["kg"],
    "sex": ["unspecified"],
    "activity": ["moderate"],
    "experience": ["beginner"],
    "days_per_week": ["3"],
    "session_minutes": ["60"],
    "training_time": ["evening"],
    "equipment": ["full_gym"],
    "diet": ["omnivore"],
    "meals_per_day": ["4"],
    "budget": ["medium"],
    "wake": ["07:00"],
    "sleep": ["23:00"],
    "supplements": ["yes"],
}
SAID: dict[str, Mapping[Any, str]] = {
    "goal": plans.GOALS,
    "units": choices.UNITS,
    "sex": choices.SEXES,
    "activity": plans.ACTIVITIES,
    "conditions": plans.CONDITIONS,
    "experience": choices.EXPERIENCES,
    "training_time": plans.TRAINING_TIMES,
    "equipment": choices.EQUIPMENT,
    "diet": plans.DIETS,
    "allergies": plans.ALLERGENS,
    "budget": plans.BUDGETS,
    "travel_days": choices.WEEKDAYS,
    "supplements": {"yes": "Named where they help", "no": "None"},
    **{f"injuries.{area}": choices.SEVERITIES for area in choices.AREAS},
}


def new_form(profile: Mapping[str, Any], units: str, query: Mapping[str, list[str]]) -> Form:
    """Defaults, over them what the person last told, over that what the link they came by says."""
    known = {name: values for name, values in query.items() if name in LABELS}
    told = {name: values for name, values in flat(profile).items() if name not in PASSING and _fits(name, values)}
    return Form({**DEFAULTS, "units": [units], **told, **known}, labels=dict(LABELS))


def _fits(name: str, values: list[str]) -> bool:
    """Whether what was told for something else (a program's goal) is a choice here too."""
    return name not in SAID or set(values) <= set(SAID[name])


def flat(told: Mapping[str, Any]) -> dict[str, list[str]]:
    """An input, as the values of the form's fields."""
    values: dict[str, list[str]] = {}
    for name, value in told.items():
        if name == "injuries":
            values |= {f"injuries.{injury['area']}": [injury["severity"]] for injury in value}
        elif name == "avoid_foods":
            values[name] = [", ".join(value)]
        elif isinstance(value, bool):
            values[name] = ["yes" if value else "no"]
        elif isinstance(value, Mapping):
            values |= {f"{name}.{inner}": [_text(one)] for inner, one in value.items() if one is not None}
        elif isinstance(value, list):
            values[name] = [_text(one) for one in value]
        elif value is not None:
            values[name] = [_text(value)]
    return {name: value for name, value in values.items() if name in LABELS}


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def readable(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a person has told, as labels and words, in the order of the form."""
    values = flat(told)
    said = {
        name: ", ".join(SAID.get(name, {}).get(one, one) for one in values[name]) for name in LABELS if name in values
    }
    return [(LABELS[name], text) for name, text in said.items() if text]


def about(asked: Mapping[str, Any]) -> str:
    diet: plans.Diet = asked["diet"]
    parts = [
        plural(asked["days_per_week"], "training day"),
        f"{asked['meals_per_day']} meals a day",
        *([plans.DIETS[diet].lower()] if diet != "omnivore" else []),
    ]
    return ", ".join(parts) + (f", from {asked['week_start']}" if asked.get("week_start") else "")


def given(form: Form) -> dict[str, Any]:
    """The input that the form gives; empty fields are not told."""
    told: dict[str, Any] = {}
    injuries = []
    for name in LABELS:
        values = [value for value in form.values.get(name, []) if value]
        if not values:
            continue
        parent, _, child = name.partition(".")
        if parent == "injuries":
            injuries.append({"area": child, "severity": values[0]})
        elif child:
            told.setdefault(parent, {})[child] = values[0]
        else:
            told[name] = _converted(name, values)
    told.setdefault("equipment", [])
    if injuries:
        told["injuries"] = injuries
    return told


def _converted(name: str, values: list[str]) -> Any:
    if name in LISTS:
        return values
    if name == "avoid_foods":
        return [one for part in re.split(r"[,;\n]", values[0]) if (one := part.strip())]
    if name in NUMBERS:
        return number(values[0])
    if name == "supplements":
        return values[0] == "yes"
    return values[0]


def check(form: Form) -> dict[str, Any] | None:
    """The input when it holds; otherwise None, and the form has its errors."""
    told = given(form)
    try:
        PlanInput.model_validate(told)
    except ValidationError as error:
        names: dict[tuple[str | int, ...], str] = {tuple(name.split(".")): name for name in LABELS}
        names |= {("injuries", at): f"injuries.{one['area']}" for at, one in enumerate(told.get("injuries", []))}
        found = errors_by_field(error, names)
        form.errors = {name: found[name] for name in ["", *LABELS] if name in found}
        return None
    return told
