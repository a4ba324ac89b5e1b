"""The processes and stores of a storm, and what can be done to them. What ends is started again, as a platform does."""

import asyncio
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from app.database import Database
from app.settings import Settings
from tests.chaos.http import Broken, request
from tests.conftest import SECRET, Processes, migrated
from tests.support.forked import Forked
from tests.support.services import Postgres, Valkey, free_port

LEASE = 5.0
ATTEMPTS = 5
CONCURRENCY = 10
PATIENCE = 30.0  # seconds that a platform leaves a process after SIGTERM
UVICORN = (
    "--ws", "websockets-sansio", "--ws-per-message-deflate", "false", "--timeout-graceful-shutdown", "5",
    "--no-access-log", "--log-level", "warning", "--host", "127.0.0.1",
)  # fmt: skip


@dataclass
class Part:
    """A web or worker process in its place: when it ends, another comes there."""

    name: str
    port: int = 0  # of a web process
    elsewhere: bool = False  # a worker that takes itself for one of another machine
    process: Forked | None = None
    frozen: bool = False
    ending: bool = False  # somebody is about to end it and start it again
    log: Path = field(default_factory=Path)

    @property
    def kind(self) -> str:
        return "web" if self.port else "worker"

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0


class Stage:
    def __init__(self, folder: Path, postgres: Postgres | None, webs: int, workers: int) -> None:
        self.folder, self.postgres = folder, postgres
        url = postgres.create() if postgres else f"sqlite:///{folder / 'unfold.db'}"
        migrated(url)
        self.valkey = Valkey(folder / "valkey").start()
        self.settings = Settings(
            database_url=url, redis_url=self.valkey.url, data_dir=folder / "data", secret_key=SECRET,
            lease_seconds=LEASE, throttle=False,
        )  # fmt: skip
        self.db = Database(self.settings.database)
        self.processes = Processes(self.settings, folder)
        self.webs = [Part(f"web-{n}", port=free_port()) for n in range(webs)]
        self.workers = [Part(f"worker-{n}", elsewhere=n % 2 == 1) for n in range(workers)]
        self.ended_by_themselves: Counter[str] = Counter()  # by how: a signal's name, or a status
        self.stubborn = 0  # had to be killed since they did not end in time
        self.elsewhere: set[int] = set()  # pids of workers that take themselves for those of other machines
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        for part in (*self.webs, *self.workers):
            self.start(part)
        await self.until_up()
        self._tasks.append(asyncio.create_task(self._keep()))

    def start(self, part: Part) -> None:
        binaries = Path(sys.executable).parent
        environment = {
            "CHAOS": str(self.folder), "MAX_ATTEMPTS": str(ATTEMPTS), "WORKER_CONCURRENCY": str(CONCURRENCY),
            "MAX_ACTIVE_PER_USER": "0", "MAX_DAILY_PER_USER": "0", "LOG_FORMAT": "json",
            **({"ELSEWHERE": "1"} if part.elsewhere else {}),
        }  # fmt: skip
        if part.port:
            command = [str(binaries / "uvicorn"), "tests.chaos.web:app", "--port", str(part.port), *UVICORN]
        else:
            command = [str(binaries / "arq"), "tests.chaos.worker.WorkerSettings"]
        part.process = self.processes.start(part.name, *command, **environment)
        part.log = self.processes.logs[-1]
        part.frozen = False
        if part.elsewhere:
            self.elsewhere.add(part.pid)

    async def is_up(self, part: Part) -> bool:
        if part.process is None or part.process.poll() is not None or part.frozen:
            return False
        if not part.port:
            return (self.folder / f"up-{part.pid}").exists()
        try:
            return (await request(part.port, "GET", "/healthz", seconds=3)).status == 200
        except Broken:
            return False

    async def until_up(self, seconds: float = 120) -> None:
        """Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            for part in (*self.webs, *self.workers):
                while not await self.is_up(part):
                    await asyncio.sleep(0.1)

    async def _keep(self) -> None:
        """Start again whatever has ended by itself, such as a worker that a generation has killed."""
        while True:
            for part in (*self.webs, *self.workers):
                if not part.ending and part.process is not None and (code := part.process.poll()) is not None:
                    how = signal.Signals(-code).name if code < 0 else f"status {code}"
                    self.ended_by_themselves[f"{part.kind} by {how}"] += 1
                    self.start(part)
            await asyncio.sleep(0.1)

    async def end(self, part: Part, number: signal.Signals, pause: float = 0.0) -> float:
        """End a process with a signal, and start it again after a pause. Returns when the signal was sent."""
        assert part.process is not None
        part.ending = True
        try:
            at = time.time()
            part.process.send_signal(number)
            try:
                await asyncio.to_thread(part.process.wait, PATIENCE)
            except subprocess.TimeoutExpired:
                self.stubborn += 1
                part.process.kill()
                await asyncio.to_thread(part.process.wait)
            await asyncio.sleep(pause)
            self.start(part)
        finally:
            part.ending = False
        return at

    async def freeze(self, part: Part, seconds: float) -> None:
        process = part.process
        assert process is not None
        part.frozen = True
        process.send_signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            process.send_signal(signal.SIGCONT)
            part.frozen = False

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.db.close()
        await asyncio.to_thread(self.processes.end)
        await asyncio.to_thread(self.valkey.kill)
        if self.postgres is None:
            shutil.rmtree(self.folder / "valkey", ignore_errors=True)
