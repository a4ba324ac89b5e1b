import io
import re
import shutil
from pathlib import Path

import pytest

from app import generations
from app.commands.generate import generate, read_input
from app.database import Database
from app.generations.operate import NotFound
from app.person import Person
from app.settings import Settings
from tests.commands.cli import ROOT, Operator, app
from tests.conftest import Processes
from tests.support.drill import DRILL


async def test_what_is_asked_for_unfolds_in_the_terminal(processes: Processes, operator: Operator) -> None:
    asked = (await operator.says("generate", DRILL.name, "--set", "parts=2", "--no-watch")).strip()
    processes.worker("--burst")
    lines = (await operator.says("watch", asked)).splitlines()
    assert lines[0] == "  0%  queued"
    assert lines[-1].startswith("100%  completed: ")
    lines = (await operator.says("generate", DRILL.name, "--set", "parts=2")).splitlines()
    assert lines[0] != asked
    assert lines[-1].startswith("100%  completed: ")  # at once, since it is the same: from the cache


async def test_what_is_being_made_already_is_not_made_twice(operator: Operator) -> None:
    ask = ("generate", DRILL.name, "--no-watch")
    asked = (await operator.says(*ask)).strip()
    assert await operator.says(*ask) == f"{asked} (was already being made)\n"


async def test_it_can_be_for_an_account(settings: Settings, db: Database, alice: Person) -> None:
    asked = await generate(settings, DRILL.name, {}, "Alice@example.org", fresh=False)
    assert await generations.get(db, alice.id, asked)
    with pytest.raises(NotFound, match=r"no account carol@example\.org"):
        await generate(settings, DRILL.name, {}, "carol@example.org", fresh=False)


def test_input_is_a_file_with_fields_over_it() -> None:
    source = io.StringIO('{"goal": "strength", "days_per_week": 3}')
    fields = ("days_per_week=4", "goal=fat_loss", 'equipment=["barbell"]')
    assert read_input(source, fields) == {"goal": "fat_loss", "days_per_week": 4, "equipment": ["barbell"]}
    for wrong in ("[1]", '"word"'):
        with pytest.raises(ValueError, match="not a JSON object"):
            read_input(io.StringIO(wrong), ())
    with pytest.raises(ValueError, match="not NAME=VALUE"):
        read_input(None, ("goal",))


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("generate", "novel"), 2, "novel is not one of: program"),
        (("generate", "program", "--set", "goal=flying"), 2, "goal: "),
        (("generate", "program", "--set", "goal"), 2, "goal is not NAME=VALUE"),
        (("generate", "book"), 2, "book is not one of: program"),
        (("generate", "program", "--for", "carol@example.org"), 1, "no account carol@example.org"),
        (("list", "--email", "carol@example.org"), 1, "no account carol@example.org: python -m app user list"),
        (("list", "--email", "carol"), 2, "name@example.org"),
        (("watch", "nothing"), 1, "no generation nothing: python -m app list"),
        (("show", "0123456789ab"), 1, "no generation 0123456789ab"),
        (("show", "abc"), 2, "abc is too short"),
        (("cancel",), 2, "give either ids, or --all"),
        (("cancel", "--all"), 2, "--email"),
        (("cancel", "--all", "abcdef", "--kind", "program"), 2, "give either ids, or --all"),
        (("cancel", "--all", "--kind", "program"), 1, "nothing was done"),
        (("retry", "abcdef", "--yes"), 2, "go with --failed"),
        (("retry", "--failed"), 1, "nothing was done"),
    ],
)
def test_mistakes_are_one_line_that_says_what_to_do(
    words: tuple[str, ...], code: int, said: str, tmp_path: Path, migrated_sqlite: Path
) -> None:
    shutil.copy(migrated_sqlite, tmp_path / "unfold.db")
    done = app(*words, DATA_DIR=str(tmp_path))
    assert done.returncode == code
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not done.stdout


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    done = app("list", DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.endswith("yet: python -m app migrate\n")
    assert not list(tmp_path.iterdir())


def test_a_database_out_of_reach_is_one_line_without_its_password() -> None:
    done = app("list", SECRET_KEY="x" * 20, DATABASE_URL="postgres://somebody:hush@127.0.0.1:1/unfold")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: the database cannot be used (")
    assert len(done.stderr.splitlines()) == 1
    assert "hush" not in done.stderr


def test_help_lists_what_there_is() -> None:
    shown = app("--help").stdout.split("Commands:")[1]
    named = {line.split()[0] for line in shown.splitlines() if line.strip()}
    wanted = {"cancel", "check", "generate", "list", "migrate", "retry", "serve", "show", "user", "watch", "workers"}
    assert wanted <= named
    described = (ROOT / "docs" / "operating.md").read_text().split("## The command line")[1].split("\n## ")[0]
    assert named <= set(re.findall(r"`([a-z]+)[ `]", described.split("\n\n")[2]))
