"""A course as a PDF to be read on paper: the contents, the lessons, and under each its sources."""

from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.counts import lesson_time
from app.exports.course_text import summary
from app.exports.flow import Flow, Words, plain
from app.exports.paper import SOFT, Paper, leading, printed
from app.exports.program_pdf import made_at

BODY, SMALL, NOTE = 10.5, 9.0, 8.0
HEADINGS = {1: 13.0, 2: 13.0, 3: 11.5}  # of a lesson; deeper ones are as large as its text
STEP = 6.0  # mm from one level of a list to the next


def to_pdf(course: dict[str, Any]) -> bytes:
    """The same course gives the same bytes."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("reference")

    def draw(lost: str) -> Paper:
        flow = Flow(Paper(course["title"], made_at(course["id"]), course["title"]))
        flow.page("Contents")
        _cover(flow, course, lost)
        for part in course["parts"]:
            flow.page(f"{part['number']}. {part['title']}")
            flow.heading(f"{part['number']}. {part['title']}", 20)
            flow.gap(2)
            flow.text(part["summary"], BODY, grey=SOFT)
            for section in part["sections"]:
                _section(flow, section, parser)
        return flow.paper

    return printed(draw)


def _cover(flow: Flow, course: dict[str, Any], lost: str) -> None:
    flow.heading(course["title"], 26)
    flow.gap(3)
    flow.text(summary(course), 12)
    flow.gap(2)
    flow.text(
        f"{course['query']} · {course['hours']:g} h asked, {course['estimated_minutes']} min made", SMALL, grey=SOFT
    )
    if lost:
        flow.gap(4)
        flow.words(plain(lost, bold=True), BODY)
    coverage = course["coverage"]
    if coverage["level"] != "good":
        flow.gap(4)
        told = {"Missing": coverage.get("missing", []), "What would help": coverage.get("would_help", [])}
        for text in [coverage["note"], *(f"{label}: {'; '.join(found)}" for label, found in told.items() if found)]:
            flow.text(text, BODY, indent=4)
    flow.gap(6)
    for part in course["parts"]:
        flow.gap(2)
        flow.heading(f"{part['number']}. {part['title']}, {lesson_time(part['minutes'])}", 12, keep=8)
        for section in part["sections"]:
            flow.text(
                f"{section['title']}, {lesson_time(section['minutes'])}", BODY, indent=12, first=section["number"]
            )
    if course["books"]:
        flow.gap(6)
        flow.heading("Books", 12, keep=8)
        for book in course["books"]:
            flow.text(", ".join(one for one in (book["title"], book["author"]) if one), BODY, indent=4, first="–")


def _section(flow: Flow, section: dict[str, Any], parser: MarkdownIt) -> None:
    flow.gap(8)
    flow.need(30)
    flow.paper.mark(f"{section['number']} {section['title']}")
    flow.heading(f"{section['number']} {section['title']}", 15)
    flow.text(lesson_time(section["minutes"]), SMALL, grey=SOFT)
    flow.gap(1.5)
    for objective in section["objectives"]:
        flow.text(objective, SMALL, indent=5, first="–", grey=SOFT)
    _lesson(flow, parser.parse(section["lesson"]))
    if section["check"]:
        flow.gap(3)
        flow.heading("Check yourself", 11.5)
        for at, one in enumerate(section["check"], start=1):
            flow.need(14)  # a question is not parted from its answer
            flow.text(one["question"], BODY, indent=6, first=f"{at}.")
            flow.text(f"Answer: {one['answer']}", SMALL, indent=6, grey=SOFT)
            flow.gap(1)
    if section["sources"]:
        flow.gap(3)
        flow.heading("Sources", 9, keep=8)
        for source in section["sources"]:
            text = f"{source['book']}, {source['locator']}: “{source['quote']}”"
            flow.text(text, NOTE, indent=8, first=f"[{source['ref']}]", grey=SOFT)


class _Lists:
    """The lists around what is written: of numbered ones the number that comes next, of others None."""

    def __init__(self) -> None:
        self.open: list[int | None] = []
        self.first = ""

    def see(self, token: Token) -> None:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            self.open.append(int(token.attrGet("start") or 1) if token.type.startswith("ordered") else None)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            self.open.pop()
        elif token.type == "list_item_open":
            number = self.open[-1]
            self.first = "•" if number is None else f"{number}."
            self.open[-1] = None if number is None else number + 1


def _lesson(flow: Flow, tokens: Sequence[Token]) -> None:
    lists = _Lists()
    rows: list[list[str]] = []
    before = None
    for token in tokens:
        lists.see(token)
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "table_close":
            flow.gap(2)
            flow.table(rows)
            flow.gap(1)
            rows = []
        elif token.type in {"fence", "code_block"}:
            flow.gap(2)
            flow.code(token.content)
        elif token.type == "inline" and before is not None:
            _inline(flow, token, before, lists, rows)
        before = token


def _inline(flow: Flow, token: Token, before: Token, lists: _Lists, rows: list[list[str]]) -> None:
    words = _words(token.children or [])
    if before.type in {"td_open", "th_open"}:
        rows[-1].append(" ".join(word for word, _ in words))
    elif before.type == "heading_open":
        size = HEADINGS.get(int(before.tag[1]), BODY)
        flow.gap(leading(size) / 2)
        flow.heading(" ".join(word for word, _ in words), size)
    else:
        flow.gap(0.8 if lists.open else 2.2)
        flow.words(words, BODY, indent=STEP * len(lists.open), first=lists.first)
        lists.first = ""


def _words(tokens: Sequence[Token]) -> Words:
    """A word that is bold in a part of it is bold as a whole."""
    text, bold = "", 0
    marks: list[tuple[int, int]] = []  # where bold text begins and ends
    for token in tokens:
        if token.type == "strong_open":
            bold = len(text)
        elif token.type == "strong_close":
            marks.append((bold, len(text)))
        else:
            text += " " if token.type in {"softbreak", "hardbreak"} else token.content
    found: list[tuple[str, bool]] = []
    at = 0
    for word in text.split():
        at = text.index(word, at)
        found.append((word, any(start < at + len(word) and at < end for start, end in marks)))
        at += len(word)
    return found
