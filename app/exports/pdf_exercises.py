"""The exercises on paper: how each is done, and what to do instead when its place is taken."""

from typing import Any

from app.exports.paper import BOTTOM, LEFT, SOFT, TOP, WIDTH, Paper, leading

SIZE, GAP, COLUMNS = 7.5, 6.0, 3
HEAD = 11.0
COLUMN = (WIDTH - (COLUMNS - 1) * GAP) / COLUMNS

Line = tuple[str, bool, int]  # text, bold, grey


def draw_exercises(paper: Paper, program: dict[str, Any]) -> None:
    """In columns, each exercise whole, in alphabetical order."""
    known = {one["exercise"]: one for week in program["schedule"] for day in week["days"] for one in day["exercises"]}
    column, y = COLUMNS, BOTTOM
    for exercise in sorted(known.values(), key=lambda one: str(one["name"])):
        lines = _lines(paper, exercise)
        height = len(lines) * leading(SIZE)
        if y + height > BOTTOM:
            column, y = column + 1, TOP + HEAD
        if column >= COLUMNS:
            paper.page("The exercises")
            paper.text(LEFT, TOP, "The exercises", 17, bold=True)
            column = 0
        for text, bold, grey in lines:
            paper.text(LEFT + column * (COLUMN + GAP), y, text, SIZE, bold=bold, grey=grey)
            y += leading(SIZE)
        y += 2.2


def _lines(paper: Paper, exercise: dict[str, Any]) -> list[Line]:
    named = exercise.get("substitute_names", {})
    instead = ", ".join(named.get(key, key.replace("_", " ")) for key in exercise["substitutes"])
    found: list[Line] = [(line, True, 0) for line in paper.lines(exercise["name"], COLUMN, SIZE, bold=True)]
    found += [(line, False, 0) for line in paper.lines(exercise["cues"], COLUMN, SIZE)]
    if instead:
        found += [(line, False, SOFT) for line in paper.lines(f"Or: {instead}", COLUMN, SIZE)]
    return found
