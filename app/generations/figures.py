"""The figures of a window of time. Percentiles are values that occurred (nearest rank): the same on either database."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["completed", "cached", "failed", "refused", "cancelled"]
OUTCOMES: tuple[Outcome, ...] = ("completed", "cached", "failed", "refused", "cancelled")


@dataclass(frozen=True)
class Window:
    name: str
    label: str
    hours: int
    step: int  # hours of one bucket of the charts


WINDOWS = {
    window.name: window
    for window in (
        Window("24h", "Last 24 hours", 24, 1),
        Window("7d", "Last 7 days", 7 * 24, 6),
        Window("30d", "Last 30 days", 30 * 24, 24),
    )
}


@dataclass(frozen=True)
class Spread:
    """Of ``count`` values: half are at most ``median``, 95 of a hundred at most ``p95``."""

    count: int
    median: float
    p95: float


def spread(values: Collection[float]) -> Spread | None:
    if not values:
        return None
    ranked = sorted(values)
    return Spread(len(ranked), *(ranked[math.ceil(len(ranked) * share / 100) - 1] for share in (50, 95)))


@dataclass(frozen=True)
class Times:
    """Seconds of what was completed: cached, failed and cancelled ones would tell of something else."""

    queueing: Spread | None  # all that was not making
    making: Spread | None  # of all claims since the request
    whole: Spread | None  # from the request, the last one if it was tried again by a person, to the result
    delivery: Spread | None  # ... to the result standing on a screen, of those who stayed for it


@dataclass(frozen=True)
class OfKind:
    kind: str
    outcomes: dict[Outcome, int]
    times: Times
    first_start: Spread | None  # seconds from the first request to the first claim
    cpu_seconds: Spread | None  # of all that was begun, whatever came of it
    memory_mb: Spread | None
    series: list[Times]  # by bucket


@dataclass(frozen=True)
class OfPhase:
    kind: str
    phase: str
    seconds: Spread
    share: float  # of the whole making of its kind


@dataclass(frozen=True)
class Failing:
    code: str
    count: int
    newest: float  # Unix seconds


@dataclass(frozen=True)
class Guests:
    """Who came as a guest in the window, and how far they have got by now."""

    came: int
    finished: int  # something of theirs was made
    claimed: int  # have an account now
    finished_and_claimed: int
    signed_in: int  # of the claimed: to an account that they had


@dataclass(frozen=True)
class Paid:
    """To language models, for ``generations`` that were begun."""

    generations: int
    tokens_in: int
    tokens_out: int
    cost: float  # US dollars
    calls: int = 0
    failed: int = 0  # calls that brought nothing


@dataclass(frozen=True)
class Figures:
    window: str
    kind: str  # empty: all
    at: float  # Unix seconds: the end of the window
    edges: list[float]  # Unix seconds: where the buckets begin, and the end
    outcomes: dict[Outcome, int]
    series: list[dict[Outcome, int]]  # by bucket
    kinds: list[OfKind]
    phases: list[OfPhase]
    phases_of: int  # so many newest generations tell of phases
    failing: list[Failing]  # the most frequent first
    paid: Paid
    guests: Guests
    counted_from: float | None  # Unix seconds: older ends are left out, since there are too many

    @property
    def ended(self) -> int:
        return sum(self.outcomes.values())

    @property
    def success(self) -> float | None:
        return success(self.outcomes)


def success(outcomes: dict[Outcome, int]) -> float | None:
    """The share that was made of what could be: neither cached ones nor refused and cancelled requests count."""
    tried = outcomes["completed"] + outcomes["failed"]
    return outcomes["completed"] / tried if tried else None
