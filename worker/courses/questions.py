"""Questions whose answers stand in the text, and objectives that they check."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from worker.courses.amounts import EXERCISE, OBJECTIVES, RECALL
from worker.courses.evidence import Exercise, Unit
from worker.courses.levels import VERBS
from worker.courses.phrases import HOW_ONLY, UNMEASURED, Said, generic, lowered, said
from worker.courses.text import leans
from worker.words import content, sentences

_DEFINITION: Final = re.compile(
    r"(?P<article>(?:An?|The)\s)?(?P<subject>[A-Za-z][^,;:.()]{1,58}?)(?:\s\((?P<short>[^()]{2,30})\))?"
    r"(?P<of>\sof\s[^,;:.()]{3,30}?)?(?:,\s[^,]{3,50},)?\s(?P<verb>is|are|means|was)\s"
    r"(?P<rest>(?:an?|the|any|anything|what|everything|everybody|those|how|when|one|money|all|every|to|that)\b.+)"
)
_BECAUSE: Final = re.compile(r"(?P<claim>[A-Z][^;:]{25,160}?),? because (?P<reason>[^;:]{15,200})\.$")
_NUMBER: Final = re.compile(r"\d")
_REASONS: Final = re.compile(
    r"\b(?:why|explain|compare|difference|differ|what might|how (?:can|could|do) you (?:tell|know))\b", re.I
)
_JUDGES: Final = re.compile(
    r"\b(?:should|would you|which|better|best|decide|judge|is it|worth|enough|reasonable)\b", re.I
)
_POINTS: Final = re.compile(
    r"\b(?:table|figure|chapter|section|above|below|previous|exercise|primer|this book|your answer)\b", re.I
)


# An exercise that goes on from the one before it.
_AGAIN: Final = re.compile(
    r"^(?:(?:with|using|in|for|from|at|on|if|after|by|continue|repeat)\b.{0,24}\b(?:that|this|these|those|the same)\b|"
    r"now\b|and\b|repeat\b|the same\b|continue\b)|\bsame (?:company|person|data|figures|example|case|situation|text)\b",
    re.IGNORECASE,
)
# A claim with one of these is about something said before it.
_BACK: Final = re.compile(
    r"\b(?:it|they|them|this|these|those|such|other|others|another|also|both|here|former|latter|cure|remedy|however|too|he|she|his|her|its)\b",
    re.I,
)


_TRAPS: Final = re.compile(r"\b(?:traps?|mistakes?|errors?|pitfalls?|myths?|fallac\w+)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Ask:
    question: str
    answer: str
    minutes: int
    exercise: Exercise | None = None
    reason: bool = False  # it asks for one: whoever can answer has analysed what it is about


def usable(exercise: Exercise) -> bool:
    """It can be worked out from what it says and from its section."""
    return not _POINTS.search(exercise.question) and not _AGAIN.search(exercise.question) and len(exercise.answer) > 1


def of_exercise(exercise: Exercise) -> Ask:
    worked = bool(_NUMBER.search(exercise.answer)) or len(exercise.answer.split()) > 14
    return Ask(exercise.question, exercise.answer, EXERCISE if worked else RECALL + 1, exercise)


def recall(unit: Unit, told: Sequence[str], *, why: bool = False) -> Ask | None:
    """A question that sentences of the lesson answer; ``why``: one that asks for a reason, if there is one."""
    makers = (_why, _definition) if why else (_definition, _why)
    for make in makers:
        if ask := make(unit, told):
            return ask
    return _points(unit, told)


def _definition(unit: Unit, told: Sequence[str]) -> Ask | None:
    names = [name.lower() for name in unit.concepts] + [" ".join(content(unit.title))]
    for sentence in told:
        found = _DEFINITION.match(sentence)
        if found is None or leans(sentence) or len(found["subject"].split()) > 5:
            continue
        subject = found["subject"]
        wanted = any(name and (name in subject.lower() or subject.lower() in name) for name in names)
        if not wanted or re.search(r"\b(?:that|which|who|where|if|when|and|it)\b", subject):
            continue
        article = (found["article"] or "").lower()
        name = f"{article}{subject if article else lowered(subject, ' '.join(told))}{found['of'] or ''}"
        asked = f"What does {name} mean?" if found["verb"] == "means" else f"What {found['verb']} {name}?"
        return Ask(asked, sentence, RECALL)
    return None


def _why(unit: Unit, told: Sequence[str]) -> Ask | None:
    for sentence in told:
        found = _BECAUSE.match(sentence)
        if found and not leans(sentence) and not _POINTS.search(sentence) and not _BACK.search(found["claim"]):
            reason = found["reason"].strip()
            return Ask(f"{found['claim'].strip()}. Why?", f"Because {reason}.", RECALL, reason=True)
    return None


def _points(unit: Unit, told: Sequence[str]) -> Ask | None:
    start = next((at for at, one in enumerate(told) if not leans(one) and 5 <= len(one.split()) <= 50), None)
    if start is None:
        return None
    # A paragraph says first what it is about; where that only announces reasons or rules, two of them follow.
    size = 3 if re.search(r"\b(?:two|three|four|five|several|some|these)\b", told[start], re.IGNORECASE) else 2
    answer = " ".join(told[start : start + size])
    bare = generic(unit.title) or _about_way(unit.title)
    return Ask(asking(said(_subject(unit) if bare else unit.title, unit.text)), answer, RECALL)


def asking(phrase: Said) -> str:
    if phrase.form == "doing" and phrase.words.split()[0] not in UNMEASURED:
        return f"How do you {phrase.words}?"
    if phrase.form == "clause":
        return f"Explain in a sentence or two {phrase.words}."
    thing = phrase.thing if phrase.form == "doing" else phrase.words
    if phrase.form == "doing" and not _noun(thing):
        return f"How do you {phrase.words}?"
    return f"What are the main points about {thing}?"


def _noun(thing: str) -> bool:
    return not re.match(
        r"(?:in|from|with|when|whether|before|after|about|as|like|out|up|at|on|for|how|what|why)\b", thing
    )


def objective(unit: Unit, level: int, place: int) -> str:
    """Begins with a measurable verb of the level (2 understand, 3 apply, 4 analyse, 5 evaluate)."""
    bare = generic(unit.title) or _about_way(unit.title)
    phrase = said(_subject(unit) if bare else unit.title, unit.text)
    if phrase.form == "doing" and _TRAPS.search(unit.chapter_title):  # what one should not do
        phrase = Said("thing", lowered(unit.title, unit.text))
    verb = VERBS[level][place % len(VERBS[level])]
    base = phrase.words.split()[0]
    if phrase.form == "doing":
        if base in UNMEASURED:
            return (
                _of_thing(phrase.thing, level, verb)
                if _noun(phrase.thing)
                else f"{_how(level, verb)} to {phrase.words}"
            )
        measured = base not in HOW_ONLY
        if measured and (phrase.level == level or level > phrase.level == 3):
            return phrase.words[:1].upper() + phrase.words[1:]
        return f"{_how(level, verb)} to {phrase.words}"
    if phrase.form == "clause":
        return f"{'Demonstrate with a case' if level == 3 else verb} {phrase.words}"
    return _of_thing(phrase.words, level, verb)


def _how(level: int, verb: str) -> str:
    return "Demonstrate how" if level == 3 else f"{verb} how"


def _of_thing(thing: str, level: int, verb: str) -> str:
    return f"Solve problems about {thing}" if level == 3 else f"{verb} {thing}"


def _about_way(words: str) -> bool:
    return re.match(r"(?:from|in|on|with|for|at|by|to|into|before|after)\b", words, re.IGNORECASE) is not None


def _subject(unit: Unit) -> str:
    return unit.concepts[0] if unit.concepts else unit.chapter_title


def highest(units: Sequence[Unit], most: int) -> int:
    """The highest level that the exercises of the section can check, up to that of the depth."""
    asked = [one.question for unit in units for one in unit.exercises if usable(one)]
    if not asked:
        return min(4, most) if most >= 4 and any(_why(unit, sentences(unit.text)) for unit in units) else 2
    level = 3
    if any(map(_REASONS.search, asked)):
        level = 4
    if any(map(_JUDGES.search, asked)) and level == 4:
        level = 5
    return min(level, most)


def of_section(told: Sequence[tuple[Unit, list[str]]], level: int, most: int) -> tuple[list[str], list[dict[str, Any]]]:
    """Objectives of a level, and the questions that check them: at least one for each, and the books' own exercises,
    up to ``most`` of them."""
    able = [(unit, lines) for unit, lines in told if any(map(usable, unit.exercises)) or recall(unit, lines)]
    able.sort(key=lambda one: (one[0].opens, not any(map(usable, one[0].exercises)), -len(one[1])))
    sections = [one for one in able if not one[0].opens] or able
    chosen = [one for one in told if one in sections[:OBJECTIVES]]
    objectives: list[str] = []
    checks: list[dict[str, Any]] = []
    used = 0
    asked: set[str] = set()
    for unit, lines in chosen:
        asks = [of_exercise(one) for one in unit.exercises if usable(one)] if level > 2 or most > 1 else []
        asks = asks[: max(0, most - used)]
        first = recall(unit, lines, why=level >= 4)
        if (not asks or level == 2) and first:
            asks = [first, *asks]
        asks = [one for one in asks if one.question not in asked]
        if not asks:
            continue
        # What is only recalled is understood; what an exercise asks for is done.
        done = any(one.exercise or (one.reason and level >= 4) for one in asks)
        wish = objective(unit, level if done else 2, len(objectives))
        if wish in objectives:
            continue
        for one in asks:
            asked.add(one.question)
            used += one.exercise is not None
            checks.append(
                {"question": one.question, "answer": one.answer, "objective": len(objectives), "minutes": one.minutes}
            )
        objectives.append(wish)
    return objectives, checks
