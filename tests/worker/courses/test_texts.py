"""What a course says of itself stays true when a section of it is made anew."""

from typing import Any

from app.kinds.course import CourseInput
from app.kinds.course_outline import summary_of
from worker.courses import texts
from worker.courses.brief import read

BRIEF = read(CourseInput.model_validate({"query": "sleep", "hours": 1.0}))
WELL = "The library covers this well: one book fills the 1 hour that you asked for."


def section(title: str, minutes: int, *books: str) -> dict[str, Any]:
    return {
        "id": title,
        "title": title,
        "minutes": minutes,
        "lesson": "Told." if books else texts.NOTHING,
        "sources": [{"book_id": one, "book": one} for one in books],
    }


def coverage(note: str, level: str = "good", *missing: str) -> dict[str, Any]:
    return {"level": level, "note": note, "missing": list(missing), "would_help": [], "nearest": []}


def test_a_section_of_another_book_counts_in_the_note() -> None:
    before = [section("A", 30, "x"), section("B", 30, "x")]
    found = texts.amended(BRIEF, coverage(WELL), before, [before[0], section("B", 29, "y")])
    assert found == coverage("The library covers this well: 2 books fill the 1 hour that you asked for.")


def test_minutes_that_drift_are_told_and_told_again() -> None:
    before = [section("A", 30, "x"), section("B", 30, "x")]
    shorter = [before[0], section("B", 20, "x")]
    found = texts.amended(BRIEF, coverage(WELL), before, shorter)
    assert found["note"] == "The course takes about 50 minutes, and you asked for 1 hour."
    assert texts.amended(BRIEF, found, shorter, before)["note"] == (
        "The course takes about 60 minutes, and you asked for 1 hour."
    )
    kept = "You kept 2 of 9 sections: the course takes about 50 minutes, and you asked for 1 hour."
    again = texts.amended(BRIEF, coverage(kept), shorter, [before[0], section("B", 10, "x")])["note"]
    assert again == "You kept 2 of 9 sections: the course takes about 40 minutes, and you asked for 1 hour."


def test_a_section_that_has_a_lesson_at_last_is_missing_no_more() -> None:
    planned = [section("A", 30, "x"), section("B", 30, "x")]
    before = [section("A", 0), section("B", 0), section("C", 0)]
    nothing = texts.honest(BRIEF, coverage(WELL), before, planned)
    assert (nothing["level"], nothing["missing"]) == ("none", ["A", "B", "C"])
    one = [section("A", 30, "y"), *before[1:]]
    some = texts.amended(BRIEF, nothing, before, one)
    assert (some["level"], some["missing"]) == ("thin", ["B", "C"])
    assert some["note"] == (
        "The course takes about 30 minutes, and you asked for 1 hour. The library has nothing on “B” and “C”."
    )
    every = texts.amended(BRIEF, some, one, [section(name, 20, "y") for name in "ABC"])
    assert (every["note"], every["missing"]) == ("The course takes about 60 minutes, and you asked for 1 hour.", [])


def test_what_is_told_beside_stays_when_a_treated_section_has_a_lesson_at_last() -> None:
    note = "Nothing in the passages it found speaks of “Y”. “B” and “C” are treated in other sections already."
    before = [section("A", 40, "x"), section("B", 0), section("C", 0)]
    after = [before[0], section("B", 20, "x"), before[2]]
    found = texts.amended(BRIEF, coverage(note, "thin", "Y"), before, after)
    assert found["note"] == (
        "Nothing in the passages it found speaks of “Y”. “C” is treated in another section already."
    )
    assert found["missing"] == ["Y"]


def test_of_one_there_is_one() -> None:
    one = [{**section("A", 1, "x"), "check": [{}]}]
    told = texts.summary(BRIEF, coverage(WELL), [{"title": "X"}], one)
    assert told == "1 section on sleep in about 1 minute, composed from “X”, with 1 question to check yourself."
    assert texts.found(1, 1) == "1 passage of 1 book may serve"
    assert summary_of(one, 1) == "1 section, about 1 minute: A."
