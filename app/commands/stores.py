"""What commands work with: the stores, the sound of news, and one line for whatever goes wrong."""

import asyncio
import contextlib
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import click
from redis.exceptions import RedisError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from app import generations, metrics
from app.accounts import Refused, by_email
from app.database import Away, Database
from app.generations import operate
from app.person import Person
from app.settings import Settings, load

T = TypeVar("T")
INTERRUPTED = 130  # what a shell says of Ctrl-C
EVERYBODY = "*"


class WrongUse(click.ClickException):
    """Asked for in a way that cannot be answered: exit code 2."""

    exit_code = 2


class Stores:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.db = Database(settings.database, pool_size=2)
        self.bell = generations.Bell(generations.connect(settings))

    async def aclose(self) -> None:
        await self.bell.close()
        with contextlib.suppress(*Away):
            await metrics.flush(self.db)  # what was cancelled or asked for from here counts, too
        await self.db.close()


def run(work: Callable[[Stores], Awaitable[T]]) -> T:
    """Do a command's work. What may go wrong ends as one line that says what to do; Ctrl-C as none."""

    async def with_stores() -> T:
        async with contextlib.aclosing(Stores(settings)) as stores:
            return await work(stores)

    settings = load()
    if (missing := _missing(settings)) is not None:
        raise click.ClickException(f"there is no database at {missing} yet: python -m app migrate")
    try:
        return asyncio.run(with_stores())
    except operate.NotFound as error:
        raise click.ClickException(str(error)) from None
    except operate.Unclear as error:
        raise WrongUse(str(error)) from None
    except (DBAPIError, *Away) as error:
        said = str(getattr(error, "orig", None) or error).strip() or type(error).__name__
        line = said.splitlines()[0]
        raise click.ClickException(f"the database cannot be used ({line}): python -m app check says more") from None
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _missing(settings: Settings) -> Path | None:
    """The SQLite file that is not there: opening it would make an empty one."""
    url = make_url(settings.database)
    if url.get_backend_name() != "sqlite" or not url.database or Path(url.database).is_file():
        return None
    return Path(url.database)


async def account(db: Database, email: str) -> Person:
    """Raises `operate.NotFound` and WrongUse."""
    try:
        person = await by_email(db, email)
    except Refused as error:
        raise WrongUse(error.message) from None
    if person is None:
        raise operate.NotFound(f"no account {email}: python -m app user list shows them")
    return person


class Ear:
    """Says when to look again: at any message of a person's, or after a second, with Redis or without."""

    def __init__(self, stores: Stores, account_id: str = EVERYBODY) -> None:
        self._messages = stores.bell.redis.pubsub()
        self._channel = generations.channel(account_id)
        self._deaf_until = 0.0
        self.deaf = False  # Redis is away

    async def hears_something(self) -> None:
        """Returns at once for all that was said since the last time together."""
        if time.monotonic() < self._deaf_until:
            await asyncio.sleep(1)
            return
        try:
            if not self._messages.subscribed:
                subscribe = self._messages.psubscribe if EVERYBODY in self._channel else self._messages.subscribe
                await subscribe(self._channel)
            wait = 1.0
            while await self._messages.get_message(timeout=wait) is not None:
                wait = 0.0
            self.deaf = False
        except (RedisError, OSError, TimeoutError):
            self.deaf, self._deaf_until = True, time.monotonic() + 5
            await asyncio.sleep(1)

    async def aclose(self) -> None:
        with contextlib.suppress(RedisError, OSError):
            await self._messages.aclose()  # type: ignore[no-untyped-call]
