"""What the web process holds for as long as it lives; handlers find it as ``request.state``."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TypedDict

from starlette.applications import Starlette

from app import generations
from app.database import Database
from app.generations import Bell, rescue
from app.live.hub import Hub
from app.settings import Settings


class State(TypedDict):
    settings: Settings
    db: Database
    bell: Bell
    hub: Hub


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[State]:
    """Open what ``app.state.settings`` names, and close it when the process ends."""
    settings: Settings = app.state.settings
    db = Database(settings.database)
    bell = Bell(generations.connect(settings))
    hub = Hub(db, bell, settings)
    await hub.start()
    cancels = asyncio.create_task(rescue.keep_finishing_cancels(db, bell))
    try:
        yield {"settings": settings, "db": db, "bell": bell, "hub": hub}
    finally:
        cancels.cancel()
        await asyncio.wait([cancels])
        await hub.close()
        await bell.close()
        await db.close()
