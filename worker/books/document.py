"""What every format becomes: one list of headings and blocks, in reading order, and the limits that hold for all."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final, Literal

from worker.errors import Rejected

MiB: Final = 1024 * 1024
# More than any book has: the longest novels have about 2 million words, the longest handbooks about 5,000 pages.
MOST_WORDS: Final = 2_000_000
MOST_CHARACTERS: Final = 16 * MiB
MOST_BLOCKS: Final = 400_000
LONGEST_TITLE: Final = 200
LONGEST_WORD: Final = 15  # characters, on average over a text
# Fewer are no book: a scanned one gives a few stray words, if any.
FEWEST_WORDS: Final = 40

TOO_LONG: Final = "This is longer than any book we can take in: split it, and upload the parts."
Kind = Literal["heading", "text", "item", "code", "table"]
_DROPPED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# A blank that joins words is kept apart from letters that shape them (Arabic, Indic scripts, emoji).
_KEPT: Final = frozenset("\u200c\u200d")


@dataclass(frozen=True)
class Block:
    """A heading with its level from 1, or a paragraph, list item, piece of code or row of a table."""

    kind: Kind
    text: str
    level: int = 0
    page: int | None = None  # of a PDF, from 1
    bold: tuple[str, ...] = ()


@dataclass
class Document:
    title: str = ""
    author: str = ""
    subject: str = ""
    summary: str = ""  # as the file itself tells it
    pages: int | None = None
    blocks: list[Block] = field(default_factory=list)
    characters: int = 0

    def add(
        self, kind: Kind, text: str, *, level: int = 0, page: int | None = None, bold: tuple[str, ...] = ()
    ) -> None:
        """Clean the text and append it, unless nothing is left of it. Raises Rejected beyond the limits."""
        cleaned = clean_code(text) if kind == "code" else clean(text)
        if not cleaned:
            return
        if kind == "heading":
            cleaned = shortened(cleaned, LONGEST_TITLE)
        self.characters += len(cleaned)
        if self.characters > MOST_CHARACTERS or len(self.blocks) >= MOST_BLOCKS:
            raise Rejected(TOO_LONG)
        kept = tuple(term for term in map(clean, bold) if term)
        self.blocks.append(Block(kind, cleaned, level, page, kept))

    @property
    def words(self) -> int:
        return sum(count(block.text) for block in self.blocks)


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text)
    return "".join(c for c in text if c in _KEPT or c.isspace() or unicodedata.category(c) not in _DROPPED)


def clean(text: str) -> str:
    """One line without anything invisible: PostgreSQL takes no NUL, and nobody wants text that changes direction."""
    return " ".join(_visible(text).split())


def clean_code(text: str) -> str:
    """Lines and their indents are kept."""
    lines = (_visible(line.expandtabs(4)).rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def shortened(text: str, limit: int) -> str:
    """At most so many characters, cut between words."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return (head.rpartition(" ")[0] or head).rstrip(" ,;:") + "…"


def count(text: str) -> int:
    """Words; of a script without blanks, such as Chinese, as many as its length would be in others."""
    return max(len(text.split()), len(text) // LONGEST_WORD)
