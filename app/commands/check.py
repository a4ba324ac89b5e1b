"""``python -m app check``: whether this installation is in order, one line for each thing."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from app.settings import Settings


class Wrong(Exception):
    """Its text says what is wrong."""


# Characters: what `openssl rand -base64 24` gives is longer.
SHORT_SECRET = 16


def check(settings: Settings, *, offline: bool) -> bool:
    """Print a line for each part; False if any is not in order. Offline: only what needs no store."""
    checks: dict[str, Callable[[Settings], str]] = {"settings": _settings, "migrations": _migrations}
    if not offline:
        checks |= {"database": _database, "redis": _redis}
    said = [_said(name, part, settings) for name, part in checks.items()]
    return all(said)


def _said(name: str, part: Callable[[Settings], str], settings: Settings) -> bool:
    try:
        text, good = part(settings), True
    except Wrong as error:
        text, good = str(error), False
    click.echo(f"{click.style('ok   ', 'green') if good else click.style('wrong', 'red')} {name:<11} {text}")
    return good


def _settings(settings: Settings) -> str:
    if settings.secret_key and len(settings.secret_key) < SHORT_SECRET:
        return "every variable has an allowed value, but SECRET_KEY is short enough to be guessed"
    return "every variable has an allowed value"  # or loading them had ended the process


def _migrations(settings: Settings) -> str:
    from app.migrations.make import drift

    if differences := drift():
        raise Wrong(f"lack what the models say: {differences[0]!r}" + ", and more" * (len(differences) > 1))
    return "lead to what the models say"


def _database(settings: Settings) -> str:
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from sqlalchemy.exc import SQLAlchemyError

    from app.database import alembic_config

    url = make_url(settings.database.replace("+aiosqlite", ""))
    shown = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise Wrong(f"{shown} is not there yet: python -m app migrate")
    head = ScriptDirectory.from_config(alembic_config(settings.database)).get_current_head()
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        raise Wrong(f"{shown} cannot be reached: {_first_line(getattr(error, 'orig', None) or error)}") from error
    finally:
        engine.dispose()
    if found != head:
        raise Wrong(f"{shown} is at migration {found}, not {head}: python -m app migrate")
    return f"{shown} is at migration {head}"


def _redis(settings: Settings) -> str:
    from redis.exceptions import RedisError

    from app.generations import connect

    async def ping() -> None:
        client = connect(settings)
        try:
            await client.ping()
        finally:
            await client.aclose()

    shown = _without_password(settings.redis)
    try:
        asyncio.run(ping())
    except (RedisError, OSError, TimeoutError) as error:
        hint = "" if settings.redis_url else " (the embedded one runs while serve does)"
        raise Wrong(f"{shown} does not answer{hint}: {_first_line(error)}") from error
    return f"{shown} answers"


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _first_line(error: Any) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
