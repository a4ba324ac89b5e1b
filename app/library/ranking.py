"""How well a passage answers a query, by its words and by its meaning; the same on every database.

The full-text search and the dense index only propose passages. These weights are tuned on one half of
``tests/library/gold.json``; docs/decisions/0010-search.md has the figures of the other half.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from heapq import nlargest
from typing import Final

from app.library.embed import Floats
from app.library.words import REST, stem, stems_of, words_of

MEANING: Final = 0.65  # the weight of the cosine; the words have the rest
# BM25 (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009), with its usual constants.
SATURATION: Final = 1.2
LENGTH: Final = 0.75
USUAL_WORDS: Final = 130  # of a passage
HEADING: Final = 2  # a word of the heading counts as often
# Exercises repeat the words of what they ask, and explain nothing.
TESTING: Final = re.compile(r"(?:exercises?|answers?|solutions?|quiz|index|references|bibliography)\b", re.IGNORECASE)
TESTING_WORTH: Final = 0.65
UNKNOWN: Final = 0.5  # what a query loses if the library has none of its words
# A chapter that answers in several places is about it, also where a passage of it says "it" for what was asked.
AROUND: Final = 0.2  # the weight of the chapter beside the passage
TELLING: Final = 3  # so many of a chapter's passages speak for it, the best ones
SAME_BOOK: Final = 0.15  # what a passage loses if another one of its book says the very same


@dataclass(frozen=True)
class Wanted:
    """A word of the query: the stems of each way to say it, and how much it says."""

    ways: tuple[tuple[str, ...], ...]
    weight: float


@dataclass(frozen=True)
class Candidate:
    passage: int
    book_id: str
    heading: str
    text: str
    words: int
    cosine: float | None  # None: of a book that is not embedded with the model in use, or when that is not reached


def wanted(query: str, names: Sequence[tuple[str, str]], counts: Mapping[str, int], passages: int) -> list[Wanted]:
    """``names``: what is in the query, and what else it is called. ``counts``: in how many ``passages`` a word is."""
    found = []
    for word in words_of(query):
        others = [tuple(stems_of(other)) for said, other in names if stem(word) in stems_of(said)]
        found.append(Wanted(((stem(word),), *filter(None, others)), rarity(counts.get(word, 0), passages)))
    return found


def rarity(count: int, passages: int) -> float:
    """The inverse document frequency of BM25, above 0."""
    return math.log(1 + (max(passages, count) - count + 0.5) / (count + 0.5))


def ranked(wishes: Sequence[Wanted], candidates: Sequence[Candidate]) -> list[tuple[Candidate, float]]:
    """With scores from 0 to 1, the best first. A score means the same over all queries and libraries."""
    asked = {part for wish in wishes for way in wish.ways for part in way}
    counts = counted(candidates, asked)
    whole = sum(wish.weight for wish in wishes)
    known = sum(wish.weight for wish in wishes if any(_times(wish, found) for found in counts))
    worth = 1 - UNKNOWN * (1 - known / whole) if whole else 1 - UNKNOWN
    scored: list[tuple[Candidate, float]] = []
    for candidate, found in zip(candidates, counts, strict=True):
        by_words = sum(wish.weight * _share(wish, found, candidate.words) for wish in wishes) / whole if whole else 0.0
        meaning = by_words if candidate.cosine is None else max(0.0, candidate.cosine)
        score = worth * (MEANING * meaning + (1 - MEANING) * by_words)
        if TESTING.match(candidate.heading.rpartition(" › ")[2]):
            score *= TESTING_WORTH
        scored.append((candidate, min(1.0, score)))
    return sorted(_with_chapters(scored), key=lambda one: (-one[1], one[0].passage))


def _with_chapters(scored: Sequence[tuple[Candidate, float]]) -> list[tuple[Candidate, float]]:
    """Each score with a share of its chapter's: the mean of the best there, those that were not found counting 0."""
    chapters: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for candidate, score in scored:
        chapters[_chapter(candidate)].append(score)
    best = {chapter: sum(nlargest(TELLING, scores)) / TELLING for chapter, scores in chapters.items()}
    return [(candidate, (score + AROUND * best[_chapter(candidate)]) / (1 + AROUND)) for candidate, score in scored]


def _chapter(candidate: Candidate) -> tuple[str, str]:
    return candidate.book_id, candidate.heading.partition(" › ")[0]


def counted(candidates: Sequence[Candidate], asked: Set[str]) -> list[Counter[str]]:
    """For each candidate, how often it says each of the stems asked for."""
    words = _starting(asked)
    counts = []
    for candidate in candidates:
        found = Counter(said for word in words.findall(candidate.text.lower()) if (said := stem(word)) in asked)
        for said in asked & {stem(word) for word in words.findall(candidate.heading.lower())}:
            found[said] += HEADING
        counts.append(found)
    return counts


def _starting(stems: Set[str]) -> re.Pattern[str]:
    """Finds each `WORD` that starts as one of the stems does: only endings are cut off, so two letters are sure."""
    ways = [r"\.(?<!\w\.)(?=net\b)n"]  # that is no net
    for start in sorted({one[: 1 + one[:2].isalnum()] for one in stems if one[:1].isalnum()}):
        first, *rest = (re.escape(letter) for letter in start)
        # That nothing of a word is before it is looked at after its first letter, which is found at full speed.
        ways.append(rf"{first}(?<![^\W_]{first})(?<![^\W_]['’]{first})" + "".join(f"['’]?{letter}" for letter in rest))
    return re.compile(f"(?:{'|'.join(ways)}){REST}")


def _times(wish: Wanted, found: Mapping[str, int]) -> int:
    """How often it is said, in the way that is said most."""
    return max(min(found.get(word, 0) for word in way) for way in wish.ways)


def _share(wish: Wanted, found: Mapping[str, int], words: int) -> float:
    times = _times(wish, found)
    return times / (times + SATURATION * (1 - LENGTH + LENGTH * words / USUAL_WORDS))


def diverse(found: Sequence[tuple[int, str, float]], vectors: Mapping[int, Floats], limit: int) -> list[int]:
    """Of ``(passage, book, score)`` so many passages, from more books and saying less of the same (MMR: Carbonell and
    Goldstein, The Use of MMR, Diversity-Based Reranking, 1998, with the likeness counted within a book only)."""
    left = list(found)
    chosen: list[tuple[int, str, float]] = []
    likeness = dict.fromkeys((passage for passage, _, _ in left), 0.0)
    while left and len(chosen) < limit:
        best = max(left, key=lambda one: one[2] - SAME_BOOK * likeness[one[0]])
        chosen.append(best)
        left.remove(best)
        for passage, book, _ in left:
            if book == best[1]:
                alike = float(vectors[passage] @ vectors[best[0]]) if {passage, best[0]} <= vectors.keys() else 1.0
                likeness[passage] = max(likeness[passage], alike)
    return [passage for passage, _, _ in chosen]
