"""Bare floors: what the same libraries cost when they do nothing but the one thing."""

import os
import sqlite3
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route


def _database() -> sqlite3.Connection:
    connection = sqlite3.connect(f"{os.environ['DATA_DIR']}/floor.db", isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("CREATE TABLE IF NOT EXISTS asked (id INTEGER PRIMARY KEY, body TEXT)")
    return connection


async def insert(request: Request) -> JSONResponse:
    """One request, one insert, nothing else: no validation, no owner, no event, no ring."""
    body = await request.body()
    cursor = request.app.state.database.execute("INSERT INTO asked (body) VALUES (?)", (body.decode(),))
    return JSONResponse({"id": cursor.lastrowid}, status_code=202)


async def health(request: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


def create_app() -> Starlette:
    app = Starlette(routes=[Route("/asked", insert, methods=["POST"]), Route("/healthz", health)])
    app.state.database = _database()
    return app


async def started(ctx: dict[str, Any], sent: float) -> None:
    """A bare arq job: it notes how long after it was sent it began."""
    import time

    await ctx["redis"].rpush("floor:latencies", str(time.time() - sent))


class WorkerSettings:
    """arq as it comes, with its default polling."""

    from arq.connections import RedisSettings as _Settings

    functions = [started]  # noqa: RUF012 - arq reads plain class attributes
    # A database of its own: our worker, on the other one, does not know the floor's job.
    redis_settings = _Settings.from_dsn(os.environ.get("REDIS_URL", "redis://127.0.0.1/0").replace("/0", "/1"))
