"""The form that leads to the calendar file."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from icalendar import Calendar

from tests.pages.conftest import Browser, Maker, ask


async def program_of(client: httpx.AsyncClient, maker: Maker) -> str:
    live = await ask(client, time_zone="Europe/Berlin")
    await maker.make()
    return live.replace("generations", "programs")


async def test_the_programs_page_offers_every_file(visitor: httpx.AsyncClient, maker: Maker) -> None:
    path = await program_of(visitor, maker)
    text = (await visitor.get(path)).text
    for link in re.findall(r'href="(/api/v1/programs/[^"]+)" download', text):
        assert (await visitor.get(link)).status_code == 200
    assert len(re.findall(r'href="/api/v1/programs/[^"]+\.(?:pdf|csv|md|json)" download', text)) == 4
    assert f'action="{path}/calendar"' in text and "Europe/Berlin" in text
    days = re.findall(r'name="days" value="(\w+)"[^>]* checked', text)
    assert days == ["monday", "wednesday", "friday"]
    assert re.search(r'name="start" type="date" value="\d{4}-\d\d-\d\d"', text)
    assert 'name="time" type="time" value="18:00"' in text


async def test_the_form_as_it_stands_leads_to_the_file(visitor: httpx.AsyncClient, maker: Maker) -> None:
    path = await program_of(visitor, maker)
    query = "start=2026-12-07&time=07%3A15&days=tuesday&days=thursday&days=sunday"
    answer = await visitor.get(f"{path}/calendar?{query}")
    assert answer.status_code == 303
    target = urlsplit(answer.headers["location"])
    assert target.path == f"/api/v1{path}.ics"
    assert parse_qs(target.query) == {"start": ["2026-12-07"], "time": ["07:15"], "days": ["tuesday,thursday,sunday"]}
    calendar = Calendar.from_ical((await visitor.get(answer.headers["location"])).content)
    assert isinstance(calendar, Calendar)
    first: Any = calendar.walk("VEVENT")[0]
    assert first.start.isoformat() == "2026-12-08T06:15:00+00:00"


async def test_what_is_wrong_stands_at_its_field_with_what_was_chosen(visitor: httpx.AsyncClient, maker: Maker) -> None:
    path = await program_of(visitor, maker)
    answer = await visitor.get(f"{path}/calendar?start=2026-12-07&time=07%3A15&days=tuesday&days=thursday")
    assert answer.status_code == 422
    assert 'href="#days"' in answer.text and "3 weekdays" in answer.text
    assert re.findall(r'name="days" value="(\w+)"[^>]* checked', answer.text) == ["tuesday", "thursday"]
    assert 'value="07:15"' in answer.text
    worse = await visitor.get(f"{path}/calendar?start=x&time=%3Cb%3E&days=")
    assert 'href="#start"' in worse.text and 'href="#time"' in worse.text
    assert 'value="&lt;b&gt;"' in worse.text


async def test_anothers_calendar_is_not_there(visitor: httpx.AsyncClient, browser: Browser, maker: Maker) -> None:
    path = await program_of(visitor, maker)
    assert (await visitor.get(f"{path}/calendar")).status_code == 200
    other = browser()
    assert (await other.get(f"{path}/calendar")).headers["location"].startswith("/sign-in?next=")
    await ask(other)
    assert (await other.get(f"{path}/calendar")).status_code == 404
