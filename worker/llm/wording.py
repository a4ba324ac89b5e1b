"""What is wrong with any words that a language model has written for people, whatever they are about."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

Patterns = tuple[tuple[re.Pattern[str], str], ...]


def patterns(*rules: tuple[str, str]) -> Patterns:
    return tuple((re.compile(pattern, re.IGNORECASE), said) for pattern, said in rules)


MARKUP: Final = patterns((r"</?[a-z!]|&lt;|javascript:|\{\{|\[[^\]]*\]\(|```", "has markup"))
WRONG: Final = patterns(
    (r"https?:|www\.|\b[\w-]+\.(?:com|net|org|io|ru|co|app|shop|link)\b|\S@\S+\.\w|t\.me/", "has an address"),
    (
        r"\bsystem prompt|\bas an AI\b|\bas a language model\b|\b(?:previous|prior|above|my) instructions\b"
        r"|\binstructions (?:above|before)|\bI (?:cannot|can't|can not) (?:help|assist|comply)|\bAPI key\b|\bsk-\w{6,}",
        "speaks of itself instead of the subject",
    ),
    (r"\b(?:subscribe (?:now|to)|promo code|buy now|coupon code|click here)\b", "advertises"),
)


def cleaned(text: str) -> str:
    """On one line, without characters that are not seen or turn the direction of reading."""
    shown = "".join(c if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn") else " " for c in text)
    return re.sub(r"\s+", " ", shown).strip()


def wrong(text: str, rules: Patterns) -> list[str]:
    return [said for pattern, said in rules if pattern.search(text)]


def shouts(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 11 and sum(c.isupper() for c in letters) > 0.6 * len(letters)


def repeated(texts: Iterable[str]) -> bool:
    """Whether half of them or more say what another says."""
    said = list(texts)
    return len(said) > 3 and len(set(said)) <= len(said) / 2
