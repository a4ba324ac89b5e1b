"""Whatever table keeps something of a person: it goes with them from the guest that they were to their account."""

from typing import Any

from sqlalchemy import Table, func, insert, select
from sqlalchemy.types import JSON, Boolean, Float, Integer, LargeBinary, String

from app.accounts import anon_id, guest_from, sign_in, sign_up
from app.database import Database
from app.generations import Bell
from app.models import Base
from app.settings import Settings

PASSWORD = "three or four words"
# A sign-in ends with the guest, and a key of a request has served.
GONE = {"sessions", "idempotency_keys"}


def _row(table: Table, ids: dict[str, str]) -> dict[str, Any]:
    """One that the table takes, of the guest and what they have."""
    row: dict[str, Any] = {}
    for column in table.columns:
        for key in column.foreign_keys:
            row[column.name] = ids.get(key.column.table.name)
        if column.name in row or column.nullable or column.autoincrement is True:
            continue
        samples: list[tuple[type[Any], Any]] = [
            (String, "x"), (Boolean, False), (Integer, 1), (Float, 1.0), (LargeBinary, b"x"), (JSON, {})
        ]  # fmt: skip
        row[column.name] = next(value for kind, value in samples if isinstance(column.type, kind))
    if "id" in table.columns and table.c.id.autoincrement is not True and not table.c.id.foreign_keys:
        row["id"] = ids.setdefault(table.name, f"{table.name:.36}")
    return row


async def test_every_table_that_names_a_person_moves_with_them(db: Database, bell: Bell, settings: Settings) -> None:
    alice = await sign_up(db, "alice@example.org", PASSWORD)
    guest = await guest_from(db, settings, anon_id(settings))
    theirs = [table for table in Base.metadata.sorted_tables if "account_id" in table.columns]
    ids = {"accounts": guest.id}
    async with db.write() as session:
        for table in theirs:
            row = _row(table, ids)
            await session.execute(insert(table).values(**row))
            if "id" in row:
                ids[table.name] = row["id"]
    await sign_in(db, bell, settings, "alice@example.org", PASSWORD, guest)
    async with db.read() as session:
        for table in theirs:
            mine = select(func.count()).select_from(table).where(table.c.account_id == alice.id)
            expected = 0 if table.name in GONE else 1
            assert (await session.execute(mine)).scalar_one() == expected, table.name
