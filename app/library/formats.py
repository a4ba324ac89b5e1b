"""What kind of book a file is, by its content and its name: both must agree."""

from pathlib import PurePath
from typing import Final, get_args

from app.kinds.book import Format

NAMES: Final[dict[str, Format]] = {
    ".epub": "epub", ".pdf": "pdf", ".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html",
    ".xhtml": "html", ".txt": "text", ".text": "text",
}  # fmt: skip
FORMATS: Final[tuple[str, ...]] = get_args(Format)
LABELS: Final[dict[str, str]] = {
    "epub": "EPUB", "pdf": "PDF", "markdown": "Markdown", "html": "HTML", "text": "plain text",
}  # fmt: skip
ALLOWED: Final = "EPUB, PDF, Markdown (.md), HTML and plain text (.txt)"
LOOKED_AT: Final = 65_536  # bytes
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")  # marks of UTF-16 and UTF-32, whose texts are full of NUL
# Control characters that texts have: tab, line feed, form feed, carriage return, escape.
_CONTROL: Final = bytes(set(range(32)) - {9, 10, 12, 13, 27})


class UnknownType(ValueError):
    """No book that can be read; the message says what can."""


def detect(name: str, head: bytes) -> Format:
    """By the file's name and its first bytes. Raises UnknownType."""
    told = NAMES.get(PurePath(name).suffix.lower())
    found = _by_content(head)
    if found is None:
        raise UnknownType(f"This is no book that we can read. We read {ALLOWED}.")
    if found == "text":  # what the text is written in, only the name tells
        if told in {"markdown", "html", "text"}:
            return told
        if told is None:
            raise UnknownType(f"The name does not say what this is: it must end as those of {ALLOWED} do.")
    if told not in {None, found}:
        raise UnknownType(f"The name says {LABELS[told or '']}, but the content is something else. Save it again.")
    return found


def _by_content(head: bytes) -> Format | None:
    head = head[:LOOKED_AT]
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return "epub" if b"application/epub+zip" in head[:1024] or b"META-INF/container.xml" in head else None
    if head.startswith(_WIDE):
        return "text"
    return None if head.translate(None, _CONTROL) != head else "text"
