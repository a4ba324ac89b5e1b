"""The worked programs of docs/programs are what is made now."""

import re

import pytest

from bench.examples import BEGIN, END, FOLDER, PEOPLE, written

STALE = "made differently now: run `python -m bench.examples` and read what changed"


@pytest.mark.parametrize("name", PEOPLE)
def test_a_worked_program_is_what_is_made_now(name: str) -> None:
    document = (FOLDER / f"{name}.md").read_text()
    made = document.partition(BEGIN)[2].partition(END)[0].strip()
    assert made == written(PEOPLE[name]).strip(), STALE


def test_every_worked_program_is_listed_marked_and_criticised() -> None:
    assert len(PEOPLE) >= 10
    listed = (FOLDER / "README.md").read_text()
    assert re.findall(r"\]\((\d\d-[\w-]+)\.md\)", listed) == list(PEOPLE)
    marks = re.findall(r"^\| \w+ \| ([\d.]+) \| .{10,} \|$", (FOLDER / "scores.md").read_text(), re.MULTILINE)
    assert len(marks) == 6 * len(PEOPLE) and all(0 <= float(mark) <= 10 for mark in marks)
    for name in PEOPLE:
        document = (FOLDER / f"{name}.md").read_text()
        assert all(f"\n## {title}\n" in document for title in ("Why it looks like this", "What a coach may criticise"))


def test_the_marks_add_up() -> None:
    text = (FOLDER / "scores.md").read_text()
    parts = re.split(r"^## ", text, flags=re.MULTILINE)[1 : 1 + len(PEOPLE)]
    totals = []
    for part in parts:
        told = re.match(r".*: ([\d.]+) of 60", part)
        marks = [float(mark) for mark in re.findall(r"^\| \w+ \| ([\d.]+) \|", part, re.MULTILINE)]
        assert told is not None and float(told[1]) == sum(marks), part.splitlines()[0]
        totals.append(sum(marks))
    assert f"**{sum(totals) / len(totals):.1f}**" in text
