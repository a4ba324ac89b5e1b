from datetime import UTC, datetime

import pytest

from app.counts import number
from app.pages import filters
from app.pages.templates import ENVIRONMENT


@pytest.mark.parametrize(
    ("value", "text"), [(72.5, "72.5"), (70.0, "70"), (1.25, "1.25"), (1234, "1,234"), (0, "0"), (100, "100")]
)
def test_numbers_read_without_idle_digits(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.01, "< 0.1 s"),
        (1.24, "1.2 s"),
        (42.4, "42 s"),
        (59.7, "1 min"),
        (185, "3 min 5 s"),
        (3600, "1 h"),
        (5400, "1 h 30 min"),
    ],
)
def test_durations_read_as_people_say_them(seconds: float, text: str) -> None:
    assert filters.duration(seconds) == text


def test_percent_reaches_100_only_when_all_is_done() -> None:
    assert filters.percent(0.999) == "99%"
    assert filters.percent(0.29) == "29%"
    assert filters.percent(1) == "100%"


def test_a_moment_is_shown_in_the_zone_of_the_person_and_in_utc_for_an_unknown_zone() -> None:
    template = ENVIRONMENT.from_string("{{ at|clock }}")
    at = datetime(2020, 7, 1, 22, 30, tzinfo=UTC)
    assert template.render(at=at, time_zone="Europe/Berlin") == "2 July 2020, 00:30"
    assert template.render(at=at.timestamp(), time_zone="Mars/Olympus") == "1 July 2020, 22:30"


def test_lists_are_spoken() -> None:
    assert filters.spoken(["chest"]) == "chest"
    assert filters.spoken(["chest", "back", "quads"]) == "chest, back and quads"
    assert filters.words("front_delts") == "Front delts"
