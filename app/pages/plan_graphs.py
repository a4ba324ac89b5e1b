"""The weights of a person as a small line, in their units."""

from datetime import date
from typing import Any

POUND = 0.45359237
WIDTH, HEIGHT, EDGE = 320.0, 80.0, 8.0


def in_units(weight_kg: float, units: str) -> float:
    return weight_kg / POUND if units == "lb" else weight_kg


def weights(told: list[dict[str, Any]], units: str) -> dict[str, Any] | None:
    """Points of a polyline and the last weights in words; None without any."""
    if not told:
        return None
    days = [date.fromisoformat(one["day"]).toordinal() for one in told]
    values = [in_units(one["weight_kg"], units) for one in told]
    low, high = min(values), max(values)
    across, up = max(1, days[-1] - days[0]), max(0.1, high - low)
    points = [
        (
            round(EDGE + (WIDTH - 2 * EDGE) * (day - days[0]) / across, 1),
            round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (value - low) / up, 1),
        )
        for day, value in zip(days, values, strict=True)
    ]
    rows = [{"day": one["day"], "weight": round(value, 1)} for one, value in zip(told, values, strict=True)]
    return {"points": points, "rows": rows[::-1][:7], "units": units, "width": WIDTH, "height": HEIGHT}
