"""Commands of the product as real processes, forked from one that has imported the product already.

Half of what a test of processes costs is Python's imports. Nothing that a command does for itself is saved: it reads
its own environment, arguments and settings, has its own standard streams, pid and end, and is killed like any other.
"""

import atexit
import io
import multiprocessing
import multiprocessing.connection
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SERVER = multiprocessing.get_context("forkserver")
# All but `worker.main` and ``app.main.app``, which read the environment.
SERVER.set_forkserver_preload([
    "app.main", "app.__main__", "app.notices.sender", "arq.cli", "uvicorn.main", "uvicorn.loops.auto",
    "uvicorn.protocols.http.httptools_impl", "uvicorn.protocols.websockets.websockets_sansio_impl",
    "worker.books.pipeline", "worker.books.reembed", "worker.books.shelf", "worker.courses.pipeline",
    "worker.courses.redo", "worker.plans.edit_pipeline", "worker.run", "worker.sweeper", "worker.warm",
])  # fmt: skip

_RUNNING: "weakref.WeakSet[Forked]" = weakref.WeakSet()


@atexit.register
def _end_all() -> None:
    """Python waits for its processes when it exits: one that is stopped or deaf would hold it up for good."""
    for process in _RUNNING:
        process.kill()


class Forked:
    """The part of `subprocess.Popen` that tests use. Starts at once: ``python -m ...`` or a command written in Python;
    ``streams`` are files for 0, 1 and 2.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], streams: tuple[str | Path, Path, Path]
    ) -> None:
        self.args = list(command)
        given = (self.args, dict(environment), tuple(map(str, streams)))
        self._process = SERVER.Process(target=_run, args=given, daemon=True)
        self._process.start()
        self._lock = threading.Lock()
        assert self._process.pid is not None
        self.pid: int = self._process.pid
        _RUNNING.add(self)

    @property
    def returncode(self) -> int | None:
        return self.poll()

    def poll(self) -> int | None:
        with self._lock:  # the status can be read once
            return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        multiprocessing.connection.wait([self._process.sentinel], timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def run(
    command: Sequence[str], environment: Mapping[str, str], given: str = "", timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    """Like `subprocess.run` with both outputs caught as text; raises subprocess.TimeoutExpired."""
    with tempfile.TemporaryDirectory() as folder:
        streams = [Path(folder) / name for name in ("in", "out", "err")]
        streams[0].write_text(given)
        process = Forked(command, environment, (streams[0], streams[1], streams[2]))
        try:
            code = process.wait(timeout)
        finally:
            process.kill()
        return subprocess.CompletedProcess(process.args, code, streams[1].read_text(), streams[2].read_text())


def _run(command: list[str], environment: dict[str, str], streams: tuple[str, str, str]) -> None:
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where the tests run in the background
    for number, path in enumerate(streams):
        opened = os.open(path, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - as long as the process lives
    for stream in (sys.stdout, sys.stderr):
        assert isinstance(stream, io.TextIOWrapper)
        stream.reconfigure(line_buffering=True)
    if command[:2] == [sys.executable, "-m"]:
        module = command[2]
        sys.argv = command[2:]
        sys.modules.pop(f"{module}.__main__", None)  # it is run, not imported
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    else:
        sys.argv = command
        runpy.run_path(command[0], run_name="__main__")
