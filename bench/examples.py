"""The programs of docs/programs, made from the people below: ``python -m bench.examples`` writes them anew.

Only what stands between the two marks of each document is written; the words around it are by hand.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from app.kinds.program import ProgramInput, assemble
from app.kinds.program_choices import MODELS, MUSCLES, PHASE_NAMES, SPLITS
from bench.audit import made_at_once

FOLDER: Final = Path(__file__).parent.parent / "docs" / "programs"
BEGIN: Final = "<!-- made: python -m bench.examples -->"
END: Final = "<!-- end -->"
GYM: Final = {"equipment": ["full_gym"], "units": "kg"}
PEOPLE: Final[dict[str, dict[str, Any]]] = {
    "01-first-time-at-home": {
        "goal": "foundations", "experience": "beginner", "days_per_week": 3, "session_minutes": 40,
        "equipment": ["dumbbells", "bands"], "sex": "female", "age": 24,
        "notes": "I never lifted before. Dumbbells up to 12.5 kg. Neighbours downstairs.",
    },
    "02-more-muscle": {
        **GYM, "goal": "hypertrophy", "experience": "intermediate", "days_per_week": 5, "session_minutes": 75,
        "weeks": 10, "sex": "male", "age": 31, "body_weight": 82, "focus_muscles": ["side_delts", "chest"],
        "lifts": {"squat": 140, "bench_press": 97.5, "deadlift": 170, "overhead_press": 60}, "lifts_source": "tested",
        "recovery": {"sleep_hours": 7.5, "stress": 4, "energy": "surplus"},
    },
    "03-losing-weight-with-a-knee": {
        "goal": "fat_loss", "experience": "beginner", "days_per_week": 3, "session_minutes": 45,
        "equipment": ["machines", "cables", "dumbbells", "bench"], "sex": "female", "age": 43, "body_weight": 84,
        "injuries": [{"area": "knee", "severity": "moderate"}], "weekdays": ["tuesday", "thursday", "saturday"],
        "recovery": {"sleep_hours": 6, "stress": 7, "energy": "deficit"},
    },
    "04-strong-at-71": {
        "goal": "general_fitness", "experience": "beginner", "days_per_week": 2, "session_minutes": 45,
        "equipment": ["machines", "dumbbells"], "sex": "male", "age": 71, "body_weight": 78, "sport": "hiking",
        "injuries": [{"area": "hip", "severity": "mild"}],
        "notes": "Pills for blood pressure, my doctor says training is fine.",
    },
    "05-a-footballer-of-15": {
        "goal": "strength", "experience": "beginner", "days_per_week": 2, "session_minutes": 60,
        "equipment": ["barbell", "dumbbells", "pull_up_bar"], "sex": "male", "age": 15, "body_weight": 62,
        "sport": "football", "notes": "Football match on Saturdays, practice on Tuesdays and Thursdays.",
        "lifts": {"squat": 60, "bench_press": 45}, "lifts_source": "estimated",
    },
    "06-to-the-platform": {
        **GYM, "goal": "powerlifting", "experience": "advanced", "days_per_week": 4, "session_minutes": 90,
        "weeks": 13, "sex": "female", "age": 29, "body_weight": 63, "lifts_source": "tested",
        "lifts": {"squat": 120, "bench_press": 60, "deadlift": 145},
    },
    "07-conjugate-for-judo": {
        **GYM, "goal": "strength", "experience": "advanced", "days_per_week": 4, "session_minutes": 75, "weeks": 12,
        "sex": "male", "age": 27, "body_weight": 90, "sport": "judo", "notes": "I get bored, I want variety.",
        "lifts": {"squat": 185, "bench_press": 135, "deadlift": 220, "overhead_press": 85}, "lifts_source": "tested",
    },
    "08-a-bar-and-the-floor": {
        "goal": "bodyweight", "experience": "intermediate", "days_per_week": 4, "session_minutes": 30,
        "equipment": ["bodyweight", "pull_up_bar"], "sex": "unspecified", "age": 35, "weeks": 8,
        "focus_muscles": ["back"],
    },
    "09-a-runner-with-half-an-hour": {
        "goal": "endurance", "experience": "intermediate", "days_per_week": 2, "session_minutes": 30,
        "equipment": ["kettlebells", "bands"], "sex": "female", "age": 38, "sport": "marathon",
        "notes": "My left knee hurts when running. Only 20 min on Thursdays.",
    },
    "10-a-week-full-of-limits": {
        "goal": "recomposition", "experience": "intermediate", "days_per_week": 4, "session_minutes": 60, "units": "lb",
        "equipment": ["full_gym"], "sex": "male", "age": 52, "body_weight": 205, "weeks": 10,
        "lifts": {"squat": 275, "bench_press": 235, "deadlift": 365}, "lifts_source": "unsure",
        "injuries": [{"area": "shoulder", "severity": "mild"}],
        "recovery": {"sleep_hours": 5.5, "stress": 8, "energy": "maintenance"},
        "avoid_exercises": ["upright row"],
        "notes": "No barbell on Fridays, only 30 min on Tuesdays. The rack is always taken. Can't train on Wednesdays.",
    },
}  # fmt: skip


def made(told: dict[str, Any]) -> dict[str, Any]:
    work, head, _ = made_at_once(told)
    return assemble(head, [work.made[f"week-{number}"] for number in range(1, work.input.weeks + 1)])


def written(told: dict[str, Any]) -> str:
    """The Markdown between the marks."""
    asked = ProgramInput.model_validate(told)
    result = made(told)
    parts = [
        "```json", json.dumps(told, indent=1, ensure_ascii=False), "```", "",
        f"**{result['title']}.** {result['summary']}", "",
        *listed("Read from the free text", [*result["understood"], *result["not_understood"]]),
        *plan(result), *lifts(result), *week(result, 1), *first_lifts(result), *volume(result),
        *listed("What did not fit", result["fit"]),
        *listed("Weak points", [f"{p['name']}: {p['evidence']} {p['intervention']}" for p in result["weak_points"]]),
        *listed("Before the start", result["warnings"]),
        f"{result['checks'][0]} ({asked.session_minutes} minutes asked for)", "",
    ]  # fmt: skip
    return "\n".join(parts)


def listed(heading: str, lines: Sequence[str]) -> list[str]:
    return [f"### {heading}", "", *(f"- {line}" for line in lines), ""] if lines else []


def plan(result: dict[str, Any]) -> Iterator[str]:
    told = result["periodization"]
    yield from (
        "### Plan",
        "",
        f"{MODELS[told['model']]}; {SPLITS[result['split']].lower()}. {told['why']} {result['split_why']}",
        "",
    )
    yield from ("| Weeks | Phase | RPE of first lifts | % of 1RM |", "|---|---|---|---|")
    for phase in told["phases"]:
        weeks = phase["weeks"]
        span = f"{weeks[0]}-{weeks[-1]}" if len(weeks) > 1 else f"{weeks[0]}"
        effort, share = phase["rpe"], [round(100 * one) for one in phase["intensity"]]
        yield f"| {span} | {PHASE_NAMES[phase['name']]} | {effort[0]:g}-{effort[1]:g} | {share[0]}-{share[1]} |"
    yield ""


def lifts(result: dict[str, Any]) -> Iterator[str]:
    if not result["progression"]:
        return
    units = result["units"]
    yield from (
        "| Lift | Told | Built on | Expected at the end | A week | Level | Next |",
        "|---|---|---|---|---|---|---|",
    )
    for one in result["progression"]:
        ahead = one["next_level"]
        later = f"{ahead['name']}: {ahead['weight']:g} {units}" if ahead else ""
        yield (
            f"| {one['name']} | {one['told']:g} {units} | {one['built_on']:g} | {one['expected']:g} | "
            f"{one['weekly']:.2%} | {one['level'] or ''} | {later} |"
        )
    yield ""


def week(result: dict[str, Any], number: int) -> Iterator[str]:
    found = result["schedule"][number - 1]
    yield from (f"### Week {number}", "")
    for day in found["days"]:
        yield from (f"**{day['weekday'].capitalize()}: {day['name']}** ({day['estimated_minutes']} min)", "")
        yield from ("| Exercise | Warm-up | Sets | RPE | Load | Rest |", "|---|---|---|---|---|---|")
        for exercise in day["exercises"]:
            yield row(exercise, result["units"])
        yield ""


def row(exercise: dict[str, Any], units: str) -> str:
    last = exercise["sets"][-1]
    pair = f"{exercise['superset']}: " if exercise["superset"] else ""
    warm = ", ".join(
        f"{one['reps']} x {one['load']:g}" if one["load"] is not None else f"{one['reps']} at {one['share']:.0%}"
        for one in exercise["warm_up"]
    )
    first = exercise["sets"][0]["rpe"]
    efforts = f"{first:g}" + (f"-{last['rpe']:g}" if last["rpe"] != exercise["sets"][0]["rpe"] else "")
    cells = (
        pair + exercise["name"], warm, sets(exercise), efforts, load(exercise, units), f"{last['rest_seconds']} s",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def sets(exercise: dict[str, Any]) -> str:
    each = " a side" if exercise["unilateral"] else ""
    reps = [f"{one['seconds']} s" if one["seconds"] else str(one["reps"]) for one in exercise["sets"]]
    return (f"{len(reps)} x {reps[0]}" if len(set(reps)) == 1 else ", ".join(reps)) + each


def load(exercise: dict[str, Any], units: str) -> str:
    loads = list(dict.fromkeys(one["load"] for one in exercise["sets"]))
    if loads == [None]:
        return "by effort"
    return " / ".join(f"{one:g}" for one in loads) + f" {units}" + (" a hand" if exercise["per_hand"] else "")


def first_lifts(result: dict[str, Any]) -> Iterator[str]:
    """How the first exercise of each day goes on, week by week."""
    days = result["schedule"][0]["days"]
    yield from ("### The first lift of each day, week by week", "")
    yield "| Week | " + " | ".join(f"{day['weekday'].capitalize()}" for day in days) + " |"
    yield "|---" * (len(days) + 1) + "|"
    for found in result["schedule"]:
        cells = []
        for day in found["days"]:
            first = next((e for e in day["exercises"] if e["warm_up"]), day["exercises"][0])
            weight = load(first, result["units"])
            cells.append(f"{first['name']}: {sets(first)} at RPE {first['sets'][-1]['rpe']:g}, {weight}")
        yield f"| {found['week']} {PHASE_NAMES[found['phase']].lower()} | " + " | ".join(cells) + " |"
    yield ""


def volume(result: dict[str, Any]) -> Iterator[str]:
    yield from (
        "### Sets a week",
        "",
        "| Muscle | Week 1 | Fullest week | MV | MEV | MAV | MRV |",
        "|---|---|---|---|---|---|---|",
    )
    rows = [one["sets"] for one in result["volume_by_week"]]
    for muscle, name in MUSCLES.items():
        mark = result["volume_landmarks"][muscle]
        most = max(sets_of[muscle] for sets_of in rows)
        low, high = mark["mav"]
        marks = f"{mark['mv']} | {mark['mev']} | {low}-{high} | {mark['mrv']}"
        yield f"| {name} | {rows[0][muscle]:g} | {most:g} | {marks} |"
    yield ""


def updated(document: str, told: dict[str, Any]) -> str:
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{written(told)}\n{END}{after}"


def main() -> int:
    for name, told in PEOPLE.items():
        path = FOLDER / f"{name}.md"
        document = path.read_text() if path.exists() else f"# {name}\n\n{BEGIN}\n{END}\n"
        path.write_text(updated(document, told))
        print(path.relative_to(FOLDER.parent.parent))
    return 0


if __name__ == "__main__":
    sys.exit(main())
