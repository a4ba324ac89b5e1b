"""Titles for pieces of a text that has no headings: what each speaks of, and the others do not."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from typing import Final

from worker.books.document import Block, count, shortened
from worker.books.words import STOP, sentences

ENOUGH: Final = 800  # words of a piece
MOST_LOOKED_AT: Final = 40  # phrases of a piece
LONGEST: Final = 60  # characters
FIRM: Final = 0.25  # share of the times that a phrase looks like the name of a thing
_TOKEN: Final = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*|[^\w\s]|\d+")
# What comes before the name of a thing.
_ARTICLES: Final = """
    a an the this that these those its their his her our your my each every no any some of in on for with from by at
    between into about and or as most many few both all such
"""
_BEFORE: Final = frozenset(_ARTICLES.split())
_ONE: Final = frozenset({"a", "an", "each", "every", "this", "that"})
_PLURAL: Final = re.compile(r"[^siu]s$")
_NO_END: Final = re.compile(
    r".*(?:ly|[^aeiou]ed|['’]s|n['’]t|ous|ful|ive|ish|[^s]ing)|(?:called|known|true|able|easy|hard|sure|bad|big|small|real)"
)
EVERYWHERE: Final = 0.6  # a word that more of the pieces have is what all of the text is about
# What a phrase keeps that is nothing like its piece. Chosen on half of the shelf, its headings taken off: the mean
# likeness of titles to the true headings of their pieces rises from 0.36 to 0.42, on the other half from 0.35 to 0.39.
FAR: Final = 0.2
# Worth of a phrase of one, two or three words that comes as often.
_LENGTHS: Final = (1.0, 2.2, 2.6)
_SAY_LITTLE: Final = """
    thing things man men woman women lot kinds sort two three four five six seven eight nine ten eleven twelve
    thirteen fourteen fifteen sixteen eighteen twenty thirty forty fifty sixty hundred thousand million hour hours
    minute minutes month months
"""
_VAGUE: Final = frozenset(_SAY_LITTLE.split())


def titles(pieces: Sequence[Sequence[Block]]) -> list[str]:
    """One for each piece, no two the same."""
    found = [_phrases(_some(piece)) for piece in pieces]
    spread = Counter(phrase for phrases in found for phrase in phrases)
    said = Counter(word for piece in pieces for word in {token.lower() for token in _TOKEN.findall(_text(piece))})
    whole = {word for word, count in said.items() if count > max(3, EVERYWHERE * len(pieces))}
    shown: list[str] = []
    taken: set[str] = set()
    for piece, phrases in zip(pieces, found, strict=True):
        scores = {phrase: value * math.log(1 + len(pieces) / spread[phrase]) for phrase, (value, _) in phrases.items()}
        ranked = sorted(scores, key=lambda phrase: (-scores[phrase], phrase))[:MOST_LOOKED_AT]
        near = _nearness(piece, [phrases[phrase][1] for phrase in ranked])
        scores = {phrase: scores[phrase] * (FAR + likeness) ** 2 for phrase, likeness in zip(ranked, near, strict=True)}
        ranked.sort(key=lambda phrase: (-scores[phrase], phrase))
        wishes = _wishes([(phrases[phrase][1], scores[phrase]) for phrase in ranked], whole)
        title = next(one for one in _all(wishes, piece) if one.lower() not in taken)
        taken.add(title.lower())
        shown.append(title)
    return shown


def _nearness(piece: Sequence[Block], phrases: Sequence[str]) -> list[float]:
    """How near each is in meaning to the whole of the piece: `six seconds` may come often, and says nothing of it."""
    from app.library.embed import embed  # numpy and the model: only for texts without headings

    if not phrases:
        return []
    whole, *vectors = embed([_text(piece), *phrases])
    return [max(0.0, float(vector @ whole)) for vector in vectors]


def _some(piece: Sequence[Block]) -> Sequence[Block]:
    """All of a section, and of a long chapter a paragraph here and there."""
    return piece[:: max(1, sum(count(block.text) for block in piece) // ENOUGH)]


def _text(piece: Sequence[Block]) -> str:
    return "\n".join(block.text for block in _some(piece))


def _wishes(ranked: Sequence[tuple[str, float]], whole: Set[str]) -> Iterator[str]:
    """A phrase of several words says enough; single words come in pairs; what all of it is about comes alone last."""
    for index, (phrase, worth) in enumerate(ranked):
        if " " not in phrase:
            for other, less in ranked[index + 1 :]:
                if less > worth / 3 and not _share(phrase, other):
                    yield _titled(f"{phrase} and {other}")
                    break
        if phrase.lower() not in whole:
            yield _titled(phrase)
    yield from (_titled(phrase) for phrase, _ in ranked if phrase.lower() in whole)


def _all(wishes: Iterator[str], piece: Sequence[Block]) -> Iterator[str]:
    yield from wishes
    opening = next((block.text for block in piece if block.text), "")
    first = _titled(shortened((sentences(opening) or [opening])[0].rstrip(".:;,"), LONGEST)) or "…"
    yield first
    number = 2
    while True:
        yield f"{first} ({number})"
        number += 1


def _titled(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]


def _share(one: str, other: str) -> bool:
    stems = [{word.lower().rstrip("s") for word in text.split()} for text in (one, other)]
    return bool(stems[0] & stems[1])


def _phrases(piece: Sequence[Block]) -> dict[str, tuple[float, str]]:
    """Phrases in small letters -> how much they are worth here, and how they are written.

    A name begins after an article or a preposition and ends before a small word or a stop: the more often it does, the
    surer it is one.
    """
    times: Counter[str] = Counter()
    firm: Counter[str] = Counter()
    written: dict[str, Counter[str]] = defaultdict(Counter)
    bold = {term.lower() for block in piece for term in block.bold}
    for block in piece:
        if block.kind not in {"text", "item"}:
            continue
        for sentence in sentences(block.text):
            tokens = _TOKEN.findall(sentence)
            small = [token.lower() for token in tokens]
            for start in range(len(tokens)):
                for size in (1, 2, 3):
                    words = small[start : start + size]
                    if len(words) < size or not _says(words[-1]):
                        break
                    phrase = " ".join(words)
                    times[phrase] += 1
                    begins = start > 0 and small[start - 1] in _BEFORE
                    ends = start + size == len(small) or not _says(small[start + size])
                    one = start > 0 and small[start - 1] in _ONE and _PLURAL.search(words[-1])  # `a vane tells`
                    firm[phrase] += begins and ends and not one
                    name = tokens[start : start + size]
                    if start == 0 and not any(word[:1].isupper() for word in name[1:]) and not name[0].isupper():
                        name = [name[0].lower(), *name[1:]]
                    written[phrase][" ".join(name)] += 1
    return {
        phrase: (_worth(phrase, times[phrase], firm[phrase], bold), written[phrase].most_common(1)[0][0])
        for phrase in times
        if (firm[phrase] > FIRM * times[phrase] and times[phrase] > 1) or phrase in bold
        if not _NO_END.fullmatch(phrase.split()[-1]) and len(phrase) <= LONGEST
    }


def _says(token: str) -> bool:
    return len(token) > 2 and token[0].isalpha() and token not in STOP and token not in _VAGUE


def _worth(phrase: str, times: int, firm: int, bold: set[str]) -> float:
    worth = min(times, 8) * _LENGTHS[len(phrase.split()) - 1] * (0.3 + firm / times)
    return worth * (2 if phrase in bold else 1)
