"""The PDF, read back: what a person needs in the gym is on the page, and has a box to write into."""

import io
import random
import re
from copy import deepcopy
from typing import Any

import pytest
from pypdf import PageObject, PdfReader

from app.exports.program_pdf import to_pdf
from app.kinds.program_choices import PHASE_NAMES
from bench.people import anybody
from tests.exports.conftest import PROGRAM_ID, made

MM = 72 / 25.4
LETTER_HEIGHT = 279.4
UNPRINTABLE = 4.2  # mm at the edges, of common printers

Page = tuple[str, PageObject]


def read(program: dict[str, Any], subject: str = "") -> list[Page]:
    reader = PdfReader(io.BytesIO(to_pdf(program, subject)), strict=True)
    return [(" ".join(page.extract_text().split()), page) for page in reader.pages]


@pytest.fixture(scope="module")
def pages(program: dict[str, Any]) -> list[Page]:
    return read(program)


def of_week(pages: list[Page], number: int) -> list[Page]:
    return [page for page in pages if f"Week {number} " in page[0]]


def boxes(page: PageObject) -> int:
    contents = page.get_contents()
    assert contents is not None
    return len(re.findall(rb"\bre\b", contents.get_data()))


def total(week: dict[str, Any]) -> int:
    return sum(len(exercise["sets"]) for day in week["days"] for exercise in day["exercises"])


def holds_all(program: dict[str, Any], pages: list[Page]) -> None:
    for week in program["schedule"]:
        mine = of_week(pages, week["week"])
        text = " ".join(page[0] for page in mine)
        for day in week["days"]:
            assert f"{day['weekday'].capitalize()} {day['name']}" in text
            for exercise in day["exercises"]:
                assert exercise["name"] in text, (week["week"], exercise["name"])
                for one in exercise["sets"]:
                    said = "by effort" if one["load"] is None else f"{one['load']:g} {program['units']}"
                    assert said in text, (week["week"], exercise["name"], said)
        assert sum(boxes(page[1]) for page in mine) == total(week)


def test_every_exercise_and_load_is_on_its_weeks_page_with_a_box_for_each_set(
    program: dict[str, Any], pages: list[Page]
) -> None:
    holds_all(program, pages)


def test_the_cover_says_what_it_is_how_it_runs_and_what_to_heed(program: dict[str, Any]) -> None:
    [cover, rest, *_] = read({**program, "warnings": ["Ask a doctor first."]}, "Ann")
    ahead = cover[0] if "On the day" in cover[0] else rest[0]  # where the rules do not fit, they have a page
    for text in (
        program["title"],
        "For Ann",
        program["summary"],
        "Ask a doctor first.",
        program["periodization"]["why"],
    ):
        assert text in cover[0]
    for phase in program["periodization"]["phases"]:
        assert PHASE_NAMES[phase["name"]] in cover[0] and phase["focus"] in cover[0]
    for rules in program["autoregulation"].values():
        for rule in rules:
            assert rule["when"] in ahead and rule["do"] in ahead


def test_each_exercise_is_explained_once_with_what_can_replace_it(program: dict[str, Any], pages: list[Page]) -> None:
    text = " ".join(page[0] for page in pages if "The exercises" in page[0])
    for week in program["schedule"]:
        for day in week["days"]:
            for exercise in day["exercises"]:
                assert f"{exercise['name']} {exercise['cues']}" in text
                for name in exercise["substitute_names"].values():
                    assert name in text


def test_the_columns_are_named_over_every_days_table(pages: list[Page]) -> None:
    weeks = [text for text, _ in pages[1:-1] if "On the day" not in text]
    assert len(weeks) >= len(pages) - 3
    for text in weeks:
        assert text.count("Session RPE") == text.count("Sets × reps") == text.count("Done: load × reps") > 0


def test_a_week_takes_a_page_or_two_and_each_day_stays_whole(program: dict[str, Any], pages: list[Page]) -> None:
    for week in program["schedule"]:
        mine = of_week(pages, week["week"])
        assert 1 <= len(mine) <= 2
        for day in week["days"]:
            [only] = [text for text, _ in mine if f"{day['weekday'].capitalize()} {day['name']}" in text]
            assert all(exercise["name"] in only for exercise in day["exercises"])
    assert len(pages) <= 2 + 2 * len(program["schedule"]) + 1


def test_the_same_program_gives_the_same_bytes_dated_when_it_was_made(program: dict[str, Any]) -> None:
    written = to_pdf(program, "Ann")
    assert written == to_pdf(deepcopy(program), "Ann") and written != to_pdf(program, "Bob")
    about = PdfReader(io.BytesIO(written)).metadata
    assert about is not None and about.title == f"{program['title']}, for Ann"
    assert about.creation_date is not None
    assert round(about.creation_date.timestamp()) == int(PROGRAM_ID[:8] + PROGRAM_ID[9:13], 16) // 1000


def test_all_of_it_is_printed_on_a4_and_on_letter(pages: list[Page]) -> None:
    edge = ((297 - LETTER_HEIGHT) / 2 + UNPRINTABLE) * MM  # A4 centred on Letter, unscaled
    for _, page in pages:
        assert [round(side / MM) for side in page.mediabox[2:]] == [210, 297]
        heights: list[float] = []
        page.extract_text(
            visitor_text=lambda text, _, at, *more, found=heights: found.append(at[5]) if text.strip() else None
        )
        assert heights and min(heights) >= edge and max(heights) <= 297 * MM - edge


def test_no_line_runs_off_the_right_of_the_paper(program: dict[str, Any], pages: list[Page]) -> None:
    """Each line begins so far from the edge that it ends on the page, and so do the rules' columns."""
    begins: dict[float, list[str]] = {}
    for _, page in pages:
        page.extract_text(
            visitor_text=lambda text, _, at, *more: begins.setdefault(at[4], []).append(text) if text.strip() else None
        )
    assert max(begins) <= (210 - 14) * MM  # where the page number begins, at the right margin
    cover = pages[0][0] + pages[1][0]
    for kind in ("readiness", "load", "volume", "deload"):
        for rule in program["autoregulation"][kind]:
            assert rule["do"].split()[-1] in cover
    far = [x for x, texts in begins.items() if any(text.startswith("When to back off") for text in texts)]
    assert far and max(far) <= (196 - 40) * MM  # room for a column


def test_a_day_that_no_page_holds_goes_on_under_its_own_headings(program: dict[str, Any]) -> None:
    changed = deepcopy(program)
    day = changed["schedule"][0]["days"][0]
    names = [f"Exercise number {number}" for number in range(1, 46)]
    day["exercises"] = [{**day["exercises"][0], "name": name, "superset": None} for name in names]
    changed["schedule"] = [{**changed["schedule"][0], "days": [day]}]
    pages = of_week(read(changed), 1)
    found = [[name for name in names if re.search(rf"{name}\b", text)] for text, _ in pages]
    assert [name for page in found for name in page] == names
    assert len(pages) == 2 and min(len(page) for page in found) >= 2
    assert [text.count("Sets × reps") for text, _ in pages] == [1, 1]
    assert f"{day['name']}, continued" in pages[1][0]


def test_many_sets_have_a_box_each(program: dict[str, Any]) -> None:
    changed = deepcopy(program)
    exercise = changed["schedule"][0]["days"][0]["exercises"][0]
    exercise["sets"] = [exercise["sets"][0]] * 14
    holds_all(changed, read(changed))


def test_other_scripts_are_printed_and_what_cannot_be_is_told_on_the_cover(program: dict[str, Any]) -> None:
    changed = deepcopy(program)
    changed["warnings"] = ["We know no exercise called Приседания\x07\u202e 💪" + "x" * 300]
    [cover, *_] = read(changed, "Łukasz 李")
    assert "For Łukasz □" in cover[0] and "Приседания" in cover[0]
    assert "could not be printed (Chinese, other signs)" in cover[0]
    assert "could not be printed" not in read(program, "Łukasz")[0][0]


@pytest.mark.parametrize("seed", range(4))
def test_anybodys_program_is_printed_whole(seed: int) -> None:
    anyone = made(**anybody(random.Random(f"paper {seed}")))
    holds_all(anyone, read(anyone))


def test_fields_that_come_later_change_nothing(program: dict[str, Any]) -> None:
    changed = deepcopy(program)
    changed["later"] = changed["schedule"][0]["later"] = {"a": 1}
    changed["schedule"][0]["days"][0]["exercises"][0]["later"] = [1]
    changed["schedule"][0]["days"][0]["exercises"][0]["sets"][0]["later"] = True
    assert to_pdf(changed) == to_pdf(program)
