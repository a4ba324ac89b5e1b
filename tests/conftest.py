"""Fixtures that every test may use: real stores, real processes, three people."""

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest
from sqlalchemy import insert

from app.database import Database, migrate, now
from app.generations import Bell, connect
from app.ids import uuid7
from app.models import Account
from app.person import Person
from app.settings import Settings
from tests.support import drill
from tests.support.forked import Forked
from tests.support.push_service import PushService
from tests.support.services import PATIENCE, Postgres, Valkey, free_port, running_postgres

ROOT = Path(__file__).parent.parent
SECRET = "a secret of the tests"
assert drill.DRILL  # a kind of the tests' own, registered by its import


def pytest_configure() -> None:
    """Stores and files of tests are in memory where there is room: how fast a disk writes is not what they show."""
    memory = Path("/dev/shm")
    with contextlib.suppress(OSError):
        if "TMPDIR" not in os.environ and shutil.disk_usage(memory).free > 4 << 30 and os.access(memory, os.W_OK):
            os.environ["TMPDIR"] = tempfile.tempdir = str(memory)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, so that no process of the tests is left with it alone in the end."""
    slow = [ROOT / "tests" / name for name in ("chaos", "browser")]

    def order(item: pytest.Item) -> tuple[bool, ...]:
        elsewhere = [not item.path.is_relative_to(folder) for folder in slow]
        return *elsewhere, "processes" not in getattr(item, "fixturenames", ())

    items.sort(key=order)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


def migrated(url: str) -> None:
    migrate(Settings(database_url=url, secret_key=SECRET).database)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "unfold.db"
    migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> str:
    url = postgres.create()
    migrated(url)
    return url.rpartition("/")[2].partition("?")[0]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A new database at the newest migration, once on each store."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "unfold.db")
        yield f"sqlite:///{tmp_path / 'unfold.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.create(request.getfixturevalue("migrated_postgres"))
    yield url
    server.drop(url)


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path / "valkey").start()
    yield server
    server.kill()


@pytest.fixture
def settings(database_url: str, valkey: Valkey, tmp_path: Path) -> Settings:
    return Settings(
        database_url=database_url, redis_url=valkey.url, data_dir=tmp_path / "data", secret_key=SECRET,
        lease_seconds=2, throttle=False, max_active_per_user=0, max_daily_per_user=0,
    )  # fmt: skip


@pytest.fixture
async def db(settings: Settings) -> AsyncIterator[Database]:
    database = Database(settings.database)
    yield database
    await database.close()


@pytest.fixture
async def bell(settings: Settings) -> AsyncIterator[Bell]:
    ours = Bell(connect(settings))
    yield ours
    await ours.close()


async def new_person(db: Database, email: str | None, **columns: object) -> Person:
    person = Person(id=uuid7(), email=email, guest=email is None)
    async with db.write() as session:
        values = {"id": person.id, "email": email, "guest": email is None, "created_at": now(), **columns}
        await session.execute(insert(Account).values(**values))
    return person


@pytest.fixture
async def alice(db: Database) -> Person:
    return await new_person(db, "alice@example.org")


@pytest.fixture
async def bob(db: Database) -> Person:
    return await new_person(db, "bob@example.org")


@pytest.fixture
async def service() -> AsyncIterator[PushService]:
    """A push service; the product may send to it where ``settings`` say so."""
    running = await PushService().start()
    yield running
    await running.stop()


class Processes:
    """Real web and worker processes on the test's stores; what they print is in ``output`` under their name."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings, self.folder = settings, folder
        self.started: list[Forked | subprocess.Popen[bytes]] = []
        self.logs: list[Path] = []
        self.more: dict[str, str] = {}  # variables of all that is started from now on

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        ours = {
            "DATABASE_URL": self.settings.database_url.replace("+psycopg", "").replace("+aiosqlite", ""),
            "REDIS_URL": self.settings.redis_url, "SECRET_KEY": self.settings.secret_key, "THROTTLE": "0",
            "DATA_DIR": str(self.settings.data_dir), "LEASE_SECONDS": str(self.settings.lease_seconds),
            "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "MAX_ACTIVE_PER_USER": "0", "MAX_DAILY_PER_USER": "0",
            "STARTER_SHELF": "0", "PUSH_TEST_SERVICE": self.settings.push_test_service,
            "SMTP_URL": self.settings.smtp_url, "MAIL_FROM": self.settings.mail_from,
            "PUBLIC_URL": self.settings.public_url,
        }  # fmt: skip
        return {**kept, **ours, **self.more, **more}

    def _log(self, name: str) -> Path:
        self.logs.append(self.folder / f"{name}-{len(self.started)}.log")
        self.logs[-1].touch()
        return self.logs[-1]

    def start(self, name: str, *command: str, **environment: str) -> Forked:
        log = self._log(name)
        process = Forked(command, self.environment(**environment), (os.devnull, log, log))
        self.started.append(process)
        return process

    def shell(self, name: str, line: str, **environment: str) -> subprocess.Popen[bytes]:
        """A line of the Procfile, as a platform starts it."""
        with self._log(name).open("wb") as output:
            process = subprocess.Popen(
                ("sh", "-c", f"exec {line}"), cwd=ROOT, env=self.environment(**environment), stdout=output,
                stderr=subprocess.STDOUT,
            )  # fmt: skip
        self.started.append(process)
        return process

    def worker(self, *flags: str, **environment: str) -> Forked:
        return self.start_arq("tests.support.drill_worker.WorkerSettings", *flags, **environment)

    def start_arq(self, *arguments: str, **environment: str) -> Forked:
        return self.start("worker", str(Path(sys.executable).parent / "arq"), *arguments, **environment)

    def web(self, port: int | None = None, **environment: str) -> tuple[Forked, int]:
        """A web process and its port; wait until it `answers`."""
        port = port or free_port()
        uvicorn = str(Path(sys.executable).parent / "uvicorn")
        flags = ("--ws", "websockets-sansio", "--timeout-graceful-shutdown", "5", "--no-access-log")
        where = ("--host", "127.0.0.1", "--port", str(port))
        return self.start("web", uvicorn, "tests.support.drill_web:app", *where, *flags, **environment), port

    def answers(self, port: int) -> Callable[[], bool]:
        """Whether the web process on this port serves requests."""

        def answer() -> bool:
            # Not by httpx, which reads all certificates first: this is asked again and again.
            with contextlib.suppress(OSError, HTTPException), contextlib.closing(
                HTTPConnection("127.0.0.1", port, timeout=2)
            ) as connection:  # fmt: skip
                connection.request("GET", "/healthz")
                return connection.getresponse().status == 200
            return False

        return answer

    @property
    def output(self) -> str:
        return "\n".join(log.read_text(errors="replace") for log in self.logs)

    def end(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()


@pytest.fixture
def processes(settings: Settings, tmp_path: Path) -> Iterator[Processes]:
    ours = Processes(settings, tmp_path)
    yield ours
    ours.end()


async def eventually(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Wait, without blocking the loop, for something that other tasks or processes do; never less than PATIENCE."""
    seconds = max(seconds, PATIENCE)
    deadline = time.monotonic() + seconds
    while not (await found if asyncio.iscoroutine(found := condition()) else found):
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds} s in vain: {what}")
        await asyncio.sleep(0.02)
