"""What is wrong with words that a language model has written about a program.

The sets are in the table: words that tell other loads, exercises or care than the science's would contradict it.
"""

import re
from collections.abc import Iterator
from typing import Final

from worker.llm import wording
from worker.llm.wording import cleaned, repeated
from worker.training.catalog import EXERCISES
from worker.training.select import Pool

# Characters: what a page and a phone bear.
LEAST: Final = 12
LONGEST: Final = {"summary": 900, "note": 400, "flow": 600, "why": 320, "cues": 320}

WRONG: Final = wording.MARKUP + wording.WRONG + wording.patterns(
    (
        r"\b\d+(?:[.,]\d+)?\s*(?:kg|kgs|kilos?|lbs?|pounds?|%|percent|sets?|reps?|repetitions?|rounds?)(?!\w)"
        r"|\b\d+\s*[x×]\s*\d+|\bRPE\s*\d|\b\d+(?:[.,]\d+)?\s*RPE\b|\b1\s*RM\b",
        "tells loads, sets or effort, which are in the table",
    ),
    (
        r"\b(?:push|work|train|lift|go|grind)\w*\s+(?:right\s+|on\s+)?(?:through|past|into)\s+(?:the\s+|any\s+|your\s+)?"
        r"(?:\w+\s+)?pain|\bignor\w+\s+(?:\w+\s+){0,3}(?:pain|injur|doctor)|\bno pain,? no gain"
        r"|\bskip\w*\s+(?:\w+\s+){0,2}warm|\bpainkiller|\bmax(?:ing)?\s+out\b|\bto\s+(?:absolute\s+|total\s+)?failure\b"
        r"|\bsteroid|\btestosterone\b|\bSARMs?\b|\bclenbuterol|\bno need (?:for|to see) a doctor",
        "gives advice that may hurt",
    ),
    (r"\b(?:these|the) instructions\b|\blanguage model\b", "speaks of itself instead of training"),
)  # fmt: skip


def problems(pool: Pool, name: str, text: str, *, exercises: bool = True) -> Iterator[str]:
    """``name``: the field. ``exercises``: it tells what to do, and so names nothing that this person cannot do."""
    if not LEAST <= len(text) <= LONGEST[name]:
        yield f"{name} has {len(text)} characters, allowed are {LEAST} to {LONGEST[name]}"
    yield from (f"{name} {said}" for said in wording.wrong(text, WRONG))
    if wording.shouts(text):
        yield f"{name} shouts"
    if exercises and (other := _impossible(pool, text)):
        yield f"{name} names {other}, which is not possible for this person"


def _impossible(pool: Pool, text: str) -> str | None:
    """An exercise that the text names and the person cannot do; what is part of the name of one they can is not."""
    for found in NAMED.finditer(f" {_plain(text)} "):
        keys = BY_NAME[found[1]]
        if pool.ids.isdisjoint(keys):
            return EXERCISES[keys[0]].name
    return None


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def _by_name() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, one in EXERCISES.items():
        found.setdefault(_plain(one.name), []).append(key)
    return found


BY_NAME: Final = _by_name()
# The longest name first: "front squat" is no squat of any other kind.
NAMED: Final = re.compile(rf"(?<= )({'|'.join(map(re.escape, sorted(BY_NAME, key=len, reverse=True)))})(?:e?s)?(?= )")

__all__ = ["LEAST", "LONGEST", "cleaned", "problems", "repeated"]
