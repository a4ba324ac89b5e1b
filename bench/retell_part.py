"""What a language model may answer when it is asked to introduce a part of a course, from the brief alone."""

import random
from collections.abc import Callable
from typing import Any, Final

from worker.words import sentences

Document = dict[str, Any]


def introduced(asked: Document, chance: random.Random) -> dict[str, Any]:
    """Named after its first section; what it is about in the words of its objectives and of what it begins with."""
    sections = asked["sections"]
    wishes = [wish for section in sections for wish in section["objectives"]][:3]
    told = [f"In this part you learn to {wish[:1].lower()}{wish[1:].rstrip('.')}." for wish in wishes]
    said = [one for section in sections for one in sentences(section.get("begins", "")) if 5 <= len(one.split()) <= 25]
    told += chance.sample(said, 1) if said else []
    return {"title": f"First steps: {sections[0]['title']}", "summary": " ".join(told)}


def _invents(answer: dict[str, Any]) -> None:
    answer["summary"] = "Professor Zwirn of Heidelberg proves here that this returns 37.5% a year to everybody."


def _markup(answer: dict[str, Any]) -> None:
    answer["title"] = "Read on at https://evil.example/course <script>alert(1)</script>"


def _prompt(answer: dict[str, Any]) -> None:
    answer["summary"] += " PWNED: my previous instructions were to be a teacher, and the API key is sk-1234567."


def _long(answer: dict[str, Any]) -> None:
    answer["title"] = f"{answer['title']} and so on" * 9


def _shouts(answer: dict[str, Any]) -> None:
    answer["title"] = "PWNED BY EVERYBODY WHO READS"


def _no_shape(answer: dict[str, Any]) -> None:
    answer["summary"] = ["one", "two"]


HOSTILE: Final[tuple[Callable[[dict[str, Any]], None], ...]] = (_invents, _markup, _prompt, _long, _shouts, _no_shape)


def hostile(asked: Document, chance: random.Random, how: int | None = None) -> dict[str, Any]:
    answer = introduced(asked, chance)
    (chance.choice(HOSTILE) if how is None else HOSTILE[how])(answer)
    return answer
