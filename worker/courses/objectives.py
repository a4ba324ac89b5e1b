"""Objectives: what whoever has learned a section can do, and the questions that check it."""

import re
from collections.abc import Sequence
from typing import Any, Final

from worker.courses.amounts import OBJECTIVES
from worker.courses.evidence import Unit
from worker.courses.levels import VERBS
from worker.courses.phrases import HOW_ONLY, UNMEASURED, Said, lowered
from worker.courses.questions import Ask, gives_reason, is_noun, of_exercise, phrase_of, recall, usable
from worker.courses.text import meaning
from worker.words import sentences

_REASONS: Final = re.compile(
    r"\b(?:why|explain|compare|difference|differ|what might|how (?:can|could|do) you (?:tell|know))\b", re.I
)
_JUDGES: Final = re.compile(
    r"\b(?:should|would you|which|better|best|decide|judge|is it|worth|enough|reasonable)\b", re.I
)
_TRAPS: Final = re.compile(
    r"\b(?:traps?|mistakes?|(?<!standard )(?<!margin of )errors?|pitfalls?|myths?|fallac\w+)\b", re.IGNORECASE
)
# In a chapter on traps, these are what one should do; the others are the traps.
_AGAINST: Final = frozenset(
    {
        "avoid",
        "build",
        "check",
        "detect",
        "find",
        "follow",
        "handle",
        "prevent",
        "protect",
        "read",
        "search",
        "spot",
        "use",
    }
)
_WHY: Final = re.compile(r"\bwhy\b|^explain\b", re.IGNORECASE)
_CASE: Final = re.compile(
    r"^(?:an?|the|two|three|some\w+|[A-Z]\w+ (?:is|has|wants|says)|[\"“‘'])\b|^[\"“‘']|\([ab]\)", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_SUM: Final = re.compile(r"[=×÷]|\d\s*[-+*/]\s*\d|%| per ?cent\b")
_HOW_MUCH: Final = re.compile(
    r"\bhow (?:much|many|long|far|large|big|old|often|fast|high|heavy|deep|likely|strong)\b|"
    r"\b(?:calculate|compute|work out|estimate|find|what (?:share|percentage|rate|number|sum)|per ?cent)\b",
    re.IGNORECASE,
)


def highest(units: Sequence[Unit], most: int) -> int:
    """The highest level that the exercises of the section can check, up to that of the depth."""
    asked = [one.question for unit in units for one in unit.exercises if usable(one)]
    if not asked:
        return min(4, most) if most >= 4 and any(gives_reason(unit, sentences(unit.text)) for unit in units) else 2
    level = 3
    if any(map(_REASONS.search, asked)):
        level = 4
    if any(map(_JUDGES.search, asked)) and level == 4:
        level = 5
    return min(level, most)


def objective(unit: Unit, level: int, place: int, asks: Sequence[Ask] = ()) -> str:
    """Begins with a measurable verb of the level (2 understand, 3 apply, 4 analyse, 5 evaluate). ``asks``: what will
    check it."""
    phrase = phrase_of(unit)
    verb = VERBS[level][place % len(VERBS[level])]
    base = phrase.words.split()[0]
    if phrase.form == "doing" and _TRAPS.search(unit.chapter_title) and base not in _AGAINST:  # what one should not do
        phrase = Said("thing", lowered(unit.title, unit.text))
    if phrase.form == "doing":
        if base in UNMEASURED and is_noun(phrase.thing):
            return _of_thing(phrase.thing, level, verb, asks)
        only_done = level > phrase.level == 3 and not any(_REASONS.search(one.question) for one in asks)
        if base not in UNMEASURED | HOW_ONLY and (phrase.level == level or only_done):
            return phrase.words[:1].upper() + phrase.words[1:]
        return f"{_how(level, verb, place)} to {phrase.words}"
    if phrase.form == "clause":
        return f"{'Demonstrate with a case' if level == 3 else verb} {phrase.words}"
    return _of_thing(phrase.words, level, verb, asks)


def _how(level: int, verb: str, place: int) -> str:
    if level <= 3:
        verb = (("Explain", "Describe"), ("Demonstrate", "Show"))[level == 3][place % 2]
    return f"{verb} how"


def _of_thing(thing: str, level: int, verb: str, asks: Sequence[Ask]) -> str:
    return f"{_task(asks)} {thing}" if level == 3 else f"{verb} {thing}"


def _task(asks: Sequence[Ask]) -> str:
    """What the first exercise asks for."""
    ask = next((one for one in asks if one.exercise), None)
    if ask is None:
        return "Solve problems about"
    if _WHY.search(ask.question):
        return "Answer why-questions on"
    if _reckons(ask):
        return "Solve numerical problems on"
    if _CASE.search(ask.question):
        return "Work through cases of"
    return "Solve short tasks on"


def _reckons(ask: Ask) -> bool:
    """Its answer is a number that the question does not have, and how to come to it or how much of something it is."""
    given, found = (set(_NUMBER.findall(text)) for text in (ask.question, ask.answer))
    asked = _HOW_MUCH.search(ask.question) or _SUM.search(ask.answer)
    return bool(given and found - given and asked)


def of_section(told: Sequence[tuple[Unit, list[str]]], level: int, most: int) -> tuple[list[str], list[dict[str, Any]]]:
    """Objectives of a level, and the questions that check them: at least one for each, and the books' own exercises,
    up to ``most`` of them."""
    able = [(unit, lines) for unit, lines in told if any(map(usable, unit.exercises)) or recall(unit, lines)]
    able.sort(key=lambda one: (one[0].opens, not any(map(usable, one[0].exercises)), -len(one[1])))
    sections = [one for one in able if not one[0].opens] or able
    chosen = [one for one in told if one in sections[:OBJECTIVES]]
    objectives: list[str] = []
    about: list[frozenset[str]] = []  # what each of them is
    checks: list[dict[str, Any]] = []
    used = 0
    asked: set[str] = set()
    for unit, lines in chosen:
        asks = [of_exercise(one) for one in unit.exercises if usable(one)] if level > 2 or most > 1 else []
        if level >= 4:  # those that ask for as much come first
            asks.sort(key=lambda one: not _REASONS.search(one.question))
        asks = asks[: max(0, most - used)]
        first = recall(unit, lines, why=level >= 4, place=len(objectives))
        if (not asks or level == 2) and first:
            asks = [first, *asks]
        asks = [one for one in asks if one.question not in asked]
        if not asks:
            continue
        # What is only recalled is understood; what an exercise asks for is done.
        done = any(one.exercise or (one.reason and level >= 4) for one in asks)
        wish = objective(unit, level if done else 2, len(objectives), asks)
        place = _place(unit, about)
        for one in asks:
            asked.add(one.question)
            used += one.exercise is not None
            checks.append({"question": one.question, "answer": one.answer, "objective": place, "minutes": one.minutes})
        if place == len(objectives):
            objectives.append(wish)
            about.append(meaning(phrase_of(unit).words))
    return objectives, checks


def _place(unit: Unit, about: Sequence[frozenset[str]]) -> int:
    """Where its objective is, or comes: one that wants no more than another is that one."""
    words = meaning(phrase_of(unit).words)
    same = (at for at, one in enumerate(about) if (words and words <= one) or (one and one <= words) or words == one)
    return next(same, len(about))
