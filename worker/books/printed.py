"""Lines of a printed page as they look, and which of them are headings by their looks."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from worker.books.document import LONGEST_TITLE

Style = tuple[float, bool]  # points, to the half, and whether it is bold
LARGER: Final = 1.12  # than the body
MOST_LINES: Final = 3
RARE: Final = 0.2  # of all characters: what is set more often is no heading
FEWEST: Final = 2  # headings by looks; fewer tell nothing
FEWEST_WORDS_EACH: Final = 15
FULL: Final = 0.75  # of the widest line of text: what is so wide has no room for more
ALL: Final = 0.75  # of the pages: what stands at the edge of so many is a running title
_BOLD: Final = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
_BEGINS: Final = re.compile(r"[\"“‘'(¿¡]?(?:\d|[^\W\d_])")
_SENTENCE: Final = re.compile(r"(?:[.,;:]|\w-)[\"”’)]*$")
_ENDED: Final = re.compile(r"[.!?:][\"”’)]*$")


@dataclass(frozen=True)
class Line:
    text: str
    style: Style = (0.0, False)


@dataclass(frozen=True)
class Heading:
    level: int
    text: str
    lines: int


def lines_of(page: Any) -> list[Line]:
    """Of a page of pypdf."""
    pieces: list[tuple[str, Style]] = []

    def note(text: str, outer: Any, inner: Any, font: Any, size: Any) -> None:
        pieces.append((text, _style(outer, inner, font, size)))

    whole = str(page.extract_text(visitor_text=note))
    if "".join(text for text, _ in pieces) != whole:
        return [Line(text) for text in whole.splitlines()]
    found: list[Line] = []
    text, styles = "", Counter[Style]()
    for piece, style in pieces:
        for part in piece.splitlines(keepends=True):
            text += part
            styles[style] += len(part.strip())
            if part.splitlines()[0] != part:
                found.append(_line(text, styles))
                text, styles = "", Counter()
    return [*found, _line(text, styles)]


def _line(text: str, styles: Counter[Style]) -> Line:
    shown = {style: times for style, times in styles.items() if times}
    size = max(shown, key=lambda style: shown[style], default=(0.0, False))[0]
    return Line(text.strip(), (size, bool(shown) and all(bold for _, bold in shown)))


def _style(outer: Any, inner: Any, font: Any, size: Any) -> Style:
    """Files that are made to confuse have anything here."""
    try:
        points = float(size) * math.hypot(inner[2], inner[3]) * math.hypot(outer[2], outer[3])
        name = str(font["/BaseFont"]) if font else ""
    except (TypeError, ValueError, KeyError, IndexError, OverflowError):
        return 0.0, False
    return round(2 * points) / 2 if 0 < points < 1000 else 0.0, bool(_BOLD.search(name))


def headings(pages: Sequence[Sequence[Line]], edge: int) -> dict[tuple[int, int], Heading]:
    """By page and line, both from 0: short lines of their own, larger or bolder than most of the text, that do not end
    like sentences and do not come again at the ``edge`` of other pages."""
    amounts = _amounts(pages)
    body = body_of(pages)
    loud = {style for style, times in amounts.items() if times < RARE * amounts.total() and louder(style, body)}
    places = (*range(edge), *range(-edge, 0))
    seen = Counter((at, page[at].text) for page in pages for at in places if -len(page) <= at < len(page))
    running = {text for (_, text), times in seen.items() if times >= max(2, ALL * len(pages))}
    found: dict[tuple[int, int], tuple[Style, list[str]]] = {}
    for number, page in enumerate(pages):
        for at, texts in _of_page(page, loud, body, running):
            found[number, at] = page[at].style, texts
    words = sum(len(line.text.split()) for page in pages for line in page)
    if not body[0] or len(found) < FEWEST or words < FEWEST_WORDS_EACH * len(found):
        return {}
    ranks = sorted({style for style, _ in found.values()}, reverse=True)
    return {at: Heading(ranks.index(style) + 1, " ".join(texts), len(texts)) for at, (style, texts) in found.items()}


def body_of(pages: Sequence[Sequence[Line]]) -> Style:
    """In which most of the text is."""
    amounts = _amounts(pages)
    return max(amounts, key=lambda style: amounts[style], default=(0.0, False))


def _amounts(pages: Sequence[Sequence[Line]]) -> Counter[Style]:
    """How many characters are in each style."""
    found = Counter[Style]()
    for line in (line for page in pages for line in page):
        found[line.style] += len(line.text)
    return found


def louder(style: Style, body: Style) -> bool:
    return style[0] >= LARGER * body[0] or (style[1] and not body[1] and style[0] >= 0.95 * body[0])


def _of_page(page: Sequence[Line], loud: set[Style], body: Style, running: set[str]) -> list[tuple[int, list[str]]]:
    widest = max((len(line.text) * line.style[0] for line in page if line.style == body), default=0.0)
    found: list[tuple[int, list[str]]] = []
    at = 0
    while at < len(page):
        line = page[at]
        if line.style not in loud or line.text in running:
            at += 1
            continue
        end = at + 1
        while end < len(page) and page[end].style == line.style and _goes_on(page[end - 1], page[end], widest):
            end += 1
        texts = [one.text for one in page[at:end]]
        if _heads(texts) and (line.style[0] >= LARGER * body[0] or _apart(page, at, end, loud, widest)):
            found.append((at, texts))
        at = end
    return found


def _goes_on(line: Line, after: Line, widest: float) -> bool:
    """In the next line: its first word had no room in this one, or begins small."""
    longer = f"{line.text} {after.text.partition(' ')[0]}"
    return len(longer) * line.style[0] >= FULL * widest or after.text[:1].islower()


def _heads(texts: Sequence[str]) -> bool:
    whole = " ".join(texts)
    letters = sum(c.isalpha() for c in whole)
    return (
        len(texts) <= MOST_LINES
        and letters >= 3
        and len(whole) <= min(2 * letters, LONGEST_TITLE)
        and not whole[0].islower()
        and _BEGINS.match(whole) is not None
        and not _SENTENCE.search(whole)
        and not re.search(r"\.{3,}|(?:\. ){3,}", whole)  # a line of the contents
    )


def _apart(page: Sequence[Line], start: int, end: int, loud: set[Style], widest: float) -> bool:
    """What is only bolder stands between the end of a paragraph and text, not in a paragraph or a table."""
    before, after = page[start - 1] if start else None, page[end] if end < len(page) else None
    if before is not None and before.style not in loud and not _ENDED.search(before.text):
        return False
    below = after is not None and after.style in loud - {page[start].style}
    return after is not None and (below or len(after.text) * after.style[0] >= FULL * widest)
