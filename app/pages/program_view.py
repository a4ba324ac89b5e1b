"""What of a program is looked at: all of it, one week, or one day, as its address says."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException

from app.pages import charts


def chosen(program: dict[str, Any], query: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """The template and what it needs for `?week=3` and `?week=3&day=2`; 404 for a week or day that there is not."""
    if "week" not in query:
        return "program/show.html", {}
    weeks = program["schedule"]
    week = _numbered(weeks, "week", query["week"])
    home = f"/programs/{program['id']}"
    if "day" not in query:
        near = [_link(f"{home}?week={one['week']}", f"Week {one['week']}") for one in weeks]
        bars = charts.block_bars(program)
        at = weeks.index(week)
        return "program/week.html", {"week": week, "bars": bars, "bar": bars[at], **_around(near, at)}
    day = _numbered(week["days"], "day", query["day"])
    days = [(one["week"], of) for one in weeks for of in one["days"]]
    near = [_link(f"{home}?week={number}&day={of['day']}", _said(number, of)) for number, of in days]
    return "program/day.html", {"week": week, "day": day, **_around(near, days.index((week["week"], day)))}


def _numbered(parts: list[dict[str, Any]], name: str, told: str) -> dict[str, Any]:
    found = next((part for part in parts if str(part[name]) == told), None)
    if found is None:
        raise HTTPException(404)
    return found


def _link(href: str, text: str) -> dict[str, str]:
    return {"href": href, "text": text}


def _said(week: int, day: dict[str, Any]) -> str:
    return f"Week {week}, {day['weekday'].capitalize()}"


def _around(near: list[dict[str, str]], at: int) -> dict[str, dict[str, str] | None]:
    return {"before": near[at - 1] if at else None, "after": near[at + 1] if at + 1 < len(near) else None}
