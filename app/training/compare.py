"""What differs between two versions of a program, as a person would say it."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel


class Difference(BaseModel):
    week: int
    day: int | None = None
    exercise: str | None = None  # its name
    before: str | None = None
    after: str | None = None


def compare(old: dict[str, Any], new: dict[str, Any]) -> list[Difference]:
    weeks = [{week["week"]: week for week in document["schedule"]} for document in (old, new)]
    units = str(new["units"])
    found: list[Difference] = []
    for number in sorted(weeks[0].keys() | weeks[1].keys()):
        before, after = weeks[0].get(number), weeks[1].get(number)
        if before is None or after is None:
            found.append(Difference(week=number, before=_week(before), after=_week(after)))
        elif before != after:
            found += _days(number, before, after, units)
    return found


def _week(week: dict[str, Any] | None) -> str | None:
    return None if week is None else f"{week['phase']}, {len(week['days'])} days"


def _days(number: int, before: dict[str, Any], after: dict[str, Any], units: str) -> Iterator[Difference]:
    if before["phase"] != after["phase"]:
        yield Difference(week=number, before=before["phase"], after=after["phase"])
    days = [{day["day"]: day for day in week["days"]} for week in (before, after)]
    for day in sorted(days[0].keys() | days[1].keys()):
        lines = [_lines(one.get(day), units) for one in days]
        for name in dict.fromkeys([*lines[0], *lines[1]]):
            old, new = lines[0].get(name), lines[1].get(name)
            if old != new:
                yield Difference(week=number, day=day, exercise=name, before=old, after=new)


def _lines(day: dict[str, Any] | None, units: str) -> dict[str, str]:
    """The sets of each exercise in words, by its name."""
    return {one["name"]: sets_in_words(one["sets"], units) for one in (day or {}).get("exercises", ())}


def sets_in_words(sets: list[dict[str, Any]], units: str) -> str:
    """Such as ``3 x 8 at 72.5 kg, RPE 7.5``; sets that differ follow each other."""
    groups: list[tuple[str, int]] = []
    for one in sets:
        load = "" if one["load"] is None else f" at {one['load']:g} {units}"
        said = f"{one['reps']}{load}, RPE {one['rpe']:g}"
        if groups and groups[-1][0] == said:
            groups[-1] = (said, groups[-1][1] + 1)
        else:
            groups.append((said, 1))
    return "; ".join(f"{count} x {said}" for said, count in groups)
