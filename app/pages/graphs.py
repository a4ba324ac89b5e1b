"""The geometry of the charts of the analytics page; the markup is in `templates/analytics/charts.html`.

A chart is drawn in units of its own and stretched to its place: a bucket is COLUMN wide, the highest bar HEIGHT high.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.generations.figures import Figures, Guests, Outcome, Spread

COLUMN = 10.0
BAR = 7.0  # of a column
HEIGHT = 100.0
LEAST = 2.0  # what is there is seen, however little it is
UP: tuple[Outcome, ...] = ("completed", "cached")
DOWN: tuple[Outcome, ...] = ("failed", "refused", "cancelled")
# Where an axis of seconds may end: round numbers of seconds, minutes, hours.
ROUND = (*(digit * 10.0**power for power in (-3, -2, -1, 0) for digit in (1, 2, 5)), 10.0, 15.0, 20.0, 30.0, 60.0,
    120.0, 300.0, 600.0, 900.0, 1200.0, 1800.0, 3600.0, 7200.0, 18_000.0, 36_000.0, 86_400.0)  # fmt: skip


@dataclass(frozen=True)
class Block:
    outcome: Outcome
    y: float
    height: float


@dataclass(frozen=True)
class Stack:
    """How what ended in a bucket ended: what was made stands on the line, the rest hangs below it."""

    x: float
    blocks: list[Block]
    counts: dict[Outcome, int]


@dataclass(frozen=True)
class OutcomeChart:
    width: float
    height: float
    line: float  # y of the line
    most_up: int
    most_down: int
    stacks: list[Stack]


def outcome_chart(series: Sequence[dict[Outcome, int]]) -> OutcomeChart:
    ups = [sum(counts[outcome] for outcome in UP) for counts in series]
    downs = [sum(counts[outcome] for outcome in DOWN) for counts in series]
    most_up, most_down = max(ups, default=0), max(downs, default=0)
    scale = HEIGHT / ((most_up + most_down) or 1)
    heights = [{outcome: max(LEAST, count * scale) if count else 0.0 for outcome, count in s.items()} for s in series]
    line = max((sum(one[outcome] for outcome in UP) for one in heights), default=0.0)
    below = max((sum(one[outcome] for outcome in DOWN) for one in heights), default=0.0)
    stacks = []
    for index, (counts, high) in enumerate(zip(series, heights, strict=True)):
        blocks, top, bottom = [], line, line
        for outcome in UP:
            top -= high[outcome]
            blocks.append(Block(outcome, round(top, 2), round(high[outcome], 2)))
        for outcome in DOWN:
            blocks.append(Block(outcome, round(bottom, 2), round(high[outcome], 2)))
            bottom += high[outcome]
        stacks.append(Stack(_left(index), [block for block in blocks if block.height], counts))
    return OutcomeChart(len(stacks) * COLUMN, round(line + below, 2) or HEIGHT, line, most_up, most_down, stacks)


@dataclass(frozen=True)
class Whisker:
    """A bar to the median, and from there a line to the 95th percentile."""

    x: float
    middle: float
    median: float  # heights
    p95: float
    of: Spread | None


@dataclass(frozen=True)
class TimeChart:
    width: float
    top: float  # seconds
    whiskers: list[Whisker]


def time_chart(series: Sequence[Spread | None]) -> TimeChart:
    longest = max((spread.p95 for spread in series if spread), default=0.0)
    top = next((end for end in ROUND if end >= longest), longest)
    scale = HEIGHT / top
    whiskers = []
    for index, spread in enumerate(series):
        median, p95 = (max(LEAST, spread.median * scale), max(LEAST, spread.p95 * scale)) if spread else (0.0, 0.0)
        middle = _left(index) + BAR / 2
        whiskers.append(Whisker(_left(index), middle, round(median, 2), round(p95, 2), spread))
    return TimeChart(len(whiskers) * COLUMN, top, whiskers)


def _left(index: int) -> float:
    return index * COLUMN + (COLUMN - BAR) / 2


@dataclass(frozen=True)
class Step:
    """One bar of the funnel; ``width`` of HEIGHT."""

    label: str
    count: int
    share: float  # of those who came
    width: float


def funnel(guests: Guests) -> list[Step]:
    counts = [
        ("Came as guests", guests.came), ("Had something made", guests.finished),
        ("Have an account now", guests.claimed),
    ]  # fmt: skip
    whole = guests.came or 1
    return [Step(label, count, count / whole, round(count / whole * HEIGHT, 2)) for label, count in counts]


def periods(figures: Figures, zone: ZoneInfo) -> list[str]:
    """What the buckets are called, on this clock."""
    form = "{0.day} {0:%b}" if figures.window == "30d" else "{0.day} {0:%b}, {0:%H:%M}"
    return [form.format(datetime.fromtimestamp(edge, zone)) for edge in figures.edges[:-1]]


def ticks(figures: Figures, zone: ZoneInfo) -> list[str]:
    """Beneath the chart: where it begins, its middle, its end."""
    form = "{0:%H:%M}" if figures.window == "24h" else "{0.day} {0:%b}"
    first, last = figures.edges[0], figures.edges[-1]
    return [*(form.format(datetime.fromtimestamp(moment, zone)) for moment in (first, (first + last) / 2)), "now"]
