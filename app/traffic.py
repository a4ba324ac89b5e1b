"""Every request: counted, timed, and given an id that its log lines and its answer carry."""

import re
import secrets
import time

import structlog
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import metrics

log = structlog.get_logger()

SLOW = 1.0  # seconds
HEADER = b"x-request-id"
_SANE = re.compile(rb"[A-Za-z0-9._-]{1,64}")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Traffic:
    """Outside of everything else. One line for what failed or took long; none for the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        with structlog.contextvars.bound_contextvars(request_id=request_id.decode()):
            if scope["type"] == "http":
                await self._request(scope, receive, send, request_id)
            else:
                await self.app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send, request_id: bytes) -> None:
        began, status = time.perf_counter(), 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message.get("headers", ()), (HEADER, request_id)]}
            await send(message)

        try:
            await self.app(scope, receive, noting)
        except Exception:
            status = 500
            raise
        finally:
            _count(scope, status, time.perf_counter() - began)


def _count(scope: Scope, status: int, seconds: float) -> None:
    method = scope["method"] if scope["method"] in METHODS else "other"
    route = template(scope)
    kind = f"{status // 100}xx" if status else "none"  # none: the client left before there was an answer
    metrics.add("http_requests", method=method, route=route, status=kind)
    metrics.observe("http_request_seconds", seconds, method=method, route=route)
    failed, slow = status >= 500, seconds > SLOW and not _waits(scope)
    if failed or slow:
        said = log.warning if failed else log.info
        event = "http.failed" if failed else "http.slow"
        said(event, method=method, path=scope["path"][:200], status=status, seconds=round(seconds, 3))


def template(scope: Scope) -> str:
    """The address as it stands in the routes: few of them, whatever people ask for."""
    route = scope.get("route")
    if isinstance(route, Route):
        return str(scope.get("root_path", "")).removeprefix(scope.get("app_root_path", "")) + route.path
    return "/static" if isinstance(scope.get("endpoint"), StaticFiles) else "unmatched"


def _request_id(scope: Scope) -> bytes:
    """The one that a proxy or a client has given, if it is sane, else a new one."""
    given = next((value for name, value in scope["headers"] if name == HEADER), b"")
    return given if _SANE.fullmatch(given) else secrets.token_hex(8).encode()


def _waits(scope: Scope) -> bool:
    """Whether the client has asked for an answer that takes its time."""
    return any(name == b"prefer" and b"wait" in value for name, value in scope["headers"])
