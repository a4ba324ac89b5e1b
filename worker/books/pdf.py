"""PDF by pypdf: the text of its pages, and headings from its outline, or from lines that say `Chapter 3`."""

import logging
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from worker.books.document import TOO_LONG, Document, clean, shortened
from worker.books.plain import CHAPTER, PART
from worker.errors import Rejected

MOST_PAGES: Final = 6000
MOST_ENTRIES: Final = 5000
DEEPEST: Final = 8
# A page of a scanned book has a picture and at most a stamp as text.
SCANNED_WORDS: Final = 10  # a page, on average
EDGE: Final = 2  # lines at the top and at the foot that may be the same on every page
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
    texts = [_text(page) for page in reader.pages]
    if all(text is None for text in texts):
        raise Rejected(BROKEN)
    lines = _without_edges([(text or "").splitlines() for text in texts])
    if sum(len(line.split()) for page in lines for line in page) < SCANNED_WORDS * pages:
        raise Rejected(SCANNED)
    _compose(document, lines, _outline(reader))
    return document


def _told(metadata: Any, name: str) -> str:
    value = metadata.get(name)
    text = shortened(clean(value), 300) if isinstance(value, str) else ""
    # What word processors put there when nobody has told them.
    return "" if re.search(r"\.(docx?|pdf|tex|indd|qxd|dvi)$|^untitled|^microsoft word", text, re.IGNORECASE) else text


def _text(page: Any) -> str | None:
    """None: this page cannot be read, which says nothing of the others."""
    try:
        return str(page.extract_text())
    except MemoryError:
        raise
    except Exception:
        return None


def _without_edges(pages: list[list[str]]) -> list[list[str]]:
    """Without running titles and page numbers: lines at the edges that come again, digits apart, on many pages."""
    pages = [[line.strip() for line in page if line.strip()] for page in pages]
    seen = Counter(key for page in pages for key in {_edge(line) for line in page[:EDGE] + page[-EDGE:]})
    often = {key for key, times in seen.items() if times >= max(4, len(pages) // 8)}
    kept = []
    for page in pages:
        first, last = 0, len(page)
        while first < min(EDGE, last) and _drops(page[first], often):
            first += 1
        while last > max(first, len(page) - EDGE) and _drops(page[last - 1], often):
            last -= 1
        kept.append(page[first:last])
    return kept


def _edge(line: str) -> str:
    return re.sub(r"\d+", "#", line)


def _drops(line: str, often: set[str]) -> bool:
    return line.isdecimal() or _edge(line) in often


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
    paragraph: list[str] = []
    began = 1

    def end() -> None:
        document.add("text", _joined(paragraph), page=began)
        paragraph.clear()

    for number, lines in enumerate(pages, start=1):
        waiting = list(outline.get(number, []))
        placed = _places(waiting, lines)
        widest = max((len(line) for line in lines), default=0)
        for index, line in enumerate(lines):
            over = len(paragraph) >= LONGEST_PARAGRAPH and paragraph[-1].endswith(ENDS)
            if index in placed or not paragraph or over or _ends(paragraph[-1], widest):
                end()
                began = number
            for level, title in placed.get(index, []):
                document.add("heading", title, level=level, page=number)
            if any(_same(line, title) for _, title in placed.get(index, [])):
                continue  # the heading itself
            if not outline and (level := _said_level(line)):
                end()
                document.add("heading", line, level=level, page=number)
                continue
            paragraph.append(line)
        for level, title in placed.get(len(lines), []):
            end()
            document.add("heading", title, level=level, page=number)
    end()


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
    return 1 if PART.fullmatch(line) else 2 if CHAPTER.fullmatch(line) else 0


def _ends(line: str, widest: int) -> bool:
    """Whether a paragraph ends with this line: it is short, and a sentence ends."""
    return len(line) < 0.75 * widest and line.endswith(ENDS)


def _joined(lines: list[str]) -> str:
    """One paragraph; words that were cut at the end of a line are whole again."""
    text = " ".join(lines)
    return re.sub(r"(?<=[a-z])[-\u00ad\u2010] (?=[a-z])", "", text)
