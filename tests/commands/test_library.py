"""``python -m app library``: books without a server, a worker or Redis."""

import shutil
from pathlib import Path

from tests.commands.cli import app
from tests.worker.books import samples

PASSWORD = "three or four words"


def test_files_and_folders_are_taken_in_and_each_is_told_of(tmp_path: Path, migrated_sqlite: Path) -> None:
    here = {"DATA_DIR": str(tmp_path / "data")}
    (tmp_path / "data").mkdir()
    shutil.copy(migrated_sqlite, tmp_path / "data" / "unfold.db")
    folder = tmp_path / "books"
    (folder / "more").mkdir(parents=True)
    samples.written(folder, "weather.md", samples.markdown())
    samples.written(folder, "weather-copy.md", samples.markdown())
    samples.written(folder, "empty.txt", b"")
    samples.written(folder, "picture.png", b"\x89PNG")  # not a book's name: passed over
    samples.written(folder / "more", "weather.epub", samples.epub())
    app("user", "create", "ada@example.org", "--password", PASSWORD, **here)

    done = app("library", "import", str(folder), **here)
    assert done.returncode == 1, done.stderr  # one of them was refused
    lines = done.stdout.splitlines()
    assert "shelf" in lines[0] and lines[-1] == "2 imported, 1 refused"
    assert [line.split()[:2] for line in lines[1:-1]] == [
        ["refused", "empty.txt:"], ["imported", "weather.epub:"], ["imported", "weather-copy.md:"],
        ["known", "weather.md:"],
    ]  # fmt: skip
    assert "Weather for Walkers (2 chapters, " in lines[2]

    mine = app("library", "import", "--user", "ada@example.org", str(folder / "weather.md"), **here)
    assert mine.returncode == 0 and mine.stdout.endswith("1 imported\n")
    listed = app("library", "list", **here).stdout.splitlines()
    assert [line.split()[4] for line in listed] == ["shelf", "shelf", "ada@example.org"]
    assert all("Weather for Walkers, Ada Gale" in line for line in listed)
    wrong = app("library", "import", "--shelf", "--user", "ada@example.org", str(folder), **here)
    assert wrong.returncode == 2 and "say whose they are" in wrong.stderr
