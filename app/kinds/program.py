"""The kind `program`: what is asked, what is made, and the phases in which it is made."""

from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from app.kinds.base import Kind
from app.kinds.fields import Engine, Line, Made, Positive, Rung, Told, clean_prose, not_empty, unique
from app.kinds.program_choices import (
    DEFAULT_WEEKS,
    LIFTS,
    WEEKDAYS,
    Area,
    Energy,
    Equipment,
    Experience,
    Goal,
    LiftsSource,
    Muscle,
    Pattern,
    Severity,
    Sex,
    Units,
    Weekday,
)

PHASES: Final[tuple[tuple[str, str], ...]] = (
    ("read_profile", "Reading your profile"),
    ("set_landmarks", "Setting volume landmarks"),
    ("find_weak_points", "Finding weak points"),
    ("choose_periodization", "Choosing the periodization"),
    ("build_split", "Building the split"),
    ("write_weeks", "Writing the weeks"),
    ("check_program", "Checking the program"),
    ("save", "Saving"),
)

# Above every lift ever made, in each unit; a larger number is a slip of the keyboard or of the units.
HEAVIEST_LIFT: Final[dict[Units, float]] = {"kg": 600, "lb": 1300}
BODY_WEIGHT: Final[dict[Units, tuple[float, float]]] = {"kg": (25, 350), "lb": (55, 770)}

T = TypeVar("T")


class Lifts(Told):
    squat: Positive | None = None
    bench_press: Positive | None = None
    deadlift: Positive | None = None
    overhead_press: Positive | None = None


class Injury(Told):
    area: Area
    severity: Severity


class Recovery(Told):
    sleep_hours: Annotated[float, Field(ge=0, le=16, allow_inf_nan=False)] | None = None
    stress: Annotated[int, Field(ge=1, le=10)] | None = None
    energy: Energy = "maintenance"


def _told(lines: list[str]) -> list[str]:
    return unique([line for line in lines if line])


def worst_per_area(injuries: list[Injury]) -> list[Injury]:
    order = ("mild", "moderate", "severe")
    worst: dict[Area, Injury] = {}
    for injury in injuries:
        known = worst.get(injury.area)
        if known is None or order.index(injury.severity) > order.index(known.severity):
            worst[injury.area] = injury
    return list(worst.values())


def _in_week_order(days: list[Weekday]) -> list[Weekday]:
    return sorted(set(days), key=list(WEEKDAYS).index)


class ProgramInput(Told):
    goal: Goal
    experience: Experience
    days_per_week: Annotated[int, Field(ge=2, le=7)]
    session_minutes: Annotated[int, Field(ge=20, le=120)]
    equipment: Annotated[
        list[Equipment],
        Field(max_length=50, json_schema_extra={"minItems": 1}),
        AfterValidator(not_empty),
        AfterValidator(unique),
    ]
    weeks: Annotated[int, Field(ge=4, le=16, description="Default by goal")] = 8
    units: Units = "kg"
    sex: Sex = "unspecified"
    age: Annotated[int, Field(ge=13, le=100)] | None = None
    body_weight: Positive | None = None
    lifts: Lifts = Lifts()
    lifts_source: LiftsSource = "estimated"
    injuries: Annotated[list[Injury], Field(max_length=50), AfterValidator(worst_per_area)] = []
    recovery: Recovery = Recovery()
    focus_muscles: Annotated[list[Muscle], AfterValidator(unique), Field(max_length=3)] = []
    avoid_exercises: Annotated[list[Line], Field(max_length=50), AfterValidator(_told)] = []
    sport: Line = ""
    weekdays: Annotated[
        list[Weekday],
        Field(max_length=7, description="As many as days_per_week, in any order; proposed when not told"),
        AfterValidator(_in_week_order),
    ] = []
    notes: Annotated[str, Field(max_length=1000), AfterValidator(clean_prose)] = ""

    @model_validator(mode="before")
    @classmethod
    def _weeks_by_goal(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("weeks") is None and data.get("goal") in list(DEFAULT_WEEKS):
            return {**data, "weeks": DEFAULT_WEEKS[data["goal"]]}
        return data

    @field_validator("body_weight")
    @classmethod
    def _plausible_weight(cls, value: float | None, info: ValidationInfo) -> float | None:
        unit: Units = info.data.get("units", "kg")
        least, most = BODY_WEIGHT[unit]
        if value is not None and not least <= value <= most:
            raise PydanticCustomError("body_weight", f"Body weight must be between {least:g} and {most:g} {unit}")
        return value

    @field_validator("weekdays")
    @classmethod
    def _one_for_each_day(cls, weekdays: list[Weekday], info: ValidationInfo) -> list[Weekday]:
        days = info.data.get("days_per_week")
        if weekdays and days is not None and len(weekdays) != days:
            raise PydanticCustomError(
                "weekdays", "Choose {days} different weekdays, as many as days a week, or none", {"days": days}
            )
        return weekdays

    @field_validator("lifts")
    @classmethod
    def _plausible_lifts(cls, lifts: Lifts, info: ValidationInfo) -> Lifts:
        unit: Units = info.data.get("units", "kg")
        for name, value in lifts:
            if value is not None and value > HEAVIEST_LIFT[unit]:
                raise PydanticCustomError("lifts", f"{LIFTS[name]} must be at most {HEAVIEST_LIFT[unit]:g} {unit}")
        return lifts


class PhaseOut(Made):
    name: str
    weeks: Annotated[list[int], Field(min_length=1)]
    rpe: tuple[float, float]
    intensity: tuple[float, float]  # of 1RM, of the main lifts
    deload: bool
    focus: str = ""
    working_max: float = 1.0  # the given 1RM times this is what the loads of the phase are computed from


class Periodization(Made):
    model: str
    why: str
    what: str = ""  # the model as its literature describes it
    source: str = ""
    phases: list[PhaseOut]


class Landmark(Made):
    """Weekly sets."""

    mv: int
    mev: int
    mav: tuple[int, int]
    mrv: int


class WeakPoint(Made):
    name: str
    evidence: str
    severity: Literal["low", "medium", "high"]
    intervention: str


class Rule(Made):
    when: str
    do: str


class Autoregulation(Made):
    readiness: list[Rule]
    load: list[Rule]
    deload: list[Rule]
    volume: list[Rule] = []


class NextLevel(Made):
    name: str
    weight: float


class LiftPlan(Made):
    """What a told lift is built on and expected to become, in the program's units."""

    lift: str
    name: str
    told: float
    built_on: float  # what the loads of week 1 are computed from
    expected: float  # 1RM at the end
    weekly: float  # share of 1RM gained in a week of loading
    level: str | None  # by sex and body weight; None where these are not told
    next_level: NextLevel | None
    why: str


class WarmUpSet(Made):
    """A lighter set before the work: no volume, but it takes time."""

    reps: Annotated[int, Field(ge=1)]
    share: Annotated[float, Field(gt=0, lt=1)]  # of the first working set's load
    load: float | None
    rest_seconds: Annotated[int, Field(ge=0)]


class SetOut(Made):
    reps: Annotated[int, Field(ge=1)]
    rpe: Annotated[float, Field(ge=1, le=10)]
    percent_1rm: float | None
    load: float | None
    rest_seconds: Annotated[int, Field(ge=0)]
    seconds: int | None = None  # holds, carries and intervals: each repetition lasts this long


class Muscles(Made):
    primary: list[Muscle]
    secondary: list[Muscle]


class OtherForm(Made):
    exercise: str
    name: str


class ExerciseOut(Made):
    exercise: str
    name: str
    pattern: Pattern
    equipment: list[Equipment]
    muscles: Muscles
    warm_up: list[WarmUpSet] = []
    sets: Annotated[list[SetOut], Field(min_length=1)]
    why: str
    cues: str
    substitutes: list[str]
    substitute_names: dict[str, str] = {}
    easier: OtherForm | None = None  # the next easier form of the movement that this person can do
    harder: OtherForm | None = None
    ramp: bool = False  # lighter sets come before the first: see warm_up
    unilateral: bool = False  # the repetitions are for each side
    per_hand: bool = False  # the load is for each hand
    superset: str | None = None  # exercises of a day with the same letter alternate


class DayOut(Made):
    day: int
    weekday: Weekday
    name: str
    focus: str
    estimated_minutes: int
    warm_up: str = ""
    flow: str = ""  # how the session goes
    exercises: list[ExerciseOut]


class WeekOut(Made):
    week: int
    phase: str
    deload: bool
    note: str = ""
    days: list[DayOut]
    author: Engine = "rules"
    rungs: list[Rung] = []


class WeekVolume(Made):
    week: int
    sets: dict[Muscle, float]


class ProgramResult(Made):
    id: str
    kind: Literal["program"] = "program"
    title: str
    summary: str
    engine: Engine
    units: Units
    weeks: int
    days_per_week: int
    split: str
    split_why: str = ""
    periodization: Periodization
    volume_landmarks: dict[Muscle, Landmark]
    weak_points: list[WeakPoint]
    autoregulation: Autoregulation
    schedule: list[WeekOut]
    volume_by_week: list[WeekVolume]
    warnings: list[str]
    sources: list[str]
    goal: Goal | None = None
    understood: list[str] = []  # what was read in notes and other free text, said back
    not_understood: list[str] = []  # what could not be used
    progression: list[LiftPlan] = []
    fit: list[str] = []  # what time, volume limits, equipment or injuries did not allow
    checks: list[str] = []  # what was checked and holds


# Of a stored week: its row of the volume, and what was chosen for it as the next weeks need it.
NOT_TOLD: Final = frozenset({"volume", "chosen"})


def assemble(head: dict[str, Any], weeks: list[dict[str, Any]]) -> dict[str, Any]:
    """The result without its id, from its stored head and its weeks: a week is a `schedule` element with `volume`."""
    schedule = [{key: value for key, value in week.items() if key not in NOT_TOLD} for week in weeks]
    return {**head, "schedule": schedule, "volume_by_week": [week["volume"] for week in weeks]}


KIND: Final = Kind(
    name="program",
    label="Training program",
    input_model=ProgramInput,
    phases=PHASES,
    assemble=assemble,
    item_noun="week",
    version=5,
    llm=True,
    units=lambda asked: {"write_weeks": asked["weeks"]},
)
