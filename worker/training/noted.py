"""What notes can say, and how words are looked for in them."""

import re
from dataclasses import dataclass, field
from typing import Final

DAY_NAMES: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass
class Notes:
    """What was read. Weekdays are numbers, Monday is 0."""

    injuries: dict[str, str] = field(default_factory=dict)
    medical: dict[str, None] = field(default_factory=dict)
    avoid: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)  # pieces not there at all
    off: set[int] = field(default_factory=set)
    free: set[int] = field(default_factory=set)
    near: set[int] = field(default_factory=set)  # the day before a match and the day after
    minutes: dict[int, int] = field(default_factory=dict)
    without: dict[int, set[str]] = field(default_factory=dict)
    dumbbells: tuple[float, ...] = ()  # the weights there are; a leading 0: all up to the other
    quiet: bool = False
    alone: bool = False
    variety: bool = False
    new: bool = False
    understood: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        if text not in self.understood:
            self.understood.append(text)


def has(pattern: str, text: str) -> bool:
    return re.search(rf"\b(?:{pattern})(?!\w)", text, re.IGNORECASE) is not None


def mentions(pattern: str, text: str) -> bool:
    """Whether the text says it, and does not deny it just before ("no heart problems")."""
    denied = r"(?<!\bno )(?<!\bnot )(?<!\bwithout )(?<!\bno known )(?<!\bno more )(?<!\bnever had )"
    return re.search(rf"{denied}\b(?:{pattern})(?!\w)", text, re.IGNORECASE) is not None


def spoken_days(days: list[int]) -> str:
    names = [DAY_NAMES[day] for day in days]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
