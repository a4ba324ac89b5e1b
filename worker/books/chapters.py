"""The headings of a book, put in order: chapters and sections with their text, whatever the file made of them.

Missing, single, empty, endless and absurd ones are normal. Where nothing can be made of them the text is split by size,
and the titles say so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from worker.books.document import Block, Document, count, shortened
from worker.books.plain import PART
from worker.books.words import sentences

MOST_HEADINGS: Final = 2000
MOST_CHAPTERS: Final = 200
DEEPEST: Final = 4
# With fewer words to a heading, the headings are lines of a list, a poem or a slide.
FEWEST_WORDS_EACH: Final = 25
# A book, or a chapter that stands for all of it, of more words than this is split; so long are its parts.
LONGEST_WHOLE: Final = 6000
PART_WORDS: Final = 3000
LONGEST_BLOCK: Final = 600
OPENING: Final = "Opening"
WHOLE: Final = "The whole text"
OPENING_WORDS: Final = 30  # what stands before the first heading is a section of its own from so many words on

_LISTS: Final = re.compile(r"(?:table of )?contents|list of (?:figures|tables)|index", re.IGNORECASE)
_FRONT: Final = re.compile(
    r"(?:opening|cover|title page|copyright|dedication|foreword|preface|acknowledge?ments|introduction|prologue|"
    r"about .*)\W*",
    re.IGNORECASE,
)
_NUMBERED: Final = re.compile(
    r"(?:(?:chapter|lesson|unit|module|lecture)\s+)?(\d{1,3})(?:[.:)]|\s*[-–—]|$)\s*(?=\D|$)", re.IGNORECASE
)
_SPELT: Final = re.compile(r"(?:chapter|lesson|unit|module|lecture)\s+(\w+)", re.IGNORECASE)
_NUMBERS: Final = "zero one two three four five six seven eight nine ten eleven twelve"
_WORDS: Final = _NUMBERS.split()


@dataclass(frozen=True)
class Section:
    """A heading with its own text, without that of the sections below it. ``number`` counts all headings from 1."""

    number: int
    level: int
    title: str
    page: int | None
    path: str  # "Chapter › Section"
    place: str  # "chapter 3, section 2"; empty where only pages tell
    blocks: tuple[Block, ...] = field(default=(), repr=False)

    @property
    def words(self) -> int:
        return sum(count(block.text) for block in self.blocks)


@dataclass
class _Raw:
    level: int
    title: str
    page: int | None
    blocks: list[Block] = field(default_factory=list)

    @property
    def words(self) -> int:
        return sum(count(block.text) for block in self.blocks)


def sections(document: Document) -> list[Section]:
    """The book's sections in reading order, at least one; the first is a chapter (level 1)."""
    found = _grouped(document.blocks)
    found = _without_title(found, document)
    found = _without_parts(found)
    found = _without_empty(found)
    found = _without_absurd(found)
    found = _levelled(found)
    chapters = [one for one in found if one.level == 1]
    if len(chapters) > MOST_CHAPTERS or (len(found) < 2 and sum(one.words for one in found) > LONGEST_WHOLE):
        found = _by_size([block for block in document.blocks if block.kind != "heading"])
    if len(found) == 1 and found[0].title == OPENING:
        found[0].title = WHOLE
    return _numbered(found)


def _grouped(blocks: Sequence[Block]) -> list[_Raw]:
    found = [_Raw(0, OPENING, blocks[0].page if blocks else None)]
    for block in blocks:
        if block.kind == "heading":
            found.append(_Raw(block.level, block.text, block.page))
        else:
            found[-1].blocks.append(block)
    first = next((one.level for one in found if one.level), 1)
    found[0].level = min(first, *(one.level for one in found if one.level)) if len(found) > 1 else 1
    return _opening_joined(found)


def _opening_joined(found: list[_Raw]) -> list[_Raw]:
    """A few words before the first heading go into its section, none at all go."""
    opening, *rest = found
    if rest and opening.words < OPENING_WORDS:
        rest[0].blocks[:0] = opening.blocks
        return rest
    return found


def _without_title(found: list[_Raw], document: Document) -> list[_Raw]:
    """A single heading above all others is the book's title; what stands below it opens the book."""
    top = min(one.level for one in found)
    at_top = [one for one in found if one.level == top]
    first = found[0]
    if len(found) < 2 or len(at_top) != 1 or first is not at_top[0] or first.title == OPENING:
        return found
    document.title = document.title or first.title
    first.level, first.title = min(one.level for one in found[1:]), OPENING
    return _opening_joined(found)


def _without_parts(found: list[_Raw]) -> list[_Raw]:
    """`Part II` is a shelf of chapters, no chapter: where most of the highest headings are parts, those below rise."""
    top = min(one.level for one in found)
    parts = [one for one in found if one.level == top and PART.match(one.title)]
    others = [one for one in found if one.level == top and not PART.match(one.title)]
    if len(parts) < 2 or len(parts) < len(others) or all(one.level == top for one in found):
        return found
    below = min(one.level for one in found if one.level > top)
    kept: list[_Raw] = []
    for one in found:
        if one.level == top:
            one.level = below
        kept.append(one)
    for one, after in pairwise(list(kept)):
        if one in parts and one.words < OPENING_WORDS:
            after.blocks[:0] = one.blocks
            kept.remove(one)
    return kept


def _without_empty(found: list[_Raw]) -> list[_Raw]:
    """Without headings that have no text below them, and without lists of the book's own contents."""
    kept: list[_Raw] = []
    for one in reversed(found):
        parent = bool(kept) and kept[-1].level > one.level
        if (one.words or parent) and not (_LISTS.fullmatch(one.title.strip(" .:")) and not parent):
            kept.append(one)
    return kept[::-1] or found


def _without_absurd(found: list[_Raw]) -> list[_Raw]:
    """Too many headings for the text: the deepest become text again, level by level."""
    words = sum(one.words for one in found)
    while len(found) > MOST_HEADINGS or (len(found) > 50 and words / len(found) < FEWEST_WORDS_EACH):
        deepest = max(one.level for one in found)
        kept: list[_Raw] = []
        for one in found:
            if kept and one.level == deepest:
                kept[-1].blocks += [Block("text", one.title, page=one.page), *one.blocks]
            else:
                kept.append(one)
        if len(kept) == len(found):
            break
        found = kept
    return found


def _levelled(found: list[_Raw]) -> list[_Raw]:
    """Levels from 1 without gaps, at most `DEEPEST`: a section is one level below what it stands in."""
    open_levels: list[int] = []
    for one in found:
        told = one.level
        while open_levels and open_levels[-1] >= told:
            open_levels.pop()
        open_levels.append(told)
        one.level = min(DEEPEST, len(open_levels))
    return found


def _by_size(blocks: list[Block]) -> list[_Raw]:
    """Parts of about the same size, cut between blocks, with titles that promise no more than that."""
    blocks = [piece for block in blocks for piece in _cut(block)]
    words = sum(count(block.text) for block in blocks)
    size = words / max(1, round(words / PART_WORDS))
    found: list[_Raw] = []
    before = 0
    for block in blocks:
        if not found or before >= size * len(found):
            found.append(_Raw(1, "", block.page))
        found[-1].blocks.append(block)
        before += count(block.text)
    for index, part in enumerate(found):
        part.title = f"Part {index + 1} of {len(found)}" if len(found) > 1 else WHOLE
        pages = [block.page for block in part.blocks if block.page]
        if pages:
            part.title = f"Pages {pages[0]}–{pages[-1]}" if pages[0] != pages[-1] else f"Page {pages[0]}"
    return _once(found)


def _cut(block: Block) -> list[Block]:
    """A paragraph that goes on for pages has no lines that tell where one ends: it is cut between sentences."""
    if count(block.text) <= LONGEST_BLOCK:
        return [block]
    pieces: list[list[str]] = [[]]
    for sentence in sentences(block.text):
        if sum(map(count, pieces[-1])) > LONGEST_BLOCK // 2:
            pieces.append([])
        pieces[-1].append(sentence)
    return [replace(block, text=" ".join(piece), bold=()) for piece in pieces]


def _once(found: list[_Raw]) -> list[_Raw]:
    """Two parts of one page are told apart."""
    for one, after in pairwise(list(found)):
        if one.title.split(", ")[0] == after.title:
            after.title = f"{after.title}, continued"
    return found


def _numbered(found: list[_Raw]) -> list[Section]:
    labels = iter(_labels([one.title for one in found if one.level == 1]))
    made: list[Section] = []
    above: list[str] = []
    label, within = "", 0
    for number, one in enumerate(found, start=1):
        above = [*above[: one.level - 1], one.title]
        if one.level == 1:
            label, within = next(labels, ""), 0
        elif one.level == 2:
            within += 1
        place = f"{label}, section {within}" if label and within else label
        path = " › ".join(shortened(title, 120) for title in above)
        made.append(Section(number, one.level, one.title, one.page, path, place, tuple(one.blocks)))
    return made


def _labels(titles: list[str]) -> list[str]:
    """How each chapter is cited: by the number that it bears in the book, else by its place among the chapters."""
    told = [_told_number(title) for title in titles]
    labels, ordinal = [], 0
    for title, number in zip(titles, told, strict=True):
        ordinal += not _FRONT.fullmatch(title)
        if title == WHOLE or re.fullmatch(r"Pages? \d+.*", title):
            labels.append("")
        elif re.fullmatch(r"Part \d+ of \d+", title):
            labels.append(title.lower())
        elif number is not None:
            labels.append(f"chapter {number}")
        elif any(one is not None for one in told) or _FRONT.fullmatch(title):
            labels.append(f"“{shortened(title, 80)}”")
        else:
            labels.append(f"chapter {ordinal}")
    return labels


def _told_number(title: str) -> int | None:
    if numbered := _NUMBERED.match(title):
        return int(numbered[1])
    spelt = _SPELT.match(title)
    if spelt is None:
        return None
    word = spelt[1].lower()
    return _WORDS.index(word) if word in _WORDS else _roman(word)


def _roman(text: str) -> int | None:
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}.get(c, 0) for c in text]
    if not all(values):
        return None
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))
