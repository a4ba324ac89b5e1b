"""What was asked for in generations: the snapshots of their forms."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from app.database import Database
from app.models import Generation


async def asked(db: Database, account_id: str, generation_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The inputs of a person's generations, by id."""
    if not generation_ids:
        return {}
    query = select(Generation.id, Generation.input).where(
        Generation.id.in_(generation_ids), Generation.account_id == account_id
    )
    async with db.read() as session:
        return {row.id: row.input for row in await session.execute(query)}
