"""What is understood of a person's own words about food: what to leave out, what to have more of, cheaper."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from worker.plans.foods import FOODS, matches, singular

_LESS: Final = re.compile(
    r"\b(?:no more|no|without|hate|dislike|avoid|"
    r"(?:do not|don't|dont|cannot|can't|can not) (?:like|eat|want|stand|have)|"
    r"allergic to|intolerant (?:to|of)|less|fewer|too much|too many|tired of|sick of|bored (?:of|with)|not)\b"
    r"\s+(?P<what>[^.;!?\n]{2,80})",
    re.IGNORECASE,
)
_MORE: Final = re.compile(
    r"\b(?:more|love|like|want|prefer|enjoy|would like|add)\b\s+(?P<what>[^.;!?\n]{2,80})", re.IGNORECASE
)
_CHEAPER: Final = re.compile(r"\b(cheap|cheaper|budget|expensive|cost|money)\b", re.IGNORECASE)
_PORTABLE: Final = re.compile(
    r"\b(quick|quicker|fast|no time|busy|cold|on the go|travel|no cooking|office)\b", re.IGNORECASE
)
_SPLIT: Final = re.compile(r",|\band\b|\bor\b|&|/", re.IGNORECASE)
_FILLER: Final = frozenset(
    {"the", "a", "any", "my", "so", "much", "many", "please", "in", "with", "for", "of", "meal", "food", "dish", "eat",
     "to", "have", "some", "more", "day", "every", "at", "all", "breakfast", "lunch", "dinner", "snack",
     "this", "week", "it"}
)  # fmt: skip


@dataclass
class Wishes:
    avoid: list[str] = field(default_factory=list)
    like: list[str] = field(default_factory=list)
    cheaper: bool = False
    portable: bool = False

    @property
    def understood(self) -> list[str]:
        said = [f"Nothing with {one}." for one in self.avoid] + [f"More {one}." for one in self.like]
        return said + ["Cheaper meals."] * self.cheaper + ["Quick meals."] * self.portable


def known(text: str) -> str | None:
    """The words of it that name foods of ours; None where there are none."""
    words = [word for word in re.findall(r"[a-zà-ÿ]+", text.lower()) if singular(word) not in _FILLER]
    for length in range(min(3, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            told = " ".join(words[start : start + length])
            if any(matches(food, told) for food in FOODS.values()):
                return told
    return None


def read(texts: Iterable[str]) -> Wishes:
    found = Wishes()
    for text in texts:
        rest = text
        for match in _LESS.finditer(text):
            rest = rest.replace(match[0], " ")
            found.avoid += [name for part in _SPLIT.split(match["what"]) if (name := known(part))]
        for match in _MORE.finditer(rest):
            found.like += [name for part in _SPLIT.split(match["what"]) if (name := known(part))]
        found.cheaper |= bool(_CHEAPER.search(text))
        found.portable |= bool(_PORTABLE.search(text))
    found.avoid = list(dict.fromkeys(found.avoid))
    found.like = [name for name in dict.fromkeys(found.like) if name not in found.avoid]
    return found
