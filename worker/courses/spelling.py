"""Titles as a book would have them: people ask in small letters, or in capitals only, and at length."""

import re
from collections import Counter
from typing import Final

LONGEST: Final = 90
_WORD: Final = re.compile(r"[^\W\d_]+")
# Where a phrase may end: before what joins or takes up another one.
_BORDER: Final = re.compile(r"[,;:–—(]|\s(?:and|or|but|because|for|from|how|of|on|that|to|what|which|with|in|by|at)\s")


def spelled(text: str, told: str) -> str:
    """With the capitals that ``told`` gives its words: `dcf` becomes `DCF`, `python` becomes `Python`. Words that it
    has in small letters, too, or not at all, stay; what shouts as a whole speaks normally."""
    words = _WORD.findall(text)
    if text.isupper() and len(words) > 1:
        text, words = text.lower(), [word.lower() for word in words]
    asked = {word for word in words if word.islower()}
    forms: dict[str, Counter[str]] = {word: Counter() for word in asked}
    for found in _WORD.finditer(told):
        form = found[0]
        # A capital at the beginning of a sentence or a heading says nothing.
        within = told[max(0, found.start() - 2) : found.start()][:1].islower()
        if form.lower() in asked and (within or not form.istitle()):
            forms[form.lower()][form] += 1
    said = {word: counts.most_common(1)[0][0] for word, counts in forms.items() if counts and word not in counts}
    return _WORD.sub(lambda found: said.get(found[0], found[0]), text)


def capped(text: str, most: int = LONGEST) -> str:
    """As much of it as is a phrase; where none ends in good time, as many words as there is room for."""
    if len(text) <= most:
        return text
    ends = [found.start() for found in _BORDER.finditer(text) if most / 2 <= found.start() <= most]
    if ends:
        return text[: ends[-1]].rstrip(" ,;:–—(")
    return (text[:most].rsplit(" ", 1)[0] if " " in text[:most] else text[: most - 1]).rstrip() + "…"
