"""``generate --url``: from a machine that has neither the database nor Redis."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts import token_for
from app.database import Database
from app.metrics import GAUGES
from app.person import Person
from app.settings import Settings
from tests.client.conftest import Site, site
from tests.commands.cli import KEPT, Operator, app
from tests.conftest import Processes, eventually

__all__ = ["site"]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def token_file(settings: Settings, alice: Person, tmp_path: Path) -> str:
    path = tmp_path / "token"
    path.write_text(token_for(settings, alice.id).access_token + "\n")
    return str(path)


async def elsewhere(*words: str, given: str = "") -> Any:
    """The command with an environment that leads to no store."""
    nowhere = {"DATA_DIR": "/nonexistent", "REDIS_URL": "redis://127.0.0.1:1"}
    return await asyncio.to_thread(app, *words, given=given, module="tests.commands.drill_cli", **nowhere)


async def test_it_is_watched_over_the_socket_to_its_end(site: Site, processes: Processes, token_file: str) -> None:
    processes.worker()
    there = ("--url", site.url, "--token-file", token_file)
    done = await elsewhere("generate", "drill", "--set", "parts=2", "--watch", *there)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[1] == "  0%  queued"
    assert lines[-1].startswith("100%  completed: ")
    failed = await elsewhere("generate", "drill", "--set", "fault=rejected", "--set", "name=bad", *there)
    assert failed.returncode == 1
    assert failed.stdout.splitlines()[-1].endswith("failed: Ask for less.")


async def test_a_terminal_shows_bars_though_the_server_restarts_in_the_middle(
    site: Site, processes: Processes, operator: Operator, token_file: str
) -> None:
    processes.worker()
    gates = ("--set", f"folder={site.folder}", "--set", 'gates=["part-2"]')
    operator.environment = {**KEPT, "DATA_DIR": "/nonexistent", "REDIS_URL": "redis://127.0.0.1:1"}
    terminal = operator.terminal("generate", "drill", *gates, "--url", site.url, "--token-file", token_file)
    try:
        await eventually(lambda: "1 of 3" in terminal.text, "the first part is shown", 30)
        assert "━" in terminal.text
        site.kill()
        await site.restart()
        site.open("part-2")
        assert await terminal.ends() == 0
        for part in ("Part 1", "Part 2", "Part 3", "3 of 3", "100%", f"{site.url}/drills/"):
            assert part in terminal.text
    finally:
        terminal.close()


async def test_what_is_wrong_is_one_line(site: Site, token_file: str) -> None:
    there = ("--url", site.url, "--token-file", token_file)
    for words, code, said in (
        (("generate", "program", "--set", "goal=flying", *there), 2, "goal: "),
        (("generate", "drill", "--url", site.url), 2, "give --email or --token-file"),
        (("generate", "drill", "--url", "unfold", "--token-file", token_file), 2, "is not an address"),
        (("generate", "drill", "--token-file", token_file), 2, "go with --url"),
        (("generate", "drill", *there, "--for", "a@example.org"), 2, "--for is for the database"),
        (("generate", "drill", "--url", site.url, "--token-file", "-"), 1, "Give --email, or --token-file"),
    ):
        done = await elsewhere(*words, given="nonsense")
        assert done.returncode == code, done.stderr
        assert said in done.stderr
        assert len(done.stderr.splitlines()) == 1


async def test_where_a_server_runs_on_the_same_stores_it_is_watched_over_its_socket(
    site: Site, processes: Processes, operator: Operator, db: Database
) -> None:
    """And from the database when that server goes away."""

    async def sockets() -> float | None:
        async with db.read() as session:
            query = select(GAUGES.c.value).where(GAUGES.c.name == "sockets")
            return (await session.execute(query)).scalar_one_or_none()

    async def known() -> bool:
        return await sockets() is not None

    async def watched() -> bool:
        return await sockets() == 1

    processes.worker()
    await eventually(known, "the web process has told of itself", 30)
    operator.environment["PORT"] = str(site.port)
    gates = ("--set", f"folder={site.folder}", "--set", 'gates=["part-2", "part-3"]')
    asking = asyncio.create_task(operator("generate", "drill", *gates))
    await site.begun("part-2")
    await eventually(watched, "it has a socket", 30)
    site.open("part-2")
    await site.begun("part-3")
    site.kill()
    site.open("part-3")
    done = await asking
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()[1:]
    assert lines[-1].startswith("100%  completed: ")
    assert len(lines) == len(set(lines))  # nothing is told twice, though the rest came from the database
    assert lines[0] == "  0%  queued"
    pieces = [line.rpartition("%  ")[2] for line in lines]
    assert [piece for piece in pieces if piece.startswith("Part")] == ["Part 1", "Part 2", "Part 3"]
