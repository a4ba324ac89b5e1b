"""Which units belong to a course: how far each is about the query, and like what the leading book has on it."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from app.library.embed import Floats, normalized
from worker.courses import text
from worker.courses.amounts import ABOUT, AKIN, ALMOST, KIN, MIDDLE, NEAR, NEAR_BEST, ON_SUBJECT, SURE
from worker.courses.brief import Brief
from worker.courses.evidence import Shelf, Unit
from worker.courses.objectives import highest

SPINE: Final = 0.25  # what a unit of the leading book is worth more
_EXAMPLE: Final = re.compile(
    r"\b(?:for example|for instance|suppose|imagine|an example|example|a case|consider|say,|somebody|"
    r"a (?:person|runner|firm|company|student|shop|farmer|patient|cook|reader)\b.{0,60}\b"
    r"(?:who|has|earns|wants|needs))\b",
    re.IGNORECASE,
)
_FIGURES: Final = re.compile(r"\d[\d,.]*\s*[%x×*/+=<>-]|=\s*-?\d|\w\s=\s\w|\(\w [-+/] \w\)")
_TRAP: Final = re.compile(
    r"\b(?:mistakes?|errors?|traps?|pitfalls?|beware|careful|danger\w*|misleading|misunderst\w+|wrong\w*|common fault|"
    r"do not|don't|never|must not|limits?)\b",
    re.IGNORECASE,
)


def about(brief: Brief, shelf: Shelf, *, single: bool = False) -> list[Unit]:
    """The units that are about the query, with their worth: by themselves, by their chapter, or by their book.
    ``single``: for one section: the book with the best answer leads."""
    best = max((unit.own for unit in shelf.units), default=0.0)
    least = max(min(ABOUT, ALMOST * best), NEAR_BEST * best)
    chapters: dict[tuple[int, int], list[Unit]] = defaultdict(list)
    for unit in shelf.units:
        chapters[unit.book, unit.chapter].append(unit)
    lead = leading(shelf, best if single else least)
    akin = kinship(shelf, lead)
    on_subject = {book for book, share in enumerate(shelf.matches) if share >= ON_SUBJECT and akin.get(book, 0) >= AKIN}
    found: list[Unit] = []
    for (book, _), units in chapters.items():
        fit = [unit for unit in units if unit.own >= least]
        titled = any(unit.own >= least and unit.opens for unit in units)
        whole = len(fit) * 2 > len(units) or (titled and len(fit) * 3 >= len(units))
        mean = sum(unit.own for unit in units) / len(units)
        for unit in units:
            if book in on_subject or whole or unit.own >= least:
                unit.worth = unit.own + 0.5 * mean + 0.3 * shelf.matches[book] + flavour(brief, unit)
                unit.worth += SPINE if book in on_subject and book == lead else 0.0
                found.append(unit)
    middle = _middle([(unit.own, unit.vector) for unit in found if unit.book == lead])
    return [unit for unit in found if unit.book in {lead, *on_subject} or belongs(unit, middle, akin)]


def leading(shelf: Shelf, least: float) -> int:
    """The book whose course of thought is followed: on the subject, or with most that answers. The others add to it."""
    mass = [0.0 for _ in shelf.books]
    for unit in shelf.units:
        mass[unit.book] += unit.own**3 if unit.own >= least else 0.0
    on_subject = [match if match >= ON_SUBJECT else 0.0 for match in shelf.matches]
    return max(range(len(mass)), key=lambda index: (on_subject[index], mass[index], -index), default=0)


def kinship(shelf: Shelf, lead: int) -> dict[int, float]:
    """How alike the books are to the leading one, as wholes."""
    wholes: dict[int, list[tuple[float, Floats]]] = defaultdict(list)
    for unit in shelf.units:
        wholes[unit.book].append((1.0, unit.vector))
    middles = {book: _middle(whole) for book, whole in wholes.items()}
    return {book: float(middle @ middles[lead]) for book, middle in middles.items()} if lead in middles else {}


def _middle(weighted: Sequence[tuple[float, Floats]]) -> Floats:
    """Zeros where there is nothing."""
    if not weighted:
        return np.zeros(1, np.float32)
    weights = np.array([[weight] for weight, _ in weighted], np.float32)
    whole: Floats = (weights * np.stack([vector for _, vector in weighted])).sum(axis=0, keepdims=True)
    middle: Floats = normalized(whole)[0]
    return middle


def belongs(unit: Unit, middle: Floats, akin: Mapping[int, float]) -> bool:
    """Whether a unit of another book belongs to a course that the leading one has its ``middle`` in: a word has other
    meanings elsewhere (intervals in music, learning of machines)."""
    if not unit.vector.any() or not middle.any():
        return unit.own >= SURE
    return unit.own + MIDDLE * float(unit.vector @ middle) + KIN * akin.get(unit.book, 0.0) >= NEAR


def flavour(brief: Brief, unit: Unit) -> float:
    """How far it is of the kind that the depth and the style ask for; at most 0.25 either way."""
    told = unit.text
    paragraphs = max(1, len(text.blocks(told)))
    figures = min(1.0, len(_FIGURES.findall(told)) / (2 * paragraphs))
    examples = min(1.0, len(_EXAMPLE.findall(told)) / paragraphs)
    traps = min(1.0, len(_TRAP.findall(told)) / paragraphs)
    weights = {
        "overview": (-0.15, 0.0, -0.05), "balanced": (0.0, 0.03, 0.0),
        "technical": (0.15, 0.03, 0.0), "expert": (0.08, 0.0, 0.12),
    }[brief.depth]  # fmt: skip
    value = weights[0] * figures + weights[1] * examples + weights[2] * traps
    value += 0.1 * (highest([unit], 5) - 2) / 3 if brief.depth == "expert" else 0.0  # asks to judge
    value += 0.15 * figures if "rigorous" in brief.styles else 0.0
    value += 0.15 * examples if "examples" in brief.styles else 0.0
    value += 0.1 * min(2, len(unit.exercises)) / 2 if "practice" in brief.styles else 0.0
    return value
