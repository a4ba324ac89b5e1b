"""Migrations made and checked against the models, on a throw-away SQLite database."""

import tempfile
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from app.database import alembic_config, migrate
from app.library.models import Book
from app.models import Base
from app.notices.models import Notice
from app.plans.models import WeighIn

# By importing them, those of the other rooms are among them.
assert {Book.__tablename__, Notice.__tablename__, WeighIn.__tablename__} <= Base.metadata.tables.keys()


def _ours(name: str, kind: str, _: Any) -> bool:
    """Not the full-text index of SQLite, which the migration makes by itself."""
    return kind != "table" or "_fts" not in name


OPTIONS: dict[str, Any] = {"compare_type": True, "include_name": _ours}


def new(message: str) -> None:
    """Write the migration that brings the newest schema to the models."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/drift.db"
        migrate(url)
        command.revision(alembic_config(url), message=message, autogenerate=True)


def drift() -> list[Any]:
    """What the models say and the migrations do not; empty when they agree."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drift.db"
        migrate(f"sqlite+aiosqlite:///{path}")
        engine = create_engine(f"sqlite:///{path}")
        with engine.connect() as connection:
            found = compare_metadata(MigrationContext.configure(connection, opts=OPTIONS), Base.metadata)
        engine.dispose()
        return list(found)
