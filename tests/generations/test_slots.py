"""When a schedule is due, held against clocks that are watched minute by minute."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.generations.slots import WEEKDAYS, Rule, Slot, latest_slot, next_slot
from app.zones import time_zones

# Daylight saving of an hour, of half an hour, in winter, at midnight, without; a day that never was; odd offsets.
ZONES = (
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia",
    "America/Sao_Paulo", "Europe/Dublin", "Asia/Tehran", "Asia/Kathmandu", "Pacific/Chatham", "Antarctica/Troll",
    "Pacific/Kiritimati", "Asia/Pyongyang", "America/Caracas", "UTC",
)  # fmt: skip
FIRST, LAST = (int(datetime(year, 1, 2, tzinfo=UTC).timestamp()) for year in (1975, 2037))

zones = st.one_of(st.sampled_from(ZONES), st.sampled_from(sorted(time_zones())))
clocks = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
rules = st.one_of(
    st.builds(Rule, st.just("day"), clocks, zones),
    st.builds(Rule, st.just("week"), clocks, zones, st.sampled_from(WEEKDAYS)),
    st.builds(Rule, st.just("month"), clocks, zones, st.none(), st.integers(1, 31)),
)  # fmt: skip
moments = st.integers(FIRST, LAST)


def shown(instant: float, tz: str) -> datetime:
    return datetime.fromtimestamp(instant, ZoneInfo(tz)).replace(tzinfo=None, fold=0)


def at(text: str, tz: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(tz)).timestamp()


def walk(rule: Rule, start: float, end: float) -> Iterator[Slot]:
    while (slot := next_slot(rule, start)).instant <= end:
        yield slot
        start = slot.instant


@given(rules, moments)
def test_the_next_is_later_the_latest_is_not_and_nothing_lies_between(rule: Rule, moment: int) -> None:
    before, after = latest_slot(rule, moment), next_slot(rule, moment)
    assert before.instant <= moment < after.instant
    assert before.name < after.name
    assert next_slot(rule, before.instant) == after
    assert next_slot(rule, after.instant - 1) == after
    assert latest_slot(rule, after.instant - 1) == before
    assert latest_slot(rule, after.instant).instant == after.instant


@given(rules, moments)
def test_a_slot_is_of_the_rule_and_its_instant_is_when_clocks_first_show_it(rule: Rule, moment: int) -> None:
    slot = next_slot(rule, moment)
    assert f"{slot.local:%H:%M}" == rule.at and slot.name == f"{slot.local:%Y-%m-%dT%H:%M}"
    if rule.weekday is not None:
        assert WEEKDAYS[slot.local.weekday()] == rule.weekday
    if rule.month_day is not None:
        assert slot.local.day == min(rule.month_day, monthrange(slot.local.year, slot.local.month)[1])
    assert shown(slot.instant - 1, rule.tz) < slot.local <= shown(slot.instant, rule.tz)


@cache
def changes(tz: str) -> list[float]:
    """The hours of these years in which the clocks of a place were changed."""
    zone, found = ZoneInfo(tz), []
    for year in (1990, 2011, 2018, 2026):
        hours = [datetime(year, 1, 1, tzinfo=UTC).timestamp() + hour * 3600 for hour in range(366 * 24)]
        offsets = [datetime.fromtimestamp(hour, zone).utcoffset() for hour in hours]
        found += [hour for hour, (one, later) in zip(hours, pairwise(offsets), strict=False) if one != later]
    return found or [float(FIRST)]


@pytest.mark.parametrize("tz", ZONES)
@given(data=st.data())
@settings(max_examples=8, deadline=None)
def test_it_runs_as_one_would_who_keeps_an_eye_on_the_clock(tz: str, data: st.DataObject) -> None:
    """Once for each day: at the first minute in which the clock shows the time or is past it."""
    rule = Rule("day", data.draw(clocks), tz)
    start = data.draw(st.sampled_from(changes(tz))) - 3 * 86400
    end = start + 6 * 86400
    waits_for = next_slot(rule, start).local
    seen: dict[float, str] = {}
    moment = start + 60
    while moment <= end:
        if shown(moment, tz) >= waits_for:
            seen[moment] = f"{waits_for:%Y-%m-%dT%H:%M}"  # of two at one instant, the later
            waits_for += timedelta(days=1)
        else:
            moment += 60
    got = {slot.instant: latest_slot(rule, slot.instant).name for slot in walk(rule, start, end)}
    assert got == seen


CHANGES = [
    ("Europe/Berlin", "02:30", "2026-03-29T03:00:00+02:00"),  # skipped
    ("Europe/Berlin", "02:00", "2026-03-29T03:00:00+02:00"),
    ("Europe/Berlin", "03:00", "2026-03-29T03:00:00+02:00"),
    ("Europe/Berlin", "02:30", "2026-10-25T02:30:00+02:00"),  # twice: the first
    ("Europe/Berlin", "03:00", "2026-10-25T03:00:00+01:00"),
    ("America/New_York", "02:15", "2026-03-08T03:00:00-04:00"),
    ("America/New_York", "01:59", "2026-11-01T01:59:00-04:00"),
    ("Australia/Lord_Howe", "02:10", "2026-10-04T02:30:00+11:00"),  # half an hour
    ("Australia/Lord_Howe", "01:45", "2026-04-05T01:45:00+11:00"),
    ("Africa/Casablanca", "02:20", "2026-03-22T03:00:00+01:00"),  # after Ramadan
    ("Africa/Casablanca", "02:20", "2026-02-15T02:20:00+01:00"),
    ("America/Sao_Paulo", "00:30", "2018-11-04T01:00:00-02:00"),  # midnight is skipped
    ("America/Sao_Paulo", "23:30", "2018-02-17T23:30:00-02:00"),
    ("Pacific/Apia", "07:00", "2011-12-31T00:00:00+14:00"),  # the 30th never was
]


@pytest.mark.parametrize(("tz", "clock", "instant"), CHANGES)
def test_clocks_that_change(tz: str, clock: str, instant: str) -> None:
    due = datetime.fromisoformat(instant).timestamp()
    rule = Rule("day", clock, tz)
    assert next_slot(rule, due - 1).instant == due
    following = next_slot(rule, due)
    assert following.instant - due >= 6 * 3600  # not twice


def test_the_day_that_samoa_left_out_runs_once_where_two_slots_fall_together() -> None:
    rule = Rule("day", "00:00", "Pacific/Apia")
    names = [slot.name for slot in walk(rule, at("2011-12-28T12:00", rule.tz), at("2012-01-01T12:00", rule.tz))]
    assert names == ["2011-12-29T00:00", "2011-12-30T00:00", "2012-01-01T00:00"]
    assert latest_slot(rule, at("2011-12-31T09:00", rule.tz)).name == "2011-12-31T00:00"


def test_a_month_has_its_last_day_where_it_has_no_such_day() -> None:
    rule = Rule("month", "07:00", "Europe/Berlin", month_day=31)
    slots = walk(rule, at("2023-12-31T07:00", rule.tz), at("2024-12-31T07:00", rule.tz))
    assert [slot.local.day for slot in slots] == [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert next_slot(rule, at("2025-02-01T00:00", rule.tz)).name == "2025-02-28T07:00"


@given(rules, moments)
@settings(max_examples=30, deadline=None)
def test_no_slot_comes_twice_and_none_is_left_out(rule: Rule, moment: int) -> None:
    span = {"day": 40, "week": 200, "month": 800}[rule.every]
    slots = list(walk(rule, moment, moment + span * 86400))
    names = [slot.name for slot in slots]
    assert len(set(names)) == len(names) and names == sorted(names)
    steps = [(later.local - one.local).days for one, later in pairwise(slots)]
    usual = {"day": {1}, "week": {7}, "month": {28, 29, 30, 31}}[rule.every]
    assert {step for step in steps if step not in usual} <= {2}  # two days in one: Samoa
