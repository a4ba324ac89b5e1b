"""Forms: what was typed, kept as typed, and what is wrong with it, beside its field.

Field names are paths into the input (`lifts.squat`): one rule turns a form into an input, and the errors of an input
back into the fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request

LARGEST_FORM = 64 * 1024

# What pydantic's errors are to a person; `{ge}` and the like are filled in from the error's context.
MESSAGES = {
    "missing": "Choose one.",
    "int_type": "Write a whole number.",
    "int_from_float": "Write a whole number.",
    "float_type": "Write a number.",
    "greater_than_equal": "It must be at least {ge}.",
    "greater_than": "It must be more than {gt}.",
    "less_than_equal": "It must be at most {le}.",
    "less_than": "It must be less than {lt}.",
    "too_short": "Choose at least one.",
    "too_long": "Choose at most {max_length}.",
    "string_too_long": "Use at most {max_length} characters.",
    "string_too_short": "Use at least {min_length} characters.",
}


@dataclass
class Form:
    """One form on a page: the values and errors by field name."""

    values: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        return next(iter(self.values.get(name, [])), "")

    def chosen(self, name: str, option: Any) -> bool:
        return str(option) in self.values.get(name, [])

    def error(self, name: str) -> str:
        return self.errors.get(name, "")

    def id(self, name: str) -> str:
        return name.replace(".", "-")

    def label(self, name: str) -> str:
        return self.labels.get(name, name)


def typed(form: FormData) -> dict[str, list[str]]:
    """What was typed, by field; files and surrounding blanks are dropped."""
    values: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            values.setdefault(name, []).append(value.strip())
    return values


async def read(request: Request, labels: Mapping[str, str] | None = None, most: int = 200) -> Form:
    """``most``: how many fields it may have."""
    async with request.form(max_files=0, max_fields=most, max_part_size=LARGEST_FORM) as form:
        return Form(typed(form), labels=dict(labels or {}))


def number(text: str) -> int | float | str:
    """The number a person wrote, comma or point; the text itself when it is none, for the input model to refuse."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return text
    if value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def message(error: Mapping[str, Any]) -> str:
    text = MESSAGES.get(error["type"])
    if text is not None:
        return text.format_map(error.get("ctx", {}))
    return str(error["msg"]).removeprefix("Value error, ").rstrip(".") + "."


def errors_by_field(error: ValidationError, names: Mapping[tuple[str | int, ...], str]) -> dict[str, str]:
    """The first error of each field; an error deeper inside a field's value belongs to that field."""
    found: dict[str, str] = {}
    for one in error.errors(include_url=False, include_input=False):
        location = one["loc"]
        name = next((names[location[:end]] for end in range(len(location), 0, -1) if location[:end] in names), "")
        found.setdefault(name, message(one))
    return found
