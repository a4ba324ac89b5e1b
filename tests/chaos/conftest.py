from pathlib import Path

import pytest

from app.database import Database
from app.generations import Bell
from app.person import Person
from app.settings import Settings
from tests.chaos.barriers import Barriers
from tests.worker.test_process import Client


@pytest.fixture
async def client(db: Database, bell: Bell, settings: Settings, alice: Person, tmp_path: Path) -> Client:
    (tmp_path / "drill").mkdir()
    return Client(db, bell, settings, alice, tmp_path / "drill")


@pytest.fixture
def barriers(tmp_path: Path) -> Barriers:
    (tmp_path / "barriers").mkdir()
    return Barriers(tmp_path / "barriers")
