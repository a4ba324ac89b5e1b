"""Markdown: headings, paragraphs, lists, code and tables by markdown-it-py's tokens; raw HTML only as its text."""

import re
from collections.abc import Sequence
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from worker.books import html
from worker.books.document import Document

_FRONT: Final = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELDS: Final = frozenset({"title", "author", "subject", "summary"})


def read(text: str) -> Document:
    document = Document()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if front := _FRONT.match(text):
        _tell(document, front[1])
        text = text[front.end() :]
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    _walk(document, tokens)
    return document


def _tell(document: Document, front: str) -> None:
    """``name: value`` lines; what else a front matter may hold is passed over."""
    for line in front.splitlines():
        name, colon, value = line.partition(":")
        if colon and (name := name.strip().lower()) in _FIELDS:
            setattr(document, name, " ".join(value.split()).strip("\"'"))


def _walk(document: Document, tokens: Sequence[Token]) -> None:
    items: list[str] = []  # the marks of the list items that are open
    row: list[str] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "list_item_open":
            items.append(f"{token.info}{token.markup}" if token.info else "-")
        elif token.type == "list_item_close":
            items.pop()
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            document.add("table", " | ".join(row))
        elif token.type in {"fence", "code_block"}:
            _add_code(document, token)
        elif token.type == "html_block":
            html.read_into(document, token.content)
        elif token.type == "inline":
            text, bold = _inline(token.children or [])
            opened = before.type if before else ""
            if opened == "heading_open" and before is not None:
                document.add("heading", text, level=int(before.tag[1]))
            elif opened in {"th_open", "td_open"}:
                row.append(text)
            elif items:
                document.add("item", f"{items[-1]} {text}", bold=bold)
                items[-1] = " "  # a second paragraph of the same item
            else:
                document.add("text", text, bold=bold)


def _add_code(document: Document, token: Token) -> None:
    """What a database printed, in a box of no language, is a table: several lines with equally many bars."""
    rows = token.content.split("\n")[:-1]
    bars = {row.count(" | ") for row in rows}
    if len(rows) > 1 and len(bars) == 1 and 0 not in bars and token.info in {"", "text"}:
        for row in rows:
            document.add("table", row)
    else:
        document.add("code", token.content)


def _inline(children: Sequence[Token]) -> tuple[str, tuple[str, ...]]:
    """The text of a paragraph, and what is bold in it."""
    parts: list[str] = []
    bold: list[str] = []
    since: int | None = None
    for token in children:
        if token.type in {"text", "code_inline"}:
            parts.append(token.content)
        elif token.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        elif token.type == "image":
            parts.append(token.content)  # what stands there for those who do not see it
        elif token.type == "strong_open" and since is None:
            since = len(parts)
        elif token.type == "strong_close" and since is not None:
            bold.append("".join(parts[since:]))
            since = None
    return "".join(parts), tuple(bold)
