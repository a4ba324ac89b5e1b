"""HTML and XHTML as text. Scripts, styles and whatever is no text of the book are dropped; nothing is ever run."""

import re
from html.parser import HTMLParser
from typing import Final

from worker.books.document import TOO_LONG, Document, Kind
from worker.errors import Rejected

MOST_TAGS: Final = 1_000_000
_NO_TEXT: Final = """
    script style noscript template svg math iframe object embed canvas audio video nav select button textarea
"""
_OWN_LINES: Final = """
    p div section article main header footer aside blockquote figure figcaption body ul ol dl dt dd li table tr thead
    tbody tfoot caption pre hr address h1 h2 h3 h4 h5 h6 html head title details summary
"""
_DROPPED: Final = frozenset(_NO_TEXT.split())
_BLOCKS: Final = frozenset(_OWN_LINES.split())
_BOLD: Final = frozenset({"b", "strong", "dfn"})
# Never closed: nothing can be dropped up to its end.
_VOID: Final = frozenset({"embed"})
_ENTITY: Final = re.compile(r"<!ENTITY", re.IGNORECASE)


def read(text: str) -> Document:
    document = Document()
    reader = read_into(document, text)
    document.title = document.title or " ".join(reader.title.split())
    document.author = document.author or " ".join(reader.author.split())
    return document


def read_into(document: Document, text: str) -> "Reader":
    if _ENTITY.search(text, 0, 65_536):
        raise Rejected("This file defines XML entities of its own, which no book needs; we do not read such files.")
    reader = Reader(document)
    reader.feed(text)
    reader.close()
    reader.end_block()
    return reader


class Reader(HTMLParser):
    """Adds headings and blocks to a document. ``anchors``: an element's id -> how many blocks stood before it."""

    def __init__(self, document: Document) -> None:
        super().__init__(convert_charrefs=True)
        self.document = document
        self.title = self.author = ""
        self.anchors: dict[str, int] = {}
        self._parts: list[str] = []
        self._bold: list[str] = []
        self._bold_since: int | None = None
        self._dropping = ""  # the element that is dropped, and how deep in others of its name
        self._depth = self._tags = 0
        self._heading = 0
        self._in: dict[str, int] = {}  # open elements that matter, by name
        self._lists: list[int] = []  # of each open list the next number, 0 without numbers
        self._item = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tags += 1
        if self._tags > MOST_TAGS:
            raise Rejected(TOO_LONG)
        if self._dropping:
            self._depth += tag == self._dropping
            return
        if tag in _BLOCKS:
            self.end_block()
        self._note_anchor(attrs)
        if tag in _DROPPED and tag not in _VOID:
            self._dropping, self._depth = tag, 1
        elif tag == "br":
            self._parts.append("\n")
        elif tag == "meta":
            told = dict(attrs)
            if (told.get("name") or "").lower() == "author":
                self.author = told.get("content") or ""
        elif tag == "img":
            self._parts.append(dict(attrs).get("alt") or "")
        elif re.fullmatch("h[1-6]", tag):
            self._heading = int(tag[1])
        elif tag in {"ul", "ol"}:
            self._lists.append(1 if tag == "ol" else 0)
        elif tag == "li":
            self._item = self._mark()
        elif tag in {"td", "th"}:
            if self._parts and self._in.get("tr"):
                self._parts.append(" | ")
        elif tag in _BOLD and self._bold_since is None:
            self._bold_since = len(self._parts)
        if tag in {"pre", "tr", "title"}:
            self._in[tag] = self._in.get(tag, 0) + 1

    def handle_endtag(self, tag: str) -> None:
        if self._dropping:
            self._depth -= tag == self._dropping
            if self._depth <= 0:
                self._dropping = ""
            return
        if tag in _BOLD and self._bold_since is not None:
            self._bold.append("".join(self._parts[self._bold_since :]))
            self._bold_since = None
        if tag in _BLOCKS:
            self.end_block()
        if tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
        if self._in.get(tag):
            self._in[tag] -= 1

    def handle_data(self, data: str) -> None:
        if self._dropping:
            return
        if self._in.get("title"):
            self.title += data
        else:
            self._parts.append(data)

    def end_block(self) -> None:
        """What was gathered is a block; what comes next belongs to another."""
        text, bold = "".join(self._parts), tuple(self._bold)
        self._parts, self._bold, self._bold_since = [], [], None
        kind: Kind = "code" if self._in.get("pre") else "table" if self._in.get("tr") else "text"
        if self._heading:
            self.document.add("heading", text, level=self._heading)
            self._heading = 0
        elif self._item and text.strip():
            self.document.add("item", f"{self._item} {text}", bold=bold)
            self._item = ""
        else:
            self.document.add(kind, text, bold=bold)

    def _mark(self) -> str:
        if not self._lists or not self._lists[-1]:
            return "-"
        self._lists[-1] += 1
        return f"{self._lists[-1] - 1}."

    def _note_anchor(self, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in {"id", "name"} and value and value not in self.anchors:
                if self._parts and "".join(self._parts).strip():
                    continue  # in the middle of a block: no place to begin a chapter at
                self.anchors[value] = len(self.document.blocks)
