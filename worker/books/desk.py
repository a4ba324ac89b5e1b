"""A book on the desk: a folder with the file and what has been made of it so far. Each step is a plain function of that
folder, to be run in a child process; only what the database needs comes back."""

import pickle
import tempfile
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from app.kinds.book import Format
from app.library.terms import find_terms
from worker.books import chapters, concepts, passages, read, title
from worker.books.chapters import Section
from worker.books.document import Document
from worker.books.summary import summary
from worker.books.words import CODE, teaches

FILE: Final = "file"
OF_SECTION: Final = 40  # words of the summary of a section
OF_BOOK: Final = 90


def parse(folder: str, format: Format, name: str) -> dict[str, Any]:
    """Read the file; what it tells of itself. Raises Rejected."""
    document = read.read(str(Path(folder, FILE)), format)
    sections = chapters.sections(document)  # finds the title, too
    _keep(folder, "document", (document, sections))
    told = {"title": document.title or title.of_file(name), "author": document.author, "subject": document.subject}
    return {**told, "pages": document.pages, "words": sum(section.words for section in sections)}


def outline(folder: str) -> list[dict[str, Any]]:
    """The rows of the chapters."""
    return [
        {"number": one.number, "level": one.level, "title": one.title, "page": one.page, "words": one.words}
        for one in _sections(folder)
    ]


def split(folder: str) -> list[dict[str, Any]]:
    """The rows of the passages."""
    return [asdict(passage) for passage in passages.passages(_sections(folder))]


def concepts_of(folder: str) -> tuple[list[list[str]], list[str]]:
    """Of each chapter, and of the book."""
    return concepts.concepts(_chapters(folder))


def describe(folder: str, index: int) -> list[dict[str, Any]]:
    """Of the chapter at ``index`` (from 0) and each of its sections: number and summary, and the sections' concepts."""
    first, *rest = chapter = _chapters(folder)[index]
    blocks = [block for section in chapter if teaches(section.title) for block in section.blocks]
    told = [{"number": first.number, "summary": summary(blocks, first.title), "concepts": []}]
    for section in rest:
        own = summary(section.blocks, section.title, OF_SECTION) if teaches(section.title) else ""
        told.append({"number": section.number, "summary": own, "concepts": concepts.of_section(section)})
    return told


def conclude(folder: str) -> dict[str, Any]:
    """The summary of the book, and its abbreviations."""
    document, sections = _document(folder)
    text = "\n".join(block.text for section in sections for block in section.blocks)
    told = document.summary
    if not told:
        leading = [block for section in sections if teaches(section.title) for block in section.blocks[:3]]
        told = summary(leading, document.title, OF_BOOK)
    return {"summary": told, "terms": find_terms(text)}


def whole(path: str, format: Format, name: str) -> dict[str, Any]:
    """A book in one go: what it is (``about``), and its rows with all that belongs to them. Raises Rejected."""
    with tempfile.TemporaryDirectory(prefix="unfold-book-") as folder:
        Path(folder, FILE).symlink_to(Path(path).resolve())
        about = parse(folder, format, name)
        rows, pieces = outline(folder), split(folder)
        of_chapters, of_book = concepts_of(folder)
        told: dict[int, dict[str, Any]] = {}
        for index, terms in enumerate(of_chapters):
            described = describe(folder, index)
            described[0]["concepts"] = terms
            told.update({one["number"]: one for one in described})
        about = {**about, **conclude(folder), "concepts": of_book}
        del about["pages"]
    packed = vectors([(piece["heading"], piece["text"]) for piece in pieces])
    return {
        "about": about,
        "chapters": [{**row, **told[row["number"]]} for row in rows],
        "passages": [{**piece, "embedding": one} for piece, one in zip(pieces, packed, strict=True)],
    }


def vectors(pieces: list[tuple[str, str]]) -> list[bytes]:
    """What the database keeps of each heading and text. Marks of code mean nothing."""
    from app.library.embed import embed_passages, pack  # numpy and the model: only in the process that computes

    return pack(embed_passages([heading for heading, _ in pieces], [text.replace(CODE, "") for _, text in pieces]))


def _keep(folder: str, name: str, value: Any) -> None:
    Path(folder, name).write_bytes(pickle.dumps(value))


def _document(folder: str) -> tuple[Document, list[Section]]:
    kept: tuple[Document, list[Section]] = pickle.loads(Path(folder, "document").read_bytes())  # noqa: S301 - our own
    return kept


def _sections(folder: str) -> list[Section]:
    return _document(folder)[1]


def _chapters(folder: str) -> list[list[Section]]:
    """Each chapter with its sections."""
    sections = _sections(folder)
    starts = [index for index, section in enumerate(sections) if section.level == 1]
    return [sections[start:end] for start, end in pairwise([*starts, len(sections)])]
