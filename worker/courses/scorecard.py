"""Marks of a finished course, from what it says alone and from the passages that it cites. All from 0 to 1."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from itertools import combinations
from typing import Any, Final

from app.library.words import stems_of
from worker.courses import reading
from worker.courses.amounts import SAME_SENTENCE, TIED
from worker.courses.brief import Brief, said
from worker.courses.levels import level_of
from worker.courses.support import supports
from worker.courses.text import alike, flat, meaning, mentions

Document = Mapping[str, Any]
# The text of what a source cites, by book and locator; empty where it is gone.
Cited = Callable[[str, str], str]
LONG: Final = 5  # content words of a sentence that may be a repetition


@dataclass
class Marks:
    """``redundancy`` is the share of what was said before: 0 is best. ``wrong`` names what can be put right."""

    hours: float
    coverage: float
    order: float
    redundancy: float
    support: float
    alignment: float
    unsupported: list[tuple[str, str]] = field(default_factory=list)  # section's number and sentence
    repeated: list[tuple[str, str]] = field(default_factory=list)
    violated: list[tuple[str, str]] = field(default_factory=list)  # numbers: the first is needed by the second
    titles: list[str] = field(default_factory=list)  # that another section has, too

    def scores(self) -> dict[str, float]:
        return {name: round(asdict(self)[name], 3) for name in ("hours", "coverage", "order", "redundancy", "support")}


def mark(brief: Brief, parts: Sequence[Document], cited: Cited, names: Sequence[tuple[str, str]] = ()) -> Marks:
    sections = [section for part in parts for section in part["sections"]]
    minutes = sum(section["minutes"] for section in sections)
    unsupported, supported = support(sections, cited)
    repeated, sentences = repetitions(sections)
    violated, edges = order(sections)
    titles = doubled([*(part["title"] for part in parts), *(section["title"] for section in sections)])
    count = len(unsupported) + supported
    return Marks(
        hours=max(0.0, 1 - abs(minutes / brief.minutes - 1)),
        coverage=coverage(brief, sections, names),
        order=1 - len(violated) / edges if edges else 1.0,
        redundancy=(len(repeated) + len(titles)) / (sentences + len(sections)) if sections else 0.0,
        support=supported / count if count else 1.0,
        alignment=alignment(parts),
        unsupported=unsupported, repeated=repeated, violated=violated, titles=titles,
    )  # fmt: skip


def coverage(brief: Brief, sections: Sequence[Document], names: Sequence[tuple[str, str]]) -> float:
    """Share of the query's words that the lessons speak of."""
    if not sections:
        return 0.0
    said_by = [f"{section['title']} {section['lesson']}" for section in sections]
    named = sorted({source["book"] for section in sections for source in section["sources"]})
    told = set(stems_of(" ".join([*said_by, *named])))
    return sum(said(one, word, told, names) for one, word in brief.words.items()) / max(1, len(brief.words))


def support(sections: Sequence[Document], cited: Cited) -> tuple[list[tuple[str, str]], int]:
    """Sentences that do not stand in what they cite, and how many do; a language model's may say it in other words."""
    wrong: list[tuple[str, str]] = []
    good = 0
    for section in sections:
        sources = {source["ref"]: source for source in section["sources"]}
        for part in reading.read(section["lesson"]):
            source = sources.get(part.ref) if part.ref is not None else None
            told = flat(cited(source["book_id"], source["locator"])) if source else ""
            if source and not told:
                continue  # its book was deleted meanwhile: there is nothing to hold it against
            own = section.get("author") == "llm"
            for sentence in part.sentences:
                if flat(sentence) in told or (own and supports(told, sentence)):
                    good += 1
                else:
                    wrong.append((section["number"], sentence))
    return wrong, good


def repetitions(sections: Sequence[Document]) -> tuple[list[tuple[str, str]], int]:
    """Sentences that say what one before them says, and how many there are."""
    told = [
        (section["number"], sentence)
        for section in sections for part in reading.read(section["lesson"]) for sentence in part.sentences
    ]  # fmt: skip
    common = Counter(word for _, sentence in told for word in meaning(sentence))
    seen: dict[str, list[str]] = defaultdict(list)
    again: list[tuple[str, str]] = []
    for number, sentence in told:
        words = sorted(meaning(sentence), key=lambda word: (common[word], word))
        if len(words) < LONG:
            continue
        # Two that have so much in common share at least one of their rarest words (prefix filtering: Chaudhuri, Ganti
        # and Kaushik, A Primitive Operator for Similarity Joins in Data Cleaning, 2006).
        rare = words[: len(words) - math.ceil(SAME_SENTENCE * len(words)) + 1]
        if any(alike(sentence, other) >= SAME_SENTENCE for word in rare for other in seen[word]):
            again.append((number, sentence))
        else:
            for word in rare:
                seen[word].append(sentence)
    return again, len(told)


def order(sections: Sequence[Document]) -> tuple[list[tuple[str, str]], int]:
    """What is needed and comes later, and how many such ties there are: a section needs another when it speaks, more
    often than the other way round, of concepts that only the other one explains. What a book's own contents say against
    is no tie: its author speaks of a thing in passing."""
    texts = [reading_text(section["lesson"]) for section in sections]
    known = [explained(section) for section in sections]
    placed = [places(section) for section in sections]
    violated: list[tuple[str, str]] = []
    edges = 0
    for a, b in combinations(range(len(sections)), 2):
        forth = mentions(known[a] - known[b], texts[b])
        back = mentions(known[b] - known[a], texts[a])
        tied = (forth > back) - (forth < back)
        if abs(forth - back) < TIED or tied * precedes(placed[a], placed[b]) < 0:
            continue
        edges += 1
        if back > forth:
            violated.append((sections[b]["number"], sections[a]["number"]))
    return violated, edges


def places(section: Document) -> dict[str, list[int]]:
    """Of each book that it cites, the middle place: `chapter 2, section 3` is [2, 3]."""
    found: dict[str, list[list[int]]] = defaultdict(list)
    for source in section["sources"]:
        found[source["book_id"]].append([int(number) for number in re.findall(r"\d+", source["locator"])])
    return {book: sorted(all_of)[len(all_of) // 2] for book, all_of in found.items()}


def precedes(first: Mapping[str, list[int]], second: Mapping[str, list[int]]) -> int:
    """Above 0 where the books that both cite have it so, below where they have the reverse."""
    return sum((first[book] < second[book]) - (first[book] > second[book]) for book in first.keys() & second.keys())


def explained(section: Document) -> set[str]:
    return {term.lower() for term in re.findall(r"(?<!\\)\*\*(.+?)\*\*", section["lesson"]) if len(term) > 3}


@lru_cache(maxsize=1_000)
def reading_text(lesson: str) -> str:
    return " ".join(sentence for part in reading.read(lesson) for sentence in part.sentences).lower()


def doubled(titles: Sequence[str]) -> list[str]:
    """Titles that say what another one says, but for the smallest words."""
    told = [telling(title) for title in titles]
    return [titles[b] for a, b in combinations(range(len(titles)), 2) if told[a] == told[b]]


def telling(title: str) -> frozenset[str]:
    """Stems of its words, but for the smallest; itself where there are none."""
    return frozenset(stems_of(re.sub(r"\b(?:the|an?|of|in|and)\b", " ", title.lower()))) or frozenset([title.lower()])


def alignment(parts: Sequence[Document]) -> float:
    """Share of objectives that begin with a measurable verb and are checked by a question, in sections that do not
    fall below the level that the one before them in their part reaches."""
    good = count = 0
    for part in parts:
        floor = 0
        for section in part["sections"]:
            asked = {check["objective"] for check in section["check"] if check["question"] and check["answer"]}
            levels = [level_of(objective) for objective in section["objectives"]]
            reached = max(levels, default=floor)
            count += len(levels)
            good += sum(level > 0 and index in asked for index, level in enumerate(levels)) if reached >= floor else 0
            floor = max(floor, reached)
    return good / count if count else 1.0


def tau(sections: Sequence[Document], place: Callable[[str, str], float | None]) -> float:
    """Kendall's tau between the course's order and the books' own, over pairs of sections that begin in one book."""
    first = [(one["sources"][0]["book_id"], place(one["sources"][0]["book_id"], one["sources"][0]["locator"]))
             for one in sections if one["sources"]]  # fmt: skip
    agree = pairs = 0
    for (book_a, a), (book_b, b) in combinations(first, 2):
        if book_a == book_b and a is not None and b is not None and a != b:
            pairs += 1
            agree += 1 if a < b else -1
    return agree / pairs if pairs else 1.0
