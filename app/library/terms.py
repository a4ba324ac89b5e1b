"""Abbreviations: what a text says they stand for, and a query widened by it.

The pairs are found as by Schwartz and Hearst (2003), "A simple algorithm for identifying abbreviation definitions in
biomedical text": the letters of the short form are looked for backwards in the words before the parenthesis.
"""

import re
from collections.abc import Mapping
from typing import Final

SHORTEST, LONGEST = 2, 10  # letters of an abbreviation
PARENTHESIS: Final = re.compile(r"\(([^()\n]{2,120})\)")
ABBREVIATION: Final = re.compile(r"[A-Za-z][A-Za-z0-9&/.-]{0,8}[A-Za-z0-9]")
WORD: Final = re.compile(r"[^\W_]+(?:[&/.'’-][^\W_]+)*")
EMPHASIS: Final = re.compile(r"[*_`]")
# Nothing before one of these belongs to a long form.
BREAK: Final = re.compile(r"[.;:!?()\[\]|\n]\s*")
# Typed in small letters these are ordinary words, whatever they stand for in capitals.
ORDINARY: Final = frozenset(
    """a aid all am an and any are art as at be bet big but by can car case cat cost dash did do each ear eat end
    era ever fall fast fat few fire fit for gain gap gas get gift go grow had half has he help her him his hot
    how i if in is it its key late law led let like live long lot low made man map may me mean mine more most
    must my need net new no nor not of off old on one or our out own part past pay per pet pi plan pro push put
    race ram raw rest rice run safe sat say set she sit small smart so sum talk tap task tax the them then they
    this tip to too top try up us use wait war was way we were what when where who whom why will win wise with
    work yes yet you your""".split()  # noqa: SIM905 - so many quotes hide the words
)


def find_terms(text: str) -> dict[str, str]:
    """Abbreviations that the text itself explains, as in "discounted cash flow (DCF)" or "DCF (discounted cash flow)".

    The first explanation counts. Long forms that begin with one capital letter by the grammar alone lose it.
    """
    found: dict[str, str] = {}
    plain = EMPHASIS.sub("", text)
    for match in PARENTHESIS.finditer(plain):
        before = BREAK.split(plain[max(0, match.start() - 200) : match.start()].replace("\n", " "))[-1]
        inside = match[1].strip()
        if short := _abbreviation(inside):
            long = _long_form(short, before)
        elif short := _abbreviation(before.split()[-1] if before.split() else ""):
            long = _long_form(short, inside, whole=True)
        else:
            continue
        if long:
            found.setdefault(short, _lowered(long))
    return found


def expand(query: str, *glossaries: Mapping[str, str]) -> list[str]:
    """The query; then, once each, what its abbreviations stand for and the abbreviations of what it spells out."""
    return [query, *(other for _, other in other_names(query, *glossaries))]


def other_names(query: str, *glossaries: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is in the query, and what else it is called. A glossary is a book's ``terms``: abbreviation -> long form."""
    words = WORD.findall(query)
    asked = {word.rstrip("s") if word[:-1].isupper() else word for word in words}
    shouted = query.isupper()  # capitals then say nothing
    flat = f" {' '.join(words).lower()} "
    added: dict[str, tuple[str, str]] = {}
    for glossary in glossaries:
        for short, long in glossary.items():
            spelled = " ".join(WORD.findall(long.lower()))
            if f" {spelled} " in flat:
                added.setdefault(short.lower(), (long, short))
            elif _is_asked(short, asked, flat, shouted):
                added.setdefault(spelled, (short, long))
    return list(added.values())


def _is_asked(short: str, asked: set[str], flat: str, shouted: bool) -> bool:
    small = short.lower()
    if short in asked and not (shouted and small in ORDINARY):
        return True
    return len(short) > SHORTEST and small not in ORDINARY and f" {small} " in flat


def _abbreviation(text: str) -> str | None:
    """In the singular: at least two capitals, and more of them than small letters."""
    if not ABBREVIATION.fullmatch(text) or len(text) > LONGEST:
        return None
    text = text[:-1] if text.endswith("s") and text[:-1].isupper() and len(text) > SHORTEST else text
    capitals = sum(letter.isupper() for letter in text)
    return text if capitals >= 2 and capitals * 2 > sum(map(str.isalpha, text)) else None


def _long_form(short: str, text: str, *, whole: bool = False) -> str | None:
    """The shortest end of ``text`` that has the letters of ``short`` in order, the first at a word's beginning.

    ``whole``: it must be all of the text.
    """
    words = text.split()
    most = min(len(short) + 5, len(short) * 2)
    if whole and len(words) > most:
        return None
    tail = " ".join(words[-most:]).strip(" ,")
    start = _begin(short, tail)
    if start is None or (whole and start > 0):
        return None
    long = tail[start:]
    enough = len(long.split()) >= 2 or "-" in long
    return long if enough and len(long) > len(short) + 2 and not re.search(rf"\b{re.escape(short)}\b", long) else None


def _begin(short: str, text: str) -> int | None:
    at = len(text)
    letters = [letter.lower() for letter in short if letter.isalnum()]
    for index in reversed(range(len(letters))):
        places = range(at - 1, -1, -1)
        at = next((place for place in places if _fits(text, place, letters[index], index == 0)), -1)
        if at < 0:
            return None
    return at


def _fits(text: str, place: int, letter: str, first: bool) -> bool:
    return text[place].lower() == letter and (not first or place == 0 or not text[place - 1].isalnum())


def _lowered(long: str) -> str:
    """Without the capital that a sentence or a heading gave it: "Earned value" but "World Health Organization"."""
    first, _, rest = long.partition(" ")
    return first.lower() + (" " + rest if rest else "") if first.istitle() and rest == rest.lower() else long
