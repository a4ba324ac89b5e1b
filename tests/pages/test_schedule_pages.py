"""The pages of schedules, as they are rendered."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import update

from app.database import Database
from app.generations import Bell, schedules
from app.generations.schedules import Schedule
from app.models import Schedule as Row
from app.pages import plan_form
from app.pages.schedules import in_words, ordinal
from app.settings import Settings
from tests.pages.conftest import Browser, Maker, ask
from tests.support.schedules import overdue

WHEN = {"every": "week", "at": "07:00", "weekday": "monday", "month_day": "3", "tz": "Europe/Berlin"}


async def put(client: httpx.AsyncClient, **more: str) -> str:
    """Ask for a program and put it on the schedule; returns the schedule's id."""
    generation = (await ask(client, time_zone="Europe/Berlin")).rpartition("/")[2]
    answer = await client.post("/schedules", data={**WHEN, "generation": generation, **more})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?new=")[2]


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("path", ["/schedules", "/schedules/new"])
async def test_nobody_is_sent_to_sign_in(visitor: httpx.AsyncClient, path: str) -> None:
    answer = await visitor.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={path}")


async def test_the_empty_page_says_how_to_make_one(visitor: httpx.AsyncClient) -> None:
    generation = (await ask(visitor)).rpartition("/")[2]
    empty = (await visitor.get("/schedules")).text
    assert "Nothing on a schedule yet" in empty and 'href="/schedules/new"' in empty
    choice = (await visitor.get("/schedules/new")).text
    assert f'href="/schedules/new?generation={generation}"' in choice


async def test_what_cannot_be_asked_for_again_is_not_offered(visitor: httpx.AsyncClient) -> None:
    """A book comes with its file, which is gone once it is read."""
    book = ("notes.md", b"# Notes\n\nHeat flows from what is warm to what is cold.\n", "text/markdown")
    assert (await visitor.post("/library", files={"file": book})).status_code == 303
    made = (await visitor.get("/generations?kind=book")).text
    found = re.search(r'data-id="([0-9a-f-]{36})"', made)
    assert found is not None
    assert "Nothing on a schedule yet" in (empty := (await visitor.get("/schedules")).text)
    assert "Make something first" in empty
    assert "There is nothing to make again yet" in (await visitor.get("/schedules/new")).text
    assert (await visitor.get(f"/schedules/new?generation={found[1]}")).status_code == 404
    assert (await visitor.post("/schedules", data={**WHEN, "generation": found[1]})).status_code == 404


async def test_the_form_shows_what_and_is_filled_in(visitor: httpx.AsyncClient) -> None:
    generation = (await ask(visitor, time_zone="Asia/Tokyo")).rpartition("/")[2]
    text = (await visitor.get(f"/schedules/new?generation={generation}")).text
    assert "Strength program" in text and "4 weeks, 3 days a week" in text
    assert re.search(r"<dt>Bench press</dt><dd>90</dd>", text)
    today = datetime.now(ZoneInfo("Asia/Tokyo"))
    assert f'value="{today:%A}"'.lower() + " selected" in text
    assert f'<option value="{today.day}" selected>' in text
    assert '<option value="Asia/Tokyo" selected>' in text
    assert 'type="time" value="07:00"' in text
    assert re.search(r'value="week" id="every-week" checked', text)


async def test_a_schedule_is_made_listed_and_deleted(visitor: httpx.AsyncClient, browser: Browser) -> None:
    schedule = await put(visitor)
    listed = squeezed((await visitor.get(f"/schedules?new={schedule}")).text)
    assert "It is on your schedule." in listed
    assert 'Every Monday at 07:00 <span class="note nowrap">(Europe/Berlin)</span>' in listed
    following = re.search(r'data-part="next">.*?<time datetime="[^"]+">(\d+ \w+(?: \d{4})?, 07:00)</time>', listed)
    assert following is not None
    assert f'action="/schedules/{schedule}/delete"' in listed
    row = (await visitor.get(f"/schedules/{schedule}/row")).text
    assert squeezed(row).startswith(f'<li class="made schedule" data-id="{schedule}"> <div class="made-what">')
    other = browser()
    await ask(other)
    await other.post(f"/schedules/{schedule}/delete")
    gone = await visitor.post(f"/schedules/{schedule}/delete")
    assert gone.headers["location"] == "/schedules?deleted"
    after = (await visitor.get("/schedules?deleted")).text
    assert "Nothing on a schedule yet" in after and "What it has made is still yours." in after
    assert (await visitor.post(f"/schedules/{schedule}/delete")).headers["location"] == "/schedules"  # twice
    assert (await visitor.get(f"/schedules/{schedule}/row")).status_code == 404


async def test_only_the_day_that_belongs_to_it_counts(visitor: httpx.AsyncClient) -> None:
    """Without a script, and without `:has`, all the days stand in the form."""
    daily = await put(visitor, every="day", weekday="nonsense", month_day="99")
    monthly = await put(visitor, every="month", weekday="nonsense", month_day="31", at="7:05")
    text = (await visitor.get("/schedules")).text
    assert daily in text and "Every day at 07:00" in text
    assert monthly in text and "Every month on the 31st, or its last day, at 07:05" in text


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("at", {"at": "25:00"}), ("at", {"at": ""}), ("every", {"every": ""}), ("tz", {"tz": "Mars/Olympus"}),
        ("weekday", {"weekday": "someday"}), ("month_day", {"every": "month", "month_day": "32"}),
        ("month_day", {"every": "month", "month_day": "x"}),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_said_beside_its_field(
    visitor: httpx.AsyncClient, field: str, given: dict[str, str]
) -> None:
    generation = (await ask(visitor)).rpartition("/")[2]
    answer = await visitor.post("/schedules", data={**WHEN, "generation": generation, **given})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text and f'href="#{field}"' in answer.text
    assert 'value="' + WHEN["tz"] + '" selected' in answer.text or field == "tz"  # what was typed is kept
    assert "Nothing on a schedule yet" in (await visitor.get("/schedules")).text


async def test_the_same_twice_is_one(visitor: httpx.AsyncClient) -> None:
    schedule = await put(visitor)
    generation = (await ask(visitor)).rpartition("/")[2]
    again = await visitor.post("/schedules", data={**WHEN, "generation": generation})
    assert again.headers["location"] == f"/schedules?same={schedule}"
    assert "on your schedule already" in (await visitor.get(again.headers["location"])).text


async def test_with_the_most_there_is_no_more(visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "MOST", 1)
    await put(visitor)
    generation = (await ask(visitor)).rpartition("/")[2]
    refused = await visitor.post("/schedules", data={**WHEN, "at": "08:00", "generation": generation})
    assert refused.status_code == 409 and "which is the most. Delete one first." in refused.text
    assert 'href="/schedules/new"' not in (await visitor.get("/schedules")).text


async def test_nobody_repeats_or_sees_what_is_anothers(visitor: httpx.AsyncClient, browser: Browser) -> None:
    schedule = await put(visitor)
    generation = (await ask(visitor)).rpartition("/")[2]
    other = browser()
    await ask(other)
    assert (await other.get(f"/schedules/new?generation={generation}")).status_code == 404
    assert (await other.post("/schedules", data={**WHEN, "generation": generation})).status_code == 404
    assert (await other.get(f"/schedules/{schedule}/row")).status_code == 404
    assert schedule not in (await other.get("/schedules")).text
    assert schedule in (await visitor.get("/schedules")).text


async def test_the_last_outcome_is_told(
    visitor: httpx.AsyncClient, maker: Maker, db: Database, bell: Bell, settings: Settings
) -> None:
    schedule = await put(visitor)
    await maker.make()
    await overdue(db)
    await schedules.fire(db, bell, settings)
    row = squeezed((await visitor.get(f"/schedules/{schedule}/row")).text)
    generation = re.search(r'data-generation="([^"]+)"', row)
    assert generation is not None
    assert f'<a href="/generations/{generation[1]}">Strength program</a>' in row and "Waiting" in row
    await maker.make()
    row = squeezed((await visitor.get(f"/schedules/{schedule}/row")).text)
    assert f'<a href="/programs/{generation[1]}">' in row and "Ready" in row


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"input": {"goal": "strength"}}, "What it asks for is no longer possible: experience: Field required."),
        ({"kind": "sculpture"}, "This can no longer be made."),
    ],
)
async def test_what_can_no_longer_be_made_is_told_and_still_listed(
    visitor: httpx.AsyncClient, db: Database, bell: Bell, settings: Settings, changed: dict[str, Any], said: str
) -> None:
    await put(visitor)
    await overdue(db)
    async with db.write() as session:
        await session.execute(update(Row).values(**changed))
    await schedules.fire(db, bell, settings)
    text = squeezed((await visitor.get("/schedules")).text)
    assert f"not made. {said}" in text and "Delete this schedule and make a new one." in text


def test_times_in_words() -> None:
    now = datetime.now(ZoneInfo("UTC"))
    blank: dict[str, Any] = {
        "id": "", "kind": "program", "subject": "", "input": {}, "at": "07:00", "weekday": None, "month_day": None,
        "tz": "UTC", "next_at": now, "created_at": now, "last": None,
    }  # fmt: skip

    def said(**more: Any) -> str:
        return in_words(Schedule(**{**blank, **more}))

    assert said(every="day") == "Every day at 07:00"
    assert said(every="week", weekday="sunday") == "Every Sunday at 07:00"
    assert said(every="month", month_day=1) == "Every month on the 1st at 07:00"
    assert said(every="month", month_day=29) == "Every month on the 29th, or its last day, at 07:00"
    assert [ordinal(n) for n in (2, 3, 4, 11, 12, 13, 21, 22, 23, 30, 31)] == [
        "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "23rd", "30th", "31st",
    ]  # fmt: skip


async def test_a_week_and_a_course_are_put_on_a_schedule_without_their_first_dates(visitor: httpx.AsyncClient) -> None:
    week = plan_form.new_form({}, "kg", {}).values
    week |= {"age": ["34"], "height": ["178"], "body_weight": ["82"], "week_start": ["2031-06-02"]}
    asked: dict[str, dict[str, Any]] = {"/plans": week, "/courses": {"query": "Learn DCF valuation", "hours": "1"}}
    for place, form in asked.items():
        answer = await visitor.post(place, data=form)
        assert answer.status_code == 303, answer.text
        generation = answer.headers["location"].partition("?")[0].rpartition("/")[2]
        assert f'href="/schedules/new?generation={generation}"' in (await visitor.get("/schedules/new")).text
        told = (await visitor.get(f"/schedules/new?generation={generation}")).text
        assert "Put it on my schedule" in told and "2031-06-02" not in told
        timing = {"generation": generation, "every": "week", "weekday": "sunday", "at": "18:00", "tz": "UTC"}
        made = await visitor.post("/schedules", data=timing)
        assert made.status_code == 303 and "new=" in made.headers["location"]
    listed = (await visitor.get("/schedules")).text
    assert "Learn DCF valuation" in listed and "week" in listed and listed.count('action="/schedules/') == 2
