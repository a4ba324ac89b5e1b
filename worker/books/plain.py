"""Plain text: its encoding, its paragraphs, and the lines that are headings."""

import codecs
import re
from typing import Final

from worker.books import lone
from worker.books.document import Document
from worker.errors import Rejected

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_DECLARED: Final = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})")
NOT_TEXT: Final = "This is not a text: save it as UTF-8 text, and upload it again."

NUMBER: Final = r"(?:\d{1,3}|[ivxlc]{1,7}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
CHAPTERS: Final = r"(?:chapter|lesson|unit|module|lecture|kapitel|chapitre|cap[ií]tulo|capitolo|hoofdstuk)"
CHAPTER: Final = re.compile(rf"{CHAPTERS}\s+{NUMBER}\b(.{{0,100}})", re.IGNORECASE)
PART: Final = re.compile(rf"(?:part|book|volume|teil|partie|parte)\s+{NUMBER}\b(.{{0,100}})", re.IGNORECASE)
_ALONE: Final = re.compile(
    r"(?:preface|foreword|introduction|prologue|epilogue|conclusion|appendix(?: \w+)?|glossary|afterword)\W*",
    re.IGNORECASE,
)
_RULE: Final = re.compile(r"(=+|-{3,}|~{3,})\s*")


def decoded(body: bytes) -> str:
    """By its mark, by what it declares, as UTF-8, else as what Windows writes in the West."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, errors="replace")
    declared = _DECLARED.search(body, 0, 1024)
    names = [declared[1].decode("ascii")] if declared else []
    for name in [*names, "utf-8"]:
        try:
            if codecs.lookup(name)._is_text_encoding:  # others, such as base64, are no alphabets
                return body.decode(name)
        except (LookupError, ValueError, UnicodeError):
            continue
    return body.decode("cp1252", errors="replace")


def joined(above: str, title: str) -> str:
    """`Chapter 1: Moving air` of a line that has only the number, and the title below it; else empty."""
    found = CHAPTER.fullmatch(above) or PART.fullmatch(above)
    if found is None or found[1].strip(" .:–—-") or CHAPTER.fullmatch(title) or PART.fullmatch(title):
        return ""
    word, _, number = above.rstrip(" .:–—-").partition(" ")
    return f"{word.capitalize()} {number}: {title}"


def said_level(line: str) -> int:
    """1 for a line that says that it is a part, 2 for a chapter, 0 for others (`Chapter 3 tells how ...`)."""
    for level, pattern in ((1, PART), (2, CHAPTER)):
        found = pattern.fullmatch(line)
        if found and not re.match(r"\s+[a-z]", found[1]):
            return level
    return 0


def read(text: str) -> Document:
    if "\x00" in text:
        raise Rejected(NOT_TEXT)
    document = Document()
    paragraphs = _paragraphs(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    found = lone.headings(paragraphs)
    first = (_level(paragraphs[0]) or found.get(0, 0)) if paragraphs else 0
    if first in (0, 3):
        document.title = lone.title(paragraphs, heads=first > 0)
    above = ""  # a chapter's number, whose title may come next
    for index, paragraph in enumerate(paragraphs):
        if index == 0 and document.title:
            continue
        level = _level(paragraph) or found.get(index, 0)
        titles = [line for line in paragraph if not _RULE.fullmatch(line)]
        if above and len(titles) == 1 and lone.titled(titles[0]) and (whole := joined(above, titles[0])):
            document.blocks.pop()
            document.add("heading", whole, level=2)
        elif level and len(titles) == 2 and (whole := joined(*titles)):
            document.add("heading", whole, level=level)
        elif level:
            document.add("heading", ". ".join(titles), level=level)
        else:
            document.add("text", " ".join(paragraph))
        above = titles[0] if level == 2 and len(titles) == 1 else ""
    return document


def _paragraphs(lines: list[str]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for line in map(str.strip, lines):
        if line:
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [paragraph for paragraph in found if paragraph]


def _level(paragraph: list[str]) -> int:
    """Of a heading: a line of its own that says so, is underlined, or shouts. 0 for text."""
    first = paragraph[0]
    if len(first) > 100 or len(paragraph) > 2:
        return 0
    underlined = len(paragraph) == 2 and _RULE.fullmatch(paragraph[1])
    if level := said_level(first):
        return level
    if _ALONE.fullmatch(first):
        return 2
    if underlined:
        return 2 if paragraph[1].startswith("=") else 3
    letters = [c for c in first if c.isalpha()]
    shouts = len(paragraph) == 1 and len(letters) >= 4 and all(c.isupper() for c in letters)
    return 3 if shouts and not first.endswith((".", ",", ";", ":")) and "|" not in first and "=" not in first else 0
