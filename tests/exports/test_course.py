"""A course taken along: each format is read back and has what the course has."""

import io
import json
import sqlite3
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from markdown_it import MarkdownIt
from pydantic import ValidationError
from pypdf import PdfReader

from app.database import Database
from app.exports.course_anki import MODEL_ID, deck_id, to_apkg
from app.exports.course_ics import to_ics
from app.exports.course_pdf import to_pdf
from app.exports.course_text import to_markdown
from app.exports.flow import Flow
from app.exports.paper import LEFT, RIGHT, Paper
from app.exports.studying import Studying, studies
from app.person import Person
from tests.support import course as courses

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
SPECIAL = "# A [x](y) <b>\n\nOne *claim* [1], `[1]` and [7].\n\n```\ncode [1]\n```\n\n## Deeper\n\n| a | b |\n|---|---|\n| 1 [2] | 2 |\n"  # noqa: E501 fmt: skip


@pytest.fixture
async def course(db: Database, alice: Person) -> dict[str, Any]:
    return {**await courses.put(db, alice), "version": 1}


def sections(course: dict[str, Any]) -> list[dict[str, Any]]:
    return [section for part in course["parts"] for section in part["sections"]]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestCourse:
    async def test_every_citation_is_a_footnote_with_its_source(self, course: dict[str, Any]) -> None:
        text = to_markdown(course)
        for section in sections(course):
            for source in section["sources"]:
                note = f"[^{section['number'].replace('.', '-')}-{source['ref']}]"
                assert text.count(f"{note}:") == 1 and text.count(note) >= 2, note
                assert source["locator"] in text
            assert f"### {section['number']} " in text
        headings = [token for token in MarkdownIt().parse(text) if token.type == "heading_open"]
        assert [token.tag for token in headings if token.tag in {"h1", "h2"}] == ["h1", "h2", "h2", "h2"]

    async def test_code_stays_as_it_is_and_headings_go_below_the_section(self, course: dict[str, Any]) -> None:
        course["parts"][0]["sections"][0]["lesson"] = SPECIAL
        text = to_markdown(course)
        assert "One *claim* [^1-1-1], `[1]` and [7]." in text and "\ncode [1]\n" in text
        assert "#### A [x](y) \\<b>" in text and "##### Deeper" in text and "| 1 [^1-1-2] | 2 |" in text

    async def test_sessions_follow_the_order_and_take_all_the_minutes(self, course: dict[str, Any]) -> None:
        told = Studying(start="2026-12-01", days="tue,thu", time="07:15", tz="Europe/Berlin", minutes=40)
        planned = studies(course, told, "UTC", NOW)
        calendar = Calendar.from_ical(to_ics(course, planned, NOW, page="https://unfold.test/courses/x"))
        events: list[Any] = calendar.walk("VEVENT")
        assert [str(event.start.date()) for event in events] == ["2026-12-01", "2026-12-03", "2026-12-08"]
        assert events[0].start.isoformat() == "2026-12-01T06:15:00+00:00"
        assert sum((event.duration for event in events), timedelta()) == timedelta(minutes=118)
        told_of = [piece.section["number"] for study in planned for piece in study.pieces]
        assert told_of == [section["number"] for section in sections(course)]
        assert str(events[1]["url"]).endswith("/1.3")
        moved = studies(course, Studying(minutes=40), "UTC", NOW)
        again = Calendar.from_ical(to_ics(course, moved, NOW)).walk("VEVENT")
        assert [event["uid"] for event in again] == [event["uid"] for event in events]
        assert len({event["uid"] for event in events}) == len(events)

    async def test_a_section_longer_than_a_session_is_cut_evenly(self, course: dict[str, Any]) -> None:
        pieces = [piece for study in studies(course, Studying(minutes=10), "UTC", NOW) for piece in study.pieces]
        assert sum(piece.minutes for piece in pieces) == 118
        assert all(piece.minutes <= 12 for piece in pieces)
        assert {piece.pieces for piece in pieces if piece.section["number"] == "1.3"} == {3}

    async def test_each_question_is_a_card_that_an_import_recognises(
        self, course: dict[str, Any], tmp_path: Path
    ) -> None:
        deck = cards(to_apkg(course, 1.7e9, "https://unfold.test/courses/x"), tmp_path)
        checks = [one for section in sections(course) for one in section["check"]]
        assert [fields[0] for _, fields in deck] == [one["question"] for one in checks]
        assert deck[0][1][4].endswith("/1.1")
        course["parts"][0]["sections"][0]["check"][0]["answer"] = "a < b & c"
        again = cards(to_apkg(course, 1.8e9), tmp_path)
        assert [guid for guid, _ in again] == [guid for guid, _ in deck]
        assert again[0][1][1] == "a &lt; b &amp; c"

    async def test_a_card_cites_what_its_own_answer_is_from(self, course: dict[str, Any], tmp_path: Path) -> None:
        section = sections(course)[0]
        [first, second] = section["sources"][:2]
        section["lesson"] = (
            f"A sum **today** is worth more. So it is. [{first['ref']}]\n\nInterest earns interest. [{second['ref']}]"
        )
        section["check"] = [
            {"question": "What of a sum?", "answer": "A sum today is worth more."},
            {"question": "Why?", "answer": "Because interest earns interest."},
            {"question": "Both?", "answer": "So it is. Interest earns interest."},
            {"question": "How much is 1 + 1?", "answer": "2."},
        ]
        told = [f"{one['book']}, {one['locator']}" for one in (first, second)]
        cards_of = cards(to_apkg(course, 1.7e9), tmp_path)[:4]
        assert first["book"] == second["book"]
        assert [fields[3] for _, fields in cards_of] == [told[0], told[1], "; ".join(told), first["book"]]
        section["sources"][1]["book"] = "Another book"  # which of the two the exercise is from nobody knows
        assert cards(to_apkg(course, 1.7e9), tmp_path)[3][1][3] == ""

    async def test_the_pdf_has_contents_lessons_sources_and_is_the_same_again(self, course: dict[str, Any]) -> None:
        course["parts"][0]["sections"][0]["lesson"] += f"\n\n{SPECIAL}\n\n{'long' * 200}\n\n- one\n  1. two\n"
        made = to_pdf(course)
        reader = PdfReader(io.BytesIO(made))
        text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
        for section in sections(course):
            assert f"{section['number']} {section['title']}" in text
            assert section["check"][0]["question"] in text
        assert "[1] Valuation from First Principles, chapter 1" in text and "code [1]" in text
        assert next(str(one["/Title"]) for one in reader.outline if not isinstance(one, list)) == "Contents"
        assert len([one for group in reader.outline if isinstance(group, list) for one in group]) == 6
        assert to_pdf(course) == made

    async def test_a_course_without_parts_can_be_taken_along_too(self, course: dict[str, Any], tmp_path: Path) -> None:
        nothing = {"level": "none", "note": "Nothing on submarines.", "missing": ["repair"], "would_help": ["A book"]}
        empty = {**course, "parts": [], "books": [], "coverage": nothing, "summary": "Nothing on submarines."}
        assert "> Nothing on submarines." in to_markdown(empty)
        assert to_markdown(empty).count("Nothing on submarines.") == 1
        assert PdfReader(io.BytesIO(to_pdf(empty))).pages[0].extract_text().count("Nothing on submarines.") == 1
        assert cards(to_apkg(empty, 1.7e9), tmp_path) == []
        assert Calendar.from_ical(to_ics(empty, studies(empty, Studying(), "UTC", NOW), NOW)).walk("VEVENT") == []


def cards(package: bytes, folder: Path) -> list[tuple[str, list[str]]]:
    """Guid and fields of each note, as Anki would read them."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        (folder / "deck.db").write_bytes(archive.read("collection.anki2"))
    connection = sqlite3.connect(folder / "deck.db")
    try:
        models, decks = connection.execute("SELECT models, decks FROM col").fetchone()
        assert str(MODEL_ID) in json.loads(models) or not connection.execute("SELECT 1 FROM notes").fetchall()
        assert len(json.loads(decks)) == 2
        rows = connection.execute("SELECT guid, flds FROM notes ORDER BY id").fetchall()
    finally:
        connection.close()
    return [(guid, fields.split("\x1f")) for guid, fields in rows]


def test_a_deck_keeps_its_id() -> None:
    id_ = "019f0000-0000-7000-8000-000000000001"
    assert deck_id(id_) == deck_id(id_) < 1 << 41


@pytest.mark.parametrize(
    "told", [{"minutes": "9"}, {"minutes": "x"}, {"days": "someday"}, {"time": "25:00"}, {"start": "1"}, {"tz": "Mars"}]
)
def test_what_cannot_be_planned_is_refused(told: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Studying.model_validate(told)


def test_no_line_of_running_text_is_wider_than_its_column() -> None:
    paper = Paper("t", NOW, "t")
    drawn: list[tuple[float, str, bool]] = []

    class Seen(Paper):
        def text(self, x: float, y: float, text: str, size: float, **how: Any) -> None:
            drawn.append((x, text, bool(how.get("bold"))))
            super().text(x, y, text, size, **how)

    flow = Flow(Seen("t", NOW, ""))
    words = [("wonderful", at % 3 == 0) for at in range(120)] + [("W" * 200, False)]
    flow.words(words, 11, indent=10)
    lines = [(x, text, bold) for x, text, bold in drawn if "W" in text or "wonderful" in text]
    assert len(lines) > 40 and {x for x, _, _ in lines} > {LEFT + 10}
    assert all(x + paper.width(text, 11, bold=bold) <= RIGHT + 0.1 for x, text, bold in lines)
    assert sum(text.count("wonderful") for _, text, _ in lines) == 120


async def test_html_of_a_book_stays_text_in_the_markdown(db: Database, alice: Person) -> None:
    course = await courses.put(db, alice)
    lesson = "So <img src=x onerror=alert(1)> and \\<b>this, but `a < b` as it is."
    course["parts"][0]["sections"][0]["lesson"] = lesson
    text = to_markdown(course)
    assert "`a < b` as it is" in text
    told = MarkdownIt().render(text)
    assert "<img" not in told and "<b>" not in told and "&lt;img src=x" in told
