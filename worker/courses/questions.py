"""Questions whose answers stand in the text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from worker.courses.amounts import EXERCISE, RECALL
from worker.courses.evidence import Unit
from worker.courses.exercises import Exercise
from worker.courses.levels import VERBS
from worker.courses.phrases import UNMEASURED, Said, generic, lowered, said
from worker.courses.text import leans
from worker.words import content

_DEFINITION: Final = re.compile(
    r"(?P<article>(?:An?|The)\s)?(?P<subject>[A-Za-z][^,;:.()]{1,58}?)(?:\s\((?P<short>[^()]{2,30})\))?"
    r"(?P<of>\sof\s[^,;:.()]{3,30}?)?(?:,\s[^,]{3,50},)?\s(?P<verb>is|are|means|was)\s"
    r"(?P<rest>(?:an?|the|any|anything|what|everything|everybody|those|how|when|one|money|all|every|to|that)\b.+)"
)
_BECAUSE: Final = re.compile(r"(?P<claim>[A-Z][^;:]{25,160}?),? because (?P<reason>(?!.*\bbecause\b)[^;:]{15,200})\.$")
_SAYS: Final = re.compile(
    r"(?P<subject>\S+(?: \S+){0,6}?) (?P<verb>is|are|was|were|can|cannot|must|should|may|will|do|does|did) (?P<rest>.+)"
)
# A subject that is more than a thing: its verb may be another one.
_CLAUSES: Final = re.compile(
    r"[,;:()]|\b(?:that|which|who|whose|what|when|where|how|if|as|than|because|since|although|while|there|here|to)\b|"
    r"\w+ed$|^(?:In|At|On|For|With|After|Before|Under|During|By|From|Without|Not|Only|Even|Still|Then|Often|One|Some)\b"
)
_NUMBER: Final = re.compile(r"\d")
_POINTS: Final = re.compile(
    r"\b(?:table|figure|chapter|section|above|below|previous|exercise|primer|this book|your answer)\b|"
    r"\b(?:of|in) the (?:text|passage)\b|^(?!.*(?:\(a\)|\ba\))).*(?:\([b-e]\)|\b[b-e]\) )",
    re.IGNORECASE | re.DOTALL,
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
# `Stimulus control teaches ...`: what a thing does, and not `Values rise ...`.
_DOES: Final = re.compile(
    r"(?P<subject>(?:(?:An?|The)\s)?[A-Za-z][\w'’-]*(?:\s[\w'’-]+){0,3}?)(?:\s\([^()]{2,30}\))?\s"
    r"(?P<verb>[a-z]{3,}s)\s(?:an?|the|one|two|how|what|whether|that|where|in|on|to|from|each|every|of|for|it|by|all)\b"
)
_NOT_DONE: Final = re.compile(
    r"applies|becomes|belongs|comes|depends|differs|does|follows|grows|has|lies|needs|remains|requires|seems|stands|"
    r"varies|was"
)


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


def recall(unit: Unit, told: Sequence[str], *, why: bool = False, place: int = 0) -> Ask | None:
    """A question that sentences of the lesson answer; ``why``: one that asks for a reason, if there is one. ``place``:
    the how manieth of its section it is, so that not all are put in the same words."""
    makers = (gives_reason, _definition, _does) if why else (_definition, gives_reason, _does)
    for make in makers:
        if ask := make(unit, told):
            return ask
    return _points(unit, told, place)


def _names(unit: Unit) -> list[str]:
    return [name.lower() for name in unit.concepts] + [" ".join(content(unit.title))]


def _definition(unit: Unit, told: Sequence[str]) -> Ask | None:
    names = _names(unit)
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


def gives_reason(unit: Unit, told: Sequence[str]) -> Ask | None:
    for sentence in told:
        found = _BECAUSE.match(sentence)
        if found and not leans(sentence) and not _POINTS.search(sentence) and not _BACK.search(found["claim"]):
            asked = _why(found["claim"].strip(), " ".join(told))
            return Ask(asked, f"Because {found['reason'].strip()}.", RECALL, reason=True)
    return None


def _why(claim: str, told: str) -> str:
    """`Bread is soft` -> `Why is bread soft?`, where the subject of the claim can be told."""
    found = _SAYS.fullmatch(claim)
    if found is None or _CLAUSES.search(found["subject"]):
        return f"{claim}. Why?"
    verb, rest = found["verb"], found["rest"]
    if verb == "cannot":
        verb, rest = "can", f"not {rest}"
    return f"Why {verb} {lowered(found['subject'], told)} {rest}?"


def _does(unit: Unit, told: Sequence[str]) -> Ask | None:
    names = [words for name in _names(unit) if (words := content(name))]
    for sentence in told:
        found = _DOES.match(sentence)
        if found is None or leans(sentence) or _POINTS.search(sentence) or _NOT_DONE.fullmatch(found["verb"]):
            continue
        subject = lowered(found["subject"], " ".join(told))
        if content(subject) in names:
            return Ask(f"What does {subject} do?", sentence, RECALL)
    return None


def _points(unit: Unit, told: Sequence[str], place: int) -> Ask | None:
    start = next((at for at, one in enumerate(told) if not leans(one) and 5 <= len(one.split()) <= 50), None)
    if start is None:
        return None
    # A paragraph says first what it is about; where that only announces reasons or rules, two of them follow.
    size = 3 if re.search(r"\b(?:two|three|four|five|several|some|these)\b", told[start], re.IGNORECASE) else 2
    answer = " ".join(told[start : start + size])
    return Ask(asking(phrase_of(unit), place), answer, RECALL)


def asking(phrase: Said, place: int = 0) -> str:
    """With the verb that `worker.courses.objectives` gives to the objective in this place."""
    verb = VERBS[2][place % len(VERBS[2])]
    if phrase.form == "clause":
        return f"{verb} in two or three sentences {phrase.words}."
    thing = phrase.thing if phrase.form == "doing" else phrase.words
    if phrase.form == "doing" and (phrase.words.split()[0] not in UNMEASURED or not is_noun(thing)):
        return f"{verb} in your own words how to {phrase.words}." if place % 2 else f"How do you {phrase.words}?"
    return f"{verb} {thing} in two or three sentences."


def is_noun(thing: str) -> bool:
    return not re.match(
        r"(?:in|from|with|when|whether|before|after|about|as|like|out|up|at|on|for|how|what|why)\b", thing
    )


def phrase_of(unit: Unit) -> Said:
    """What the unit is about, as a teacher says it: by its heading, or by what it explains where that says nothing."""
    bare = generic(unit.title) or _about_way(unit.title)
    return said(_subject(unit) if bare else unit.title, unit.text)


def _about_way(words: str) -> bool:
    return re.match(r"(?:from|in|on|with|for|at|by|to|into|before|after)\b", words, re.IGNORECASE) is not None


def _subject(unit: Unit) -> str:
    if not unit.concepts:
        return unit.chapter_title
    # `A neuron adds ...`: one of several, and spoken of as one.
    name = re.escape(unit.concepts[0])
    found = re.search(rf"\b(an? |the ){name}\b(?!-)", unit.text, re.IGNORECASE)
    many = re.search(rf"\b{name}s\b", unit.text, re.IGNORECASE)
    return f"{found[1].lower()}{unit.concepts[0]}" if found else unit.concepts[0] + ("s" if many else "")
