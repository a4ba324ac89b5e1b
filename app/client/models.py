"""What goes in and out beside the API's own documents."""

from dataclasses import dataclass, field
from typing import Any, Literal

from app.generations.view import Generation

ENDS = ("generation.completed", "generation.failed", "generation.cancelled")


@dataclass(frozen=True)
class Wanted:
    """One request of a batch."""

    kind: str
    input: dict[str, Any]
    subject: str = ""
    fresh: bool = False


@dataclass(frozen=True)
class Created:
    """``existing``: the same was being made already, and this is it."""

    generation: Generation
    how: Literal["created", "existing"]

    @property
    def id(self) -> str:
        return self.generation.id


@dataclass(frozen=True)
class Event:
    """Something that happened to a generation. ``seq`` is None for what passes and is told once or not at all: a place
    in the queue, a text as it is written. ``data`` is all of the frame."""

    type: str
    id: str
    seq: int | None
    at: float | None  # Unix seconds
    progress: float | None
    eta_seconds: float | None
    data: dict[str, Any] = field(repr=False)

    @property
    def is_end(self) -> bool:
        return self.type in ENDS


def event_of(frame: dict[str, Any]) -> Event:
    seq, at, progress, eta = (frame.get(name) for name in ("seq", "at", "progress", "eta_seconds"))
    return Event(frame["type"], frame.get("id", ""), seq, at, progress, eta, frame)
