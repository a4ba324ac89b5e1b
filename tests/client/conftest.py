"""Another program's view: real web and worker processes, spoken to through `app.client` alone."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.accounts import sign_up
from app.client import AsyncClient
from app.database import Database
from tests.conftest import Processes, eventually

PASSWORD = "seven green lamps"
PROGRAM: dict[str, Any] = {
    "goal": "strength", "experience": "intermediate", "days_per_week": 3, "session_minutes": 60, "weeks": 4,
    "equipment": ["barbell", "dumbbells"], "lifts": {"squat": 120, "bench_press": 90},
}  # fmt: skip


class Site:
    """A web process, to be killed and started again on its port; workers; gates."""

    def __init__(self, processes: Processes, folder: Path) -> None:
        self.processes, self.folder = processes, folder
        self.web, self.port = processes.web()
        self.url = f"http://127.0.0.1:{self.port}"

    async def ready(self) -> "Site":
        await eventually(self.processes.answers(self.port), f"the web process answers; {self.processes.output}", 30)
        return self

    async def restart(self, **environment: str) -> None:
        self.start(**environment)
        await self.ready()

    def start(self, **environment: str) -> None:
        self.web, _ = self.processes.web(self.port, **environment)

    def kill(self) -> None:
        self.web.kill()
        self.web.wait()

    def drill(self, **given: Any) -> dict[str, Any]:
        return {"folder": str(self.folder), **given}

    def open(self, step: str) -> None:
        (self.folder / step).touch()

    @property
    def effects(self) -> list[str]:
        log = self.folder / "effects"
        return log.read_text().split() if log.exists() else []

    async def begun(self, step: str, times: int = 1) -> None:
        await eventually(lambda: self.effects.count(step) >= times, f"{step} has begun; {self.processes.output}", 30)


@pytest.fixture
async def site(processes: Processes, tmp_path: Path) -> Site:
    folder = tmp_path / "drill"
    folder.mkdir()
    return await Site(processes, folder).ready()


@pytest.fixture
async def client(site: Site, db: Database) -> AsyncIterator[AsyncClient]:
    await sign_up(db, "coach@example.org", PASSWORD)
    async with AsyncClient(site.url, email="coach@example.org", password=PASSWORD, patience=120) as ours:
        yield ours
