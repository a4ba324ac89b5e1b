"""Free text read for what a plan must know, to the safe side: what was understood is said back, the rest is too."""

import re
from typing import Final

from app.kinds.program_choices import AREAS
from worker.training.catalog import EXERCISES, SEVERITY
from worker.training.clauses import named_in, read_clause, split, spoken
from worker.training.noted import Notes, has, mentions
from worker.training.vocabulary import (
    ALONE,
    AREA_WORDS,
    COMPLAINTS,
    FINE,
    MEDICAL,
    MODERATE,
    NEW,
    QUIET,
    SEVERE,
    TREATED,
    TRIGGERS,
    VARIETY,
)

KG: Final = {"kg": 1.0, "lb": 0.45359237}


def read_notes(text: str, units: str) -> Notes:
    found = Notes()
    for sentence in _sentences(text):
        before = len(found.understood)
        _medical(sentence, found)
        _injuries(sentence, found)
        _manner(sentence, found)
        _dumbbells(sentence, units, found)
        leaving = False
        for clause in split(sentence):
            leaving = read_clause(clause, leaving, found)
        if len(found.understood) == before and not _denies(sentence):
            found.unread.append(sentence if len(sentence) <= 120 else sentence[:117] + "...")
    return found


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[.;!?](?=\s|$)|\n", text) if re.search(r"\w", part)]


def _denies(sentence: str) -> bool:
    """Nothing to plan with, and nothing missed: "no injuries", "knees are fine"."""
    return has(r"no|not|none|nothing|without|never|" + FINE, sentence) and (
        has(COMPLAINTS, sentence) or any(has(words, sentence) for words in (*AREA_WORDS.values(), *MEDICAL))
    )


# -- health


def _medical(sentence: str, found: Notes) -> None:
    for part in re.split(r",|\bbut\b", sentence):
        if has(FINE, part) and not has(TREATED, part):
            continue
        for said in (said for words, said in MEDICAL.items() if mentions(words, part) and said not in found.medical):
            found.medical[said] = None
            found.say(f"Your notes mention {said}: efforts stay at RPE 8 or less, and a doctor should say yes first.")


def _injuries(sentence: str, found: Notes) -> None:
    """Areas near a complaint. What is said to be fine is left alone, what was bad once counts as mild."""
    denied = rf"\b(?:no|without|never had(?: any)?|not any|free of)\s+(?:\w+\s+){{0,2}}?(?:{COMPLAINTS})(?!\w)"
    sentence = re.sub(denied, "", sentence, flags=re.IGNORECASE)
    if not mentions(COMPLAINTS, sentence):
        return
    parts = re.split(r"\b(?:but|however|though|although)\b", sentence, flags=re.IGNORECASE)
    for part in parts:
        fine = has(FINE, part) and not mentions(COMPLAINTS, part)
        for area in AREAS:
            match = re.search(rf"\b((?:left|right)\s+)?(?:{AREA_WORDS[area]})(?!\w)", part, re.IGNORECASE)
            if match is None or fine or not mentions(AREA_WORDS[area], part):
                continue
            severity = _severity(part if len(parts) > 1 else sentence)
            known = found.injuries.get(area)
            if known is None or SEVERITY[severity] > SEVERITY[known]:
                found.injuries[area] = severity
                side = (match.group(1) or "").lower()
                _say_injury(side, area, severity, sentence, found)
    _brought_on(sentence, found)


def _say_injury(side: str, area: str, severity: str, sentence: str, found: Notes) -> None:
    name = next(text for key, text in AREAS.items() if key == area).lower()
    both = " Both sides are spared alike." if side else ""
    found.say(
        f"A complaint of the {side}{name}, read as {severity}: exercises that are hard on it are out.{both} "
        "Choose it under injuries if it is milder or worse."
    )


def _severity(text: str) -> str:
    grade = re.search(r"\b(10|[0-9])(?:\.\d)?\s*(?:/|of|out of)\s*10\b", text)
    if grade is not None:
        number = int(grade.group(1))
        return "severe" if number >= 8 else "moderate" if number >= 5 else "mild"
    return "severe" if mentions(SEVERE, text) else "moderate" if mentions(MODERATE, text) else "mild"


def _brought_on(sentence: str, found: Notes) -> None:
    match = re.search(r"\b(?:when(?:ever)?|while|during|after|with|from|if|on)\b\s+(.{3,60})", sentence, re.IGNORECASE)
    if match is None:
        return
    cause = match.group(1)
    for words, trigger in TRIGGERS.items():
        if has(words, cause):
            if trigger == "impact":
                found.quiet = True
                found.say("Running or jumping brings pain on: everything with impact is out.")
            else:
                found.avoid.update(key for key, exercise in EXERCISES.items() if exercise.overhead)
                found.say("Work above the head brings pain on: overhead exercises are out.")
    # What suits the area stays: a box squat where deep squats hurt.
    keys = frozenset(key for key in named_in(cause) if EXERCISES[key].kind.isdisjoint(found.injuries))
    if keys:
        found.avoid.update(keys)
        found.say(f"These bring pain on and are out: {spoken(keys)}.")


# -- manner


def _manner(sentence: str, found: Notes) -> None:
    if has(QUIET, sentence) and not found.quiet:
        found.quiet = True
        found.say("No jumps or other impact.")
    if has(ALONE, sentence) and not found.alone:
        found.alone = True
        found.say("You train alone: set the safeties; barbell sets in the rack stop at RPE 8.5.")
    if has(VARIETY, sentence) and not found.variety:
        found.variety = True
        found.say("You want variety: exercises rotate more where your level and gym allow it.")
    if has(NEW, sentence) and not found.new:
        found.new = True
        found.say("Lifting is new to you: the simplest exercises, and effort to spare in the first weeks.")


def _dumbbells(sentence: str, units: str, found: Notes) -> None:
    """The dumbbells there are, in the program's units."""
    if not has(r"dumb-?bells?|dbs?", sentence):
        return
    told = re.findall(r"(\d+(?:\.\d+)?)\s*(kg|kilos?|lbs?|pounds?)?", sentence)
    unit = next((unit for _, unit in told if unit), "")
    if not unit:
        return
    scale = KG["lb" if unit.startswith(("lb", "pound")) else "kg"] / KG[units]
    weights = sorted(float(value) * scale for value, _ in told if float(value) > 0)
    if not weights:
        return
    upto = has(r"up to|max(?:imum)?|at most|heaviest|until|go to|adjustable", sentence)
    found.dumbbells = (0.0, weights[-1]) if upto else tuple(weights)
    said = "up to " if upto else "of "
    said += f"{weights[-1]:.3g}" if upto else " and ".join(f"{weight:.3g}" for weight in weights)
    found.say(f"Dumbbells {said} {units} a hand: no load is heavier than you have.")
