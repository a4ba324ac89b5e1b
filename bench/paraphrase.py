"""Sections of courses as a plausible language model would write them, from the brief alone: the passages in other
words, here and there with what no passage says. What it invents on purpose is kept, for an audit to look for."""

import random
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from worker.words import content, sentences

Document = dict[str, Any]

SYNONYMS: Final = (
    ("For example, ", "As an example, "), ("is called", "is known as"), ("because", "since"), ("however", "yet"),
    ("usually", "as a rule"), ("often", "many times"), ("large", "big"), ("begin", "start"), ("show", "make clear"),
    ("need", "require"), ("use", "employ"), ("people", "persons"), ("important", "weighty"), ("small", "little"),
    ("must", "has to"), ("enough", "sufficient"), ("almost", "nearly"), ("more than", "over"), ("about", "roughly"),
    ("The simplest", "The plainest"), ("many", "plenty of"), ("difficult", "hard"), ("quickly", "fast"),
)  # fmt: skip
# No passage of any book says these; each has a word that is found again.
INVENTIONS: Final = (
    "Professor Zwirn of Heidelberg has proved that this holds for everybody.",
    "Nine out of ten experts of the Zwirn institute agree on it.",
    "Since 1873 the guild of the Zwirnmakers has kept this secret.",
    "The zwirnification of purple submarines depends on tidal lanterns.",
)
TOO_MANY: Final = 5.0  # a wrong figure is so many times the passage's


def plausible(asked: Document, chance: random.Random, invented: set[str]) -> dict[str, Any]:
    """As long as models get it: between three quarters of what is wanted and a third more. Adds to ``invented``."""
    room = int(asked["words"]) * chance.uniform(0.75, 1.35)
    whole = sum(len(passage["text"].split()) for passage in asked["passages"])
    paragraphs: list[dict[str, Any]] = []
    for passage in asked["passages"]:
        share = min(1.0, room / max(1, whole))
        said = _retold(passage, share, chance, invented)
        if said:
            block = next((one["block"] for one in asked.get("blocks", []) if one["ref"] == passage["ref"]), 0)
            paragraphs.append({"heading": _heading(said, chance), "sentences": said, "block": block})
    if paragraphs and chance.random() < 0.3:
        _say_again(chance.choice(paragraphs)["sentences"], chance)
    if "objectives" not in asked:
        return {"paragraphs": [{"sentences": one["sentences"]} for one in paragraphs]}
    title = asked["section"] if chance.random() < 0.5 else _titled(asked, chance)
    return {"title": title, "paragraphs": paragraphs, "questions": _questions(asked, paragraphs, chance, invented)}


def _retold(passage: Document, share: float, chance: random.Random, invented: set[str]) -> list[dict[str, Any]]:
    told = sentences(" ".join(passage["text"].split()))
    left = share * sum(len(one.split()) for one in told)
    said: list[dict[str, Any]] = []
    for sentence in told:
        if left <= 0:
            break
        if not 5 <= len(sentence.split()) <= 60 or re.search(r"[|{}]|https?:", sentence):
            continue
        left -= len(sentence.split())
        text = reworded(sentence, chance)
        if chance.random() < 0.06:
            text = _spoilt(text, passage["text"], chance)
            invented.add(text)
        said.append({"text": text, "ref": passage["ref"]})
    return said


def reworded(sentence: str, chance: random.Random) -> str:
    """By other words, another order and fewer words, as it falls."""
    for change in (_shortened, _turned_round):
        if chance.random() < 0.4:
            sentence = change(sentence)
    for one, other in SYNONYMS:
        if chance.random() < 0.7:
            sentence = re.sub(rf"\b{one}\b", other, sentence)
    return sentence


def _shortened(sentence: str) -> str:
    """Without asides: what is in brackets, after a semicolon, or between dashes."""
    shorter = re.sub(r"\s*\([^()]*\)", "", sentence)
    shorter = re.sub(r";[^;]*(?=[.!?]$)", "", shorter)
    shorter = re.sub(r",? which [^,;]*(?=[.!?]$)", "", shorter)
    return shorter if len(shorter.split()) >= 5 else sentence


def _turned_round(sentence: str) -> str:
    """`If it rains, we stay.`, `We stay if it rains.`"""
    if found := re.fullmatch(r"(If|When|Where|Because|Since) ([^,;:]+), ([^;:]+)([.!?])", sentence):
        return f"{_upper(found[3])} {found[1].lower()} {found[2]}{found[4]}"
    if found := re.fullmatch(r"([A-Z][^,;:]+) (if|when|because) ([^,;:]+)([.!?])", sentence):
        return f"{_upper(found[2])} {found[3]}, {found[1][:1].lower()}{found[1][1:]}{found[4]}"
    return sentence


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _spoilt(text: str, passage: str, chance: random.Random) -> str:
    """What the passage does not say: another figure, a name of its own, or something altogether different."""
    figures = re.findall(r"\b\d{2,3}\b", text)
    if figures and chance.random() < 0.6:
        wrong = str(round(TOO_MANY * int(figures[0])) + 7)
        if wrong not in passage:
            return text.replace(figures[0], wrong, 1)
    if chance.random() < 0.3:
        return f"{text[:-1]}, as Zwirn and Partners wrote{text[-1:]}"
    return chance.choice(INVENTIONS)


def _say_again(said: list[dict[str, Any]], chance: random.Random) -> None:
    """Once more, in hardly other words."""
    one = chance.choice(said)
    said.append({**one, "text": re.sub(r"^(\w)", lambda m: f"In short, {m[1].lower()}", one["text"])})


def _heading(said: Sequence[Document], chance: random.Random) -> str:
    if chance.random() < 0.6:
        return ""
    words = content(said[0]["text"])
    return f"On {words[0]} and {words[-1]}" if len(words) > 1 else "What it comes to"


def _titled(asked: Document, chance: random.Random) -> str:
    title = str(asked["section"])
    words = content(asked["passages"][0]["text"])[:1]
    ways: tuple[Callable[[], str], ...] = (
        lambda: f"Understanding {title[:1].lower()}{title[1:]}",
        lambda: f"{title}, in practice",
        lambda: _upper(" ".join(words)),
        lambda: "Introduction",
        lambda: str(asked["person"]["query"]),
    )
    return chance.choice(ways)()


def _questions(
    asked: Document, paragraphs: Sequence[Document], chance: random.Random, invented: set[str]
) -> list[dict[str, Any]]:
    """One or two for an objective; at times none, or one whose answer nothing says."""
    said = [one for paragraph in paragraphs for one in paragraph["sentences"] if one["text"] not in invented]
    made = []
    for number, wish in enumerate(asked["objectives"]):
        for _ in range(chance.choice((0, 1, 1, 1, 2)) if said else 0):
            one = chance.choice(said)
            question = f"In one sentence: {wish[:1].lower()}{wish[1:]}?"
            answer = one["text"] if chance.random() < 0.9 else chance.choice(INVENTIONS)
            made.append({"question": question, "answer": answer, "ref": one["ref"], "objective": number})
    return made
