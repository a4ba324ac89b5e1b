"""The kind `plan_edit`: a change of a finished plan. All that is not asked for stays as it is."""

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from app.kinds.base import Kind
from app.kinds.fields import Line, Told, clean_prose

What = Literal["redo", "swap_meal", "swap_food", "amount", "restore"]
Part = Literal["training", "nutrition", "both"]
WHATS: Final[dict[What, str]] = {
    "redo": "Write it anew",
    "swap_meal": "Swap a meal",
    "swap_food": "Swap a food",
    "amount": "Change an amount",
    "restore": "Go back to an earlier version",
}
PARTS: Final[dict[Part, str]] = {"both": "Training and meals", "training": "Training", "nutrition": "Meals"}
# What each needs, and what else it may have.
NEEDS: Final[dict[What, tuple[frozenset[str], frozenset[str]]]] = {
    "redo": (frozenset({"part"}), frozenset({"day"})),
    "swap_meal": (frozenset({"day", "meal"}), frozenset({"to"})),
    "swap_food": (frozenset({"day", "meal", "food"}), frozenset({"to"})),
    "amount": (frozenset({"day", "meal", "food", "grams"}), frozenset()),
    "restore": (frozenset({"to_version"}), frozenset()),
}
PHASES: Final = (
    ("read_plan", "Reading your plan"),
    ("plan_changes", "Finding what fits"),
    ("write_days", "Writing the changed days"),
    ("check_plan", "Checking the plan"),
    ("save", "Saving"),
)


class PlanEdit(Told):
    """``version``: the one that the person saw; null takes whatever is the newest."""

    what: What
    version: Annotated[int, Field(ge=1)] | None = None
    reason: Annotated[str, Field(max_length=500), AfterValidator(clean_prose)] = ""
    part: Part | None = None
    day: Annotated[int, Field(ge=1, le=7)] | None = None
    meal: Annotated[int, Field(ge=1, le=6)] | None = None  # counted from 1
    food: Line | None = None  # its id
    to: Line | None = None  # the id of a food or dish; the nearest in kind where it is left out
    grams: Annotated[float, Field(ge=0, le=5000, allow_inf_nan=False)] | None = None
    to_version: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _fields_fit(self) -> "PlanEdit":
        needed, allowed = NEEDS[self.what]
        given = {name for name, value in self if value is not None} - {"what", "version", "reason"}
        for names, said in (
            (needed - given, "{what} needs {names}"),
            (given - needed - allowed, "{what} takes no {names}"),
        ):
            if names:
                told: dict[str, Any] = {"what": self.what, "names": ", ".join(sorted(names))}
                raise PydanticCustomError("fields", said, told)
        return self


KIND: Final = Kind(
    name="plan_edit",
    label="Change of a plan",
    input_model=PlanEdit,
    phases=PHASES,
    assemble=lambda head, days: {**head, "days": days},
    item_noun="day",
    edits="plan",
)
