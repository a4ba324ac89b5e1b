import shutil
from pathlib import Path

from tests.commands.cli import app


def test_accounts_are_made_listed_and_changed(tmp_path: Path, migrated_sqlite: Path) -> None:
    shutil.copy(migrated_sqlite, tmp_path / "unfold.db")
    here = {"DATA_DIR": str(tmp_path)}
    password = "seven green lamps\n" * 2
    made = app("user", "create", "Alice@Example.org", "--tier", "pro", "--admin", given=password, **here)
    assert made.returncode == 0, made.stderr
    assert app("user", "create", "bob@example.org", given=password, **here).returncode == 0

    def listed() -> list[list[str]]:
        return [line.split()[1:] for line in app("user", "list", **here).stdout.splitlines()]

    assert listed() == [["pro", "admin", "alice@example.org"], ["free", "bob@example.org"]]
    assert app("user", "promote", "BOB@example.org", **here).returncode == 0
    assert app("user", "promote", "alice@example.org", "--no-admin", **here).returncode == 0
    assert app("user", "tier", "bob@example.org", "pro", **here).returncode == 0
    assert listed() == [["pro", "alice@example.org"], ["pro", "admin", "bob@example.org"]]


def test_mistakes_are_said_without_a_traceback(tmp_path: Path, migrated_sqlite: Path) -> None:
    shutil.copy(migrated_sqlite, tmp_path / "unfold.db")

    def said(*words: str) -> str:
        done = app("user", *words, DATA_DIR=str(tmp_path))
        assert done.returncode != 0
        assert "Traceback" not in done.stderr
        return done.stderr

    assert "no account carol@example.org" in said("tier", "carol@example.org", "pro")
    assert "name@example.org" in said("create", "carol", "--password", "seven green lamps")
    assert "characters" in said("create", "carol@example.org", "--password", "short")
    assert "gold" in said("create", "carol@example.org", "--password", "seven green lamps", "--tier", "gold")
    assert (
        app("user", "create", "c@example.org", "--password", "seven green lamps", DATA_DIR=str(tmp_path)).returncode
        == 0
    )
    assert "already" in said("create", "c@example.org", "--password", "seven green lamps")
