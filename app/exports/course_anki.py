"""The self-checks of a course as a deck for Anki: a question a card.

The ids are derived from the course's and its sections', so that a deck imported again changes the cards that are there
and keeps what their owner has learned.
"""

import io
from html import escape
from typing import Any
from uuid import UUID

import genanki

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
    books = list(dict.fromkeys(f"{one['book']}, {one['locator']}" for one in section["sources"]))
    link = f"{page}/{section['number']}" if page else ""
    fields = [check["question"], check["answer"], f"{section['number']} {section['title']}", "; ".join(books[:2]), link]
    return genanki.Note(
        model=MODEL, fields=[escape(text) for text in fields], guid=genanki.guid_for(section["id"], at), tags=["unfold"]
    )
