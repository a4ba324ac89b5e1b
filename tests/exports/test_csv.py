"""The table: every set once, in a form that spreadsheets and programs read alike."""

import csv
import io
from copy import deepcopy
from typing import Any

import pytest

from app.exports.program_csv import HEADINGS, to_csv


def rows(program: dict[str, Any]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(to_csv(program).decode("utf-8-sig"), newline="")))


def test_every_set_is_a_line_with_all_that_was_planned(program: dict[str, Any]) -> None:
    lines = iter(rows(program))
    for week in program["schedule"]:
        for day in week["days"]:
            for exercise in day["exercises"]:
                for number, one in enumerate(exercise["sets"], 1):
                    line = next(lines)
                    assert (int(line["week"]), int(line["day"]), int(line["set"])) == (week["week"], day["day"], number)
                    assert line["deload"] == ("true" if week["deload"] else "false")
                    assert (line["exercise"], line["weekday"]) == (exercise["exercise"], day["weekday"])
                    assert (int(line["reps"]), float(line["rpe"])) == (one["reps"], one["rpe"])
                    assert line["load"] == ("" if one["load"] is None else str(one["load"]))
                    assert line["unit"] == ("" if one["load"] is None else "kg")
                    assert int(line["rest_seconds"]) == one["rest_seconds"]
    assert next(lines, None) is None


def test_it_is_what_excel_takes_for_utf_8_and_rfc_4180(program: dict[str, Any]) -> None:
    changed = deepcopy(program)
    changed["schedule"][0]["days"][0]["name"] = 'Brust, "schwer" – Übung\nzwei'
    written = to_csv(changed)
    assert written.startswith(b"\xef\xbb\xbfweek,phase,")
    assert written.endswith(b"\r\n") and b"\r\r" not in written
    assert b'"Brust, ""schwer"" ' in written
    found = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert {len(line) for line in found} == {len(HEADINGS)}
    assert found[1][HEADINGS.index("day_name")] == changed["schedule"][0]["days"][0]["name"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "  =", "＝"])
def test_text_is_never_a_formula(program: dict[str, Any], start: str) -> None:
    changed = deepcopy(program)
    changed["schedule"][0]["days"][0]["exercises"][0]["name"] = f'{start}HYPERLINK("http://evil.example","Squat")'
    assert rows(changed)[0]["name"].startswith(f"'{start}")


def test_numbers_stay_numbers(program: dict[str, Any]) -> None:
    changed = deepcopy(program)
    changed["schedule"][0]["days"][0]["exercises"][0]["sets"][0]["load"] = -5.0  # a band that helps
    assert rows(changed)[0]["load"] == "-5.0"
