"""One file to one document, within limits of memory; and if it is no book, a sentence for people that says why."""

import contextlib
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from app.kinds.book import Format
from worker.books import epub, html, markdown, plain
from worker.books.document import (
    FEWEST_WORDS,
    MOST_CHARACTERS,
    MOST_WORDS,
    TOO_LONG,
    Document,
    MiB,
    clean,
    shortened,
)
from worker.books.title import sensible
from worker.errors import Rejected

MEMORY: Final = 1024 * MiB  # that reading one file may take beside what the process has
MARKUP: Final = 3  # times the characters of its text that a page of HTML may have
MESSY: Final = "This file is damaged and cannot be read. Try to download it again, or save it in another format."
EMPTY: Final = "There is hardly any text in this file, so there is nothing to learn from it."
HUGE: Final = "This file takes more memory to read than we can give to one. Split it, and upload the parts."


def read(path: str, format: Format) -> Document:
    """Read the file. Raises Rejected, and nothing else."""
    try:
        with _memory_limited():
            document = _parse(Path(path), format)
            words = document.words
    except Rejected:
        raise
    except MemoryError:
        raise Rejected(HUGE) from None
    except Exception as error:
        # Every parser meets files that were made to break it. What it says of them helps nobody who reads a book.
        raise Rejected(MESSY) from error
    if words < FEWEST_WORDS:
        raise Rejected(EMPTY)
    if words > MOST_WORDS:
        raise Rejected(TOO_LONG)
    document.title = sensible(shortened(clean(document.title), 300))
    document.author = shortened(clean(document.author), 300)
    document.subject = shortened(clean(document.subject), 100)
    document.summary = shortened(clean(document.summary), 1000)
    return document


def _parse(path: Path, format: Format) -> Document:
    if format == "epub":
        return epub.read(path)
    if format == "pdf":
        from worker.books import pdf  # half a second and 20 MB to load: only where there is a PDF

        return pdf.read(path)
    text = plain.decoded(path.read_bytes())
    if len(text) > MOST_CHARACTERS * (MARKUP if format == "html" else 1):
        raise Rejected(TOO_LONG)
    reader = {"markdown": markdown.read, "html": html.read, "text": plain.read}[format]
    return reader(text)


@contextlib.contextmanager
def _memory_limited() -> Iterator[None]:
    """Linux only: elsewhere the system counts this limit otherwise, or not at all."""
    size = _address_space()
    if size is None:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = size + MEMORY
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _address_space() -> int | None:
    """Bytes that this process has mapped."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return None
