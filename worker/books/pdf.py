"""PDF by pypdf: the text of its pages, and headings from its outline, or from how lines look and what they say."""

import logging
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from worker.books.document import TOO_LONG, Document, clean, shortened
from worker.books.plain import joined, said_level
from worker.books.printed import Heading, Line, Style, body_of, headings, lines_of, louder
from worker.errors import Rejected

MOST_PAGES: Final = 6000
MOST_ENTRIES: Final = 5000
DEEPEST: Final = 8
# A page of a scanned book has a picture and at most a stamp as text.
SCANNED_WORDS: Final = 10  # a page, on average
EDGE: Final = 2  # lines at the top and at the foot that may be the same on every page
_EDGES: Final = (*range(EDGE), *range(-EDGE, 0))
LONGEST_PARAGRAPH: Final = 25  # lines: where a page does not show paragraphs, they end with a sentence
ENDS: Final = (".", "!", "?", ":", "”", '"')

BROKEN: Final = "This PDF is damaged and cannot be read. Try to download it again, or print it into a new PDF."
PROTECTED: Final = "This PDF is protected by a password. Save a copy without one, and upload that."
SCANNED: Final = (
    "This PDF has pictures of pages, but no text: it was scanned. Run text recognition (OCR) over it, and upload the "
    "result."
)

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what is wrong with people's files is no news of ours


def read(path: Path) -> Document:
    try:
        with path.open("rb") as file:
            return _read(PdfReader(file, strict=False))
    except DependencyError:
        raise Rejected(PROTECTED) from None
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, AssertionError,
            ArithmeticError, LookupError, OSError, NotImplementedError) as error:  # fmt: skip
        if isinstance(error, Rejected):
            raise
        raise Rejected(BROKEN) from None  # pypdf raises all of these on files that are made to confuse it


def _read(reader: PdfReader) -> Document:
    if reader.is_encrypted and not reader.decrypt(""):
        raise Rejected(PROTECTED)
    pages = len(reader.pages)
    if pages > MOST_PAGES:
        raise Rejected(TOO_LONG)
    if not pages:
        raise Rejected(BROKEN)
    document = Document(pages=pages)
    told: Any = reader.metadata or {}
    document.title = _told(told, "/Title")
    document.author = _told(told, "/Author")
    read = [_lines(page) for page in reader.pages]
    if all(page is None for page in read):
        raise Rejected(BROKEN)
    lines = _without_edges([page or [] for page in read])
    if sum(len(line.text.split()) for page in lines for line in page) < SCANNED_WORDS * pages:
        raise Rejected(SCANNED)
    if outline := _outline(reader):
        _compose(document, [[line.text for line in page] for page in lines], outline)
    else:
        _compose_by_looks(document, lines)
    return document


def _told(metadata: Any, name: str) -> str:
    value = metadata.get(name)
    return shortened(clean(value), 300) if isinstance(value, str) else ""


def _lines(page: Any) -> list[Line] | None:
    """None: this page cannot be read, which says nothing of the others."""
    try:
        return lines_of(page)
    except MemoryError:
        raise
    except Exception:
        return None


def _without_edges(pages: list[list[Line]]) -> list[list[Line]]:
    """Without running titles and page numbers: lines at the edges that come again at the same place, digits apart, on
    many pages; what looks like a heading (`Exercises`) may come on more of them."""
    pages = [[line for line in page if line.text.strip()] for page in pages]
    seen = Counter(_edge(page, at) for page in pages for at in _EDGES if -len(page) <= at < len(page))
    body = body_of(pages)
    often = {key for key, times in seen.items() if times >= max(4, len(pages) // (2 if louder(key[2], body) else 8))}
    kept = []
    for page in pages:
        first, last = 0, len(page)
        while first < min(EDGE, last) and _drops(page, first, often):
            first += 1
        while last > max(first, len(page) - EDGE) and _drops(page, last - 1 - len(page), often):
            last -= 1
        kept.append(page[first:last])
    return kept


def _edge(page: list[Line], at: int) -> tuple[int, str, Style]:
    return at, re.sub(r"\d+", "#", page[at].text), page[at].style


def _drops(page: list[Line], at: int, often: set[tuple[int, str, Style]]) -> bool:
    return page[at].text.isdecimal() or _edge(page, at) in often


def _outline(reader: PdfReader) -> dict[int, list[tuple[int, str]]]:
    """Page (from 1) -> levels and titles. A missing, cyclic or broken outline is as good as none."""
    found: dict[int, list[tuple[int, str]]] = {}
    try:
        for level, entry in _entries(reader.outline, 1):
            title, number = clean(str(entry.title or "")), reader.get_destination_page_number(entry)
            if title and number is not None and number >= 0:
                found.setdefault(number + 1, []).append((level, title))
    except MemoryError:
        raise
    except Exception:  # whatever a broken one makes pypdf stumble over
        return found
    return found


def _entries(outline: Any, level: int) -> Iterator[tuple[int, Any]]:
    """Depth first, each entry once, however often a cyclic outline leads to it."""
    stack, seen, count = [(level, iter(outline))], {id(outline)}, 0
    while stack and count < MOST_ENTRIES:
        level, entries = stack[-1]
        entry = next(entries, None)
        if entry is None:
            stack.pop()
        elif isinstance(entry, list):
            if id(entry) not in seen and level < DEEPEST:
                seen.add(id(entry))
                stack.append((level + 1, iter(entry)))
        else:
            count += 1
            yield level, entry


def _compose(document: Document, pages: list[list[str]], outline: dict[int, list[tuple[int, str]]]) -> None:
    paragraphs = _Paragraphs(document)
    for number, lines in enumerate(pages, start=1):
        placed = _places(outline.get(number, []), lines)
        widest = max((len(line) for line in lines), default=0)
        for index, line in enumerate(lines):
            if index in placed:
                paragraphs.end()
            for level, title in placed.get(index, []):
                document.add("heading", title, level=level, page=number)
            if not any(_same(line, title) for _, title in placed.get(index, [])):  # else it is the heading itself
                paragraphs.add(line, number, widest)
        for level, title in placed.get(len(lines), []):
            paragraphs.end()
            document.add("heading", title, level=level, page=number)
    paragraphs.end()


def _compose_by_looks(document: Document, pages: list[list[Line]]) -> None:
    """Without an outline. Lines that only say that they are chapters stand above those that look like headings."""
    looks = headings(pages, EDGE)
    plain = {
        (number, index): Heading(level, line.text, 1)
        for number, page in enumerate(pages) for index, line in enumerate(page)
        if (number, index) not in looks and (level := _said_level(line.text))
    }  # fmt: skip
    below = max((one.level for one in plain.values()), default=0)
    paragraphs = _Paragraphs(document)
    for number, page in enumerate(pages):
        widest = max((len(line.text) for line in page), default=0)
        skipped = 0
        for index, line in enumerate(page):
            look, said = looks.get((number, index)), plain.get((number, index))
            if look or said:
                paragraphs.end()
            if look:
                _add_heading(document, look.level + below, look.text, number + 1)
                skipped = look.lines
            elif said and not skipped:
                _add_heading(document, said.level, said.text, number + 1)
                skipped = 1
            if skipped:
                skipped -= 1
            else:
                paragraphs.add(line.text, number + 1, widest)
    paragraphs.end()


def _add_heading(document: Document, level: int, text: str, page: int) -> None:
    """`Chapter 3` and the title below it are one heading."""
    last = document.blocks[-1] if document.blocks else None
    if last and last.kind == "heading" and last.page == page and (whole := joined(last.text, text)):
        document.blocks.pop()
        level, text = last.level, whole
    document.add("heading", text, level=level, page=page)


class _Paragraphs:
    """Gathers lines until a paragraph ends."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.lines: list[str] = []
        self.page = 1

    def add(self, line: str, page: int, widest: int) -> None:
        over = len(self.lines) >= LONGEST_PARAGRAPH and self.lines[-1].endswith(ENDS)
        if not self.lines or over or _ends(self.lines[-1], widest):
            self.end()
            self.page = page
        self.lines.append(line)

    def end(self) -> None:
        self.document.add("text", _joined(self.lines), page=self.page)
        self.lines.clear()


def _places(entries: list[tuple[int, str]], lines: list[str]) -> dict[int, list[tuple[int, str]]]:
    """Before which line each heading stands: where its title is found, else at the top, in their order."""
    placed: dict[int, list[tuple[int, str]]] = {}
    last = 0
    for level, title in entries:
        at = next((index for index in range(last, len(lines)) if _same(lines[index], title)), last)
        placed.setdefault(at, []).append((level, title))
        last = at
    return placed


def _same(line: str, title: str) -> bool:
    a, b = (re.sub(r"[\W_]+", "", text.casefold()) for text in (line, title))
    return bool(a) and bool(b) and (a == b or a == re.sub(r"^\d+", "", b) or b == re.sub(r"^\d+", "", a))


def _said_level(line: str) -> int:
    if len(line) > 90 or line.endswith((",", ";")) or re.search(r"\.{3,}|\s\d+$", line):  # a line of the contents
        return 0
    return said_level(line)


def _ends(line: str, widest: int) -> bool:
    """Whether a paragraph ends with this line: it is short, and a sentence ends."""
    return len(line) < 0.75 * widest and line.endswith(ENDS)


def _joined(lines: list[str]) -> str:
    """One paragraph; words that were cut at the end of a line are whole again."""
    text = " ".join(lines)
    return re.sub(r"(?<=[a-z])[-\u00ad\u2010] (?=[a-z])", "", text)
