"""The books' own exercises: which of a chapter's sections each of them is about."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.library.words import stems_of
from worker.courses.amounts import IN_ORDER, OF_TITLE
from worker.words import content

EXERCISES: Final = re.compile(
    r"(?:\W|\d)*(?:exercises?|questions?|problems?|quiz|check yourself|practice)\b", re.IGNORECASE
)
ANSWERS: Final = re.compile(r"(?:\W|\d)*(?:answers?|solutions?)\b", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"^\s*(\d{1,3})[.)]\s+", re.MULTILINE)
_QUOTED: Final = re.compile(r"[\"“‘][^\"”’]*[\"”’]")  # what is worked on, and not what about it


@dataclass(frozen=True)
class Exercise:
    question: str
    answer: str
    locator: str
    passage: int


def numbered(told: str) -> list[str]:
    """The items of a numbered list; none if it is none that counts up from 1."""
    marks = list(_NUMBERED.finditer(told))
    kept: list[re.Match[str]] = []
    for mark in marks:
        if int(mark[1]) == len(kept) + 1:
            kept.append(mark)
    ends = [*(mark.start() for mark in kept[1:]), len(told)][: len(kept)]
    return [told[mark.end() : end].strip() for mark, end in zip(kept, ends, strict=True)]


def section_of(sections: Sequence[tuple[str, str]], exercises: Sequence[Exercise]) -> list[int]:
    """For each exercise of a chapter the place of the section that it is about. ``sections``: titles and texts.

    By the words that they share, those of few sections and of titles above all (BM25's weights), and by the order,
    which is mostly that of the sections.
    """
    texts = [Counter(_stems(f"{title} {text}")) for title, text in sections]
    titles = [set(_stems(title)) for title, _ in sections]
    spread = Counter(word for counts in texts for word in counts)
    found: list[int] = []
    for at, one in enumerate(exercises):
        words = sorted(set(_stems(_QUOTED.sub(" ", f"{one.question} {one.answer}"))))

        def score(index: int, words: Sequence[str] = words, at: int = at) -> float:
            shared = 0.0
            for word in words:
                if times := texts[index][word]:
                    times += OF_TITLE * (word in titles[index])
                    few = math.log(1 + (len(sections) - spread[word] + 0.5) / (spread[word] + 0.5))
                    shared += few * times / (times + 1)
            apart = abs((at + 0.5) / len(exercises) - (index + 0.5) / len(sections))
            return shared + IN_ORDER * (1 - apart)

        found.append(max(range(len(sections)), key=lambda index: (score(index), -found.count(index), -index)))
    return found


def _stems(text: str) -> list[str]:
    return stems_of(" ".join(content(text)))
