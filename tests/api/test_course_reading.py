"""Finished courses by API: every file, and how far one is."""

import io
import zipfile
from typing import Any

import pytest
from icalendar import Calendar
from pypdf import PdfReader

from app.api.courses import Course
from app.database import Database
from app.library.progress import question_id
from app.person import Person
from tests.api.conftest import Api
from tests.support import course as courses


@pytest.fixture
async def course(db: Database, alice: Person) -> dict[str, Any]:
    return await courses.put(db, alice)


async def test_each_file_is_a_download_of_its_kind(as_alice: Api, course: dict[str, Any]) -> None:
    one = f"/courses/{course['id']}"
    name = 'attachment; filename="discounted-cash-flow-valuation.'
    files = {kind: await as_alice.get(f"{one}.{kind}") for kind in ("json", "md", "pdf", "ics", "apkg")}
    for kind, answer in files.items():
        assert answer.status_code == 200 and answer.headers["content-disposition"] == f'{name}{kind}"'
    assert Course.model_validate(files["json"].json()).parts[1].sections[2].sources
    assert files["md"].text.startswith("# Discounted cash flow valuation")
    assert len(PdfReader(io.BytesIO(files["pdf"].content)).pages) > 3
    assert len(Calendar.from_ical(files["ics"].content).walk("VEVENT")) == 6
    assert "collection.anki2" in zipfile.ZipFile(io.BytesIO(files["apkg"].content)).namelist()


async def test_a_calendar_is_planned_as_it_is_asked(as_alice: Api, course: dict[str, Any]) -> None:
    asked = {"start": "2026-12-07", "days": "monday", "time": "07:30", "tz": "Europe/Berlin", "minutes": "60"}
    answer = await as_alice.get(f"/courses/{course['id']}.ics", params=asked)
    events: list[Any] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert [event.start.isoformat() for event in events] == ["2026-12-07T06:30:00+00:00", "2026-12-14T06:30:00+00:00"]
    assert str(events[0]["url"]).endswith(f"/courses/{course['id']}/1.1")
    wrong = await as_alice.get(f"/courses/{course['id']}.ics", params={"minutes": 5})
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["loc"] == ["minutes"]


async def test_progress_is_told_field_by_field_and_read_back(as_alice: Api, course: dict[str, Any]) -> None:
    progress = f"/courses/{course['id']}/progress"
    assert (await as_alice.get(progress)).json() == {"items": []}
    question = question_id(course["parts"][0]["sections"][0]["check"][0]["question"])
    told = {"read": True, "note": "Ask Ada.", "answers": {question: "not_yet"}}
    first = (await as_alice.put(f"{progress}/1.1", json=told)).json()
    assert first["read_at"] and first["note"] == "Ask Ada." and first["answers"] == {question: "not_yet"}
    second = (await as_alice.put(f"{progress}/1.1", json={"marked": True, "answers": {question: "known"}})).json()
    assert second == {**first, "marked": True, "answers": {question: "known"}}
    assert (await as_alice.put(f"{progress}/1.1", json={"read": False})).json()["read_at"] is None
    assert [one["section"] for one in (await as_alice.get(progress)).json()["items"]] == ["1.1"]


async def test_what_cannot_be_is_said(as_alice: Api, course: dict[str, Any]) -> None:
    progress = f"/courses/{course['id']}/progress"
    for section in ("9.9", "x", "1.1.1", "section-1.1"):
        assert (await as_alice.put(f"{progress}/{section}", json={"read": True})).status_code == 404
    for told, place in (({"note": 1}, "note"), ({"answers": {"x": "known"}}, "answers"), ({"reed": True}, "reed")):
        wrong = await as_alice.put(f"{progress}/1.1", json=told)
        assert wrong.status_code == 422 and wrong.json()["errors"][0]["loc"][0] == place
