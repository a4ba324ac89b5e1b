"""A passage's text as blocks, its sentences as they can stand elsewhere, and plain text as Markdown."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final, Literal

from worker.words import CODE, content, sentences

Kind = Literal["text", "list", "table", "code"]
_ITEM: Final = re.compile(r"\s*(?:[-*•]|\d{1,3}[.)])\s+\S")
_CODE_LINE: Final = re.compile(
    r"[;{}=]|\w\(|^\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|import|from|def|for|while|print)\b"
)
# Words that point at what stands elsewhere in the book.
_POINTS: Final = re.compile(
    r"\b(?:next|previous|last|preceding|earlier|later|other|both|all|these|this|the|our|following|two|first|second)\s+"
    r"(?:chapters?|sections? (?:above|below)|primers?|books?)\b"
    r"|\b(?:chapter|section|figure|fig\.|appendix|exercise|table|equation|eq\.)\s+\d+"
    r"|\b(?:see|as|seen|shown|described|mentioned|discussed|explained|given|introduced|stated)\s+"
    r"(?:above|below|earlier|before|already|on page)\b|\bearlier in this\b|\bas we (?:saw|have seen)\b"
    r"|\b(?:above|below)\.$|\bpage \d+",
    re.IGNORECASE,
)
_SHOWN: Final = re.compile(
    r"\b(?:the|this|following|these) (?:tables?|figures? (?:above|below)|diagrams?|charts?|listing)\b", re.I
)
_LEANS: Final = re.compile(
    r"(?:this|that|these|those|it|they|he|she|his|her|its|their|such|both|but|and|or|so|then|thus|however|therefore|"
    r"hence|instead|also|here|there|another|again|conversely|likewise|similarly|moreover|furthermore|otherwise|"
    r"either|neither|yet|nor|still|only then|for example|for instance|in other words|as a result|an example|"
    r"a second|a third|the (?:second|third|other|same|result|answer|latter|former|first|rest|figure|comparison|reason|"
    r"difference|calculation))\b",
    re.IGNORECASE,
)
# What the book itself has in brackets, a list or a mark of its own, is no citation of ours.
_ANAPHOR: Final = re.compile(
    r"\b(?:this|that|these|those|such) (?:first|second|third|latter|former|last|two|three|way|sense|method|rule|"
    r"question)\b",
    re.IGNORECASE,
)
_BRACKETS: Final = re.compile(r"\w*(?:\\\[\d{1,3}(?:\s*[,–-]\s*\d{1,3})*\\\])+")
_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>~|])")
_LINE_START: Final = re.compile(r"^(\s*)(?:(#{1,6}(?=\s|$)|[-+=](?=\s|$)|-{2,}|={2,})|(\d{1,9})([.)])(?=\s))")
_WORDS: Final = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_ENTITY: Final = re.compile(r"&(?=#?\w{1,32};)")
_KEPT: Final = r"\1"
_BACK: Final = re.compile(r"\\([\\`*_\[\]<>~|#+=.)&-])")


@dataclass(frozen=True)
class Block:
    kind: Kind
    text: str


@lru_cache(maxsize=5_000)
def blocks(text: str) -> tuple[Block, ...]:
    """A passage as the library keeps it: paragraphs are lines, and lists, tables and code are lines that belong
    together. In libraries of before, code has no mark: what it is must be guessed."""
    found: list[Block] = []
    for piece in re.split(r"\n{2,}", text.strip("\n")):
        lines = piece.split("\n")
        if all(line.startswith(CODE) for line in lines):
            code = "\n".join(line.removeprefix(CODE) for line in lines).strip("\n")
            found.append(Block("code", code))
        elif len(lines) == 1 and _kind(lines[0]) == "table":
            found.append(Block("text", piece))
        elif len(lines) == 1:
            kind = _kind(piece)
            guessed = kind == "code" and CODE not in text
            found.append(Block("code" if guessed and piece[-1] not in '.!?:”"' else _single(kind), piece))
        else:
            found += _runs(lines)
    return tuple(_joined(found))


def _single(kind: Kind) -> Kind:
    return "list" if kind == "list" else "text"


def _runs(lines: Sequence[str]) -> list[Block]:
    """Lines that belong together: list items with what continues them, rows of equal width, and code."""
    kinds = [_kind(line) for line in lines]
    if any(kind == "list" for kind in kinds) and kinds[0] == "list":
        return [Block("list", "\n".join(lines))]
    found: list[Block] = []
    for table, run in groupby(zip(lines, kinds, strict=True), key=lambda one: (one[1] == "table", one[0].count(" | "))):
        rows = [line for line, _ in run]
        if table[0] and len(rows) > 1:
            found.append(Block("table", "\n".join(rows)))
        else:
            found.append(Block("code", "\n".join(rows)))
    return _joined(found)


def _joined(found: Sequence[Block]) -> list[Block]:
    """Neighbouring code is one piece: blank lines belong to it."""
    made: list[Block] = []
    for block in found:
        if made and block.kind == made[-1].kind == "code":
            made[-1] = Block("code", f"{made[-1].text}\n{block.text}")
        elif made and block.kind == made[-1].kind == "list":
            made[-1] = Block("list", f"{made[-1].text}\n{block.text}")
        else:
            made.append(block)
    return made


def _kind(line: str) -> Kind:
    if _ITEM.match(line):
        return "list"
    if " | " in line and not re.search(r"[;{}]", line):
        return "table"
    words = line.split()
    plain = sum(word.strip(".,:;!?()\"'”“’").isalpha() for word in words)
    return "code" if _CODE_LINE.search(line) and plain < 0.75 * len(words) else "text"


def flat(text: str) -> str:
    """One line, however it was broken and indented."""
    return " ".join(text.split())


def standing(text: str, *, led: bool, shown: bool) -> list[str]:
    """The sentences of a paragraph that stay true in another place.

    ``led``: what stands before it in the book does so here; ``shown``: so does a table that it may speak of.
    """
    kept: list[str] = []
    before = led
    for sentence in sentences(text):
        good = not _POINTS.search(sentence) and (shown or not _SHOWN.search(sentence))
        good = good and (before or not leans(sentence))
        if good:
            kept.append(sentence)
        before = good
    return kept


def leans(sentence: str) -> bool:
    """It says nothing without the one before it."""
    return _LEANS.match(sentence) is not None or _ANAPHOR.search(sentence) is not None


def points(sentence: str) -> bool:
    """It speaks of another place in its book."""
    return _POINTS.search(sentence) is not None


@lru_cache(maxsize=20_000)
def meaning(sentence: str) -> frozenset[str]:
    """Its words that say something."""
    return frozenset(content(sentence))


@lru_cache(maxsize=2_000)
def groups(text: str) -> Counter[str]:
    """Groups of one to four words, in small letters, and how often each comes."""
    words = _WORDS.findall(text.lower())
    found: Counter[str] = Counter()
    for size in range(1, 5):
        found.update(" ".join(words[at : at + size]) for at in range(len(words) - size + 1))
    return found


def mentions(concepts: Iterable[str], text: str) -> int:
    """How often concepts (in small letters) are spoken of, in the singular or plural; three times is often enough."""
    found = groups(text)
    total = 0
    for concept in concepts:
        plain = " ".join(_WORDS.findall(concept))
        total += min(3, found[plain] + found[f"{plain}s"])
    return total


def alike(one: str, other: str) -> float:
    """Share of common words, 0 to 1."""
    a, b = meaning(one), meaning(other)
    both = len(a & b)
    return both / (len(a) + len(b) - both) if both else 0.0


def escaped(text: str) -> str:
    """Plain text as Markdown that shows it as it is: nothing of it is markup, HTML or a citation."""
    text = _ENTITY.sub(r"\\&", _SPECIAL.sub(r"\\\1", text))
    text = _LINE_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}", text)
    return _BRACKETS.sub(lambda m: f"`{_BACK.sub(_KEPT, m[0])}`", text)


def unescaped(text: str) -> str:
    """The plain text of escaped Markdown without its marks."""
    return _BACK.sub(_KEPT, re.sub(r"(?<!\\)(?:\*\*|`)", "", text))


def as_markdown(block: Block) -> str:
    if block.kind == "code":
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", block.text)), default=0))
        return f"{fence}\n{block.text}\n{fence}"
    if block.kind == "table":
        rows = [[escaped(cell.strip()) for cell in row.split(" | ")] for row in block.text.split("\n")]
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])
    if block.kind == "list":
        return "\n".join(map(_item, block.text.split("\n")))
    return escaped(block.text)


def _item(line: str) -> str:
    mark = re.match(r"(\s*)([-*•]|\d{1,3}[.)])\s+", line)
    if mark is None:
        return "  " + escaped(line.strip())
    sign = "-" if mark[2] in "-*•" else mark[2]
    return f"{mark[1]}{sign} {escaped(line[mark.end() :])}"
