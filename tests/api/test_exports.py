"""Programs to take away: what is sent, as what, and to whom."""

import io
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from pypdf import PdfReader

from tests.api.conftest import PROGRAM, Api, ask

Make = Callable[[], Awaitable[None]]
MEDIA = {
    "md": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
    "pdf": "application/pdf",
    "json": "application/json",
}


def events_of(calendar: bytes) -> list[Any]:
    read = Calendar.from_ical(calendar)
    assert isinstance(read, Calendar)
    return read.walk("VEVENT")


async def test_each_file_is_called_after_its_program_and_is_its_owners_alone(
    as_alice: Api, as_bob: Api, nobody: Api, make: Make
) -> None:
    made = await as_alice.post("/generations", json={"kind": "program", "input": PROGRAM, "subject": "Zoë"})
    path = f"/programs/{made.json()['id']}"
    assert {(await as_alice.get(f"{path}.{extension}")).status_code for extension in MEDIA} == {404}  # not made yet
    await make()
    for extension, media in MEDIA.items():
        answer = await as_alice.get(f"{path}.{extension}")
        assert answer.status_code == 200 and answer.headers["content-type"] == media
        assert answer.headers["content-disposition"] == (
            f'attachment; filename="zoe-strength-4-weeks-3-days-a-week.{extension}"'
        )
        assert answer.headers["cache-control"] == "private, no-store"
        assert (await as_bob.get(f"{path}.{extension}")).status_code == 404
        assert (await nobody.get(f"{path}.{extension}")).status_code == 401


async def test_the_pdf_is_for_whom_it_was_made(as_alice: Api, make: Make) -> None:
    made = await as_alice.post("/generations", json={"kind": "program", "input": PROGRAM, "subject": "Zoë"})
    await make()
    answer = await as_alice.get(f"/programs/{made.json()['id']}.pdf")
    assert "For Zoë" in PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()


async def test_the_calendar_is_in_the_accounts_time_zone_and_leads_back(as_alice: Api, make: Make) -> None:
    await as_alice.patch("/me", json={"time_zone": "America/New_York"})
    made = await ask(as_alice, kind="program")
    await make()
    path = f"/programs/{made['id']}.ics"
    answer = await as_alice.get(f"{path}?start=2027-03-01&days=mon,wed,sat&time=06:30")
    events = events_of(answer.content)
    local = [event.start.astimezone(ZoneInfo("America/New_York")) for event in events]
    assert len(local) == 12 and {f"{start:%a %H:%M}" for start in local} == {"Mon 06:30", "Wed 06:30", "Sat 06:30"}
    assert {start.utcoffset() for start in local} == {timedelta(hours=-5), timedelta(hours=-4)}
    assert events[0]["URL"] == f"http://unfold.test/programs/{made['id']}?week=1&day=1"
    elsewhere = events_of((await as_alice.get(f"{path}?start=2027-03-01&tz=Asia/Tokyo")).content)
    assert {event.start.astimezone(ZoneInfo("Asia/Tokyo")).hour for event in elsewhere} == {18}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("start=tomorrow", "start"),
        ("days=mon,tue", "days"),
        ("time=9", "time"),
        ("tz=Berlin", "tz"),
        ("day=mon", "day"),
    ],
)
async def test_a_wrong_parameter_is_named(as_alice: Api, make: Make, query: str, field: str) -> None:
    made = await ask(as_alice, kind="program")
    await make()
    answer = await as_alice.get(f"/programs/{made['id']}.ics?{query}")
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["loc"] == [field] and len(error["msg"]) > 10
