"""A course as Markdown, its citations as footnotes."""

import re
from collections.abc import Iterator
from typing import Any

from app.counts import lesson_time

CITED = re.compile(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")
CODE = re.compile(r"(`+[^`]*`+)")
MARKUP = re.compile(r"\\?<")  # what a book has of HTML stays text
FENCE = re.compile(r"\s*(```|~~~)")
HEADING = re.compile(r"(#{1,6})\s")
BELOW = 3  # the level of a section's own heading


def to_markdown(course: dict[str, Any]) -> str:
    return "\n".join(_lines(course)).rstrip() + "\n"


def plain(text: str) -> str:
    """Text of people and books kept from being read as Markdown or HTML."""
    for character in "\\`*_[]<>#|":
        text = text.replace(character, "\\" + character)
    return " ".join(text.split())


def summary(course: dict[str, Any]) -> str:
    """Without what is told of the library beside it."""
    coverage = course["coverage"]
    text: str = course["summary"]
    return text if coverage["level"] == "good" else " ".join(text.replace(coverage["note"], "").split())


def _lines(course: dict[str, Any]) -> Iterator[str]:
    yield from (f"# {plain(course['title'])}", "", plain(summary(course)), "")
    yield from (f"Asked: {plain(course['query'])}, {course['hours']:g} h. Made: {course['estimated_minutes']} min.", "")
    coverage = course["coverage"]
    if coverage["level"] != "good":
        yield from (f"> {plain(coverage['note'])}", "")
        for label, name in (("Missing", "missing"), ("Books that would help", "would_help")):
            if coverage.get(name):
                yield from (f"> {label}: {'; '.join(plain(one) for one in coverage[name])}", "")
    for part in course["parts"]:
        yield from (
            f"## {part['number']}. {plain(part['title'])} ({lesson_time(part['minutes'])})",
            "",
            plain(part["summary"]),
        )
        yield ""
        for section in part["sections"]:
            yield from _section(section)
    if course["books"]:
        yield from ("## Books", "")
        for book in course["books"]:
            yield f"- *{plain(book['title'])}*" + (f", {plain(book['author'])}" if book["author"] else "")


def _section(section: dict[str, Any]) -> Iterator[str]:
    yield from (f"### {section['number']} {plain(section['title'])} ({lesson_time(section['minutes'])})", "")
    if section["objectives"]:
        yield from ("After this you can:", "", *(f"- {plain(one)}" for one in section["objectives"]), "")
    yield from _lesson(section)
    yield ""
    if section["check"]:
        yield from ("#### Check yourself", "")
        for at, one in enumerate(section["check"], start=1):
            yield from (f"{at}. {plain(one['question'])}", "", f"   Answer: {plain(one['answer'])}", "")
    for source in section["sources"]:
        where = f"*{plain(source['book'])}*, {plain(source['locator'])}"
        yield from (f"[^{_note(section, source['ref'])}]: {where}: “{plain(source['quote'])}”", "")


def _note(section: dict[str, Any], ref: int) -> str:
    return f"{section['number'].replace('.', '-')}-{ref}"


def _lesson(section: dict[str, Any]) -> Iterator[str]:
    """The lesson with footnotes for its citations and its headings below the section's; code stays as it is."""
    refs = {source["ref"] for source in section["sources"]}
    lines = section["lesson"].splitlines()
    highest = min((len(found[1]) for found in map(HEADING.match, lines) if found), default=1)
    fence = ""
    for line in lines:
        if found := FENCE.match(line):
            fence = "" if fence == found[1] else fence or found[1]
            yield line
        elif fence:
            yield line
        else:
            yield _footnoted(_lowered(line, highest), section, refs)


def _lowered(line: str, highest: int) -> str:
    found = HEADING.match(line)
    return line if not found else "#" * min(6, len(found[1]) - highest + BELOW + 1) + line[len(found[1]) :]


def _footnoted(line: str, section: dict[str, Any], refs: set[int]) -> str:
    def notes(found: re.Match[str]) -> str:
        cited = [int(number) for number in found[1].split(",")]
        return "".join(f"[^{_note(section, ref)}]" for ref in cited) if refs >= set(cited) else found[0]

    parts = CODE.split(line)  # every other one is code
    return "".join(part if at % 2 else CITED.sub(notes, MARKUP.sub(r"\\<", part)) for at, part in enumerate(parts))
