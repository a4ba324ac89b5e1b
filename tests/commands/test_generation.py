import asyncio
import io
import shutil
from pathlib import Path

import pytest

from app.commands.generation import generate, read_input, watch
from app.database import Database
from app.person import Person
from app.settings import Settings
from tests.commands.cli import app
from tests.conftest import Processes
from tests.support.drill import DRILL


async def test_what_is_asked_for_unfolds_in_the_terminal(
    settings: Settings, db: Database, processes: Processes, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = await generate(settings, DRILL.name, {"parts": 2}, None, fresh=False)
    assert await generate(settings, DRILL.name, {"parts": 2}, None, fresh=False) == asked
    processes.worker()
    assert await asyncio.wait_for(watch(settings, asked), 30)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [asked, f"{asked} (was already being made)"]
    assert lines[2] == "  0%  queued"
    assert lines[-1].startswith("100%  completed: ")


async def test_it_unfolds_without_redis_too(
    settings: Settings, db: Database, processes: Processes, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = await generate(settings, DRILL.name, {"parts": 1}, None, fresh=False)
    processes.worker()
    deaf = settings.model_copy(update={"redis_url": "redis://127.0.0.1:1"})
    assert await asyncio.wait_for(watch(deaf, asked), 30)


async def test_it_can_be_for_an_account(settings: Settings, db: Database, alice: Person) -> None:
    from app import generations

    asked = await generate(settings, DRILL.name, {}, "Alice@example.org", fresh=False)
    assert await generations.get(db, alice.id, asked)
    with pytest.raises(LookupError, match=r"no account carol@example\.org"):
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
    ("words", "said"),
    [
        (("generate", "novel"), "novel is not one of: program"),
        (("generate", "program", "--set", "goal=flying"), "goal: "),
        (("generate", "program", "--for", "carol@example.org"), "no account carol@example.org"),
        (("watch", "nothing"), "no generation nothing"),
    ],
)
def test_mistakes_are_said_without_a_traceback(
    words: tuple[str, ...], said: str, tmp_path: Path, migrated_sqlite: Path
) -> None:
    shutil.copy(migrated_sqlite, tmp_path / "unfold.db")
    done = app(*words, DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
