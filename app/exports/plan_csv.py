"""A plan's meals as a table for spreadsheets, one line a food: RFC 4180."""

import csv
import io
from typing import Any

from app.exports.program_csv import written

HEADINGS = (
    "day", "date", "weekday", "time", "meal", "dish", "leftover_of", "food", "grams", "measure", "aisle", "calories",
    "protein_g", "carbs_g", "fat_g", "fiber_g",
)  # fmt: skip
NUMBERS = HEADINGS[-5:]


def to_csv(plan: dict[str, Any]) -> bytes:
    """UTF-8 with a byte order mark; numbers of energy are empty where none are shown."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for day in plan["days"]:
        for meal in day["nutrition"]["meals"]:
            for item in meal["items"]:
                line = [
                    day["day"], day["date"], day["weekday"], meal["time"], meal["meal"],
                    meal["name"].split(": ", 1)[-1], meal["leftover_of"], item["food"], item["grams"], item["measure"],
                    item["aisle"], *(item.get(name) for name in NUMBERS),
                ]  # fmt: skip
                writer.writerow([written(cell) for cell in line])
    return out.getvalue().encode("utf-8-sig")
