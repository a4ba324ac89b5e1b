"""Extractive summaries: sentences of the text itself, chosen for what the text speaks of most (SumBasic: Nenkova and
Vanderwende, The Impact of Frequency on Summarization, 2005), in the order in which they stand."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from worker.books.document import Block, count, shortened
from worker.books.words import content, sentences

WORDS: Final = 70
LOOKED_AT: Final = 300  # sentences; the first of a chapter say what it is about
_LENGTHS: Final = range(8, 46)  # words of a sentence that can stand alone
# A sentence that leans on the one before it says nothing when it stands elsewhere.
_LEANS: Final = re.compile(
    r"(?:this|that|these|those|it|they|he|she|his|her|its|their|such|both|but|and|or|so|then|thus|however|therefore|"
    r"instead|also|here|there|another|for example|for instance|in other words|as a result|an example|a second|"
    r"the (?:second|third|other|same|result|answer))\b",
    re.IGNORECASE,
)
_DEFINES: Final = re.compile(r"\b(?:is|are|means|is called|are called|refers to|consists of)\b", re.IGNORECASE)


def summary(blocks: Iterable[Block], title: str = "", limit: int = WORDS) -> str:
    """Up to ``limit`` words of the blocks' own sentences; empty where no sentence can stand alone."""
    found = _candidates(blocks)
    weights = Counter(word for _, words, _ in found for word in set(words))
    weights.update(dict.fromkeys(content(title), 3))
    chosen = _chosen(found, weights, limit)
    if not chosen and found:
        return shortened(found[0][0], limit * 8)
    return " ".join(found[index][0] for index in sorted(chosen))


def _candidates(blocks: Iterable[Block]) -> list[tuple[str, list[str], float]]:
    """Sentences with their words that mean something, and what their place is worth."""
    found: list[tuple[str, list[str], float]] = []
    for number, block in enumerate(block for block in blocks if block.kind == "text"):
        for place, sentence in enumerate(sentences(block.text)):
            if count(sentence) in _LENGTHS and sentence[-1] in '.!”"' and not _LEANS.match(sentence):
                worth = (1.4 if place == 0 else 1.0) * (1.5 if number == 0 else 1.2 if number < 4 else 1.0)
                worth *= 1.25 if _DEFINES.search(sentence) else 1.0
                worth *= 1.2 if any(term in sentence for term in block.bold) else 1.0
                found.append((sentence, content(sentence), worth))
        if len(found) >= LOOKED_AT:
            break
    return found


def _chosen(found: Sequence[tuple[str, list[str], float]], weights: Counter[str], limit: int) -> list[int]:
    chosen: list[int] = []
    room = limit
    heavy: dict[str, float] = dict(weights)
    while room > 0:
        scored = [
            (worth * sum(heavy.get(word, 0) for word in set(words)) / (len(words) + 4), -index)
            for index, (_, words, worth) in enumerate(found)
            if index not in chosen and words and count(found[index][0]) <= room
        ]
        if not scored or max(scored)[0] <= 0:
            break
        best = -max(scored)[1]
        chosen.append(best)
        room -= count(found[best][0])
        for word in found[best][1]:  # what has been said is worth little when it is said again
            heavy[word] = heavy.get(word, 0) * 0.2
        if len(chosen) == 4:
            break
    return chosen
