"""How far one is, where to go on, and the review in words."""

from typing import Any

import pytest

from app.pages import study


def course(**changed: Any) -> dict[str, Any]:
    parts = [
        {"number": part, "sections": [{"number": f"{part}.{at}", "minutes": 10 * at} for at in (1, 2)]}
        for part in (1, 2)
    ]
    scores = {"hours": 1.0, "coverage": 0.9, "order": 1.0, "redundancy": 0.0, "support": 1.0}
    return {"parts": parts, "estimated_minutes": 60, "hours": 1.0, "review": {"scores": scores}, **changed}


def row(opened: float, *, read: bool = False) -> dict[str, Any]:
    return {"opened_at": opened, "read_at": opened if read else None}


@pytest.mark.parametrize(
    ("rows", "goes_on"),
    [
        ({}, "1.1"),
        ({"1.2": row(1)}, "1.2"),
        ({"1.1": row(1, read=True), "1.2": row(2, read=True)}, "2.1"),
        ({"2.2": row(2, read=True), "1.1": row(1, read=True)}, "1.2"),
        ({number: row(1, read=True) for number in ("1.1", "1.2", "2.1", "2.2")}, None),
        ({"9.9": row(5)}, "1.1"),
    ],
)
def test_one_goes_on_at_the_last_opened_or_the_first_after_it_that_is_not_read(rows: Any, goes_on: str | None) -> None:
    found = study.where(course(), rows)
    assert (found and found["number"]) == goes_on


def test_minutes_count_what_is_read() -> None:
    told = study.standing(course(), {"1.2": row(1, read=True), "2.1": row(2)})
    assert (told.read, told.sections, told.minutes_read, told.minutes) == (1, 4, 20, 60)


def test_the_neighbours_of_a_section_and_what_is_none() -> None:
    before, after = study.around(course(), "2.1")
    assert before and after and (before["number"], after["number"]) == ("1.2", "2.2")
    assert study.around(course(), "1.1")[0] is None
    for number in ("3.1", "1.0", "x", "1.1/..", "1.1 "):
        assert study.found(course(), number) is None


def test_the_review_says_what_it_means() -> None:
    said = {label: text for label, text, _ in study.reviewed(course(estimated_minutes=35))}
    assert said["Time"] == "35 of the 60 minutes that you asked for"
    scores = {"hours": 1.0, "coverage": 0.9, "order": 0.8, "redundancy": 0.2, "support": 0.7}
    told = study.reviewed(course(review={"scores": scores, "before": {**scores, "support": 0.5}}))
    assert [(text, before) for _, text, before in told] == [
        ("60 minutes, as you asked", ""),
        ("90% of what you asked for is treated", ""),
        ("80% of what builds on something comes after it", ""),
        ("70% of the sentences stand in a source", "50%"),
        ("20% is said twice", ""),
    ]
