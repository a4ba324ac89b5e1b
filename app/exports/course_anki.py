"""The self-checks of a course as a deck for Anki: a question a card.

The ids are derived from the course's and its sections', so that a deck imported again changes the cards that are there
and keeps what their owner has learned.
"""

import io
import re
from html import escape
from typing import Any
from uuid import UUID

import genanki

from app.exports.course_text import CITED

MODEL_ID = 1_764_300_511  # made up once; cards of all courses are of this sort
MODEL = genanki.Model(
    MODEL_ID,
    "Unfold question",
    fields=[{"name": name} for name in ("Question", "Answer", "Section", "Source", "Link")],
    templates=[
        {
            "name": "Question",
            "qfmt": '<p class="section">{{Section}}</p><p class="question">{{Question}}</p>',
            "afmt": '{{FrontSide}}<hr id="answer"><p>{{Answer}}</p><p class="source">{{Source}}</p>'
            '{{#Link}}<p class="source"><a href="{{Link}}">The lesson</a></p>{{/Link}}',
        }
    ],
    css=".card{font:20px/1.5 sans-serif;max-width:34em;margin:1em auto}.question{font-weight:600}"
    ".section,.source{font-size:14px;opacity:.75}",
)


def to_apkg(course: dict[str, Any], made: float, page: str = "") -> bytes:
    """``made`` is when it says it was made, in Unix seconds; ``page`` the course's address."""
    deck = genanki.Deck(deck_id(course["id"]), f"Unfold::{course['title'].replace('::', ':')}")
    for section in (section for part in course["parts"] for section in part["sections"]):
        for at, check in enumerate(section["check"]):
            deck.add_note(_note(section, at, check, page))
    file = io.BytesIO()
    genanki.Package(deck).write_to_file(file, timestamp=made)
    return file.getvalue()


def deck_id(course_id: str) -> int:
    """The same for the same course; Anki takes milliseconds since 1970, of which nothing else is asked."""
    return (1 << 40) + (UUID(course_id).int & ((1 << 40) - 1))


def _note(section: dict[str, Any], at: int, check: dict[str, Any], page: str) -> genanki.Note:
    link = f"{page}/{section['number']}" if page else ""
    heading = f"{section['number']} {section['title']}"
    fields = [check["question"], check["answer"], heading, "; ".join(cited(section, check["answer"])), link]
    return genanki.Note(
        model=MODEL, fields=[escape(text) for text in fields], guid=genanki.guid_for(section["id"], at), tags=["unfold"]
    )


def cited(section: dict[str, Any], answer: str) -> list[str]:
    """Where an answer is from: what the lesson cites for its sentences that stand there. The exercises of books do not:
    they are from the section's book, if that is a single one."""
    refs = {ref for block in section["lesson"].split("\n\n") for ref in _refs(_words(block), answer)}
    found = [f"{one['book']}, {one['locator']}" for one in section["sources"] if one["ref"] in refs]
    books = {one["book"] for one in section["sources"]}
    return list(dict.fromkeys(found)) or (list(books) if len(books) == 1 else [])


def _refs(block: str, answer: str) -> list[int]:
    """What is cited next after each sentence of the answer that the block has; a reason begins with a word of ours."""
    told = (one.removeprefix("because ").rstrip(".") for one in re.split(r"(?<=[.!?])\s+", _words(answer)))
    ends = [block.find(one) + len(one) for one in told if " " in one and one in block]
    nexts = (CITED.search(block, end) for end in ends)
    return [int(ref) for found in nexts if found for ref in found[1].split(",")]


def _words(text: str) -> str:
    """As an answer and its lesson both have it: without emphasis, on one line, in small letters."""
    return " ".join(text.replace("*", "").replace("`", "").split()).lower()
