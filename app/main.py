"""The web process: ``uvicorn app.main:app``."""

import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette

from app import generations
from app.database import Database
from app.generations import Bell
from app.settings import Settings
from app.state import State


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[State]:
    from app.live.hub import Hub

    settings: Settings = app.state.settings
    db = Database(settings.database)
    bell = Bell(generations.connect(settings))
    hub = Hub(db, bell, settings)
    await hub.start()
    try:
        yield {"settings": settings, "db": db, "bell": bell, "hub": hub}
    finally:
        await hub.close()
        await bell.close()
        await db.close()
