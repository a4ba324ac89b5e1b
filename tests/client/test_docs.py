"""What docs/client.md shows is run as it stands, from top to bottom, against a server."""

import asyncio
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from app import client as package
from app.client import AsyncClient, Client
from tests.client.conftest import PASSWORD, Site
from tests.commands.cli import KEPT
from tests.conftest import ROOT, Processes
from tests.support.services import PATIENCE

DOCUMENT = (ROOT / "docs" / "client.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)


ENVIRONMENT = {**KEPT, "PYTHONPATH": str(ROOT)}


def run(*command: str, given: str = "") -> str:
    done = subprocess.run(
        command, cwd=ROOT, env=ENVIRONMENT, input=given, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_block_of_the_document_runs_as_it_stands(
    site: Site, client: AsyncClient, processes: Processes, tmp_path: Path
) -> None:
    scripts = []
    for number, block in enumerate(blocks("python")):
        assert "http://127.0.0.1:8000" in block and PASSWORD in block
        scripts.append(tmp_path / f"{number}.py")
        scripts[-1].write_text(block.replace("http://127.0.0.1:8000", site.url))
    leave, wait, look, many = scripts

    async def of(script: Path) -> list[str]:
        return (await asyncio.to_thread(run, sys.executable, str(script))).splitlines()

    [said] = await of(leave)
    assert said.startswith("created ")
    assert await of(leave) == [said.replace("created", "existing")]  # nobody has made it yet
    looking = await asyncio.create_subprocess_exec(
        sys.executable, "-u", str(look), cwd=ROOT, env=ENVIRONMENT, stdout=asyncio.subprocess.PIPE
    )
    assert looking.stdout is not None
    first = await asyncio.wait_for(looking.stdout.readline(), PATIENCE)
    assert first.startswith(b"program for Ann: ")
    processes.worker()  # from here on it is made
    rest, _ = await asyncio.wait_for(looking.communicate(), PATIENCE)
    assert rest.startswith(b"The newest: ")
    lines = await of(wait)
    assert lines[0].split() == ["0%", "generation.queued"]
    assert "100% generation.completed" in " ".join(" ".join(lines).split())
    assert lines[-1].startswith("# ")
    assert (await of(look))[-1].startswith("The newest: ")
    assert (await of(many))[-1] == "3 of 3 are ready"

    [shell] = blocks("sh")
    words = shlex.split(shell.replace("\\\n", " ").replace("http://127.0.0.1:8000", site.url))
    assert words[0] == "python"
    told = await asyncio.to_thread(run, sys.executable, *words[1:], given=PASSWORD + "\n")
    assert "completed: " in told.splitlines()[-1]


def test_every_method_and_class_is_described_and_both_clients_have_the_same() -> None:
    def methods(of: type) -> set[str]:
        return {name for name in vars(of) if not name.startswith("_")} - {"close", "url"}

    assert methods(Client) == methods(AsyncClient)
    documented = set(re.findall(r"`(\w+)\b", DOCUMENT))
    assert methods(Client) <= documented
    errors = {name for name in package.__all__ if issubclass(getattr(package, name), Exception)}
    assert errors - {"Problem"} <= documented
