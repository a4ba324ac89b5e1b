"""Passages: pieces of 60 to 250 words within one heading, cut where paragraphs or sentences end.

The cuts are chosen together, as TeX breaks lines (Knuth and Plass, Breaking Paragraphs into Lines, 1981): a section is
cut so that its pieces are near to one size and seldom end within a paragraph.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from worker.books.chapters import Section
from worker.books.document import LONGEST_WORD, Block, count, shortened
from worker.books.words import CODE, sentences

FEWEST: Final = 60
MOST: Final = 250
WISHED: Final = 150
LONGEST_PLACE: Final = 200
# Costs, in squared words off the wished size.
_SHORT: Final = 1_000_000.0
_WITHIN_PARAGRAPH: Final = 2_500.0


@dataclass(frozen=True)
class Passage:
    """``chapter`` is the number of the nearest heading above it."""

    number: int
    chapter: int
    heading: str
    locator: str
    text: str
    words: int


@dataclass(frozen=True)
class _Unit:
    """What is never cut: a sentence, a list item, a row, a few lines of code. ``joint``: what stands before it."""

    text: str
    words: int
    joint: str
    page: int | None


def passages(sections: Iterable[Section]) -> list[Passage]:
    made: list[Passage] = []
    for section in sections:
        for piece in _pieces(section.blocks):
            text = (piece[0].text + "".join(unit.joint + unit.text for unit in piece[1:])).strip("\n")
            pages = [unit.page for unit in piece if unit.page]
            where = locator(section.place, pages)
            made.append(Passage(len(made) + 1, section.number, section.path, where, text, count(text)))
    return made


def locator(place: str, pages: list[int]) -> str:
    """`chapter 3, p. 41`."""
    parts = [place] if place else []
    if pages:
        first, last = min(pages), max(pages)
        parts = [place.partition(", section")[0]] if place else []
        parts.append(f"p. {first}" if first == last else f"pp. {first}–{last}")
    return shortened(", ".join(parts) or "the text", LONGEST_PLACE)


def _pieces(blocks: Iterable[Block]) -> list[list[_Unit]]:
    units = list(_units(blocks))
    if not units:
        return []
    # best[i]: the cheapest way to cut the first i units, and where its last piece begins.
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(units) + 1):
        words, found = 0, (float("inf"), end - 1)
        for begin in range(end - 1, -1, -1):
            words += units[begin].words
            if words > MOST and begin < end - 1:
                break
            cost = best[begin][0] + (words - WISHED) ** 2 + (_SHORT if words < FEWEST else 0.0)
            if begin and units[begin].joint == " ":
                cost += _WITHIN_PARAGRAPH
            found = min(found, (cost, begin))
        best.append(found)
    cuts, end = [], len(units)
    while end:
        begin = best[end][1]
        cuts.append(units[begin:end])
        end = begin
    return cuts[::-1]


def _units(blocks: Iterable[Block]) -> Iterator[_Unit]:
    before = ""
    for block in blocks:
        near = block.kind == before and block.kind in {"item", "table", "code"}
        joint = "\n" if near else "\n\n"
        before = block.kind
        parts = [block.text] if block.kind == "table" else sentences(block.text)
        within = " "
        if block.kind == "code":
            parts, within = [CODE + line for line in block.text.split("\n")], "\n"
        for part in parts:
            for text in _cut(part):
                yield _Unit(text, count(text), joint, block.page)
                joint = within


def _cut(text: str) -> list[str]:
    """What is longer than a passage has no end of a sentence in reach: it is cut between words."""
    if count(text) <= MOST:
        return [text]
    words = text.split()
    mark = CODE if text.startswith(CODE) else ""
    if len(words) < count(text):
        size = WISHED * LONGEST_WORD
        return [mark + text[start : start + size].strip() for start in range(0, len(text), size)]
    size = -(-len(words) // -(-len(words) // WISHED))
    return [mark + " ".join(words[start : start + size]) for start in range(0, len(words), size)]
