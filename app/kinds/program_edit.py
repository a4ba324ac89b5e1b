"""The kind `program_edit`: a change of a finished program by what was logged, or by what the person asks for."""

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from app.kinds.base import Kind
from app.kinds.fields import Line, Told, not_empty, unique
from app.kinds.program_choices import Equipment, Weekday

What = Literal["adapt", "week", "day", "swap", "change", "deload", "restore"]
WHATS: Final[dict[What, str]] = {
    "adapt": "Adapt to what was logged",
    "week": "Write a week anew",
    "day": "Write a day anew",
    "swap": "Swap an exercise",
    "change": "Change days, minutes or equipment",
    "deload": "Deload now",
    "restore": "Go back to an earlier version",
}
# What each needs, and what else it may have.
NEEDS: Final[dict[What, tuple[frozenset[str], frozenset[str]]]] = {
    "adapt": (frozenset(), frozenset()),
    "week": (frozenset({"week"}), frozenset()),
    "day": (frozenset({"week", "day"}), frozenset()),
    "swap": (frozenset({"exercise"}), frozenset({"to", "week", "day"})),
    "change": (
        frozenset({"from_week"}),
        frozenset({"days_per_week", "weekdays", "session_minutes", "equipment", "avoid_exercises"}),
    ),
    "deload": (frozenset({"week"}), frozenset()),
    "restore": (frozenset({"to_version"}), frozenset()),
}
PHASES: Final = (
    ("read_program", "Reading your program and log"),
    ("plan_changes", "Planning the changes"),
    ("write_weeks", "Writing the changed weeks"),
    ("check_program", "Checking the program"),
    ("save", "Saving"),
)
WeekNumber = Annotated[int, Field(ge=1, le=16)]


class ProgramEdit(Told):
    """``version``: the one that the person saw; null takes whatever is the newest."""

    what: What
    version: Annotated[int, Field(ge=1)] | None = None
    reason: Annotated[str, Field(max_length=500)] = ""
    week: WeekNumber | None = None
    day: Annotated[int, Field(ge=1, le=7)] | None = None
    exercise: Line | None = None
    to: Line | None = None
    from_week: WeekNumber | None = None
    days_per_week: Annotated[int, Field(ge=2, le=7)] | None = None
    weekdays: Annotated[list[Weekday], AfterValidator(unique), Field(max_length=7)] | None = None
    session_minutes: Annotated[int, Field(ge=20, le=120)] | None = None
    equipment: Annotated[list[Equipment], AfterValidator(not_empty), AfterValidator(unique)] | None = None
    avoid_exercises: Annotated[list[Line], Field(max_length=50)] | None = None
    to_version: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _fields_fit(self) -> "ProgramEdit":
        needed, allowed = NEEDS[self.what]
        given = {name for name, value in self if value is not None} - {"what", "version", "reason"}
        if missing := sorted(needed - given):
            raise PydanticCustomError("missing_for", "{what} needs {names}", _named(self.what, missing))
        if extra := sorted(given - needed - allowed):
            raise PydanticCustomError("not_for", "{what} takes no {names}", _named(self.what, extra))
        if self.what == "change" and not given & allowed:
            names = sorted(allowed)
            raise PydanticCustomError("missing_for", "{what} needs at least one of {names}", _named(self.what, names))
        return self


def _named(what: str, names: list[str]) -> dict[str, Any]:
    return {"what": what, "names": ", ".join(names)}


KIND: Final = Kind(
    name="program_edit",
    label="Change of a program",
    input_model=ProgramEdit,
    phases=PHASES,
    assemble=lambda head, weeks: {**head, "weeks": weeks},
    item_noun="week",
    edits="program",
)
