"""Lines of a plain text that stand alone and are headings though they do not say so: `1.2 Sea breezes`, `The Water
Cycle`. It is better to miss some than to take a line of a list, an address, a poem or a dialogue for one."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

LONGEST: Final = 80  # characters
MOST_WORDS: Final = 10
PROSE: Final = 20  # words of a paragraph that a heading may stand above
FEWEST: Final = 3  # `1. Wind`, `2. Rain`: fewer may be a list
WORDS_EACH: Final = 40  # that follow each of them, on average
_NUMBERED: Final = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,3})[.)]?\s+(\S.*)")
_LINKS: Final = "a an and as at but by for from in into is of on or over the to under with without"
_SMALL: Final = frozenset(_LINKS.split())

Paragraphs = Sequence[Sequence[str]]


def headings(paragraphs: Paragraphs) -> dict[int, int]:
    """Index of a paragraph -> level."""
    return _in_title_case(paragraphs) | _numbered(paragraphs)


def title(paragraphs: Paragraphs, *, heads: bool) -> str:
    """What stands alone at the top, unless it ``heads`` the text below it."""
    if len(paragraphs) < 2 or len(paragraphs[0]) != 1:
        return ""
    line = paragraphs[0][0]
    if not titled(line) or re.match(r"\w+:\s", line) or (heads and _prose(paragraphs[1])):
        return ""
    return line.capitalize() if line.isupper() else line


def titled(line: str) -> bool:
    """Whether it could be a title: short, begins large, and does not end like a sentence."""
    words = line.split()
    return (
        len(line) <= LONGEST
        and len(words) <= MOST_WORDS
        and line[0].isupper()
        and (line[-1].isalnum() or line[-1] in "?!)")
        and not re.search(r"[|@\t]|\.{3}|\s{3}", line)
    )


def _prose(paragraph: Sequence[str]) -> bool:
    text = " ".join(paragraph)
    return len(text.split()) >= PROSE and bool(re.search(r"[.!?:]", text))


def _numbered(paragraphs: Paragraphs) -> dict[int, int]:
    """Those whose numbers rise through the text."""
    found: dict[int, tuple[int, ...]] = {}
    for index, paragraph in enumerate(paragraphs[:-1]):
        numbered = _NUMBERED.fullmatch(paragraph[0]) if len(paragraph) == 1 else None
        if numbered and titled(numbered[2]):
            found[index] = tuple(map(int, numbered[1].split(".")))
    rises = all(before < after for before, after in pairwise(found.values()))
    if any(len(found.get(index + 1, (0,) * 9)) <= len(number) for index, number in found.items()):
        return {}  # lines of a list: text stands below a heading, or a deeper one
    sections = sum(len(number) > 1 for number in found.values())
    # `1.5 Litres of milk` follows nothing: chapters and sections are counted without gaps.
    if not rises or not all(_follows(*both) for both in pairwise([(0,), *found.values()])):
        return {}
    if sections < 2 and len(found) < FEWEST:
        return {}
    below = sum(len(" ".join(paragraph).split()) for paragraph in paragraphs[min(found, default=0) :])
    return {i: 1 + len(number) for i, number in found.items()} if below >= WORDS_EACH * len(found) else {}


def _follows(before: tuple[int, ...], after: tuple[int, ...]) -> bool:
    """1.2 is followed by 1.2.1, 1.3, 2 or 2.1."""
    common = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(before))
    rest = after[common:]
    steps = [rest[0] - (before[common] if common < len(before) else 0), *rest[1:]]
    return all(step == 1 for step in steps)


def _in_title_case(paragraphs: Paragraphs) -> dict[int, int]:
    """Those between a paragraph that has ended, or nothing, and prose; names of speakers come again and again."""
    times = Counter(paragraph[0] for paragraph in paragraphs if len(paragraph) == 1)
    found: dict[int, int] = {}
    for index, (paragraph, after) in enumerate(pairwise(paragraphs)):
        line = paragraph[0]
        ended = index == 0 or paragraphs[index - 1][-1][-1] in '.!?”"'
        alone = len(paragraph) == 1 and times[line] == 1
        if alone and ended and titled(line) and _prose(after) and _capitals(line):
            found[index] = 3
    return found


def _capitals(line: str) -> bool:
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", line)
    large = [word for word in words if word[0].isupper()]
    small = [word for word in words if not word[0].isupper()]
    plain = not re.search(r"[\d,;:]", line)
    return plain and bool(words) and len(line) >= 4 and len(large) >= 2 and all(word in _SMALL for word in small)
