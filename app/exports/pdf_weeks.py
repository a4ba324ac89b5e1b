"""The weeks on paper: each day a table with empty boxes, one for each set, to write into what was done."""

from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from app.exports import words
from app.exports.paper import BOTTOM, FAINT, LEFT, LINE, RIGHT, SOFT, TOP, WIDTH, Paper, leading
from app.kinds.program_sets import groups

# Columns: where each begins, in mm. The boxes take what is left.
LABEL, NAME, WORK, LOAD, RPE, REST, BOXES = LEFT, LEFT + 6.5, LEFT + 53, LEFT + 72, LEFT + 92, LEFT + 101, LEFT + 111
MOST_BOXES = 6  # side by side; narrower ones cannot be written into
WIDEST_BOX = 17.0
NAME_SIZE, CELL_SIZE, SMALL, WARM_UP = 8.5, 9.5, 6.5, 7.5

HEAD, FOOT = 13.0, 2.0  # of a page: the week and what it is about, and air
DAY_HEAD, COLUMN_HEAD, DAY_GAP = 6.0, 4.8, 4.5
LOW, HIGH = 8.0, 10.5  # a row of boxes, as the page allows; lower ones are no room for handwriting
LEAST_NOTES = 16.0
TOGETHER = 2  # exercises that a table is not cut within: of its first and of its last


@dataclass(frozen=True)
class Row:
    """Equal sets of an exercise. Only its first row has the name."""

    label: str
    name: list[str]  # in lines
    work: str
    sides: str
    load: str
    beside: str  # of the load: per hand, per cent
    rpe: str
    rest: str
    boxes: int
    first: int  # the number of the first set

    @property
    def deep(self) -> int:
        """Rows of boxes."""
        return ceil(self.boxes / MOST_BOXES)


@dataclass(frozen=True)
class Table:
    day: dict[str, Any]
    warm_up: list[str]  # in lines
    rows: list[Row]
    continued: bool = False

    @property
    def deep(self) -> int:
        return sum(row.deep for row in self.rows)

    @property
    def fixed(self) -> float:
        """Its height without its rows."""
        return DAY_GAP + DAY_HEAD + len(self.warm_up) * leading(WARM_UP) + COLUMN_HEAD

    @property
    def least(self) -> float:
        return self.fixed + self.deep * LOW


def draw_week(paper: Paper, week: dict[str, Any], units: str, aim: str) -> None:
    """``aim`` is the effort and intensity of its phase."""
    room = BOTTOM - TOP - HEAD - FOOT
    tables = [part for day in week["days"] for part in cut(table(paper, day, units), room)]
    for number, page in enumerate(pages(tables, room)):
        paper.page("" if number else f"Week {week['week']}: {words.phase(week['phase'])}")
        _head(paper, week, aim, continued=number > 0)
        high = _high(page, room)
        y = TOP + HEAD
        for one in page:
            y = _table(paper, one, y, high)
        _notes(paper, y)


def table(paper: Paper, day: dict[str, Any], units: str) -> Table:
    rows = [
        row
        for label, exercise in zip(words.labels(day), day["exercises"], strict=True)
        for row in _rows(paper, label, exercise, units)
    ]
    return Table(day, paper.lines(day.get("warm_up", ""), WIDTH, WARM_UP), rows)


def _rows(paper: Paper, label: str, exercise: dict[str, Any], units: str) -> list[Row]:
    name = paper.lines(exercise["name"], WORK - NAME - 1.5, NAME_SIZE, bold=True)
    rows: list[Row] = []
    first = 1
    for group in groups(exercise["sets"]):
        share = f"{round(group.percent_1rm * 100)}%" if group.percent_1rm and group.load is not None else ""
        rows.append(
            Row(
                label="" if rows else label,
                name=[] if rows else name,
                work=words.work(group),
                sides=words.sides(exercise),
                load=words.load(group, units),
                beside=words.hands(exercise, group) or share,
                rpe=words.number(group.rpe),
                rest=words.rest(group.rest_seconds),
                boxes=group.count,
                first=first,
            )
        )
        first += group.count
    return rows


def cut(whole: Table, room: float) -> list[Table]:
    """A day that no page can hold, in parts that each can; an exercise stays in one, and none stands alone."""
    parts: list[Table] = []
    while whole.least > room:
        starts = [place for place, row in enumerate(whole.rows) if row.name][TOGETHER : -TOGETHER + 1]
        fitting = [place for place in starts if replace(whole, rows=whole.rows[:place]).least <= room]
        if not fitting:
            break
        parts.append(replace(whole, rows=whole.rows[: fitting[-1]]))
        whole = replace(whole, rows=whole.rows[fitting[-1] :], warm_up=[], continued=True)
    return [*parts, whole]


def pages(tables: list[Table], room: float) -> list[list[Table]]:
    """On as few pages as hold them, in order, and on these as evenly as possible."""
    fewest = len(_filled(tables, room))
    capacity = max((one.least for one in tables), default=0.0)
    while capacity < room:
        even = _filled(tables, capacity)
        if len(even) == fewest:
            return even
        capacity += LOW
    return _filled(tables, room)


def _filled(tables: list[Table], capacity: float) -> list[list[Table]]:
    found: list[list[Table]] = []
    left = 0.0
    for one in tables:
        if not found or one.least > left:
            found.append([])
            left = capacity
        found[-1].append(one)
        left -= one.least
    return found


def _high(page: list[Table], room: float) -> float:
    """Of a row of boxes: as high as the page allows."""
    deep = sum(one.deep for one in page) or 1
    return max(LOW, min(HIGH, (room - sum(one.fixed for one in page)) / deep))


def _head(paper: Paper, week: dict[str, Any], aim: str, *, continued: bool) -> None:
    name = f"Week {week['week']}"
    paper.text(LEFT, TOP, name, 17, bold=True)
    after = LEFT + paper.width(name, 17, bold=True) + 3
    paper.text(after, TOP + 1.7, words.phase(week["phase"]) + (", continued" if continued else ""), 11.5)
    paper.text(RIGHT, TOP + 2.2, aim, 9, align="right")
    note = paper.lines(week.get("note", ""), WIDTH, 8)
    for place, line in enumerate(note[:2]):
        paper.text(LEFT, TOP + 7.4 + place * leading(8), line, 8, grey=SOFT)


def _table(paper: Paper, one: Table, y: float, high: float) -> float:
    """The lower edge of it."""
    y = _day_head(paper, one, y + DAY_GAP)
    for line in one.warm_up:
        paper.text(LEFT, y, line, WARM_UP)
        y += leading(WARM_UP)
    name = NAME if any(row.label for row in one.rows) else LEFT
    _column_heads(paper, y + 1, name)
    y += COLUMN_HEAD
    widest = min(MOST_BOXES, max(row.boxes for row in one.rows))
    box = min(WIDEST_BOX, (RIGHT - BOXES) / widest)
    for place, row in enumerate(one.rows):
        if row.name:
            paper.rule(LEFT, y, RIGHT, grey=LINE)
        elif place:
            paper.rule(WORK, y, RIGHT, grey=FAINT)
        _row(paper, row, y, high, box, name)
        y += row.deep * high
    paper.rule(LEFT, y, RIGHT, grey=LINE)
    return y


def _day_head(paper: Paper, one: Table, y: float) -> float:
    day = one.day
    weekday = day["weekday"].capitalize()
    paper.text(LEFT, y, weekday, 11, bold=True)
    x = LEFT + paper.width(weekday, 11, bold=True) + 2.5
    name = day["name"] + (", continued" if one.continued else "")
    paper.text(x, y, name, 11)
    x += paper.width(name, 11) + 2.5
    if not one.continued:
        paper.text(x, y + 0.7, f"about {day['estimated_minutes']} min", 8, grey=SOFT)
        blanks = (("Date", 20.0), ("Readiness", 10.0), ("Session RPE", 10.0))
        right = RIGHT
        for name, room in reversed(blanks):
            paper.rule(right - room, y + 4.2, right, grey=LINE)
            paper.text(right - room - 1, y + 0.9, name, 7.5, grey=SOFT, align="right")
            right -= room + paper.width(name, 7.5) + 3.5
    paper.rule(LEFT, y + DAY_HEAD - 1.2, RIGHT, thick=0.5)
    return y + DAY_HEAD


def _column_heads(paper: Paper, y: float, name_at: float) -> None:
    for x, name in ((name_at, "Exercise"), (WORK, "Sets × reps"), (LOAD, "Load"), (RPE, "RPE"), (REST, "Rest")):
        paper.text(x, y, name, SMALL, grey=SOFT)
    paper.text(BOXES, y, "Done: load × reps of each set", SMALL, grey=SOFT)


def _row(paper: Paper, row: Row, y: float, high: float, box: float, name_at: float) -> None:
    middle = y + high * row.deep / 2
    paper.text(LABEL, middle - leading(NAME_SIZE) / 2, row.label, NAME_SIZE, grey=SOFT)
    _stack(paper, name_at, middle, row.name[:2], NAME_SIZE, bold=True)
    _pair(paper, WORK, middle, row.work, row.sides)
    _pair(paper, LOAD, middle, row.load, row.beside)
    _pair(paper, RPE, middle, row.rpe, "")
    _pair(paper, REST, middle, row.rest, "")
    for number in range(row.boxes):
        x = BOXES + number % MOST_BOXES * box
        top = y + number // MOST_BOXES * high
        paper.box(x + 0.6, top + 0.9, box - 1.2, high - 1.8)
        paper.text(x + 1.1, top + 1.3, str(row.first + number), 5, grey=LINE)


def _stack(paper: Paper, x: float, middle: float, lines: list[str], size: float, *, bold: bool = False) -> None:
    """Lines around a middle."""
    for place, line in enumerate(lines):
        paper.text(x, middle + (place - len(lines) / 2) * leading(size), line, size, bold=bold)


def _pair(paper: Paper, x: float, middle: float, main: str, small: str) -> None:
    """A value, with what it is of in small letters beneath it."""
    size = CELL_SIZE if main[:1].isdigit() else NAME_SIZE
    top = middle - (leading(size) + (leading(SMALL) if small else 0)) / 2
    paper.text(x, top, main, size)
    paper.text(x, top + leading(size) - 0.4, small, SMALL, grey=SOFT)


def _notes(paper: Paper, y: float) -> None:
    """Ruled lines where the page has room for them."""
    if BOTTOM - y < LEAST_NOTES:
        return
    paper.text(LEFT, y + DAY_GAP, "Notes", 8, grey=SOFT)
    y += DAY_GAP + 8
    while y < BOTTOM - 3:
        paper.rule(LEFT, y, RIGHT, grey=FAINT)
        y += 8
