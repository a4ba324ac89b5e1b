"""What a block is in a book it is in a lesson."""

import pytest

from worker.books import html, markdown
from worker.books.chapters import sections
from worker.books.document import Document
from worker.books.passages import passages
from worker.courses.text import Block, blocks

CODE = """import math

def area(radius):
    squared = radius ** 2

    return math.pi * squared"""
TALK = "A function is written once and called as often as it is needed."


def taught(document: Document) -> list[Block]:
    return [block for one in passages(sections(document)) for block in blocks(one.text)]


@pytest.mark.parametrize(
    "code",
    [
        CODE,
        "import math",
        "- name: door\n  opens: yes",
        "cat log | sort | uniq",
        "Just words in a box\n\nand more",
        "x",
    ],
)
def test_code_is_code_in_a_lesson_whatever_it_looks_like(code: str) -> None:
    expected = [Block("text", TALK), Block("code", code), Block("text", "x = 1 is said here")]
    assert taught(markdown.read(f"# A\n\n{TALK}\n\n```\n{code}\n```\n\nx = 1 is said here")) == expected
    assert taught(html.read(f"<h1>A</h1><p>{TALK}</p><pre>{code}</pre><p>x = 1 is said here</p>")) == expected


def test_what_a_database_prints_is_a_table() -> None:
    rows = "name | price\ntea | 5"
    code, table = taught(markdown.read(f"# A\n\n```sql\nSELECT 1\n```\n\n```text\n{rows}\n```\n"))
    assert (code.kind, table) == ("code", Block("table", rows))


def test_code_that_is_cut_into_passages_stays_code() -> None:
    lines = [f"row_{n} = table.insert(name, {n}, value)" for n in range(150)]
    found = taught(markdown.read("# A\n\n```\n" + "\n\n".join(lines) + "\n```\n"))
    assert len(found) > 1 and {one.kind for one in found} == {"code"}
    assert [line for one in found for line in one.text.split("\n") if line] == lines


def test_code_of_libraries_of_before_keeps_its_indents() -> None:
    body = CODE.partition("\n\n")[2].replace("\n\n", "\n")
    assert blocks(f"{TALK}\n\n{body}") == (Block("text", TALK), Block("code", body))
