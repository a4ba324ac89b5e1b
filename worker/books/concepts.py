"""Key concepts: what is set in bold, what headings name, and word groups that come back, kept only where a heading or
several chapters have them: key phrases by frequency alone are noise (F1 of 20 at best)."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from worker.books.chapters import Section
from worker.books.words import STOP, WORD, teaches

OF_CHAPTER: Final = 8
OF_SECTION: Final = 5
OF_BOOK: Final = 20
LONGEST: Final = 5  # words
LONGEST_CHARACTERS: Final = 60
_BOLD, _HEADING, _AGAIN = 4.0, 2.0, 1.0
_DEFINED: Final = re.compile(r"\b(?:is|are|means?|called|refers?|describes?|measures?|denotes?)\b", re.IGNORECASE)
# Headings that ask, tell what to do or speak of an activity (`Choosing words`) name no concept.
_NO_NAME: Final = re.compile(
    r"(?:how|why|what|when|where|who|which|a|an|your|from|to|on|in|if|\w+ing)\b(?!$)", re.IGNORECASE
)
_DULL_WORDS: Final = """
    introduction conclusion summary overview opening preface foreword appendix exercises answers example
    examples notes chapter section part step steps basics basic note warning tip tips answer key idea ideas
    common mistakes mistake case study review recap advice
"""
_DULL: Final = frozenset(_DULL_WORDS.split())


def concepts(chapters: Sequence[Sequence[Section]]) -> tuple[list[list[str]], list[str]]:
    """Of each chapter (given as its sections) and of the book, the most telling first."""
    scores = [_scores(chapter) for chapter in chapters]
    spread = Counter(term for score in scores for term in score)
    headed = {term for chapter in chapters for section in chapter for term in _of_heading(section.title)}
    again = [_groups(chapter) for chapter in chapters]
    common = Counter(group for found in again for group in found)
    for score, found in zip(scores, again, strict=True):
        for group, times in found.items():
            if times >= 3 and (group in headed or (" " in group and common[group] >= 2)):
                score[group] += _AGAIN * min(times, 8) / 2
    whole: dict[str, float] = defaultdict(float)
    for score in scores:
        for term, value in score.items():
            whole[term] += value
    for term in whole:
        whole[term] *= 1 + 0.25 * min(4, spread[term] - 1)
    return [_best(score, OF_CHAPTER) for score in scores], _best(whole, OF_BOOK)


def of_section(section: Section) -> list[str]:
    return _best(_scores([section]), OF_SECTION)


def _best(scores: dict[str, float], most: int) -> list[str]:
    """Without those that only say a better one again, in more or fewer words."""
    kept: list[str] = []
    for term, _ in sorted(scores.items(), key=lambda one: -one[1]):
        if not any(_within(term, other) or _within(other, term) for other in kept):
            kept.append(term)
        if len(kept) == most:
            break
    return kept


def _within(one: str, other: str) -> bool:
    a, b = ([word.rstrip("s") for word in text.lower().split()] for text in (one, other))
    return any(a == b[start : start + len(a)] for start in range(len(b) - len(a) + 1))


def _scores(chapter: Sequence[Section]) -> dict[str, float]:
    scores: dict[str, float] = defaultdict(float)
    for section in chapter:
        if not teaches(section.title):
            continue
        for term in _of_heading(section.title):
            scores[term] += _HEADING
        for block in section.blocks:
            for bold in block.bold:
                if term := _term(bold):
                    at = block.text.find(bold)
                    defined = _DEFINED.search(block.text, at + len(bold), at + len(bold) + 120) if at >= 0 else None
                    scores[term] += _BOLD if defined else _BOLD / 2
    return scores


def _of_heading(title: str) -> list[str]:
    """What a heading names: all of it, if it is short and no sentence, else nothing."""
    bare = re.sub(r"^(?:chapter|part|lesson|unit)?\s*[\divxlc]{0,4}[.:)\s–-]+", "", title, flags=re.IGNORECASE)
    term = _term(bare if bare.strip() else title)
    if not term or _NO_NAME.match(term):
        return []
    return [term] if len(term.split()) <= 4 else []


def _term(text: str) -> str:
    """A term as it stands within a sentence; empty for what is none."""
    text = re.sub(r"\s*\([^)]*\)", "", text).strip(" .,:;!?–—-“”\"'’")
    words = text.split()
    if not words or len(words) > LONGEST or len(text) > LONGEST_CHARACTERS or not WORD.match(text):
        return ""
    meaning = [word for word in words if word.lower() not in STOP and word.lower() not in _DULL]
    if not meaning or not any(c.isalpha() for c in text) or words[-1].lower() in STOP:
        return ""
    # `Sleep pressure` begins with a capital because a sentence does; `GDP` and `Bayes' theorem` keep theirs.
    first = words[0]
    named = any(word[:1].isupper() for word in words[1:])
    if (
        first[1:].islower()
        and not named
        and not (len(words) == 1 and len(first) < 3)
        and not first.endswith(("'s", "’s"))
    ):
        words[0] = first.lower()
    return " ".join(words)


def _groups(chapter: Sequence[Section]) -> Counter[str]:
    """Groups of one to three words without any that mean nothing, and how often they come."""
    found: Counter[str] = Counter()
    for section in chapter:
        if not teaches(section.title):
            continue
        for block in section.blocks:
            if block.kind not in {"text", "item"}:
                continue
            run: list[str] = []
            for word in [*re.findall(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*|[^\w\s]", block.text.lower()), "."]:
                if word[0].isalpha() and word not in STOP and len(word) > 2:
                    run.append(word)
                    continue
                for size in (1, 2, 3):
                    found.update(" ".join(run[at : at + size]) for at in range(len(run) - size + 1))
                run = []
    return found
