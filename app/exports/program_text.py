"""A program as Markdown, to be read or printed anywhere."""

from typing import Any

from app.exports import words
from app.kinds.program_choices import MUSCLES
from app.kinds.program_sets import groups


def to_markdown(result: dict[str, Any]) -> str:
    parts = [
        [f"# {plain(result['title'])}", "", plain(result["summary"]), ""],
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


def plain(text: str) -> str:
    """Text of people kept from being read as Markdown or HTML."""
    for character in "\\`*_[]<>#|":
        text = text.replace(character, "\\" + character)
    return text


def _listed(heading: str, lines: list[str]) -> list[str]:
    if not lines:
        return []
    return [f"## {heading}", "", *(f"- {plain(line)}" for line in lines), ""]


def _weak(point: dict[str, Any]) -> str:
    return f"{point['name']}: {point['evidence']} {point['intervention']}"


def _periodization(result: dict[str, Any]) -> list[str]:
    lines = ["## Plan", "", plain(result["periodization"]["why"]), ""]
    lines += ["| Weeks | Phase | RPE | % of 1RM |", "|---|---|---|---|"]
    for phase in result["periodization"]["phases"]:
        weeks = words.span(phase["weeks"][0], phase["weeks"][-1], between=" to ")
        effort = words.span(*phase["rpe"], between=" to ")
        intensity = words.span(*(round(100 * share) for share in phase["intensity"]), between=" to ")
        lines.append(f"| {weeks} | {words.phase(phase['name'])} | {effort} | {intensity} |")
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
        most = max(row["sets"].get(muscle, 0) for row in result["volume_by_week"])
        low, high = mark["mav"]
        lines.append(
            f"| {name} | {mark['mv']} | {mark['mev']} | {low} to {high} | {mark['mrv']} | {words.number(most)} |"
        )
    return [*lines, ""]


def _week(week: dict[str, Any], units: str) -> list[str]:
    lines = [f"## Week {week['week']}: {words.phase(week['phase'])}", ""]
    if week.get("note"):
        lines += [plain(week["note"]), ""]
    for day in week["days"]:
        lines += [f"### {day['weekday'].capitalize()}: {plain(day['name'])} ({day['estimated_minutes']} min)", ""]
        if day.get("warm_up"):
            lines += [plain(day["warm_up"]), ""]
        if day.get("flow"):
            lines += [plain(day["flow"]), ""]
        lines += ["| | Exercise | Sets | Load | RPE | Rest |", "|---|---|---|---|---|---|"]
        for label, exercise in zip(words.labels(day), day["exercises"], strict=True):
            lines += _exercise(label, exercise, units)
        lines.append("")
    return lines


def _exercise(label: str, exercise: dict[str, Any], units: str) -> list[str]:
    """A line for each kind of set; the name stands in the first."""
    lines: list[str] = []
    for group in groups(exercise["sets"]):
        first = [label, plain(exercise["name"])] if not lines else ["", ""]
        work = f"{words.work(group)} {words.sides(exercise)}".rstrip()
        load = f"{words.load(group, units)} {words.hands(exercise, group)}".rstrip()
        cells = [*first, work, load, words.number(group.rpe), words.rest(group.rest_seconds)]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _rules(result: dict[str, Any]) -> list[str]:
    lines = ["## Adapt it to the day", ""]
    for rules in result["autoregulation"].values():
        lines += [f"- {rule['when']}: {_lower(rule['do'])}" for rule in rules]
    return [*lines, ""]


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]
