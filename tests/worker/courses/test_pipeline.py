"""A course made of the shelf, as a person gets it."""

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.database import Database
from app.settings import Settings
from tests.conftest import SECRET
from tests.support.library import put
from tests.worker.courses.support import bench, course, run


@pytest.fixture(scope="module")
async def shelf(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> AsyncIterator[Database]:
    """The whole starter shelf; nobody writes into it."""
    path = tmp_path_factory.mktemp("shelf") / "unfold.db"
    shutil.copy(migrated_sqlite, path)
    db = Database(Settings(database_url=f"sqlite:///{path}", secret_key=SECRET).database)
    await put(db)
    yield db
    await db.close()


def sections(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [section for part in document["parts"] for section in part["sections"]]


async def test_two_hours_of_dcf_valuation_are_an_ordered_cited_course(shelf: Database) -> None:
    made = await course(shelf, "Learn DCF valuation")
    assert made["title"] == "DCF valuation" and made["coverage"]["level"] == "good"
    assert abs(made["estimated_minutes"] - 120) <= 6
    assert sum(part["minutes"] for part in made["parts"]) == made["estimated_minutes"]
    assert len(made["parts"]) >= 2 and len(made["books"]) == 2
    titles = [section["title"] for section in sections(made)]
    assert titles.index("Free cash flow") < titles.index("Adding the terminal value")
    for section in sections(made):
        assert re.search(r"\[1\]", section["lesson"]) and section["sources"] and section["objectives"]
        assert {check["objective"] for check in section["check"]} == set(range(len(section["objectives"])))


async def test_what_the_library_has_nothing_on_is_said_and_not_made_up(shelf: Database) -> None:
    made = await course(shelf, "Repair a nuclear submarine")
    assert made["coverage"]["level"] == "none" and made["parts"] == [] and made["estimated_minutes"] == 0
    assert "nothing on “repair a nuclear submarine”" in made["coverage"]["note"].lower()
    assert made["coverage"]["would_help"] and made["coverage"]["nearest"] and made["coverage"]["missing"]


async def test_the_same_is_made_the_same_way_again(shelf: Database) -> None:
    told = {"query": "How do I sleep better?", "hours": 1.0}
    assert await run(bench(shelf, told)) == await run(bench(shelf, told))
