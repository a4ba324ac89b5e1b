"""What is wrong with words that a language model has written about a day's meals.

Foods, amounts and times are computed: words that tell others, promise health or shame somebody do not get through.
"""

import re
from collections.abc import Iterator
from typing import Final

from worker.llm import wording
from worker.plans.naming import Named, counted
from worker.plans.person import Person
from worker.plans.targets import no_loss

# Characters: what a page and a phone bear.
LENGTHS: Final = {"name": (4, 70), "method": (12, 500), "reason": (20, 420), "why": (12, 300)}
_COOKING: Final = re.compile(
    r"\b(\d{1,3})(?:\s*(?:to|-|–|or)\s*(\d{1,3}))?\s*(min(?:ute)?s?|seconds?|hours?|degrees(?: [CF])?|°?\s?[CF])(?!\w)",
    re.I,
)
HOTTEST: Final = {"c": (60, 250), "f": (140, 480)}  # of an oven: beyond it the number is no temperature of a recipe
LONGEST_MINUTES: Final = 240
ENGLISH: Final = frozenset({"the", "and", "with", "your", "you", "then", "until", "for", "of", "to", "it", "day"})

WRONG: Final = wording.MARKUP + wording.WRONG + wording.patterns(
    (
        r"\b(?:cur(?:e[sd]?|ing)|heal(?:s|ed|ing)?|detox\w*|cleans(?:e|es|ing)|superfoods?|miracle|immun\w+|metaboli\w+"
        r"|anti-?(?:inflammatory|oxidants?|aging|ageing)|hormon\w+|cancer|tumou?rs?|disease\w*|cholesterol|insulin"
        r"|blood (?:pressure|sugar)|diabet\w+|medic(?:ine|ation|ations|al)|fat[- ]burn\w*|burn\w* (?:\w+ )?fat"
        r"|gut health"
        r"|prevents?(?! (?:it|them|the|sticking|burning|lumps))|treats? (?:your|the|any)"
        r"|guarantee\w*|clinically|proven|doctors?)\b",
        "makes a claim of health",
    ),
    (
        r"\b(?:guilt\w*|cheat(?:ing)?|sinful|naughty|junk|clean eating|burn (?:it|this|them) off|earn(?:ed|s)?"
        r"|deserve\w*|make up for|compensat\w+|punish\w*|skip\w*\s+(?:\w+\s+){0,2}(?:meal|breakfast|lunch|dinner)"
        r"|fast(?:ing|ed)|starv\w+|skinny|bikini|flat belly|laxativ\w+|vomit\w*|purg\w+)\b",
        "judges food or bodies",
    ),
    (
        r"\b\d+(?:[.,]\d+)?\s*(?:g|grams?|kg|mg|ml|l|oz|ounces?|lbs?|pounds?|kcal|cals?|calories|kj|%|percent|cups?|tbsp"
        r"|tsp|slices?|servings?|portions?)(?!\w)|\b(?:kcal|calories|calorie|kilojoules?|macros?)\b"
        r"|\b(?:cups?|tablespoons?|teaspoons?|tbsp|tsp|ounces?|grams?)\b",
        "tells amounts, which are in the table",
    ),
    (
        r"\b(?:rare|runny|soft[- ]boil\w*|undercook\w*|tartare|carpaccio|ceviche|steak tartar|(?:on|at) the counter"
        r"|(?:at )?room temperature|(?:still|slightly|a little|just) pink"
        r"|raw (?:egg|meat|chicken|fish|mince|pork|turkey)\w*"
        r"|rins\w+ the (?:chicken|turkey|meat)|wash\w* the (?:chicken|turkey|meat))\b",
        "is not safe cooking",
    ),
    (r"\b(?:these|the) instructions\b|\blanguage model\b|\bsystem:", "speaks of itself instead of food"),
)  # fmt: skip
# For whom no weight is to be lost by a plan of ours.
NO_LOSS: Final = wording.patterns((
    r"\b(?:los(?:e|ing) (?:\w+ ){0,2}(?:weight|fat|kilos?|pounds?)|weight loss|fat loss|deficit|slim\w*"
    r"|leaner|lighter you|low[- ]calorie|eat(?:ing)? less)\b",
    "speaks of losing weight, which is not for this person",
),)  # fmt: skip
# And to whom no figure or judgement of food, body or energy is shown.
NO_NUMBERS: Final = wording.patterns((
    r"\b(?:energy|carb\w*|weigh\w*|weight|scale|bmi|portion control|light(?:er)? (?:meal|option)|diet(?:ing)?"
    r"|burn\w* (?:it )?off"
    r"|too much|limit\w*|restrict\w*|protein target|target\w*)\b",
    "speaks of figures or limits, which are not for this person",
),)  # fmt: skip
_DONE: Final = re.compile(
    r"\b(?:cook|fr[iy]|grill|bak|roast|heat|poach|done|hot|steam)\w*\b[^.]{0,40}\bthrough\b|\bno (?:longer )?pink\b"
    r"|\bpiping hot\b|\buntil (?:\w+ ){0,5}(?:set|done|firm"
    r"|tender|flak\w+|cooked|clear)\b|\bhard[- ]boil\w*|\bflakes\b",
    re.IGNORECASE,
)


def problems(person: Person, name: str, text: str, named: Named, label: str = "") -> Iterator[str]:
    """``name``: the field, ``label``: how a complaint calls it. The text is cleaned already."""
    label = label or name
    least, most = LENGTHS[name]
    if not least <= len(text) <= most:
        yield f"{label} has {len(text)} characters, allowed are {least} to {most}"
    rules = WRONG + (NO_LOSS if no_loss(person) else ()) + (NO_NUMBERS if person.disordered else ())
    yield from (f"{label} {said}" for said in wording.wrong(text, rules))
    if wording.shouts(text):
        yield f"{label} shouts"
    if any(letter.isalpha() and letter > "ÿ" for letter in text):
        yield f"{label} is not in English letters"
    words = text.lower().split()
    if len(words) > 7 and not ENGLISH & set(words):
        yield f"{label} is not in English"
    if (other := named.foreign(text)) is not None:
        yield f"{label} names {other}, which is not in it"


def of_name(text: str) -> Iterator[str]:
    if re.search(r"[:;\d]", text):
        yield "name has a colon, a semicolon or a number"


def of_method(text: str) -> Iterator[str]:
    """Of numbers only times and heat of cooking; nothing of other days, which we say ourselves."""
    rest = text
    for match in _COOKING.finditer(text):
        rest = rest.replace(match[0], " ")
        most, unit = int(match[2] or match[1]), match[3].lower()
        if unit.startswith("m") and most > LONGEST_MINUTES:
            yield f"method cooks for {most} minutes"
        heat = "f" if unit.endswith("f") else "c" if unit.endswith("c") or unit == "degrees" else ""
        if heat and not HOTTEST[heat][0] <= most <= HOTTEST[heat][1]:
            yield f"method heats to {most} degrees"
    if re.search(r"\d", rest) or counted(rest):
        yield "method tells amounts, which are in the table"
    if re.search(r"\b(?:left ?overs?|left over|tomorrow|yesterday)\b", text, re.IGNORECASE):
        yield "method speaks of other days"


def cooked_through(text: str) -> bool:
    """Whether it says when something is done."""
    return _DONE.search(text) is not None
