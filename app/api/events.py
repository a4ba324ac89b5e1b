"""The durable events of a generation, as sockets and the API show them."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.generations.view import ErrorView, ResultView


class _Event(BaseModel):
    id: Annotated[str, Field(description="The generation.")]
    seq: Annotated[int, Field(ge=1, description="1, 2, 3... without gaps.")]
    at: Annotated[float, Field(description="Unix seconds.")]
    progress: Annotated[float, Field(ge=0, le=1)]
    eta_seconds: float | None


class PhaseName(BaseModel):
    name: str
    label: str


class ItemName(BaseModel):
    key: str
    index: int
    title: str
    version: int


class Queued(_Event):
    type: Literal["generation.queued"]
    kind: str


class Started(_Event):
    type: Literal["generation.started"]
    attempt: int
    engine: str
    phases: list[PhaseName]


class PhaseStarted(_Event):
    type: Literal["phase.started"]
    phase: str
    label: str
    total: int | None


class PhaseProgress(_Event):
    type: Literal["phase.progress"]
    phase: str
    done: int
    total: int | None
    note: str | None
    notice: str | None = None  # why somebody else than the language model writes on


class ItemReady(_Event):
    type: Literal["item.ready"]
    phase: str
    item: ItemName


class PhaseCompleted(_Event):
    type: Literal["phase.completed"]
    phase: str
    seconds: float
    reused: bool


class Retrying(_Event):
    type: Literal["generation.retrying"]
    error: ErrorView
    attempt: int
    retry_in_seconds: float


class Cancelling(_Event):
    type: Literal["generation.cancelling"]


class Completed(_Event):
    type: Literal["generation.completed"]
    result: ResultView
    seconds: float


class Failed(_Event):
    type: Literal["generation.failed"]
    error: ErrorView


class Cancelled(_Event):
    type: Literal["generation.cancelled"]


Event = Annotated[
    Queued | Started | PhaseStarted | PhaseProgress | ItemReady | PhaseCompleted | Retrying | Cancelling | Completed
    | Failed | Cancelled,
    Field(discriminator="type"),
]  # fmt: skip


class Events(BaseModel):
    items: list[Event]
    last_seq: int
