"""The headings of a book, put in order: chapters and sections with their text, whatever the file made of them.

Missing, single, empty, endless and absurd ones are normal. Where nothing can be made of them the text is divided where
its subject changes, and each piece is called by what it speaks of.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from worker.books import naming, subjects
from worker.books.document import Block, Document, count, shortened
from worker.books.plain import CHAPTERS, PART

MOST_HEADINGS: Final = 2000
MOST_CHAPTERS: Final = 200
DEEPEST: Final = 4
# With fewer words to a heading, the headings are lines of a list, a poem or a slide.
FEWEST_WORDS_EACH: Final = 25
# Words from which on a text without headings gets chapters with sections in them, and a section is divided.
LONGEST_WHOLE: Final = 6000
LONGEST_SECTION: Final = 1500
OPENING: Final = "Opening"
OPENING_WORDS: Final = 30  # what stands before the first heading is a section of its own from so many words on

_LISTS: Final = re.compile(r"(?:table of )?contents|list of (?:figures|tables)|index", re.IGNORECASE)
_FRONT: Final = re.compile(
    r"(?:opening|cover|title page|copyright|dedication|foreword|preface|acknowledge?ments|introduction|prologue|"
    r"about .*)\W*",
    re.IGNORECASE,
)
_NUMBERED: Final = re.compile(rf"(?:{CHAPTERS}\s+)?(\d{{1,3}})(?:[.:)]|\s*[-–—]|$)\s*(?=\D|$)", re.IGNORECASE)
_SPELT: Final = re.compile(rf"{CHAPTERS}\s+(\w+)", re.IGNORECASE)
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
    own: bool = False  # the heading is ours: the book has none there

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
    if len(chapters) > MOST_CHAPTERS:
        found = _by_subject([block for block in document.blocks if block.kind != "heading"])
    elif len(found) == 1:
        found = _alone(found[0], document)
    return _numbered(_levelled(_divided(found)))


def _alone(one: _Raw, document: Document) -> list[_Raw]:
    """A single heading is the title of what it stands above, unless that is short."""
    found = _by_subject(one.blocks)
    if one.title == OPENING or not found:
        return found or [one]
    if len(found) == 1:
        found[0].title, found[0].own = one.title, False
    document.title = document.title or one.title
    return found


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


def _by_subject(blocks: Sequence[Block]) -> list[_Raw]:
    """Chapters and sections of a text that has none."""
    blocks = subjects.paragraphs(blocks)
    words = sum(count(block.text) for block in blocks)
    chapters = [blocks]
    if words > LONGEST_WHOLE:
        chapters = subjects.cut(blocks, max(subjects.CHAPTER, words // (MOST_CHAPTERS // 2)))
    wished = max(subjects.SECTION, words // (MOST_HEADINGS // 2))
    parted = [subjects.cut(chapter, wished) for chapter in chapters]
    titles = iter(naming.titles([*(chapters if len(chapters) > 1 else []), *(one for some in parted for one in some)]))
    found = [_Raw(1, next(titles), one[0].page, own=True) for one in chapters] if len(chapters) > 1 else []
    made: list[_Raw] = []
    for index, some in enumerate(parted):
        made += found[index : index + 1]
        made += [_Raw(2 if found else 1, next(titles), one[0].page, list(one), own=True) for one in some]
    return made


def _divided(found: list[_Raw]) -> list[_Raw]:
    """With sections in what goes on for long below one heading; how it begins stays its own."""
    made: list[_Raw] = []
    for one in found:
        made.append(one)
        if one.words > LONGEST_SECTION and len(found) + len(made) < MOST_HEADINGS // 2:
            first, *rest = subjects.cut(subjects.paragraphs(one.blocks), subjects.SECTION)
            one.blocks = first
            titles = naming.titles([first, *rest])[1:]
            made += [
                _Raw(one.level + 1, title, piece[0].page, piece, own=True)
                for title, piece in zip(titles, rest, strict=True)
            ]
    return made


def _numbered(found: list[_Raw]) -> list[Section]:
    labels = iter(_labels([one for one in found if one.level == 1]))
    made: list[Section] = []
    above: list[str] = []
    label, within = "", 0
    for number, one in enumerate(found, start=1):
        above = [*above[: one.level - 1], one.title]
        if one.level == 1:
            label, within = next(labels, ""), 0
        elif one.level == 2 and not one.own:
            within += 1
        place = f"{label}, section {within}" if label and within else label
        path = " › ".join(shortened(title, 120) for title in above)
        made.append(Section(number, one.level, one.title, one.page, path, place, tuple(one.blocks)))
    return made


def _labels(chapters: Sequence[_Raw]) -> list[str]:
    """How each chapter is cited: by the number that it bears in the book, else by its place among the chapters."""
    told = [_told_number(one.title) for one in chapters]
    labels: list[str] = []
    ordinal = 0
    for one, number in zip(chapters, told, strict=True):
        ordinal += not _FRONT.fullmatch(one.title)
        if one.own:
            labels.append("" if one.page or len(chapters) == 1 else f"part {len(labels) + 1}")
        elif number is not None:
            labels.append(f"chapter {number}")
        elif any(other is not None for other in told) or _FRONT.fullmatch(one.title):
            labels.append(f"“{shortened(one.title, 80)}”")
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
