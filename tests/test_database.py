"""What both databases must do alike."""

from typing import Any

import pytest
from sqlalchemy import select, update

from app.database import Database
from app.models import Account
from app.person import Person


@pytest.mark.parametrize("value", [5, 2.5, 0, -1, True, None, "5", "", [5], {"a": 1}])
async def test_any_json_comes_back_as_it_was(db: Database, alice: Person, value: Any) -> None:
    """SQLite makes a number of a column that holds nothing else."""
    async with db.write() as session:
        await session.execute(update(Account).where(Account.id == alice.id).values(profile=value))
    async with db.read() as session:
        found = (await session.execute(select(Account.profile).where(Account.id == alice.id))).scalar_one()
    assert found == value and type(found) is type(value)
