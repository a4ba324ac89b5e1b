"""``generate`` and ``watch``: asking for something, and seeing it unfold, in a terminal."""

import asyncio
import contextlib
from typing import Any, TextIO

import click
import orjson
from redis.exceptions import RedisError
from sqlalchemy import insert, select

from app import generations
from app.accounts import by_email
from app.database import Database, now
from app.ids import uuid7
from app.models import Account, Generation
from app.person import Person
from app.settings import Settings

# The account of whoever asks from the command line without saying for whom.
OPERATOR = "command-line"
ENDS = ("generation.completed", "generation.failed", "generation.cancelled")


def read_input(source: TextIO | None, fields: tuple[str, ...]) -> dict[str, Any]:
    """The JSON object from the file, with single fields put over it. Raises ValueError."""
    given = orjson.loads(source.read()) if source else {}
    if not isinstance(given, dict):
        raise ValueError("the input is not a JSON object")
    for field in fields:
        name, equals, value = field.partition("=")
        if not equals:
            raise ValueError(f"{field} is not NAME=VALUE")
        try:
            given[name] = orjson.loads(value)
        except orjson.JSONDecodeError:
            given[name] = value  # a plain word
    return given


async def generate(settings: Settings, kind: str, given: dict[str, Any], email: str | None, *, fresh: bool) -> str:
    """Queue a generation; returns its id. Raises what `app.generations.create` raises, and LookupError."""
    async with contextlib.aclosing(Stores(settings)) as stores:
        person = await _person(stores.db, email)
        created = await generations.create(stores.db, stores.bell, settings, person, kind, given, fresh=fresh)
        click.echo(f"{created.generation.id}{' (was already being made)' if created.existing else ''}")
        return created.generation.id


async def watch(settings: Settings, generation_id: str) -> bool:
    """Print what happened and what happens, until the end; True when it was completed."""
    async with contextlib.aclosing(Stores(settings)) as stores:
        async with stores.db.read() as session:
            query = select(Generation.account_id).where(Generation.id == generation_id)
            account_id = (await session.execute(query)).scalar_one_or_none()
        if account_id is None:
            raise LookupError(f"no generation {generation_id}")
        seq = 0
        async with contextlib.aclosing(Ear(stores, account_id)) as ear:
            while True:
                news = await generations.after(stores.db, account_id, generation_id, seq)
                for seq, frame in news:
                    event = orjson.loads(frame)
                    click.echo(_line(event))
                    if event["type"] in ENDS and not await _goes_on(stores.db, account_id, generation_id, seq):
                        return bool(event["type"] == ENDS[0])
                await ear.hears_something()


class Stores:
    def __init__(self, settings: Settings) -> None:
        self.db = Database(settings.database, pool_size=2)
        self.bell = generations.Bell(generations.connect(settings))

    async def aclose(self) -> None:
        await self.bell.close()
        await self.db.close()


class Ear:
    """Says when to look again: at any message of this person's, or after a second, with Redis or without."""

    def __init__(self, stores: Stores, account_id: str) -> None:
        self._messages = stores.bell.redis.pubsub()
        self._channel = generations.channel(account_id)

    async def hears_something(self) -> None:
        try:
            if not self._messages.subscribed:
                await self._messages.subscribe(self._channel)
            await self._messages.get_message(timeout=1)
        except (RedisError, OSError, TimeoutError):
            await asyncio.sleep(1)

    async def aclose(self) -> None:
        with contextlib.suppress(RedisError, OSError):
            await self._messages.aclose()  # type: ignore[no-untyped-call]


async def _goes_on(db: Database, account_id: str, generation_id: str, seq: int) -> bool:
    """Whether an end was not the last word, since a person had it tried again."""
    found = await generations.get(db, account_id, generation_id)
    return found is not None and found.last_seq > seq


async def _person(db: Database, email: str | None) -> Person:
    if email:
        if (person := await by_email(db, email)) is None:
            raise LookupError(f"no account {email}")
        return person
    query = select(Account).where(Account.anon == OPERATOR)
    async with db.write() as session:
        if (account := (await session.execute(query)).scalar_one_or_none()) is None:
            new = insert(Account).values(id=uuid7(), anon=OPERATOR, created_at=now()).returning(Account)
            account = (await session.execute(new)).scalar_one()
        return Person(account.id, tier=account.tier, profile=account.profile)


def _line(event: dict[str, Any]) -> str:
    what: str = event["type"].partition(".")[2]
    match event:
        case {"item": {"title": title}}:
            what = title
        case {"type": "phase.progress", "done": done, "total": total}:
            what = f"{event['phase']} {done} of {total}" + (f", {event['note']}" if event.get("note") else "")
        case {"type": "phase.started" | "phase.completed"}:
            what = f"{event['phase']} {what}"
        case {"error": {"message": message}}:
            what = f"{what}: {message}"
        case {"result": {"title": title, "url": url}}:
            what = f"{what}: {title} ({url})"
    return f"{event['progress']:>4.0%}  {what}"
