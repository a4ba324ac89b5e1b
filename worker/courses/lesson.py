"""A lesson: paragraphs of the books in a teaching order, each with the passage that it is from."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from worker.courses.amounts import (
    OVERVIEW_CODE_LINES,
    OVERVIEW_PARAGRAPHS,
    PARAGRAPHS,
    SAME_SENTENCE,
)
from worker.courses.brief import Brief
from worker.courses.evidence import Piece, Unit
from worker.courses.phrases import generic
from worker.courses.text import Block, alike, as_markdown, blocks, escaped, leans, standing
from worker.words import sentences

QUOTE: Final = 320  # characters
ABRUPT: Final = re.compile(r"(?::|\bas follows\.|\bfollowing \w+\.)$")
_DEFINED: Final = r"(?=[^.;]{0,60}\b(?:is|are|means?|was|were|called)\b)"
SAME_OPENING: Final = 0.2
NOBODY: Final[Mapping[tuple[int, int], Sequence[tuple[Piece, str]]]] = {}


@dataclass(frozen=True)
class Paragraph:
    """``kept``: its sentences that stand here, of text; other blocks stand as they are."""

    piece: Piece
    block: Block
    kept: tuple[str, ...]

    @property
    def words(self) -> int:
        return len((" ".join(self.kept) if self.block.kind == "text" else self.block.text).split())


def material(unit: Unit, brief: Brief) -> list[Paragraph]:
    """What of a unit is taught, at the depth and pace that are asked for."""
    most = OVERVIEW_PARAGRAPHS if brief.depth == "overview" else PARAGRAPHS[brief.pace]
    if "concise" in brief.styles:
        most = 1
    found: list[Paragraph] = []
    led = False
    for piece in unit.pieces:
        all_blocks = blocks(piece.text)
        shown = brief.depth != "overview" and any(block.kind == "table" for block in all_blocks)
        for block in all_blocks:
            if block.kind != "text":
                if _fits(block, brief, found):
                    found.append(Paragraph(piece, block, ()))
                continue
            if sum(one.block.kind == "text" for one in found) >= most:
                led = False
                continue
            kept = tuple(standing(block.text, led=led, shown=shown))
            led = bool(kept)
            if kept:
                found.append(Paragraph(piece, block, kept))
    return _unbroken(found)


def _fits(block: Block, brief: Brief, found: Sequence[Paragraph]) -> bool:
    """Tables, lists and code belong to the paragraph before them."""
    if not found:
        return False
    if brief.depth != "overview":
        return True
    short = block.kind != "table" and block.text.count("\n") < OVERVIEW_CODE_LINES
    return short and found[-1].block.kind == "text"


def _unbroken(found: Sequence[Paragraph]) -> list[Paragraph]:
    """Without announcements of what does not follow."""
    kept: list[Paragraph] = []
    for index, one in enumerate(found):
        after = found[index + 1] if index + 1 < len(found) else None
        if one.kept and ABRUPT.search(one.kept[-1]) and (after is None or after.block.kind == "text"):
            one = Paragraph(one.piece, one.block, one.kept[:-1])
        if one.kept or one.block.kind != "text":
            kept.append(one)
    return kept


def fresh(paragraphs: Iterable[Paragraph], said: list[str]) -> Iterator[Paragraph]:
    """Without sentences that say what was ``said``, to which those that stay are added."""
    for one in paragraphs:
        if one.block.kind != "text":
            yield one
            continue
        kept: list[str] = []
        before = True
        for sentence in one.kept:
            again = any(alike(sentence, other) >= SAME_SENTENCE for other in said)
            good = not again and (before or not leans(sentence))
            if good:
                kept.append(sentence)
            before = good
        said += kept
        if kept:
            yield Paragraph(one.piece, one.block, tuple(kept))


@dataclass
class Lesson:
    markdown: str
    sources: list[dict[str, Any]]
    words: int
    told: list[tuple[Unit, list[str]]]  # of each unit, the sentences that are in the lesson


def compose(
    units: Sequence[Unit],
    brief: Brief,
    books: Sequence[dict[str, Any]],
    introductions: Mapping[tuple[int, int], Sequence[tuple[Piece, str]]] = NOBODY,
) -> Lesson:
    """``introductions``: before which unit which sentence tells whom the examples are about."""
    refs: dict[int, int] = {}
    sources: list[dict[str, Any]] = []
    lines: list[str] = []
    said: list[str] = []
    told: list[tuple[Unit, list[str]]] = []
    words = 0
    for unit in units:
        paragraphs = list(fresh(material(unit, brief), said))
        if unit.opens and any(one.opens for one, _ in told):
            paragraphs = [one for one in paragraphs if not _said_already(one, told)]
        if not any(one.kept for one in paragraphs):
            continue
        if len(units) > 1 and not unit.opens and not generic(unit.title):
            lines.append(f"### {escaped(unit.title)}")
        terms = list(unit.concepts)
        met = [
            Paragraph(piece, Block("text", sentence), (sentence,))
            for piece, sentence in introductions.get(unit.key, ())
        ]
        paragraphs = [*met, *paragraphs]
        for index, one in enumerate(paragraphs):
            ref = refs.get(one.piece.id)
            if ref is None:
                ref = refs[one.piece.id] = len(refs) + 1
                sources.append(_source(ref, one, books[unit.book]))
            alone = one.block.kind in {"table", "code"} and (
                index == 0 or paragraphs[index - 1].piece.id != one.piece.id
            )
            lines.append(_shown(one, ref, terms, alone=alone))
            words += one.words
        told.append((unit, [sentence for one in paragraphs for sentence in one.kept]))
    return Lesson("\n\n".join(lines), sources, words, told)


def _said_already(one: Paragraph, told: Sequence[tuple[Unit, list[str]]]) -> bool:
    """A chapter's opening that says what another's has said."""
    before = [" ".join(lines) for unit, lines in told if unit.opens]
    return any(alike(" ".join(one.kept), other) >= SAME_OPENING for other in before)


def _shown(one: Paragraph, ref: int, terms: list[str], *, alone: bool) -> str:
    if one.block.kind == "text":
        return f"{bold(escaped(' '.join(one.kept)), terms)} [{ref}]"
    made = as_markdown(one.block)
    if one.block.kind == "list":
        return f"{made} [{ref}]"
    return f"From source [{ref}]:\n\n{made}" if alone else made


def bold(markdown: str, terms: list[str]) -> str:
    """A key concept is set in bold where it is first defined."""
    for term in list(terms):
        pattern = rf"(?<![\w*\\])({re.escape(escaped(term))})(?![\w*]){_DEFINED}"
        markdown, times = re.subn(pattern, r"**\1**", markdown, count=1, flags=re.IGNORECASE)
        if times:
            terms.remove(term)
    return markdown


def _source(ref: int, one: Paragraph, book: dict[str, Any]) -> dict[str, Any]:
    return {
        "ref": ref, "book_id": book["id"], "book": book["title"], "locator": one.piece.locator, "quote": quote(one),
    }  # fmt: skip


def quote(one: Paragraph) -> str:
    """Verbatim: the sentences with which its part in the lesson begins."""
    if not one.kept:
        return one.block.text[:QUOTE]
    found = one.kept[0]
    for sentence in one.kept[1:]:
        longer = f"{found} {sentence}"
        if len(longer) > QUOTE or longer not in one.piece.text:
            break
        found = longer
    return found if found in one.piece.text else sentences(one.block.text)[0]
