"""Whether a passage says what a sentence says of it.

A sentence in other words than the passage's is taken as supported when its words that carry meaning are the passage's,
its numbers and names stand there, and it does not deny what the passage says, or the other way round. That is a check
of words, not of truth: it errs on the side of dropping what a strict reader would have let pass.
"""

import re
from functools import lru_cache
from typing import Final

from app.library.embed import embed
from app.library.words import stems_of
from worker.words import content, sentences

# Shares of a sentence's words that are the passage's: alone enough, and enough where the meanings are near as well.
# Set by hand on pairs of sentences with paraphrases and inventions: see tests/worker/courses/test_support.py.
SAME_WORDS: Final = 0.6
SOME_WORDS: Final = 0.4
NEAR: Final = 0.55  # cosine of the sentence and the nearest of the passage
SURE: Final = 0.5  # share of the sentence's words from which a denial of it counts
_NUMBER: Final = re.compile(r"\d[\d.,]*")
_DENIES: Final = re.compile(r"\b(?:not|never|no|none|neither|nor|cannot|without|hardly)\b|n[’']t\b", re.IGNORECASE)
_NAME: Final = re.compile(r"(?<=[a-z,;] )[A-Z][a-zà-þ]{2,}")


def supports(passage: str, sentence: str) -> bool:
    flat = " ".join(sentence.split())
    if flat and flat in " ".join(passage.split()):
        return True
    words = _stems(sentence)
    if not words or not _numbers(sentence) <= _numbers(passage) or not _names(sentence) <= _names(passage, all_=True):
        return False
    share = len(words & _stems(passage)) / len(words)
    if share < SOME_WORDS or _denied(passage, sentence, words):
        return False
    return share >= SAME_WORDS or _near(passage, sentence) >= NEAR


def speaks_of(passages: str, text: str, share: float) -> bool:
    """Whether a heading or a question is about what the passages say: its numbers and names stand there, and of its
    words that carry meaning at least this share."""
    words = _stems(text)
    if not _numbers(text) <= _numbers(passages) or not _names(text) <= _names(passages, all_=True):
        return False
    return not words or len(words & _stems(passages)) >= share * len(words)


def _stems(text: str) -> frozenset[str]:
    return frozenset(stems_of(" ".join(content(text))))


def _numbers(text: str) -> set[str]:
    return {found.rstrip(".,").replace(",", "") for found in _NUMBER.findall(text)}


def _names(text: str, *, all_: bool = False) -> set[str]:
    """Words with a capital in the middle of a sentence; ``all_``: every word with one."""
    found = re.findall(r"\b[A-Z][a-zà-þ]{2,}", text) if all_ else _NAME.findall(text)
    return {name.lower() for name in found}


def _denied(passage: str, sentence: str, words: frozenset[str]) -> bool:
    """The sentence of the passage that it is nearest to says the contrary."""
    nearest = max(sentences(passage), key=lambda one: len(words & _stems(one)), default="")
    close = len(words & _stems(nearest)) / len(words)
    return close >= SURE and bool(_DENIES.search(nearest)) is not bool(_DENIES.search(sentence))


def _near(passage: str, sentence: str) -> float:
    vectors = embed([sentence, *sentences(passage)])
    return float((vectors[1:] @ vectors[0]).max(initial=0.0))


@lru_cache(maxsize=256)
def nearest_words(passage: str, sentence: str, most: int) -> str:
    """Verbatim, what of the passage is nearest to a sentence, for the quote of a citation."""
    words = _stems(sentence)
    best = max(sentences(passage), key=lambda one: len(words & _stems(one)), default=passage)
    return best if len(best) <= most else best[:most].rsplit(" ", 1)[0]
