"""A model's lesson made as long as the rules engine's, so that the hours hold whoever writes.

One that is too long loses the ends of its longest paragraphs: a paragraph says first what it is about. One that is too
short is followed by what the rules engine tells and the model does not, in the books' own words.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from worker.courses import reading
from worker.courses.lesson import ABRUPT
from worker.courses.text import leans, meaning

# Share of a sentence's words that another one has: then it is told.
TOLD: Final = 0.6
_FROM: Final = re.compile(r"From source \[(\d+)\]:$")
_LIST_CITED: Final = re.compile(r"\s\[(\d{1,4})\]$")
_NO_WORDS: Final = re.compile(r"`{3,}|[\s|-]+")


@dataclass(frozen=True)
class Left:
    """Of the rules' lesson: sentences of one source, and the lists, tables and code (Markdown) that belong to them."""

    ref: int
    sentences: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()

    @property
    def words(self) -> int:
        return words_of(self.sentences) + sum(map(block_words, self.blocks))


def words_of(sentences: Iterable[str]) -> int:
    return sum(len(sentence.split()) for sentence in sentences)


def block_words(markdown: str) -> int:
    """As the rules engine counts them, in the block's plain text."""
    lines = [line.strip("| ") for line in markdown.split("\n") if not _NO_WORDS.fullmatch(line)]
    return words_of(lines)


def window(section: Mapping[str, Any], rate: float) -> tuple[float, float]:
    """How many words, at least and at most, make the section's minutes."""
    asked = sum(one["minutes"] for one in section["check"])
    least = (section["minutes"] - 0.5 - asked) / rate + 1 if section["minutes"] > 1 else 0.0
    return least, (section["minutes"] + 0.5 - asked) / rate - 1


def told_by(lesson: str) -> list[Left]:
    found: list[Left] = []
    for part in reading.read(lesson):
        if part.heading:
            continue
        if part.sentences and part.ref is not None:
            found.append(Left(part.ref, part.sentences))
        elif alone := _FROM.match(part.markdown):
            found.append(Left(int(alone[1])))
        else:
            cited = _LIST_CITED.search(part.markdown)
            if cited and (not found or found[-1].ref != int(cited[1])):
                found.append(Left(int(cited[1])))
            if found:
                plain = _LIST_CITED.sub("", part.markdown)
                found[-1] = replace(found[-1], blocks=(*found[-1].blocks, plain))
    return found


def untold(lesson: Sequence[Left], said: Sequence[str], shown: Sequence[str]) -> list[Left]:
    """What of the lesson neither the sentences that are ``said`` tell nor the blocks that are ``shown`` show."""
    known = [meaning(sentence) for sentence in said]
    found: list[Left] = []
    for one in lesson:
        kept: list[str] = []
        before = False
        for sentence in one.sentences:
            words = meaning(sentence)
            told = not words or any(len(words & other) >= TOLD * len(words) for other in known)
            before = not told and (before or not leans(sentence))
            if before:
                kept.append(sentence)
        blocks = tuple(block for block in one.blocks if block not in shown)
        if kept or blocks:
            found.append(Left(one.ref, tuple(kept), blocks))
    return found


def filling(left: Sequence[Left], words: float, aim: float, most: float) -> list[Left]:
    """From the beginning as much of it as brings ``words`` up to ``aim``, and not over ``most``."""
    found: list[Left] = []
    for one in left:
        kept: list[str] = []
        for sentence in one.sentences:
            size = len(sentence.split())
            if words >= aim or words + size > most:
                break
            kept.append(sentence)
            words += size
        blocks: list[str] = []
        for block in one.blocks if len(kept) == len(one.sentences) else ():
            if words >= aim or words + block_words(block) > most:
                break
            blocks.append(block)
            words += block_words(block)
        if kept and not blocks and ABRUPT.search(kept[-1]):  # it announces what does not follow
            words -= len(kept.pop().split())
        if kept or blocks:
            found.append(Left(one.ref, tuple(kept), tuple(blocks)))
    return found


def shortened(paragraphs: Sequence[Sequence[tuple[str, int]]], over: float) -> list[list[tuple[str, int]]]:
    """Without so many words at least, but with the first sentence of each paragraph."""
    made = [list(one) for one in paragraphs]
    while over > 0:
        longest = max((one for one in made if len(one) > 1), key=_words, default=None)
        if longest is None:
            break
        over -= len(longest.pop()[0].split())
    return made


def _words(paragraph: Sequence[tuple[str, int]]) -> int:
    return words_of(text for text, _ in paragraph)
