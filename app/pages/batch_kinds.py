"""How a kind is asked for in a table: its columns, how their cells read, and what is set once for everybody."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.kinds import program_choices as choices
from app.pages import program_form, programs
from app.pages.forms import Form
from app.pages.sheet import plain


@dataclass(frozen=True)
class BatchKind:
    labels: Mapping[str, str]  # of every field, by its path into the input
    choices: Mapping[str, Mapping[Any, str]]  # of those that have some: value -> how it is said
    lists: frozenset[str]  # fields with several of their choices
    shared: tuple[str, ...]  # fields that stand above the table, for all who have no cell of their own
    usual: Mapping[str, list[str]]  # what a field is when nothing is said
    hints: Mapping[str, str]  # what a cell without choices may hold
    sample: tuple[tuple[str, ...], ...]  # the table to begin with: columns, then lines
    template: str  # the shared fields
    blank: Callable[[Mapping[str, Any], str], Form]  # from a profile and its units
    flat: Callable[[Mapping[str, Any]], dict[str, list[str]]]  # an input as the values of the fields
    check: Callable[[Form], dict[str, Any] | None]  # the input that a form gives, or errors in the form
    options: Callable[[Form], dict[str, Any]]  # what the template needs


def _program_options(form: Form) -> dict[str, Any]:
    short: dict[str, Mapping[Any, str]] = {
        "goals": choices.GOALS,
        "experiences": choices.EXPERIENCES,
        "equipment": choices.EQUIPMENT,
    }
    return {**programs.options(form), **{name: list(said.items()) for name, said in short.items()}}


_WEIGHT = "a number, in the units above"
PROGRAM = BatchKind(
    labels=program_form.LABELS,
    choices=program_form.SAID,
    lists=frozenset(program_form.LISTS),
    shared=("goal", "experience", "days_per_week", "session_minutes", "weeks", "units", "equipment"),
    usual=program_form.DEFAULTS,
    hints={
        "days_per_week": "2 to 7",
        "session_minutes": "20 to 120",
        "weeks": "4 to 16",
        "age": "13 to 100",
        "body_weight": _WEIGHT,
        **{f"lifts.{name}": f"the most they can lift once: {_WEIGHT}" for name in choices.LIFTS},
        "recovery.sleep_hours": "0 to 16",
        "recovery.stress": "1 calm to 10 high",
        "avoid_exercises": "names, separated by semicolons",
        "sport": "a few words",
        "notes": "up to 1,000 characters",
    },
    sample=(
        (
            "client", "goal", "experience", "days_per_week", "equipment", "sex", "age", "body_weight", "lifts.squat",
            "lifts.bench_press", "lifts.deadlift", "lifts.overhead_press", "injuries.knee", "notes",
        ),
        (
            "Ann Archer", "hypertrophy", "intermediate", "4", "full_gym", "female", "34", "62", "80", "50", "100", "35",
            "", "",
        ),
        (
            "Ben Brook", "strength", "beginner", "3", "barbell dumbbells", "male", "51", "88", "", "", "", "",
            "mild", "Prefers mornings",
        ),
    ),
    template="batches/program.html",
    blank=lambda profile, units: program_form.new_form(profile, units, {}),
    flat=program_form.flat,
    check=program_form.check,
    options=_program_options,
)  # fmt: skip

BATCH_KINDS: dict[str, BatchKind] = {"program": PROGRAM}


def values(kind: BatchKind, name: str, cell: str) -> tuple[list[str], str]:
    """What a cell says of a field, as the values of a form; and what is wrong with it, if anything."""
    allowed = kind.choices.get(name)
    if allowed is None:
        return [cell], ""
    known = {plain(said): str(value) for value, said in allowed.items()}
    known |= {plain(str(value)): str(value) for value in allowed}
    parts = _parts(cell, known) if name in kind.lists else [cell]
    unknown = [part for part in parts if plain(part) not in known]
    if unknown:
        return [cell], f'There is no "{unknown[0]}". Write {_or([str(value) for value in allowed])}.'
    return [known[plain(part)] for part in parts], ""


def _parts(cell: str, known: Mapping[str, str]) -> list[str]:
    """Separated by semicolons and the like, else by blanks, unless all of it is one."""
    if re.search(r"[;,|/\n]", cell):
        return [part for part in re.split(r"\s*[;,|/\n]\s*", cell) if part]
    return [cell] if plain(cell) in known else cell.split()


def _or(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
