"""A plan as a PDF for the kitchen door: a page a day, and the shopping list with boxes."""

from typing import Any

from app.exports.paper import BOTTOM, LEFT, SOFT, TOP, WIDTH, Paper, leading, printed
from app.exports.pdf_cover import Flow
from app.exports.plan_text import bought, eaten, recovery, sets, sums
from app.exports.program_pdf import made_at
from app.kinds.plan_choices import AISLES

SIZE, SMALL, BOX, COLUMNS, GAP = 8.5, 7.5, 2.6, 3, 6.0
COLUMN = (WIDTH - (COLUMNS - 1) * GAP) / COLUMNS


def to_pdf(plan: dict[str, Any], subject: str = "") -> bytes:
    """The same plan gives the same bytes."""
    name = f"{plan['title']}, for {subject}" if subject else plan["title"]

    def draw(lost: str) -> Paper:
        paper = Paper(name, made_at(plan["id"]), name)
        _cover(paper, plan, subject, lost)
        for day in plan["days"]:
            _day(paper, day, plan["units"])
        _shopping(paper, plan["shopping_list"])
        return paper

    return printed(draw)


def _cover(paper: Paper, plan: dict[str, Any], subject: str, lost: str) -> None:
    paper.page("The week")
    flow = Flow(paper, TOP)
    flow.y = paper.paragraph(LEFT, flow.y, plan["title"], WIDTH, 22, bold=True)
    if subject:
        flow.y = paper.paragraph(LEFT, flow.y, f"For {subject}", WIDTH, 13)
    flow.y = paper.paragraph(LEFT, flow.y + 1, plan["summary"], WIDTH, 9.5, grey=SOFT) + 2.5
    if lost:
        flow.y = paper.paragraph(LEFT, flow.y, lost, WIDTH, 9.5, bold=True) + 2.5
    if plan["warnings"]:
        flow.heading("Please read first", 5)
        flow.bullets(plan["warnings"])
    flow.heading("How it was reckoned", 5)
    flow.bullets([plan["targets"]["method"], *filter(None, [sums(plan["targets"])]), *plan["adjusted"]])
    flow.heading("The week at a glance", 5)
    for day in plan["days"]:
        dishes = [meal["name"].split(": ", 1)[-1] for meal in day["nutrition"]["meals"]]
        told = day["training"]["name"] if day["training"] else "Rest"
        flow.bullets([f"{day['weekday'].capitalize()}: {told}. {' / '.join(dishes)}"])


def _day(paper: Paper, day: dict[str, Any], units: str) -> None:
    paper.page(day["weekday"].capitalize())
    flow = Flow(paper, TOP)
    flow.y = paper.paragraph(LEFT, flow.y, f"{day['weekday'].capitalize()}, {day['date']}", WIDTH, 17, bold=True)
    said = sums(day["nutrition"]["totals"])
    flow.y = paper.paragraph(LEFT, flow.y, " ".join(filter(None, [day["reason"], said])), WIDTH, SIZE, grey=SOFT) + 2
    for meal in day["nutrition"]["meals"]:
        flow.heading(f"{meal['time']}  {meal['name']}", 2 * leading(SIZE))
        _lines(flow, ", ".join(eaten(item) for item in meal["items"]))
        _lines(flow, meal["method"], grey=SOFT)
    if training := day["training"]:
        flow.heading(f"{training['time']}  {training['name']}, {training['estimated_minutes']} min", 10)
        flow.bullets([f"{one['name']}: {sets(one, units)}" for one in training["exercises"]], SIZE)
    flow.heading("Recovery", 10)
    flow.bullets(recovery(day), SMALL)


def _lines(flow: Flow, text: str, grey: int = 0) -> None:
    for line in flow.paper.lines(text, WIDTH, SIZE):
        flow.need(leading(SIZE))
        flow.paper.text(LEFT, flow.y, line, SIZE, grey=grey)
        flow.y += leading(SIZE)


def _shopping(paper: Paper, rows: list[dict[str, Any]]) -> None:
    """In columns, with a box to tick."""
    column, y, last = COLUMNS, BOTTOM, ""
    for row in rows:
        fresh = row["aisle"] != last
        lines = paper.lines(bought(row), COLUMN - 5, SMALL)
        height = len(lines) * leading(SMALL) + 1 + (7 if fresh else 0)
        if y + height > BOTTOM:
            column, y = column + 1, TOP + 11
        if column >= COLUMNS:
            paper.page("Shopping list")
            paper.text(LEFT, TOP, "Shopping list", 17, bold=True)
            column = 0
        x = LEFT + column * (COLUMN + GAP)
        if fresh:
            paper.text(x, y + 2, AISLES[row["aisle"]], SIZE, bold=True)
            y += 7
        last = row["aisle"]
        paper.box(x, y + 0.2, BOX, BOX)
        for line in lines:
            paper.text(x + 5, y, line, SMALL)
            y += leading(SMALL)
        y += 1
