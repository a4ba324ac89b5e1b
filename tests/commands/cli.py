"""``python -m app`` as a person runs it."""

import asyncio
import os
import pty
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.conftest import Processes
from tests.support import forked

ROOT = Path(__file__).parent.parent.parent
KEPT = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}


def app(
    *words: str, given: str | None = None, module: str = "app", **environment: str
) -> subprocess.CompletedProcess[str]:
    return forked.run([sys.executable, "-m", module, *words], {**KEPT, **environment}, given or "")


class Operator:
    """Runs commands on the stores of a test, with the tests' own kind."""

    def __init__(self, processes: Processes) -> None:
        self.environment = processes.environment()

    async def __call__(self, *words: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        found = {**self.environment, **environment}
        return await asyncio.to_thread(app, *words, given=given, module="tests.commands.drill_cli", **found)

    async def says(self, *words: str, given: str = "") -> str:
        """What a command that must succeed prints."""
        done = await self(*words, given=given)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @staticmethod
    def command(*words: str) -> tuple[str, ...]:
        return (sys.executable, "-m", "tests.commands.drill_cli", *words)

    def terminal(self, *words: str, columns: int = 100) -> "Terminal":
        return Terminal(
            self.command(*words), {**self.environment, "COLUMNS": str(columns), "LINES": "30", "TERM": "xterm-256color"}
        )


class Terminal:
    """A command in a terminal of its own; ``text`` is all that it was sent."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
            preexec_fn=_take_terminal,
        )  # fmt: skip
        os.close(theirs)
        self._sent = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        try:
            while data := os.read(self._ours, 65536):
                self._sent += data
        except OSError:  # the other side is closed
            pass

    @property
    def text(self) -> str:
        return self._sent.decode(errors="replace")

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    async def ends(self) -> int:
        """Its exit code, once all that it printed is here."""
        code = await asyncio.to_thread(self.process.wait, 30)
        await asyncio.to_thread(self._reader.join, 5)
        return code

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._reader.join(5)
        os.close(self._ours)


def _take_terminal() -> None:
    """So that Ctrl-C reaches it, also where the tests run in the background."""
    import fcntl
    import signal
    import termios

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
