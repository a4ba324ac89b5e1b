"""How a set reads on paper and in a calendar: `4 × 8`, `20 kg per hand`, `2:30`."""

from typing import Any

from app.kinds.program_choices import PHASE_NAMES
from app.kinds.program_sets import SetGroup


def number(value: float) -> str:
    """72.5 and 1.25 stay, 70.0 becomes 70."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def phase(name: str) -> str:
    return PHASE_NAMES.get(name, name.replace("_", " ").capitalize())


def work(group: SetGroup) -> str:
    """`4 × 8`; holds and carries: `3 × 30 s`, `3 × 2 × 30 s`."""
    if not group.seconds:
        return f"{group.count} × {group.reps}"
    each = f"{group.reps} × " if group.reps > 1 else ""
    return f"{group.count} × {each}{group.seconds} s"


def sides(exercise: dict[str, Any]) -> str:
    return "each side" if exercise.get("unilateral") else ""


def load(group: SetGroup, units: str) -> str:
    """Where no lift tells the load, the effort does."""
    return "by effort" if group.load is None else f"{number(group.load)} {units}"


def hands(exercise: dict[str, Any], group: SetGroup) -> str:
    return "per hand" if exercise.get("per_hand") and group.load is not None else ""


def rest(seconds: int) -> str:
    """As a watch shows it: `2:30`."""
    minutes, left = divmod(seconds, 60)
    return f"{minutes}:{left:02d}"


def span(low: float, high: float, *, between: str = "–") -> str:
    return number(low) if low == high else f"{number(low)}{between}{number(high)}"


def labels(day: dict[str, Any]) -> list[str]:
    """What stands before each exercise of a day: `A1` and `A2` for those that alternate, else nothing."""
    found: list[str] = []
    of_letter: dict[str, int] = {}
    for exercise in day["exercises"]:
        letter = exercise.get("superset")
        if letter:
            of_letter[letter] = of_letter.get(letter, 0) + 1
        found.append(f"{letter}{of_letter[letter]}" if letter else "")
    return found
