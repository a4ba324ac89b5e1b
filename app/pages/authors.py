"""Who wrote a result's pieces, said for people."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

NAMES = {
    "full": "the language model",
    "short": "the language model at a second, simpler try",
    "rules": "our rules engine",
}


def written_by(pieces: Sequence[dict[str, Any]], noun: str = "week", number: str = "") -> list[str]:
    """A sentence for each run of weeks (or days, parts, sections) by the same author, with why a better one was not to
    be had. ``number``: the field that counts them, where it is not called like them."""
    said = []
    for (name, why), run in groupby(pieces, key=_author):
        numbers = [piece[number or noun] for piece in run]
        which = noun.capitalize()
        which = f"{which} {numbers[0]}" if len(numbers) == 1 else f"{which}s {numbers[0]} to {numbers[-1]}"
        said.append(f"{which}: {name}{f' ({why})' if why else ''}.")
    return said


def _author(piece: dict[str, Any]) -> tuple[str, str]:
    """The name, and why the rung before was left."""
    left = piece.get("rungs") or []
    author = piece.get("author", "rules")
    rung = "rules" if author == "rules" else "short" if left else "full"
    return NAMES[rung], (left[-1]["why"].rstrip(".") if left else "")
