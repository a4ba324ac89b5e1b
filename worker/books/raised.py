"""What stands above the line in a page: marks of notes, which mean nothing without the notes, and exponents."""

import re
from collections.abc import Sequence
from typing import Final

Attributes = Sequence[tuple[str, str | None]]

_MARK: Final = re.compile(r"[\[(]?(?:\d{1,4}|[*†‡§¶]{1,3}|[a-z]|[ivx]{1,5})[\])]?", re.IGNORECASE)
_ORDINAL: Final = re.compile(r"st|nd|rd|th|e|er|ème|o|a", re.IGNORECASE)
_ABOVE: Final = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")


def links(attributes: Attributes) -> bool:
    """Whether a link stays within the book."""
    target = dict(attributes).get("href") or ""
    return "#" in target and "://" not in target


def refers(attributes: Attributes) -> bool:
    """Whether a link says that it leads to a note."""
    told = dict(attributes)
    return "noteref" in (told.get("epub:type") or told.get("role") or "")


def shown(text: str, *, linked: bool) -> str:
    """What is left of a text above the line; ``linked``: it leads to another place of the book."""
    bare = text.strip()
    if not bare or (linked and _MARK.fullmatch(bare)):
        return ""
    above = bare.translate(_ABOVE)
    if not set(above) & set(bare):
        return above
    if linked or _ORDINAL.fullmatch(bare) or not bare.isascii() or " " in bare:
        return text
    return f"^{bare}" if len(bare) == 1 and bare.isalnum() else f"^({bare})" if bare.isalnum() or "+" in bare else text
