"""The geometry of a program's charts; the markup is in `templates/macros/charts.html`."""

from dataclasses import dataclass
from typing import Any

from app.kinds import program_sets as sets
from app.kinds.program_choices import DIRECT

BLOCK_HEIGHT = 100.0
FOLD = 7.0  # how much the upper edge of a bar slants, as a folded sheet does
ROW_HEIGHT = 36.0


@dataclass(frozen=True)
class Bar:
    """One week of the whole program: how much work, how hard."""

    week: int
    phase: str
    deload: bool
    sets: int
    height: float
    top: str  # the upper edge as it is folded: two points of the polygon
    effort: int  # 1 light to 5 heavy, 0 a deload


@dataclass(frozen=True)
class MuscleRow:
    """One muscle over the weeks, with the lines of its landmarks; heights run up from the bottom of the row."""

    muscle: str
    sets: list[float]
    heights: list[float]
    mev: float
    mrv: float
    mev_height: float
    mrv_height: float | None
    peak: float


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
        bars.append(
            Bar(
                week=week["week"],
                phase=week["phase"],
                deload=week["deload"],
                sets=total,
                height=height,
                top=f"0,{left:.1f} 10,{right:.1f}",
                effort=0 if week["deload"] else effort.get(week["week"], 3),
            )
        )
    return bars


def muscle_rows(program: dict[str, Any]) -> list[MuscleRow]:
    weeks = program["volume_by_week"]
    rows: list[MuscleRow] = []
    for muscle, marks in program["volume_landmarks"].items():
        counts = [float(week["sets"].get(muscle, 0)) for week in weeks]
        top = max(marks["mrv"], *counts, 1.0)
        limited = muscle not in DIRECT  # the bars count helping sets by half, this limit does not
        scale = ROW_HEIGHT / top
        rows.append(
            MuscleRow(
                muscle=muscle,
                sets=counts,
                heights=[round(count * scale, 1) for count in counts],
                mev=marks["mev"],
                mrv=marks["mrv"],
                mev_height=round(marks["mev"] * scale, 1),
                mrv_height=round(marks["mrv"] * scale, 1) if limited else None,
                peak=max(counts, default=0.0),
            )
        )
    return rows
