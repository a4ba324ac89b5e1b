"""A browser's side of a sign-in, without a server: what it keeps of an answer, and what it sends next."""

from http.cookies import SimpleCookie
from typing import Any

from starlette.requests import HTTPConnection
from starlette.responses import Response

from app.database import Database
from app.settings import Settings


def connection(db: Database, settings: Settings, kind: str = "http", **headers: str) -> HTTPConnection:
    named = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    scope: dict[str, Any] = {
        "type": kind, "method": "GET", "path": "/", "query_string": b"", "scheme": {"http": "http"}.get(kind, "ws"),
        "server": ("127.0.0.1", 8000), "client": ("203.0.113.7", 50_000), "headers": named,
        "state": {"db": db, "settings": settings},
    }  # fmt: skip
    return HTTPConnection(scope)


def set_cookie(response: Response) -> SimpleCookie:
    kept = SimpleCookie()
    for name, value in response.raw_headers:
        if name == b"set-cookie":
            kept.load(value.decode())
    return kept


def cookie_header(response: Response) -> str:
    return "; ".join(f"{name}={morsel.value}" for name, morsel in set_cookie(response).items())
