"""Titles as a book would have them."""

import pytest

from app.kinds.course import CourseInput
from worker.courses.brief import read
from worker.courses.spelling import capped, spelled

TOLD = "A DCF is a valuation. We use Python here. For us, the US dollar is a unit. Sleep helps; so does sleep."


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("dcf valuation", "DCF valuation"),
        ("DCF VALUATION", "DCF valuation"),
        ("python", "Python"),
        ("sleep for us", "sleep for us"),
        ("What DCF means", "What DCF means"),
        ("zebras", "zebras"),
        ("WACC", "WACC"),
    ],
)
def test_words_have_the_capitals_that_the_library_gives_them(asked: str, said: str) -> None:
    assert spelled(asked, TOLD) == said


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("please teach me photography", "Photography"),
        ("photography, please teach me!", "Photography"),
        ("sleep cycles, thank you", "Sleep cycles"),
        ("how to value a company???", "How to value a company"),
        ("giving thanks", "Giving thanks"),
    ],
)
def test_what_is_said_around_a_subject_is_no_part_of_its_title(query: str, title: str) -> None:
    assert read(CourseInput.model_validate({"query": query, "hours": 1})).title == title


def test_a_long_title_ends_where_a_phrase_does() -> None:
    assert (
        capped("From multiples of companies to errors, and how to find them", 40)
        == "From multiples of companies to errors"
    )
    assert capped("word " * 20, 22) == "word word word word…"
    assert capped("x" * 50, 20) == "x" * 19 + "…"
    assert capped("Short", 20) == "Short"
