"""A program as Markdown, to be read or printed anywhere."""

from typing import Any

from app.kinds.program_choices import MUSCLES, PHASE_NAMES


def to_markdown(result: dict[str, Any]) -> str:
    parts = [
        [f"# {_plain(result['title'])}", "", _plain(result["summary"]), ""],
        _periodization(result),
        _landmarks(result),
        _listed("Weak points", [_weak(point) for point in result["weak_points"]]),
        _listed("What did not fit", result.get("fit", [])),
        _listed("Before you start", result["warnings"]),
        *(_week(week, result["units"]) for week in result["schedule"]),
        _rules(result),
        _listed("Sources", result["sources"]),
    ]
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def _plain(text: str) -> str:
    """Text of people kept from being read as Markdown or HTML."""
    for character in "\\`*_[]<>#|":
        text = text.replace(character, "\\" + character)
    return text


def _listed(heading: str, lines: list[str]) -> list[str]:
    if not lines:
        return []
    return [f"## {heading}", "", *(f"- {_plain(line)}" for line in lines), ""]


def _weak(point: dict[str, Any]) -> str:
    return f"{point['name']}: {point['evidence']} {point['intervention']}"


def _span(weeks: list[int]) -> str:
    return str(weeks[0]) if len(weeks) == 1 else f"{weeks[0]} to {weeks[-1]}"


def _range(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _periodization(result: dict[str, Any]) -> list[str]:
    lines = ["## Plan", "", _plain(result["periodization"]["why"]), ""]
    lines += ["| Weeks | Phase | RPE | % of 1RM |", "|---|---|---|---|"]
    for phase in result["periodization"]["phases"]:
        effort = _range(*phase["rpe"])
        intensity = _range(*(round(100 * share) for share in phase["intensity"]))
        name = PHASE_NAMES.get(phase["name"], phase["name"])
        lines.append(f"| {_span(phase['weeks'])} | {name} | {effort} | {intensity} |")
    return [*lines, ""]


def _landmarks(result: dict[str, Any]) -> list[str]:
    lines = [
        "## Weekly sets",
        "",
        "| Muscle | Maintain | Grow from | Best | At most | Fullest week |",
        "|---|---|---|---|---|---|",
    ]
    for muscle, name in MUSCLES.items():
        mark = result["volume_landmarks"][muscle]
        most = max(row["sets"][muscle] for row in result["volume_by_week"])
        low, high = mark["mav"]
        lines.append(f"| {name} | {mark['mv']} | {mark['mev']} | {low} to {high} | {mark['mrv']} | {most:g} |")
    return [*lines, ""]


def _week(week: dict[str, Any], units: str) -> list[str]:
    lines = [f"## Week {week['week']}: {PHASE_NAMES.get(week['phase'], week['phase'])}", ""]
    if week.get("note"):
        lines += [_plain(week["note"]), ""]
    for day in week["days"]:
        lines += [f"### {day['weekday'].capitalize()}: {day['name']} ({day['estimated_minutes']} min)", ""]
        lines += ["| Exercise | Sets | RPE | Load | Rest |", "|---|---|---|---|---|"]
        lines += [_exercise(exercise, units) for exercise in day["exercises"]]
        lines.append("")
    return lines


def _exercise(exercise: dict[str, Any], units: str) -> str:
    first, last = exercise["sets"][0], exercise["sets"][-1]
    each = " each side" if exercise.get("unilateral") else ""
    work = f"{first['seconds']} s" if first.get("seconds") else str(first["reps"])
    load = (
        "" if first["load"] is None else f"{first['load']:g} {units}" + (" a hand" if exercise.get("per_hand") else "")
    )
    pair = f"{exercise['superset']}: " if exercise.get("superset") else ""
    sets = f"{len(exercise['sets'])} x {work}{each}"
    return f"| {pair}{exercise['name']} | {sets} | {first['rpe']:g} | {load} | {last['rest_seconds']} s |"


def _rules(result: dict[str, Any]) -> list[str]:
    lines = ["## Adapt it to the day", ""]
    for rules in result["autoregulation"].values():
        lines += [f"- {rule['when']}: {_lower(rule['do'])}" for rule in rules]
    return [*lines, ""]


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]
