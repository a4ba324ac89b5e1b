"""The geometry of a program's charts; the markup is in `templates/macros/charts.html`."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from app.kinds import program_sets as sets
from app.kinds.program_choices import DIRECT

BLOCK_HEIGHT = 100.0
FOLD = 7.0  # how much the upper edge of a bar slants, as a folded sheet does
ROW_HEIGHT = 36.0
CURVE_HEIGHT = 40.0
CURVE_MARGIN = 6.0  # above the highest point and below the lowest
WEEK_WIDTH = 10.0
BAND_WIDTH = 100.0


@dataclass(frozen=True)
class Bar:
    """One week of the whole program: how much work, how hard."""

    week: int
    phase: str
    deload: bool
    sets: int
    top: str  # the upper edge as it is folded: two points of the polygon
    height: float
    effort: int  # 1 light to 5 heavy, 0 a deload
    load: float | None  # average share of 1RM of the days' first lifts; None where nothing is told as a share
    heaviest: float | None  # the highest share of the week
    rpe: float  # average of all sets


@dataclass(frozen=True)
class Span:
    """A phase beneath its weeks."""

    name: str
    weeks: int
    deload: bool


@dataclass(frozen=True)
class Curve:
    """A value over the weeks: a line through the middles of the columns, and a dot on each."""

    width: float
    line: str  # points
    dots: str  # a path of moves with nothing drawn between them: round caps make the dots
    low: float
    high: float


@dataclass(frozen=True)
class MuscleRow:
    """One muscle over the weeks, with the lines of its landmarks; heights run up from the bottom of the row."""

    muscle: str
    sets: list[float]
    heights: list[float]
    mv: float
    mev: float
    mav: tuple[float, float]
    mrv: float
    limited: bool  # whether the bars are what MRV limits; else that counts direct sets only
    mev_height: float
    mav_heights: tuple[float, float]
    mrv_height: float
    peak: float


@dataclass(frozen=True)
class MuscleBand:
    """One muscle in one week: a bar over the zones of its landmarks; places run from 0 to BAND_WIDTH."""

    muscle: str
    sets: float
    place: str  # in words, against the landmarks
    limited: bool  # as of a row
    bar: float
    mev: float
    mav: tuple[float, float]
    mrv: float


def effort_by_week(program: dict[str, Any]) -> dict[int, int]:
    """A step from 1 to 5 from the middle of the phase's effort: RPE 6 and under is 1, RPE 9 and over is 5."""
    steps: dict[int, int] = {}
    for phase in program["periodization"]["phases"]:
        low, high = phase["rpe"]
        step = round((low + high) / 2 - 6) + 2 if not phase["deload"] else 0
        steps |= dict.fromkeys(phase["weeks"], 0 if phase["deload"] else max(1, min(5, step)))
    return steps


def block_bars(program: dict[str, Any]) -> list[Bar]:
    totals = [sets.total(week) for week in program["schedule"]]
    most = max(totals, default=0) or 1
    effort = effort_by_week(program)
    bars: list[Bar] = []
    for week, total in zip(program["schedule"], totals, strict=True):
        height = round(total / most * BLOCK_HEIGHT, 1)
        high = BLOCK_HEIGHT - height
        low = min(high + FOLD, BLOCK_HEIGHT)
        left, right = (low, high) if week["week"] % 2 else (high, low)
        load, heaviest, rpe = _intensity(week)
        bars.append(
            Bar(
                week=week["week"],
                phase=week["phase"],
                deload=week["deload"],
                sets=total,
                top=f"0,{left:.1f} 10,{right:.1f}",
                height=height,
                effort=0 if week["deload"] else effort.get(week["week"], 3),
                load=load,
                heaviest=heaviest,
                rpe=rpe,
            )
        )
    return bars


def _intensity(week: dict[str, Any]) -> tuple[float | None, float | None, float]:
    """Average share of 1RM of each day's first lift that tells one, the highest share of all, and the average RPE."""
    firsts: list[float] = []
    shares: list[float] = []
    efforts: list[float] = []
    for day in week["days"]:
        told = [[one["percent_1rm"] for one in exercise["sets"]] for exercise in day["exercises"]]
        known = [of for of in told if None not in of]
        firsts += known[0] if known else []
        shares += [share for of in known for share in of]
        efforts += [one["rpe"] for exercise in day["exercises"] for one in exercise["sets"]]
    return (
        fmean(firsts) if firsts else None,
        max(shares, default=None),
        round(fmean(efforts), 1) if efforts else 0.0,
    )


def phase_spans(program: dict[str, Any]) -> list[Span]:
    """The phases in their order; neighbours of the same kind are told as they come."""
    return [Span(phase["name"], len(phase["weeks"]), phase["deload"]) for phase in program["periodization"]["phases"]]


def curve(values: Sequence[float | None]) -> Curve | None:
    """None where there are not two values to draw a line between."""
    known = [(index, value) for index, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return None
    low, high = min(value for _, value in known), max(value for _, value in known)
    scale = (CURVE_HEIGHT - 2 * CURVE_MARGIN) / ((high - low) or 1)
    points = [
        (index * WEEK_WIDTH + WEEK_WIDTH / 2, round(CURVE_HEIGHT - CURVE_MARGIN - (value - low) * scale, 1))
        for index, value in known
    ]
    return Curve(
        width=len(values) * WEEK_WIDTH,
        line=" ".join(f"{x:g},{y:g}" for x, y in points),
        dots="".join(f"M{x:g} {y:g}h0" for x, y in points),
        low=low,
        high=high,
    )


def muscle_rows(program: dict[str, Any]) -> list[MuscleRow]:
    weeks = program["volume_by_week"]
    rows: list[MuscleRow] = []
    for muscle, marks in program["volume_landmarks"].items():
        counts = [float(week["sets"].get(muscle, 0)) for week in weeks]
        scale = ROW_HEIGHT / max(marks["mrv"], *counts, 1.0)
        low, high = marks["mav"]
        rows.append(
            MuscleRow(
                muscle=muscle,
                sets=counts,
                heights=[round(count * scale, 1) for count in counts],
                mv=marks["mv"],
                mev=marks["mev"],
                mav=(low, high),
                mrv=marks["mrv"],
                limited=muscle not in DIRECT,
                mev_height=round(marks["mev"] * scale, 1),
                mav_heights=(round(low * scale, 1), round(high * scale, 1)),
                mrv_height=round(marks["mrv"] * scale, 1),
                peak=max(counts, default=0.0),
            )
        )
    return rows


def muscle_bands(program: dict[str, Any], week: int) -> list[MuscleBand]:
    """The muscles of one week against their landmarks."""
    counted = next(of["sets"] for of in program["volume_by_week"] if of["week"] == week)
    bands: list[MuscleBand] = []
    for muscle, marks in program["volume_landmarks"].items():
        count = float(counted.get(muscle, 0))
        scale = BAND_WIDTH / max(marks["mrv"], count, 1.0)
        low, high = marks["mav"]
        bands.append(
            MuscleBand(
                muscle=muscle,
                sets=count,
                place=_place(count, marks, muscle not in DIRECT),
                limited=muscle not in DIRECT,
                bar=round(count * scale, 1),
                mev=round(marks["mev"] * scale, 1),
                mav=(round(low * scale, 1), round(high * scale, 1)),
                mrv=round(marks["mrv"] * scale, 1),
            )
        )
    return bands


def _place(count: float, marks: dict[str, Any], limited: bool) -> str:
    """Where the sets stand among the landmarks; `limited`: whether they are what MRV limits."""
    low, high = marks["mav"]
    steps = (
        (0 < count < marks["mv"], "under what maintains"),
        (count == 0, "not trained"),
        (count < marks["mev"], "maintains"),
        (count < low, "grows"),
        (count <= high, "grows best"),
    )
    return next((words for holds, words in steps if holds), "near the most" if limited else "much of it as a helper")
