"""The geometry of a line over time; the markup is in `templates/training/trend.html`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

WIDTH, HEIGHT = 100.0, 40.0
FLAT = 0.05  # of a value: a line that hardly moves is drawn so, and not as a mountain


@dataclass(frozen=True)
class Told:
    """A value of a day."""

    day: date
    value: float
    why: str = ""


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    told: Told


@dataclass(frozen=True)
class Trend:
    name: str
    unit: str
    dots: list[Dot]  # oldest first
    low: float  # of the values
    high: float

    @property
    def line(self) -> str:
        return " ".join(f"{dot.x:g},{dot.y:g}" for dot in self.dots)

    @property
    def moves(self) -> bool:
        """Whether there is a line to draw."""
        return len(self.dots) > 1

    @property
    def last(self) -> Told:
        return self.dots[-1].told

    @property
    def since(self) -> float:
        """How much it has changed."""
        return self.last.value - self.dots[0].told.value


def trend(name: str, unit: str, values: Sequence[Told]) -> Trend | None:
    """Of a day with several values the last is drawn. ``values``: oldest first; None where there is nothing to draw."""
    if not values:
        return None
    told = sorted({one.day: one for one in values}.values(), key=lambda one: one.day)
    low, high = min(one.value for one in told), max(one.value for one in told)
    room = max(high - low, FLAT * abs(high), 1e-9)
    middle = (low + high) / 2
    first, days = told[0].day, (told[-1].day - told[0].day).days
    dots = [
        Dot(
            round((one.day - first).days / days * WIDTH, 2) if days else WIDTH / 2,
            round(HEIGHT / 2 - (one.value - middle) / room * HEIGHT * 0.8, 2),
            one,
        )
        for one in told
    ]
    return Trend(name, unit, dots, low, high)


def day_of(moment: float | str) -> date:
    """Of a date as the log keeps it: Unix seconds, or text."""
    return date.fromisoformat(moment) if isinstance(moment, str) else datetime.fromtimestamp(moment, UTC).date()
