import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.database import Database
from app.settings import Settings
from tests.conftest import SECRET
from tests.support.library import put


@pytest.fixture(scope="session")
async def shelf(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> AsyncIterator[Database]:
    """The whole starter shelf; nobody writes into it."""
    path = tmp_path_factory.mktemp("shelf") / "unfold.db"
    shutil.copy(migrated_sqlite, path)
    db = Database(Settings(database_url=f"sqlite:///{path}", secret_key=SECRET).database)
    await put(db)
    yield db
    await db.close()
