"""The web process: ``uvicorn app.main:app``."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount, WebSocketRoute

from app import api, logs, pages
from app.live.socket import live
from app.security import OwnForms, SecurityHeaders
from app.settings import Settings, load
from app.state import lifespan
from app.traffic import Traffic


def create_app(settings: Settings) -> Starlette:
    app = Starlette(
        routes=[
            WebSocketRoute("/live", live),
            *api.routes,
            Mount("", routes=pages.routes, middleware=[Middleware(OwnForms)]),
        ],
        middleware=[
            Middleware(Traffic),
            Middleware(SecurityHeaders, secure=settings.secure),
            Middleware(GZipMiddleware, minimum_size=1024, compresslevel=5),
            # Not among the handlers below: Starlette's own place for this is outside of all middleware.
            Middleware(ExceptionMiddleware, handlers={Exception: pages.http_error}),
        ],
        exception_handlers={HTTPException: pages.http_error},
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
