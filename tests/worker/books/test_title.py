"""A book is called what it says, else what stands above all of it, else what its file is called."""

from pathlib import Path

import pytest

from app.kinds.book import Format
from tests.worker.books import samples
from tests.worker.books.samples import RAIN, WIND
from worker.books import desk
from worker.books.title import of_file, sensible


def called(folder: Path, format: Format, body: bytes | str, name: str = "my_notes-v2.x") -> str:
    samples.written(folder, "file", body if isinstance(body, bytes) else body.encode())
    title: str = desk.parse(str(folder), format, name)["title"]
    return title


HEAD = "<title>Untitled document</title>"
PARTS = f"<h2>Wind</h2><p>{WIND}</p><h2>Rain</h2><p>{RAIN}</p>"


@pytest.mark.parametrize(
    ("format", "body", "expected"),
    [
        ("html", f"<title>Weather</title>{PARTS}", "Weather"),
        ("html", f"{HEAD}<h1>Weather for walkers</h1>{PARTS}", "Weather for walkers"),
        ("html", f"{HEAD}<h1>Weather for walkers</h1><p>{WIND} {RAIN}</p>", "Weather for walkers"),
        ("html", f"{HEAD}{PARTS}", "My notes v2"),
        ("markdown", f"# Weather\n\n## Wind\n\n{WIND}\n\n## Rain\n\n{RAIN}", "Weather"),
        ("markdown", f"# Wind\n\n{WIND}\n\n# Rain\n\n{RAIN}", "My notes v2"),
        ("text", f"Weather for walkers\n\nby Ada Gale\n\n{WIND}\n\n{RAIN}", "Weather for walkers"),
        (
            "text",
            f"WEATHER FOR WALKERS\n\nChapter 1. Wind\n\n{WIND}\n\nChapter 2. Rain\n\n{RAIN}",
            "Weather for walkers",
        ),
        ("text", f"Moving Air\n\n{WIND}\n\nFalling Water\n\n{RAIN}", "My notes v2"),
        ("text", f"{WIND}\n\n{RAIN}", "My notes v2"),
        ("epub", samples.epub(more={}), "Weather for Walkers"),
    ],
)
def test_a_book_has_the_title_that_it_tells(format: Format, body: bytes | str, expected: str, tmp_path: Path) -> None:
    assert called(tmp_path, format, body) == expected


@pytest.mark.parametrize(
    "title",
    ["", "Microsoft Word - x.doc", "untitled", "Untitled-1", "(anonymous)", "Document1", "notes.docx", "12", "index",
     "https://example.org/a", "New document (2)", "PowerPoint Presentation"],
)  # fmt: skip
def test_what_programs_write_is_no_title(title: str) -> None:
    assert sensible(title) == ""


@pytest.mark.parametrize("title", ["1984", "Document design", "The Index", "Books", "Home: A Short History", "Σ", "雨"])
def test_what_people_write_is_one(title: str) -> None:
    assert sensible(title) == title


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("my_notes-v2.pdf", "My notes v2"), ("Weather (1).epub", "Weather"),
        ("a well-known book.txt", "A well-known book"),
        ("weather%20notes.html", "Weather notes"), ("_.txt", "Untitled"),
    ],
)  # fmt: skip
def test_a_files_name_is_made_readable(name: str, title: str) -> None:
    assert of_file(name) == title
