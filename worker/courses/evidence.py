"""The evidence: sections of books as the units of which courses are made."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from app.library.embed import WIDTH, Floats, normalized, unpack
from worker.courses import text
from worker.courses.brief import Brief, match
from worker.courses.exercises import ANSWERS, EXERCISES, Exercise, numbered, section_of
from worker.words import sentences, teaches

FEWEST_WORDS: Final = 25  # of a unit
_FRONT: Final = re.compile(
    r"(?:opening|cover|title page|copyright|dedication|foreword|preface|acknowledge?ments|about .*|prologue)\W*", re.I
)
_NAME: Final = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{2,}(?= [A-Z][a-z]|['’]s\b| )")
_INVENTED: Final = re.compile(
    r"\b(?:invented|imaginary|imagined|fictional|fictitious|made[- ]up|runs? through|example of)\b"
)


@dataclass(frozen=True)
class Piece:
    id: int
    book_id: str
    number: int
    locator: str
    text: str


@dataclass
class Unit:
    """A section of a book with its own text. ``place``: where in its book it stands, 0 to 1."""

    book: int
    number: int  # of its heading
    chapter: int  # number of the heading of its chapter
    title: str
    chapter_title: str
    concepts: list[str]
    place: float
    pieces: list[Piece]
    vector: Floats
    own: float  # the best score of its passages
    exercises: list[Exercise] = field(default_factory=list)
    worth: float = 0.0

    @property
    def key(self) -> tuple[int, int]:
        return self.book, self.number

    @property
    def opens(self) -> bool:
        """It is a chapter's own text, before its sections."""
        return self.number == self.chapter

    @property
    def text(self) -> str:
        return "\n\n".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Character:
    """Somebody or something invented whom a book's examples are about; ``sentence`` introduces them."""

    book: int
    name: str
    piece: Piece
    sentence: str


@dataclass
class Shelf:
    """The books that may serve, with their units in reading order."""

    books: list[dict[str, Any]]
    units: list[Unit]
    cast: list[Character]
    matches: list[float]  # of each book: share of the query's words that its title and subject have


def gather(
    brief: Brief,
    books: Sequence[dict[str, Any]],
    headings: Sequence[dict[str, Any]],
    passages: Sequence[dict[str, Any]],
    scores: Mapping[int, float],
) -> Shelf:
    """``books`` as `app.library.evidence.Card`; ``scores`` of passages by the search."""
    units: list[Unit] = []
    cast: list[Character] = []
    passages, width = of_one_model(books, passages)
    for index, book in enumerate(books):
        mine = [row for row in headings if row["book_id"] == book["id"]]
        rows = [row for row in passages if row["book_id"] == book["id"]]
        units += _units(index, mine, rows, scores, width)
        cast += characters(index, rows)
    return Shelf(list(books), units, cast, [match(brief, book) for book in books])


def of_one_model(
    books: Sequence[dict[str, Any]], passages: Sequence[dict[str, Any]]
) -> tuple[list[dict[str, Any]], int]:
    """The passages with the vectors of the model that most of them have, the others with none, and the vectors' width.

    While a library is embedded anew there are vectors of two models in it, even in one book: those of one mean nothing
    beside those of the other.
    """
    models = {book["id"]: book.get("embedded_with", "") for book in books}

    def kind(row: Mapping[str, Any]) -> tuple[str, int]:
        return models.get(row["book_id"], ""), len(row["embedding"])

    count = Counter(kind(row) for row in passages if row["embedding"])
    best = max(count, key=lambda one: (count[one], one), default=("", 2 * WIDTH))
    same = [row if not row["embedding"] or kind(row) == best else {**row, "embedding": None} for row in passages]
    return same, best[1] // 2


def _units(
    index: int, headings: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]], scores: Mapping[int, float],
    width: int,
) -> list[Unit]:  # fmt: skip
    of_heading: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        of_heading[row["chapter"]].append(row)
    whole = max(1, sum(row["words"] for row in rows))
    found: list[Unit] = []
    before, chapter = 0, None
    questions: dict[int, list[tuple[str, dict[str, Any]]]] = {}
    answers: dict[int, list[str]] = {}
    for heading in headings:
        if heading["level"] == 1 or chapter is None:
            chapter = heading
        mine = of_heading.get(heading["number"], [])
        words = sum(row["words"] for row in mine)
        if mine and EXERCISES.match(heading["title"]):
            questions[chapter["number"]] = [(one, mine[0]) for one in numbered(_text(mine))]
        elif mine and ANSWERS.match(heading["title"]):
            answers[chapter["number"]] = numbered(_text(mine))
        elif words >= FEWEST_WORDS and teaches(heading["title"]) and not _FRONT.fullmatch(chapter["title"]):
            vectors = unpack([row["embedding"] for row in mine if row["embedding"]])
            vector = normalized(vectors.mean(axis=0, keepdims=True))[0] if len(vectors) else np.zeros(width, np.float32)
            pieces = [Piece(r["id"], r["book_id"], r["number"], r["locator"], r["text"]) for r in mine]
            found.append(Unit(
                index, heading["number"], chapter["number"], clean_title(heading["title"]),
                clean_title(chapter["title"]), list(heading["concepts"]), (before + words / 2) / whole, pieces,
                vector, max((scores.get(row["id"], 0.0) for row in mine), default=0.0),
            ))  # fmt: skip
        before += words
    for number, asked in questions.items():
        if asked and len(asked) == len(answers.get(number, [])):
            _give(found, number, [
                Exercise(question, answer, row["locator"], row["id"])
                for (question, row), answer in zip(asked, answers[number], strict=True)
            ])  # fmt: skip
    return found


def _give(units: Sequence[Unit], chapter: int, exercises: Sequence[Exercise]) -> None:
    """Each exercise of a chapter to the section that it is about."""
    mine = [unit for unit in units if unit.chapter == chapter and not unit.opens]
    mine = mine or [unit for unit in units if unit.chapter == chapter]
    if mine:
        for one, place in zip(exercises, section_of([(u.title, u.text) for u in mine], exercises), strict=True):
            mine[place].exercises.append(one)


def characters(index: int, rows: Sequence[dict[str, Any]]) -> list[Character]:
    """Names that come back in several sections, and of which one sentence says that they are an example."""
    spread: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        for name in _NAME.findall(row["text"]):
            spread[name].add(row["chapter"])
    names = {name for name, chapters in spread.items() if len(chapters) >= 3}
    found: list[Character] = []
    met: set[str] = set()
    for row in rows:
        if not _INVENTED.search(" ".join(row["text"].split())):
            continue
        lines = [one for block in text.blocks(row["text"]) if block.kind == "text" for one in sentences(block.text)]
        for at, line in enumerate(lines):
            words = re.findall(r"\w+", line)
            told = [name for name in dict.fromkeys(words) if name in names - met] if _INVENTED.search(line) else []
            if told:  # `Lindal Pumps` is one, and met by the first of its names
                more = [one for one in lines[at + 1 : at + 2] if text.leans(one) and not text.points(one)]
                piece = Piece(row["id"], row["book_id"], row["number"], row["locator"], row["text"])
                found.append(Character(index, told[0], piece, " ".join([line, *more])))
                met.update(told)
    return sorted(found, key=lambda one: one.name)


def _text(rows: Sequence[dict[str, Any]]) -> str:
    return "\n".join(row["text"] for row in rows)


def clean_title(title: str) -> str:
    """`Chapter 3: FREE CASH FLOW.` -> `Free cash flow`."""
    bare = re.sub(
        r"^(?:(?:chapter|part|lesson|unit|section|module|lecture)\s+[\divxlc]+\s*[.:)–—-]*\s*|"
        r"\d{1,3}(?:\.\d{1,3})*[.:)]?\s+|[ivxlc]{1,6}[.:)]\s+)", "", title, flags=re.IGNORECASE,
    ).strip(" .:;–—-")  # fmt: skip
    bare = bare or title.strip()
    if bare.isupper() and len(bare) > 5:
        bare = bare.capitalize()
    return bare[:1].upper() + bare[1:]
