"""The web process: ``uvicorn app.main:app``."""

import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Mount, WebSocketRoute

from app import api, generations, logs, pages
from app.database import Database
from app.generations import Bell
from app.live.hub import Hub
from app.live.socket import live
from app.security import OwnForms, SecurityHeaders
from app.settings import Settings, load
from app.state import State


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[State]:
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


def create_app(settings: Settings) -> Starlette:
    app = Starlette(
        routes=[
            WebSocketRoute("/live", live),
            *api.routes,
            Mount("", routes=pages.routes, middleware=[Middleware(OwnForms)]),
        ],
        middleware=[Middleware(SecurityHeaders, secure=settings.secure)],
        exception_handlers={HTTPException: pages.http_error, 500: pages.http_error},
        lifespan=lifespan,
    )
    app.state.settings = settings
    return app


def __getattr__(name: str) -> Starlette:
    """``app``, made when a server asks for it: importing this module reads no environment."""
    if name != "app":
        raise AttributeError(name)
    settings = load()
    logs.configure(settings.log_format)
    made = globals()["app"] = create_app(settings)
    return made
