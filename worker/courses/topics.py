"""Topics: chapters of several books that are about the same, and the sections of a course that come of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import fsum
from typing import Final

import numpy as np

from app.library.embed import Floats, normalized
from app.library.words import stems_of, words_of
from worker.courses.amounts import SAME_TOPIC, STRAY, SURE
from worker.courses.evidence import Unit
from worker.courses.phrases import generic

FAR: Final = 0.1  # a stray that is less like the rest of the course than this,
CLOSE: Final = 0.6  # and whose text is not so near to any of it (cosine), is joined to nothing
TITLE: Final = 0.45  # the weight of the headings' words beside the meaning of the text


@dataclass(frozen=True)
class Topic:
    """Units of one chapter for each book; the first book's is the spine."""

    units: tuple[Unit, ...]

    @property
    def books(self) -> set[int]:
        return {unit.book for unit in self.units}

    @cached_property
    def words(self) -> frozenset[str]:
        """Of its headings."""
        titles = dict.fromkeys(unit.chapter_title for unit in self.units)
        return frozenset(word for title in titles for word in stems_of(" ".join(words_of(title))))

    @cached_property
    def vector(self) -> Floats:
        return mean(self.units)

    @property
    def place(self) -> float:
        """Where its chapters begin in their books: the mean."""
        return float(np.mean([min(u.place for u in self.units if u.book == book) for book in sorted(self.books)]))


def mean(units: Sequence[Unit]) -> Floats:
    weights = [sum(len(piece.text) for piece in unit.pieces) for unit in units]
    vector = np.average([unit.vector for unit in units], axis=0, weights=weights)
    found: Floats = normalized(np.asarray([vector], np.float32))[0]
    return found


def topics(units: Sequence[Unit], minutes: dict[tuple[int, int], float], section: float) -> list[Topic]:
    """As `aligned`, without topics that would be no section of their own."""
    return _without_strays(aligned(units), minutes, section)


def aligned(units: Sequence[Unit]) -> list[Topic]:
    """Chapters with what of them is taken; those of different books that are about the same are one topic."""
    chapters: dict[tuple[int, int], list[Unit]] = {}
    for unit in sorted(units, key=lambda one: one.key):
        chapters.setdefault((unit.book, unit.chapter), []).append(unit)
    single = [Topic(tuple(mine)) for mine in chapters.values()]
    if len(single) < 2:
        return single
    field = Field.of(single)
    pairs = sorted(
        (-likeness, i, j)
        for (i, a), (j, b) in combinations(enumerate(single), 2)
        if not a.books & b.books and (likeness := field.likeness(a, b)) >= SAME_TOPIC
    )
    # The likest first, each unless the topic has a chapter of that book already.
    home = list(range(len(single)))
    found = dict(enumerate(single))
    for _, i, j in pairs:
        a, b = home[i], home[j]
        if a != b and not found[a].books & found[b].books:
            found[a] = _joined(found[a], found.pop(b))
            home = [a if one == b else one for one in home]
    return list(found.values())


def _joined(one: Topic, other: Topic) -> Topic:
    """The one with more to say is the spine."""
    first, second = sorted((one, other), key=lambda topic: (-sum(u.worth for u in topic.units), topic.units[0].key))
    return Topic((*first.units, *second.units))


@dataclass(frozen=True)
class Field:
    """All topics, from whose middle two of them are compared. ``weights``: of words in headings, the rare ones more."""

    middle: Floats
    weights: dict[str, float]

    @classmethod
    def of(cls, all_: Sequence[Topic]) -> "Field":
        count = Counter(word for topic in all_ for word in topic.words)
        middle = np.mean([topic.vector for topic in all_], axis=0)
        return cls(middle, {word: 1 / times for word, times in count.items()})

    def likeness(self, one: Topic, other: Topic) -> float:
        """Of meaning, and of headings."""
        a, b = one.vector - self.middle, other.vector - self.middle
        lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
        cosine = float(a @ b) / lengths if lengths > 1e-6 else 0.0
        smaller = min(fsum(self.weights[word] for word in topic.words) for topic in (one, other))
        common = fsum(self.weights[word] for word in one.words & other.words)
        return (1 - TITLE) * cosine + TITLE * (common / smaller if smaller else 0.0)


def _without_strays(found: list[Topic], minutes: dict[tuple[int, int], float], section: float) -> list[Topic]:
    """A topic that would be no section of its own goes to the one that is most like it; of those that are like none,
    only what surely answers stays, as a short section."""
    alone: list[Topic] = []

    def size(topic: Topic) -> float:
        return sum(minutes[unit.key] for unit in topic.units)

    while len(found) > 1:
        least = min(found, key=lambda topic: (size(topic), topic.units[0].key))
        if size(least) >= STRAY * section:
            break
        others = [topic for topic in found if topic is not least]
        # The same book's neighbour before another book's topic of the same likeness.
        home = max(
            others,
            key=lambda topic: (
                float(topic.vector @ least.vector) + 0.1 * bool(topic.books & least.books),
                -abs(topic.place - least.place),
            ),
        )  # fmt: skip
        near = float(home.vector @ least.vector) >= CLOSE or Field.of(found).likeness(home, least) >= FAR
        if near or home.books & least.books:
            found[found.index(home)] = Topic((*home.units, *least.units))
        elif max(unit.own for unit in least.units) >= SURE:
            alone.append(least)
        found.remove(least)
    return [*found, *alone]


def woven(units: Sequence[Unit]) -> list[Unit]:
    """The spine's units in their order, each followed by those of other chapters that are most like it."""
    first = units[0]
    spine = [unit for unit in units if (unit.book, unit.chapter) == (first.book, first.chapter)]
    after: dict[tuple[int, int], list[Unit]] = {unit.key: [] for unit in spine}
    teaching = [unit for unit in spine if not unit.opens] or spine
    for unit in units:
        if unit in spine:
            continue
        if unit.opens:
            after[spine[0].key].append(unit)
            continue
        best = max(teaching, key=lambda one: (float(one.vector @ unit.vector), -one.number))
        after[best.key].append(unit)
    return [one for unit in spine for one in (unit, *sorted(after[unit.key], key=lambda each: each.key))]


def cut(units: Sequence[Unit], minutes: dict[tuple[int, int], float], section: float) -> list[list[Unit]]:
    """A topic as sections of about the wished length, in its order; a chapter's opening stays with what follows."""
    ordered = woven(units)
    whole = sum(minutes[unit.key] for unit in ordered)
    count = max(1, round(whole / section))
    if count == 1 or len(ordered) < 2 * count:
        count = max(1, min(count, len(ordered) // 2))
    made: list[list[Unit]] = [[]]
    before = 0.0
    for unit in ordered:
        middle = before + minutes[unit.key] / 2
        filled = any(not one.opens for one in made[-1])
        if filled and len(made) < count and middle >= whole * len(made) / count:
            made.append([])
        made[-1].append(unit)
        before += minutes[unit.key]
    return made


def title_of(units: Sequence[Unit], taken: set[str], *, whole: bool) -> str:
    """The heading that says best what a section is about, and no other section has. ``whole``: it is all of a topic,
    and may be called as the chapter is."""
    sections = [unit for unit in units if not unit.opens]
    wishes = [units[0].chapter_title] if whole and len(sections) != 1 else []
    wishes += [unit.title for unit in medoids(units)]
    wishes += [unit.chapter_title for unit in units]
    for title in wishes:
        if not generic(title) and title.lower() not in taken:
            return title
    concepts = [concept for unit in units for concept in unit.concepts if concept.lower() not in taken]
    return concepts[0][:1].upper() + concepts[0][1:] if concepts else f"{units[0].chapter_title}: {units[0].title}"


def medoids(units: Sequence[Unit]) -> list[Unit]:
    """Those in the middle of the others first."""
    if len(units) < 3:
        return sorted(units, key=lambda unit: (unit.opens, -len(unit.text)))
    middle = mean(units)
    return sorted(units, key=lambda unit: (unit.opens, -float(unit.vector @ middle)))
