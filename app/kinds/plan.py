"""The kind `plan`: a week of training, meals and recovery."""

import math
import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from app.kinds.base import Kind
from app.kinds.fields import Engine, Line, Made, Positive, Rung, Told, clean_prose, not_empty, unique
from app.kinds.plan_choices import AISLES, Activity, Allergen, Budget, Condition, Diet, Goal, State, TrainingTime
from app.kinds.program import BODY_WEIGHT, ExerciseOut, Injury, worst_per_area
from app.kinds.program_choices import Equipment, Experience, Sex, Units, Weekday

PHASES: Final[tuple[tuple[str, str], ...]] = (
    ("read_profile", "Reading your profile"),
    ("set_targets", "Setting your targets"),
    ("split_week", "Splitting the week"),
    ("write_days", "Writing the days"),
    ("check_plan", "Checking the plan"),
    ("save", "Saving"),
)
DAYS: Final = 7
# cm and inches: beyond them a number is a slip of the keyboard or of the units.
HEIGHT: Final[dict[Units, tuple[float, float]]] = {"kg": (100, 250), "lb": (39, 98)}
YEARS: Final = (2000, 2100)


def _clock(text: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text, re.ASCII):
        raise PydanticCustomError("clock", "Write a time as HH:MM, from 00:00 to 23:59")
    return text


def _day(text: str) -> str:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) and YEARS[0] <= date.fromisoformat(text).year <= YEARS[1]:
            return text
    except ValueError:
        pass
    raise PydanticCustomError("day", f"Write a date as YYYY-MM-DD, from the year {YEARS[0]} to {YEARS[1]}")


Clock = Annotated[str, AfterValidator(_clock)]
Day = Annotated[str, AfterValidator(_day)]


class Window(Told):
    """Between these times of day all meals are eaten."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    from_: Annotated[Clock, Field(alias="from")]
    to: Clock


class PlanInput(Told):
    goal: Goal
    sex: Sex
    age: Annotated[int, Field(ge=13, le=100)]
    units: Units
    height: Positive  # cm or inches
    body_weight: Positive  # kg or lb
    experience: Experience
    days_per_week: Annotated[int, Field(ge=1, le=7)]
    session_minutes: Annotated[int, Field(ge=20, le=120)]
    equipment: Annotated[
        list[Equipment],
        Field(max_length=50, json_schema_extra={"minItems": 1}),
        AfterValidator(not_empty),
        AfterValidator(unique),
    ]
    activity: Activity
    diet: Diet
    goal_weight: Positive | None = None
    allergies: Annotated[list[Allergen], AfterValidator(unique), Field(max_length=20)] = []
    avoid_foods: Annotated[list[Line], Field(max_length=50), AfterValidator(unique)] = []
    meals_per_day: Annotated[int, Field(ge=2, le=6)] = 4
    eating_window: Window | None = None
    wake: Clock = "07:00"
    sleep: Clock = "23:00"
    training_time: TrainingTime = "evening"
    steps: Annotated[int, Field(ge=0, le=60_000)] | None = None
    injuries: Annotated[list[Injury], Field(max_length=50), AfterValidator(worst_per_area)] = []
    conditions: Annotated[list[Condition], AfterValidator(unique), Field(max_length=10)] = []
    travel_days: Annotated[list[Weekday], AfterValidator(unique), Field(max_length=7)] = []
    supplements: bool = True
    budget: Budget = "medium"
    week_start: Annotated[Day, Field(description="YYYY-MM-DD; next Monday by default")] | None = None
    notes: Annotated[str, Field(max_length=1000), AfterValidator(clean_prose)] = ""

    @field_validator("height")
    @classmethod
    def _plausible_height(cls, value: float, info: ValidationInfo) -> float:
        unit: Units = info.data.get("units", "kg")
        least, most = HEIGHT[unit]
        if not least <= value <= most:
            length = "cm" if unit == "kg" else "in"
            raise PydanticCustomError("height", f"Height must be between {least:g} and {most:g} {length}")
        return value

    @field_validator("body_weight", "goal_weight")
    @classmethod
    def _plausible_weight(cls, value: float | None, info: ValidationInfo) -> float | None:
        unit: Units = info.data.get("units", "kg")
        least, most = BODY_WEIGHT[unit]
        if value is not None and not least <= value <= most:
            raise PydanticCustomError("body_weight", f"A weight must be between {least:g} and {most:g} {unit}")
        return value


class Totals(Made):
    """Absent where no numbers are to be shown."""

    calories: float | None = None
    protein_g: float | None = None
    carbs_g: float | None = None
    fat_g: float | None = None
    fiber_g: float | None = None


class Targets(Totals):
    water_l: float
    method: str


class ItemOut(Totals):
    food: str
    food_id: str
    grams: float
    measure: str
    aisle: str
    unit: str  # the household measure and its grams
    unit_grams: float


class MealOut(Made):
    name: str
    dish: str
    time: str
    items: list[ItemOut]
    totals: Totals
    method: str
    leftover_of: str | None = None  # "monday": cooked then


class NutritionOut(Made):
    targets: Totals
    totals: Totals
    meals: list[MealOut]


class TrainingOut(Made):
    name: str
    focus: str = ""
    time: str = ""
    estimated_minutes: int
    warm_up: str = ""
    exercises: list[ExerciseOut]


class Mobility(Made):
    name: str
    minutes: int
    how: str = ""


class Sleep(Made):
    hours: float
    bedtime: str
    wake: str


class Supplement(Made):
    name: str
    dose: str
    why: str


class RecoveryOut(Made):
    mobility: list[Mobility]
    sleep: Sleep
    supplements: list[Supplement]
    water_l: float | None = None
    movement: str = ""


class PlanDay(Made):
    day: int
    weekday: Weekday
    date: str = ""
    training: TrainingOut | None
    nutrition: NutritionOut
    recovery: RecoveryOut
    reason: str
    note: str = ""
    author: Engine = "rules"
    rungs: list[Rung] = []


class Shopping(Made):
    food: str
    food_id: str = ""
    grams: float
    aisle: str
    measure: str = ""


class PlanResult(Made):
    id: str
    kind: Literal["plan"] = "plan"
    title: str
    engine: Engine
    week_start: str
    state: State
    targets: Targets
    days: list[PlanDay]
    shopping_list: list[Shopping]
    warnings: list[str]
    sources: list[str]
    show_numbers: bool = True
    units: Units = "kg"
    summary: str = ""
    adjusted: list[str] = []  # what earlier weeks have changed in this one
    understood: list[str] = []
    not_understood: list[str] = []


NUMBERS: Final = frozenset(Totals.model_fields)
# Of the stored head: what only changes of the plan need.
INTERNAL: Final = frozenset({"energy", "frame", "history"})


def assemble(head: dict[str, Any], days: list[dict[str, Any]]) -> dict[str, Any]:
    """The result without its id; without energy and nutrients where these are not to be shown."""
    told = {key: value for key, value in head.items() if key not in INTERNAL}
    whole = {**told, "state": "ready", "days": days, "shopping_list": shopping(days)}
    return whole if head["show_numbers"] else without_numbers(whole)


def without_numbers(value: Any) -> Any:
    """The same without energy and nutrients, at any depth."""
    if isinstance(value, dict):
        return {key: without_numbers(inner) for key, inner in value.items() if key not in NUMBERS}
    return [without_numbers(inner) for inner in value] if isinstance(value, list) else value


def shopping(days: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the days need of each food, in the order of the aisles; what is not bought (water) is no food."""
    found: dict[str, dict[str, Any]] = {}
    for day in days:
        for meal in day["nutrition"]["meals"]:
            for item in meal["items"]:
                told = {key: item[key] for key in ("food", "food_id", "aisle")}
                row = found.setdefault(
                    item["food_id"], {**told, "grams": 0.0, "unit": item["unit"], "each": item["unit_grams"]}
                )
                row["grams"] = round(row["grams"] + item["grams"], 1)
    order = list(AISLES)
    rows = sorted(found.values(), key=lambda row: (order.index(row["aisle"]), row["food"]))
    return [{**row, **bought(row["grams"], row.pop("unit"), row.pop("each"))} for row in rows]


def bought(grams: float, unit: str, each: float) -> dict[str, Any]:
    """Grams, and how many pieces that is of what is bought by the piece."""
    pieces = unit not in {"g", "cup", "tbsp", "tsp", "handful", "slice", "glass", "scoop", "medium", "piece"}
    count = math.ceil(grams / each) if pieces else 0
    return {"grams": grams, "measure": f"about {count} {unit}{'s' if count > 1 else ''}" if pieces else ""}


def next_monday(tz: str, now: datetime | None = None) -> date:
    today = (now or datetime.now(UTC)).astimezone(ZoneInfo(tz)).date()
    return today + timedelta(days=7 - today.weekday())


def settle(asked: dict[str, Any], tz: str) -> dict[str, Any]:
    """With the week named, so that the same wish in another week is another plan."""
    return {**asked, "week_start": asked.get("week_start") or next_monday(tz).isoformat()}


KIND: Final = Kind(
    name="plan",
    label="Weekly plan",
    input_model=PlanInput,
    phases=PHASES,
    assemble=assemble,
    item_noun="day",
    llm=True,
    twin_fields=("week_start",),
    units=lambda _: {"write_days": DAYS},
    once=("week_start",),
    settle=settle,
)
