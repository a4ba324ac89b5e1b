"""HTML and XHTML as text. Scripts, styles and whatever is no text of the book are dropped; nothing is ever run."""

import re
from html.parser import HTMLParser
from typing import Final

from worker.books import raised
from worker.books.document import FEWEST_WORDS, TOO_LONG, Document, Kind, count
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
# Text may stand in them where somebody has forgotten to close one.
_CONTAINERS: Final = frozenset({"nav", "noscript", "object", "canvas", "select", "button", "iframe", "audio", "video"})
_PARAGRAPH: Final = 25  # words; the lines of a menu have fewer
# Never closed: nothing can be dropped up to its end.
_VOID: Final = frozenset({"embed"})
_ENTITY: Final = re.compile(r"<!ENTITY", re.IGNORECASE)


def read(text: str) -> Document:
    document = Document()
    reader = read_into(document, text)
    if document.words < FEWEST_WORDS:  # all of the page may be in what was dropped, and not only a menu
        whole = Document()
        again = read_into(whole, text, _CONTAINERS)
        if any(count(block.text) >= _PARAGRAPH for block in whole.blocks):
            document, reader = whole, again
    document.title = document.title or " ".join(reader.title.split())
    document.author = document.author or " ".join(reader.author.split())
    return document


def read_into(document: Document, text: str, kept: frozenset[str] = frozenset()) -> "Reader":
    """``kept``: elements that are not dropped although they hold no text of a book."""
    if _ENTITY.search(text, 0, 65_536):
        raise Rejected("This file defines XML entities of its own, which no book needs; we do not read such files.")
    blocks, characters = len(document.blocks), document.characters
    reader = Reader(document, kept)
    reader.feed(text)
    reader.close()
    reader.end_block()
    if reader.dropping in _CONTAINERS:  # it was never closed, and has swallowed all that follows
        del document.blocks[blocks:]
        document.characters = characters
        return read_into(document, text, kept | {reader.dropping})
    return reader


class Reader(HTMLParser):
    """Adds headings and blocks to a document. ``anchors``: an element's id -> how many blocks stood before it."""

    def __init__(self, document: Document, kept: frozenset[str] = frozenset()) -> None:
        super().__init__(convert_charrefs=True)
        self.document = document
        self._dropped = _DROPPED - _VOID - kept
        self.title = self.author = ""
        self.anchors: dict[str, int] = {}
        self._parts: list[str] = []
        self._bold: list[str] = []
        self._bold_since: int | None = None
        self._raised, self._raised_by = 0, ""  # since which part the text stands above the line
        self._linked = False
        self.dropping = ""  # the element that is dropped, and how deep in others of its name
        self._depth = self._tags = 0
        self._heading = 0
        self._in: dict[str, int] = {}  # open elements that matter, by name
        self._lists: list[int] = []  # of each open list the next number, 0 without numbers
        self._item = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tags += 1
        if self._tags > MOST_TAGS:
            raise Rejected(TOO_LONG)
        if self.dropping:
            self._depth += tag == self.dropping
            return
        if tag in _BLOCKS:
            self.end_block()
        self._note_anchor(attrs)
        if tag in self._dropped:
            self.dropping, self._depth = tag, 1
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
        elif tag == "a":
            self._linked = raised.links(attrs)
            if raised.refers(attrs) and not self._raised_by:
                self._raised_by, self._raised = tag, len(self._parts)
        elif tag == "sup" and not self._raised_by:
            self._raised_by, self._raised = tag, len(self._parts)
        elif tag in _BOLD and self._bold_since is None:
            self._bold_since = len(self._parts)
        if tag in {"pre", "tr", "title"}:
            self._in[tag] = self._in.get(tag, 0) + 1

    def handle_endtag(self, tag: str) -> None:
        if self.dropping:
            self._depth -= tag == self.dropping
            if self._depth <= 0:
                self.dropping = ""
            return
        if tag in _BOLD and self._bold_since is not None:
            self._bold.append("".join(self._parts[self._bold_since :]))
            self._bold_since = None
        if tag in _BLOCKS:
            self.end_block()
        if tag == self._raised_by:
            text = "".join(self._parts[self._raised :])
            self._parts[self._raised :] = [raised.shown(text, linked=self._linked)]
            self._raised_by = ""
        if tag == "a" and not self._raised_by:
            self._linked = False
        if tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
        if self._in.get(tag):
            self._in[tag] -= 1

    def handle_data(self, data: str) -> None:
        if self.dropping:
            return
        if self._in.get("title"):
            self.title += data
        else:
            self._parts.append(data)

    def end_block(self) -> None:
        """What was gathered is a block; what comes next belongs to another."""
        text, bold = "".join(self._parts), tuple(self._bold)
        self._parts, self._bold, self._bold_since, self._raised_by = [], [], None, ""
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
