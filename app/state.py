"""What the web process holds for as long as it lives; handlers find it as ``request.state``."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TypedDict

from starlette.applications import Starlette

from app import generations, metrics
from app.database import Database
from app.generations import Bell, rescue
from app.live.hub import Hub
from app.settings import Settings


class State(TypedDict):
    settings: Settings
    db: Database
    bell: Bell
    hub: Hub
    reporter: metrics.Reporter


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[State]:
    """Open what ``app.state.settings`` names, and close it when the process ends."""
    settings: Settings = app.state.settings
    db = Database(settings.database)
    bell = Bell(generations.connect(settings))
    hub = Hub(db, bell, settings)
    await hub.start()
    reporter = metrics.Reporter(db, "web", hub.figures)
    loops = [asyncio.create_task(loop) for loop in (rescue.keep_finishing_cancels(db, bell), reporter.keep_telling())]
    try:
        yield {"settings": settings, "db": db, "bell": bell, "hub": hub, "reporter": reporter}
    finally:
        for loop in loops:
            loop.cancel()
        await asyncio.wait(loops)
        await hub.close()
        await bell.close()
        await reporter.close()
        await db.close()
