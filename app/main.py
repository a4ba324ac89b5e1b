"""The web process: ``uvicorn app.main:app``."""

import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, WebSocketRoute
from starlette.staticfiles import StaticFiles

from app import generations, logs
from app.database import Database
from app.generations import Bell
from app.settings import Settings, load
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
