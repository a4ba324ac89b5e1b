"""The calendar, read back by the library that calendars are read with."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from pydantic import ValidationError

from app.exports.placing import Placing, WrongDays, next_monday, sessions
from app.exports.program_ics import to_ics

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # a Tuesday


def events(program: dict[str, Any], **given: Any) -> list[Any]:
    placed = sessions(program, Placing.model_validate(given), "Europe/Berlin", NOW)
    calendar = Calendar.from_ical(to_ics(program, placed, NOW, page="https://unfold.test/programs/1"))
    assert isinstance(calendar, Calendar)
    return calendar.walk("VEVENT")


def starts(program: dict[str, Any], **given: Any) -> list[datetime]:
    zone = ZoneInfo(given.get("tz", "Europe/Berlin"))
    return [event.start.astimezone(zone) for event in events(program, **given)]


def test_every_session_is_an_event_with_its_exercises(program: dict[str, Any]) -> None:
    found = iter(events(program))
    for week in program["schedule"]:
        for day in week["days"]:
            event = next(found)
            assert event["SUMMARY"] == f"{day['name']} · week {week['week']} of 10"
            assert event.duration == timedelta(minutes=day["estimated_minutes"])
            assert event["SEQUENCE"] == 1
            assert event["URL"].endswith(f"?week={week['week']}&day={day['day']}")
            for exercise in day["exercises"]:
                assert exercise["name"] in event["DESCRIPTION"]
    assert next(found, None) is None


def test_by_default_it_begins_next_monday_at_six_on_the_programs_own_days(program: dict[str, Any]) -> None:
    found = starts(program)
    assert found[0] == datetime(2026, 11, 30, 18, 0, tzinfo=BERLIN)
    own = [day["weekday"] for week in program["schedule"] for day in week["days"]]
    assert [f"{start:%A}".lower() for start in found] == own


def test_a_session_stays_at_its_time_when_the_clocks_change(program: dict[str, Any]) -> None:
    found = starts(program, start="2027-03-15", time="18:30")  # clocks go forward on 28 March
    assert {(start.hour, start.minute) for start in found} == {(18, 30)}
    assert {start.utcoffset() for start in found} == {timedelta(hours=1), timedelta(hours=2)}
    dates = [start.date() for start in found]
    assert dates == sorted(dates) and (dates[-1] - dates[0]).days // 7 == 9


def test_a_time_that_clocks_skip_is_held_after_it(program: dict[str, Any]) -> None:
    found = starts(program, start="2027-03-22", days="mon,wed,fri,sun", time="02:30")
    assert found[3] == datetime(2027, 3, 28, 3, 30, tzinfo=BERLIN)
    assert {(start.hour, start.minute) for start in found if start != found[3]} == {(2, 30)}


def test_days_and_time_zone_are_those_that_were_asked_for(program: dict[str, Any]) -> None:
    found = starts(program, start="2026-12-07", days="Saturday, tue,thu,SUN", time="06:15", tz="Asia/Kathmandu")
    assert [start.date().isoformat() for start in found[:4]] == ["2026-12-08", "2026-12-10", "2026-12-12", "2026-12-13"]
    assert {(start.hour, start.minute) for start in found} == {(6, 15)}
    assert {start.weekday() for start in found} == {1, 3, 5, 6}


def test_weeks_are_counted_from_the_first_day_whatever_it_is(program: dict[str, Any]) -> None:
    found = starts(program, start="2026-12-03", days="monday,tuesday,thursday,friday")  # a Thursday
    assert [f"{start:%a}" for start in found[:8]] == ["Thu", "Fri", "Mon", "Tue"] * 2
    assert found[0].date() == date(2026, 12, 3)
    names = [event["SUMMARY"].partition(" · ")[0] for event in events(program, start="2026-12-03")]
    assert names[:4] == [day["name"] for day in program["schedule"][0]["days"]]


def test_taken_in_again_an_event_is_moved_and_not_doubled(program: dict[str, Any]) -> None:
    before = [event["UID"] for event in events(program)]
    moved = [event["UID"] for event in events(program, start="2027-01-05", time="07:00")]
    assert moved == before and len(set(before)) == len(before)
    edited = events({**program, "version": 3})
    assert [event["UID"] for event in edited] == before
    assert {event["SEQUENCE"] for event in edited} == {3}
    other = events({**program, "id": "0193f3a1-7c00-7abc-8def-0123456789ac"})
    assert not {event["UID"] for event in other} & set(before)


def test_a_week_changed_to_other_days_is_placed_too(program: dict[str, Any]) -> None:
    weeks = program["schedule"]
    fewer = {**weeks[1], "days": weeks[1]["days"][:3]}
    spare = [{**day, "day": 5, "weekday": "saturday"} for day in weeks[2]["days"][:1]]
    more = {**weeks[2], "days": [*weeks[2]["days"], *spare]}
    changed = {**program, "schedule": [weeks[0], fewer, more]}
    found = [f"{start:%a}" for start in starts(changed, days="tue,wed,thu,sun")]
    assert found[:4] == ["Tue", "Wed", "Thu", "Sun"]
    assert found[4:7] == ["Tue", "Wed", "Thu"]
    assert found[7:] == [day["weekday"][:3].capitalize() for day in more["days"]]


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("start", "2026-13-01", "YYYY-MM-DD"),
        ("start", "1700000000", "YYYY-MM-DD"),
        ("start", "1999-12-31", "2000"),
        ("start", "", "YYYY-MM-DD"),
        ("days", "monday,funday", "sunday"),
        ("days", "monday,mon", "once"),
        ("days", "monday;tuesday", "commas"),
        ("time", "24:00", "HH:MM"),
        ("time", "6pm", "HH:MM"),
        ("tz", "Mars/Olympus", "IANA"),
        ("tz", "localtime", "IANA"),
        ("date", "2026-12-01", ""),
    ],
)
def test_what_cannot_be_is_refused_and_named(field: str, value: str, allowed: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Placing.model_validate({field: value})
    [wrong] = raised.value.errors()
    assert wrong["loc"] == (field,) and allowed in wrong["msg"]


def test_as_many_weekdays_as_the_program_has_are_asked_for(program: dict[str, Any]) -> None:
    with pytest.raises(WrongDays, match="4 weekdays"):
        sessions(program, Placing(days="monday,friday"), "UTC", NOW)


@pytest.mark.parametrize(
    ("tz", "monday"),
    [
        ("Pacific/Auckland", date(2026, 11, 30)),
        ("Europe/Berlin", date(2026, 11, 30)),
        ("Pacific/Pago_Pago", date(2026, 11, 23)),
    ],
)
def test_next_monday_is_that_of_the_place(tz: str, monday: date) -> None:
    assert next_monday(datetime(2026, 11, 23, 5, 0, tzinfo=UTC), tz) == monday  # in Pago Pago it is Sunday still
