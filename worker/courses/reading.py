"""A finished lesson read again: its paragraphs, with their sentences and what they cite."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from worker.courses.text import escaped, unescaped
from worker.words import sentences

_CITED: Final = re.compile(r"\s*(?<!\\)\[(\d{1,4})\]$")
_FENCE: Final = re.compile(r"`{3,}")


@dataclass(frozen=True)
class Part:
    """A piece of a lesson between blank lines. ``sentences`` are plain; only paragraphs of text have some."""

    markdown: str
    ref: int | None = None
    sentences: tuple[str, ...] = ()

    @property
    def heading(self) -> bool:
        return self.markdown.startswith("#")


def read(lesson: str) -> list[Part]:
    return [_part(piece) for piece in pieces(lesson)]


def pieces(lesson: str) -> list[str]:
    """Cut at blank lines, code in one."""
    found: list[str] = []
    fence = ""
    for piece in lesson.split("\n\n") if lesson else []:
        if fence:
            found[-1] += f"\n\n{piece}"
        else:
            found.append(piece)
            mark = _FENCE.match(piece)
            fence = mark[0] if mark else ""
        if fence and found[-1].rstrip().endswith(f"\n{fence}"):
            fence = ""
    return found


def _part(piece: str) -> Part:
    cited = _CITED.search(piece)
    ref = int(cited[1]) if cited else None
    if cited is None or piece.startswith(("#", "|", "```", "- ", "From source")) or re.match(r"\s*\d{1,3}\. ", piece):
        return Part(piece, ref)
    text = unescaped(piece[: cited.start()])
    return Part(piece, ref, tuple(sentences(text)))


def without(part: Part, dropped: Sequence[str]) -> str:
    """The paragraph's Markdown without some of its sentences; empty where none is left."""
    kept = [sentence for sentence in part.sentences if sentence not in dropped]
    return f"{escaped(' '.join(kept))} [{part.ref}]" if kept else ""


def words(lesson: str) -> int:
    """What a person reads of it: without marks and citations."""
    return sum(len(re.sub(r"\[\d+\]|[#*|`]|-{3,}", " ", piece).split()) for piece in pieces(lesson))
