"""A program as a table for spreadsheets, one line a set: RFC 4180 ("Common Format for CSV Files", 2005)."""

import csv
import io
from collections.abc import Iterator
from typing import Any

HEADINGS = (
    "week", "phase", "deload", "day", "weekday", "day_name", "exercise", "name", "set", "reps", "seconds", "rpe",
    "percent_1rm", "load", "unit", "rest_seconds", "superset", "each_side", "per_hand",
)  # fmt: skip
# What makes a spreadsheet take a cell for a formula (OWASP, "CSV Injection"), the full-width forms with them.
FORMULA = frozenset("=+-@\t\r\n＝＋－＠")

Cell = str | int | float | bool | None


def to_csv(program: dict[str, Any]) -> bytes:
    """UTF-8; it begins with a byte order mark, without which Excel reads another encoding."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    writer.writerows([written(cell) for cell in line] for line in _lines(program))
    return out.getvalue().encode("utf-8-sig")


def _lines(program: dict[str, Any]) -> Iterator[tuple[Cell, ...]]:
    for week in program["schedule"]:
        for day in week["days"]:
            for exercise in day["exercises"]:
                for place, one in enumerate(exercise["sets"], 1):
                    yield (
                        week["week"], week["phase"], bool(week["deload"]), day["day"], day["weekday"], day["name"],
                        exercise["exercise"], exercise["name"], place, one["reps"], one.get("seconds"), one["rpe"],
                        one["percent_1rm"], one["load"], program["units"] if one["load"] is not None else "",
                        one["rest_seconds"], exercise.get("superset"), bool(exercise.get("unilateral")),
                        bool(exercise.get("per_hand")),
                    )  # fmt: skip


def written(cell: Cell) -> Cell:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str) and cell.lstrip(" \u00a0")[:1] in FORMULA and cell:
        return f"'{cell}"
    return cell
