"""The editor of an outline: each button changes one thing and loses nothing."""

from typing import Any

import pytest
from pydantic import ValidationError

from app.kinds.course_outline import OutlineEdit
from app.library.outline import WrongOutline, check
from app.pages.outline import Row, changed, edit, of, said, shown, wrong

PARTS: list[dict[str, Any]] = [
    {"title": "A", "sections": [{"title": "a1", "id": "s1"}, {"title": "a2", "id": "s2"}]},
    {"title": "B", "sections": [{"title": "b1", "id": "s3"}]},
]
ROWS = of(PARTS)


def titles(rows: list[Row]) -> str:
    return " ".join(("-" if row.what == "gone" else "") + (row.title or "?") for row in rows)


def after(*does: str) -> str:
    rows = ROWS
    for do in does:
        rows, focus = changed(rows, do)
        assert 0 <= focus < len(rows)
    return titles(rows)


def test_sections_move_within_and_between_parts() -> None:
    assert after("up-at-2") == "A a2 a1 B b1"
    assert after("down-at-2") == "A a1 B a2 b1"
    assert after("up-at-4") == "A a1 a2 b1 B"
    assert after("up-at-1") == after("down-at-4") == titles(ROWS)


def test_parts_move_with_their_sections() -> None:
    assert after("up-at-3") == after("down-at-0") == "B b1 A a1 a2"
    assert after("up-at-0") == after("down-at-3") == titles(ROWS)
    assert changed(ROWS, "down-at-0")[1] == 2


def test_what_is_dropped_can_be_put_back() -> None:
    assert after("drop-at-1") == "A a2 B b1 -a1"
    assert after("drop-at-1", "back-at-4") == "A a2 B b1 a1"
    assert after("drop-at-0") == "B b1 -a1 -a2"
    assert after("drop-at-0", "drop-at-0", "back-at-0") == "? a1 -a2 -b1"


def test_sections_and_parts_are_added() -> None:
    assert after("add-at-0") == "A a1 a2 ? B b1"
    assert after("add-at-1") == "A a1 ? a2 B b1"
    assert after("drop-at-4", "add-part") == "A a1 a2 B ? ? -b1"


def test_a_button_that_makes_no_sense_changes_nothing() -> None:
    for do in ("", "up", "up-at-99", "up-at-x", "explode-at-1", "up-at-²", "go-at-1"):
        assert changed(ROWS, do)[0] == ROWS


def test_every_section_keeps_its_id_and_errors_find_their_row() -> None:
    rows, _ = changed(changed(ROWS, "add-at-3")[0], "drop-at-1")
    told, places = edit(rows)
    assert told["parts"][0] == {"title": "A", "sections": [{"title": "a2", "id": "s2"}]}
    assert told["parts"][1]["sections"] == [{"title": "b1", "id": "s3"}, {"title": ""}]
    marked = wrong(rows, [(("parts", 1, "sections", 1, "title"), "Give it a title.")], places)
    assert [row.title for row in marked if row.error] == [""]


def test_each_fault_is_said_at_its_row() -> None:
    rows = [Row("part", "A"), Row("section", ""), Row("section", "t" * 201), Row("part", "B")]
    told, places = edit(rows)
    with pytest.raises(ValidationError) as caught:
        OutlineEdit.model_validate(told)
    marked = wrong(rows, [(one["loc"], said(one)) for one in caught.value.errors()], places)
    assert [row.error for row in marked] == [
        "",
        "Give it a title, or drop it.",
        "Use at most 200 characters.",
        "Give this part a section, or drop it.",
    ]


def test_there_is_an_end_to_the_sections_of_all_parts_and_the_editor_tells_it() -> None:
    known: dict[str, dict[str, str]] = {f"s{number}": {} for number in range(210)}
    ids = list(known)
    parts = [
        {"title": "P", "sections": [{"title": one, "id": one} for one in ids[at : at + 35]]} for at in range(0, 210, 35)
    ]
    rows = of(parts)
    told, places = edit(rows)
    with pytest.raises(WrongOutline) as caught:
        check(OutlineEdit.model_validate(told), known)
    marked = [row for row in wrong(rows, caught.value.faults, places) if row.error]
    assert [row.id for row in marked] == ids[200:]
    assert marked[0].error == "At most 200 sections; leave this one out"


def test_the_minutes_are_summed_as_sections_are_dropped_and_added() -> None:
    timed: list[dict[str, Any]] = [
        {**part, "sections": [{**one, "minutes": 10, "objectives": ["Do it"]} for one in part["sections"]]}
        for part in PARTS
    ]

    def told(*does: str) -> tuple[list[int], int, int]:
        rows = ROWS
        for do in does:
            rows, _ = changed(rows, do)
        editor = shown("id", timed, rows)
        return editor["minutes"], editor["sections"], editor["new"]

    assert told() == ([20, 10], 3, 0)
    assert told("drop-at-1") == ([10, 10], 2, 0)
    assert told("up-at-4") == ([30, 0], 3, 0)
    assert told("add-at-1") == ([20, 10], 4, 1)
