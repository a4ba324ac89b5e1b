"""The first page on paper: what the program is, how it runs, what to heed, and the rules of the day."""

from typing import Any

from app.exports import words
from app.exports.paper import BLACK, BOTTOM, FAINT, LEFT, LINE, RIGHT, SOFT, TOP, WIDTH, Paper, leading
from app.kinds.program_choices import MODELS, SPLITS
from app.kinds.program_sets import total

STRIP = 20.0  # the highest bar
COLUMNS = (("readiness", "How you feel"), ("load", "How the set went"), ("deload", "When to back off"))
BELOW = ("volume", "When to add or drop sets")  # the shortest of these
READ = (
    "RPE 8 means that two more good repetitions were left in you, RPE 9 one, RPE 10 none.",
    "By effort: take the load with which the repetitions end at that RPE, write it down, and start from it next time.",
    "A1 and A2 alternate: a set of one, the short rest, a set of the other.",
)


class Flow:
    """Goes down the page, and on to the next when there is no room."""

    def __init__(self, paper: Paper, y: float) -> None:
        self.paper, self.y = paper, y

    def need(self, height: float) -> None:
        if self.y + height > BOTTOM:
            self.paper.page()
            self.y = TOP

    def heading(self, text: str, after: float = 0.0) -> None:
        """``after`` is the height of what must not be parted from it."""
        self.need(7.5 + after)
        self.y += 1.5
        self.paper.text(LEFT, self.y, text, 11, bold=True)
        self.y += 6

    def bullets(self, lines: list[str], size: float = 8.5) -> None:
        for text in lines:
            wrapped = self.paper.lines(text, WIDTH - 4, size)
            self.need(len(wrapped) * leading(size))
            self.paper.text(LEFT, self.y, "•", size)
            for line in wrapped:
                self.paper.text(LEFT + 4, self.y, line, size)
                self.y += leading(size)
            self.y += 0.6


def draw_cover(paper: Paper, program: dict[str, Any], subject: str, lost: str = "") -> None:
    """``lost``: what is said of what cannot be printed."""
    paper.page("The program")
    flow = Flow(paper, TOP)
    flow.y = paper.paragraph(LEFT, flow.y, program["title"], WIDTH, 22, bold=True)
    if subject:
        flow.y = paper.paragraph(LEFT, flow.y, f"For {subject}", WIDTH, 13)
    flow.y = paper.paragraph(LEFT, flow.y + 1, program["summary"], WIDTH, 9.5, grey=SOFT) + 2.5
    if lost:
        flow.y = paper.paragraph(LEFT, flow.y, lost, WIDTH, 9.5, bold=True) + 2.5
    _facts(flow, program)
    if program["warnings"]:
        _warnings(flow, program["warnings"])
    _strip(flow, program)
    _phases(flow, program)
    if program["weak_points"]:
        flow.heading("Weak points", 5)
        flow.bullets([f"{one['name']}: {one['evidence']} {one['intervention']}" for one in program["weak_points"]])
    if program.get("fit"):
        flow.heading("What did not fit", 5)
        flow.bullets(program["fit"])
    flow.heading("How to read the tables", 5)
    flow.bullets(list(READ))
    _rules(flow, program["autoregulation"])


def _facts(flow: Flow, program: dict[str, Any]) -> None:
    model = program["periodization"]["model"]
    facts = (
        (str(program["weeks"]), "weeks"),
        (str(program["days_per_week"]), "days a week"),
        (SPLITS.get(program["split"], program["split"]), "split"),
        (MODELS.get(model, model), "periodization"),
    )
    x = LEFT
    for value, name in facts:
        flow.paper.text(x, flow.y, value, 12, bold=True)
        flow.paper.text(x, flow.y + 5.2, name, 7.5, grey=SOFT)
        x += max(flow.paper.width(value, 12, bold=True), flow.paper.width(name, 7.5)) + 8
    flow.y += 11


def _warnings(flow: Flow, warnings: list[str]) -> None:
    lines = [flow.paper.lines(text, WIDTH - 10, 9) for text in warnings]
    height = 7.5 + sum(len(one) * leading(9) + 0.8 for one in lines) + 1.5
    flow.need(height)
    flow.paper.box(LEFT, flow.y, WIDTH, height, grey=BLACK)
    flow.paper.text(LEFT + 3, flow.y + 2.2, "Please read first", 9.5, bold=True)
    y = flow.y + 7.5
    for one in lines:
        flow.paper.text(LEFT + 3, y, "•", 9)
        for line in one:
            flow.paper.text(LEFT + 6.5, y, line, 9)
            y += leading(9)
        y += 0.8
    flow.y += height + 3


def _strip(flow: Flow, program: dict[str, Any]) -> None:
    """A bar a week, as high as its sets are many; deloads are hollow."""
    weeks = program["schedule"]
    sets = [total(week) for week in weeks]
    most = max(sets, default=1) or 1
    flow.heading("Week by week", STRIP + 10)
    step = min(WIDTH / max(len(weeks), 1), 20)
    for place, (week, count) in enumerate(zip(weeks, sets, strict=True)):
        x, height = LEFT + place * step, STRIP * count / most
        top = flow.y + STRIP - height + 3
        flow.paper.box(x, top, step - 1.5, height, grey=SOFT, fill=255 if week["deload"] else FAINT)
        flow.paper.text(x + (step - 1.5) / 2, top - 3, str(count), 7, grey=SOFT, align="centre")
        flow.paper.text(x + (step - 1.5) / 2, flow.y + STRIP + 4, str(week["week"]), 8, bold=True, align="centre")
    flow.y += STRIP + 8.5
    flow.paper.text(LEFT, flow.y, "Sets in each week; a hollow bar is a deload.", 7, grey=SOFT)
    flow.y += 4.5


def _phases(flow: Flow, program: dict[str, Any]) -> None:
    paper = flow.paper
    columns = (LEFT, LEFT + 16, LEFT + 46, LEFT + 64, LEFT + 90)
    heads = ("Weeks", "Phase", "RPE", "Main lifts, of 1RM", "Aim")
    flow.need(5 + 7 * len(program["periodization"]["phases"]))
    for x, name in zip(columns, heads, strict=True):
        paper.text(x, flow.y, name, 7, grey=SOFT)
    flow.y += 4
    for one in program["periodization"]["phases"]:
        paper.rule(LEFT, flow.y, RIGHT, grey=LINE)
        aim = paper.lines(one.get("focus", ""), RIGHT - columns[4], 8.5)
        cells = (words.span(one["weeks"][0], one["weeks"][-1]), words.phase(one["name"]), *effort(one))
        for x, cell in zip(columns, cells, strict=False):
            paper.text(x, flow.y + 1, cell, 8.5, bold=x == columns[1])
        for place, line in enumerate(aim):
            paper.text(columns[4], flow.y + 1 + place * leading(8.5), line, 8.5)
        flow.y += max(1, len(aim)) * leading(8.5) + 1.8
    paper.rule(LEFT, flow.y, RIGHT, grey=LINE)
    why = paper.lines(program["periodization"]["why"], WIDTH, 8.5)
    flow.y += 1.5
    flow.need(len(why) * leading(8.5))
    flow.y = paper.paragraph(LEFT, flow.y, program["periodization"]["why"], WIDTH, 8.5, grey=SOFT) + 1.5


def effort(phase: dict[str, Any]) -> tuple[str, str]:
    """RPE and share of the 1RM, as `6–7.5` and `65–77%`."""
    low, high = (round(100 * share) for share in phase["intensity"])
    return words.span(*phase["rpe"]), f"{words.span(low, high)}%"


def _rules(flow: Flow, autoregulation: dict[str, list[dict[str, str]]]) -> None:
    """In columns; all of it stays on one page."""
    paper, gap = flow.paper, 6.0
    width = (WIDTH - gap * (len(COLUMNS) - 1)) / len(COLUMNS)

    def column(key: str, name: str) -> list[tuple[str, bool, float]]:
        lines: list[tuple[str, bool, float]] = [(name, True, 9.0)]
        for rule in autoregulation.get(key, []):
            lines += [(line, True, 7.5) for line in paper.lines(rule["when"], width, 7.5, bold=True)]
            lines += [(line, False, 7.5) for line in paper.lines(rule["do"], width, 7.5)] + [("", False, 3.0)]
        return lines

    columns = [column(*one) for one in COLUMNS]
    min(columns, key=len).extend([("", False, 4.0), *column(*BELOW)])
    flow.heading("On the day", max(sum(leading(size) for _, _, size in lines) for lines in columns))
    top = flow.y
    for place, lines in enumerate(columns):
        y = top
        for line, bold, size in lines:
            paper.text(LEFT + place * (width + gap), y, line, size, bold=bold)
            y += leading(size) + (1.0 if size == 9 else 0)
        flow.y = max(flow.y, y)
