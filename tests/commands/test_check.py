import shutil
from pathlib import Path

from tests.commands.cli import app
from tests.support.services import Valkey


def test_offline_needs_no_store_and_leaves_nothing(tmp_path: Path) -> None:
    done = app("check", "--offline", DATA_DIR=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [["ok", "settings"], ["ok", "migrations"]]
    assert not list(tmp_path.iterdir())


def test_all_is_in_order(tmp_path: Path, migrated_sqlite: Path, valkey: Valkey) -> None:
    shutil.copy(migrated_sqlite, tmp_path / "unfold.db")
    done = app("check", DATA_DIR=str(tmp_path), REDIS_URL=valkey.url)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["ok"] * 4


def test_a_new_database_is_told_apart_and_migrate_mends_it(tmp_path: Path, valkey: Valkey) -> None:
    before = app("check", DATA_DIR=str(tmp_path), REDIS_URL=valkey.url)
    assert before.returncode == 1
    assert "is not there yet: python -m app migrate" in before.stdout
    assert app("migrate", DATA_DIR=str(tmp_path)).returncode == 0
    assert app("check", DATA_DIR=str(tmp_path), REDIS_URL=valkey.url).returncode == 0


def test_stores_out_of_reach_are_one_line_each_without_their_passwords() -> None:
    done = app(
        "check", SECRET_KEY="x" * 20, REDIS_URL="redis://:hush@127.0.0.1:1",
        DATABASE_URL="postgres://somebody:hush@127.0.0.1:1/unfold?sslmode=require",
    )  # fmt: skip
    assert done.returncode == 1
    assert [line.split()[:2] for line in done.stdout.splitlines()][2:] == [["wrong", "database"], ["wrong", "redis"]]
    assert "hush" not in done.stdout + done.stderr


def test_a_wrong_setting_is_one_line() -> None:
    done = app("check", "--offline", PORT="eighty")
    assert done.returncode == 1
    assert done.stderr.startswith("unfold: PORT=eighty: ")
    assert len(done.stderr.splitlines()) == 1
