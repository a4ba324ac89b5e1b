"""The primers: enough of them, whole, and with code that does what they say it does."""

import contextlib
import importlib.util
import io
import re
import sqlite3
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.library.terms import find_terms
from tests.support.library import SHELF, read

PRIMERS = sorted(SHELF.glob("*.md"))
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PRINTED = re.compile(r"^\s*print\(.*\)  # (.*)$", re.MULTILINE)
APPARATUS = re.compile(r"exercises?|answers?|further reading", re.IGNORECASE)


def told(path: Path) -> dict[str, Any]:
    about: dict[str, Any] = read(path)["about"]
    return about


def chapters(path: Path) -> list[list[dict[str, Any]]]:
    """Each with its sections."""
    found: list[list[dict[str, Any]]] = []
    for row in read(path)["chapters"]:
        if row["level"] == 1:
            found.append([])
        found[-1].append(row)
    return found


def test_there_are_thirty_primers_over_twenty_subjects_and_two_for_ten_of_them() -> None:
    subjects = Counter(told(path)["subject"] for path in PRIMERS)
    assert len(PRIMERS) >= 30 and len(subjects) >= 20
    assert sum(count >= 2 for count in subjects.values()) >= 10
    assert len({told(path)["title"] for path in PRIMERS}) == len(PRIMERS)
    assert sum(told(path)["words"] for path in PRIMERS) > 150_000


@pytest.mark.parametrize("path", PRIMERS, ids=lambda path: path.stem)
def test_a_primer_teaches(path: Path) -> None:
    about = told(path)
    assert about["author"] and about["subject"] and 20 <= len(about["summary"].split()) <= 90
    assert len(about["concepts"]) >= 8
    rows = [chapter for chapter in chapters(path) if len(chapter) > 1]
    assert 6 <= len(rows) <= 10
    for chapter in rows:
        title = chapter[0]["title"]
        words = sum(row["words"] for row in chapter)
        assert 350 <= words <= 1500, (title, words)
        assert any(row["title"].startswith("Exercise") for row in chapter), title
        assert any(row["title"].startswith("Answer") for row in chapter), title
        assert sum(not APPARATUS.match(row["title"]) for row in chapter[1:]) >= 2, title
    # A definition is set in bold where its term is explained.
    text = path.read_text()
    assert len(set(re.findall(r"\*\*([^*\n]+)\*\*", text))) >= 15
    # Each exercise has its answer, under the same number.
    parts = re.findall(r"^### Exercises\n(.*?)^### Answers\n(.*?)(?=^#{2,3} |\Z)", text, re.MULTILINE | re.DOTALL)
    for exercises, answers in parts:
        numbers = [re.findall(r"^(\d+)\. ", part, re.MULTILINE) for part in (exercises, answers)]
        assert numbers[0] == numbers[1] and numbers[0], exercises


@pytest.mark.parametrize("path", PRIMERS, ids=lambda path: path.stem)
def test_a_primer_is_its_own_words_and_marks(path: Path) -> None:
    text = path.read_text()
    assert "\t" not in text and not re.search(r"TODO|FIXME|lorem ipsum|http", text, re.IGNORECASE)
    assert text.count("```") % 2 == 0
    assert all(len(title.split()) <= 14 for title in re.findall(r"^#+ (.*)$", text, re.MULTILINE))


def test_no_passage_is_in_two_primers() -> None:
    seen = Counter(" ".join(one["text"].split()) for path in PRIMERS for one in read(path)["passages"])
    assert max(seen.values()) == 1


def test_what_people_abbreviate_is_explained_somewhere() -> None:
    found: dict[str, str] = {}
    for path in PRIMERS:
        found |= find_terms(path.read_text())
    expected = {"DCF": "discounted cash flow", "WACC": "weighted average cost of capital"}
    assert {short: found.get(short, "").lower() for short in expected} == expected
    assert len(found) >= 25


def blocks(name: str) -> list[tuple[str, str]]:
    return BLOCK.findall((SHELF / name).read_text())


def statements(body: str) -> Iterator[str]:
    """One after the other; what follows the last semicolon belongs to none."""
    lines = ""
    for line in body.splitlines(keepends=True):
        lines += line
        if sqlite3.complete_statement(lines):
            yield lines
            lines = ""


def test_each_query_of_the_sql_primer_gives_the_table_below_it() -> None:
    found = blocks("sql-essentials.md")
    compared = 0
    db = sqlite3.connect(":memory:", isolation_level=None)
    for place, (language, body) in enumerate(found):
        if language != "sql":
            continue
        rows: list[list[str]] = []
        for statement in statements(body):
            cursor = db.execute(statement)
            if cursor.description:
                rows = [[column[0] for column in cursor.description]]
                rows += [["NULL" if value is None else str(value) for value in row] for row in cursor]
        if found[place + 1 :] and found[place + 1][0] == "text":
            shown = [[cell.strip() for cell in line.split("|")] for line in found[place + 1][1].strip().splitlines()]
            assert shown == rows, body
            compared += 1
    db.close()
    assert compared >= 20


@pytest.mark.parametrize("name", ["python-first-steps.md", "python-for-data.md", "machine-learning-in-practice.md"])
def test_the_python_of_a_primer_prints_what_it_says(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Block after block, as a reader types them. What needs a package that we do not use is left out."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "__main__"}
    left = 0
    found = blocks(name)
    for place, (language, body) in enumerate(found):
        if language != "python":
            continue
        needed = re.findall(r"^\s*(?:import|from) (\w+)", body, re.MULTILINE)
        if left or not all(importlib.util.find_spec(module) for module in needed):
            left += 1  # and what comes after builds on it
            continue
        output = io.StringIO()
        raised: Exception | None = None
        with contextlib.redirect_stdout(output):
            try:
                exec(compile(body, name, "exec"), names)
            except Exception as error:  # which the text may show
                raised = error
        shown = found[place + 1][1] if found[place + 1 :] and found[place + 1][0] == "text" else ""
        if raised is not None:
            steps = traceback.extract_tb(raised.__traceback__)[1:]  # the first is here
            assert all(f"line {step.lineno}, in {step.name}" in shown for step in steps), body
            assert shown.endswith(f"{type(raised).__name__}: {raised}\n"), body
        elif shown:
            assert shown.rstrip() == output.getvalue().rstrip(), body
        lines = iter(output.getvalue().splitlines())
        for expected in PRINTED.findall(body):
            assert expected in lines, f"{expected!r} is not printed by:\n{body}"
    assert left <= 12
