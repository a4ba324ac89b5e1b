"""What is logged of a program: sessions as they were done, and how a week went."""

from typing import Annotated, Final

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from app.kinds.fields import Line, Positive, Told
from app.kinds.program import Injury

Rpe = Annotated[float, Field(ge=1, le=10, multiple_of=0.5)]
Scale = Annotated[int, Field(ge=1, le=10)]
MOST_SETS: Final = 40  # of one exercise in a session


class SetDone(Told):
    reps: Annotated[int, Field(ge=0, le=1000)]  # 0: tried and missed
    load: Annotated[float, Field(ge=0, le=1500, allow_inf_nan=False)] | None = None  # in the program's units
    rpe: Rpe | None = None
    seconds: Annotated[int, Field(ge=0, le=36_000)] | None = None
    warm_up: bool = False


class ExerciseDone(Told):
    exercise: Line
    instead_of: Line | None = None
    sets: list[SetDone] = Field([], max_length=MOST_SETS)


class TrainingInput(Told):
    """A session, whole, each time it is sent. ``revision`` rises with each change on the client."""

    week: Annotated[int, Field(ge=1, le=16)]
    day: Annotated[int, Field(ge=1, le=7)]
    revision: Annotated[int, Field(ge=1, le=2**31 - 1)]
    started_at: Annotated[float, Field(gt=0, allow_inf_nan=False, description="Unix seconds")]
    finished_at: Annotated[float, Field(gt=0, allow_inf_nan=False, description="Unix seconds")] | None = None
    readiness: Annotated[int, Field(ge=0, le=100)] | None = None
    session_rpe: Rpe | None = None
    entries: list[ExerciseDone] = Field([], max_length=40)
    notes: Annotated[str, Field(max_length=1000)] = ""

    @field_validator("finished_at")
    @classmethod
    def _after_start(cls, value: float | None, info: object) -> float | None:
        began = getattr(info, "data", {}).get("started_at")
        if value is not None and began is not None and value < began:
            raise PydanticCustomError("finished_at", "Must not be before started_at")
        return value


class CheckInInput(Told):
    """How a week went."""

    sleep_hours: Annotated[float, Field(ge=0, le=16, allow_inf_nan=False)] | None = None
    stress: Scale | None = None
    soreness: Scale | None = None
    motivation: Scale | None = None
    body_weight: Positive | None = None
    pain: list[Injury] = Field([], max_length=9)
    notes: Annotated[str, Field(max_length=1000)] = ""
