"""``generate``: asking for something from a terminal."""

import contextlib
import re
import sys
from typing import Any, TextIO

import click
import orjson
from pydantic import ValidationError
from sqlalchemy import insert, select

from app import generations
from app.client import AsyncClient
from app.commands import remote, watch
from app.commands.stores import Stores, WrongUse, account, run
from app.commands.words import OPERATOR
from app.database import Database, now
from app.generations import Generation, OverLimit
from app.ids import uuid7
from app.kinds import offered
from app.models import Account
from app.person import Person
from app.settings import Settings


@click.command("generate")
@click.argument("kind")
@click.option("--input", "source", type=click.File(), help="JSON with the input; - for standard input.")
@click.option("--set", "fields", multiple=True, metavar="NAME=VALUE", help="One field of the input; may be repeated.")
@click.option("--for", "email", metavar="EMAIL", help="The account it is for; a local guest by default.")
@click.option("--fresh", is_flag=True, help="Do not take it from the cache.")
@click.option("--watch/--no-watch", "watching", default=True, help="Stay and show how it unfolds (the default).")
@click.option("--url", help="Ask the server there, as a program elsewhere would, instead of the database.")
@click.option("--email", "signs_in", metavar="EMAIL", help="With --url: sign in so; the password is asked for.")
@click.option("--token-file", type=click.File(), help="With --url: a token instead; - for standard input.")
def command(
    kind: str, source: TextIO | None, fields: tuple[str, ...], email: str | None, fresh: bool, watching: bool,
    url: str | None, signs_in: str | None, token_file: TextIO | None,
) -> None:  # fmt: skip
    """Make something of this KIND, such as: generate program --set goal=strength --set days_per_week=3 ..."""
    try:
        given = read_input(source, fields)
    except ValueError as error:
        raise WrongUse(str(error)) from None
    if url:
        client = _client(url, email, signs_in, token_file)
        sys.exit(0 if remote.generate(client, kind, given, fresh=fresh, watching=watching) else 1)
    if signs_in or token_file:
        raise WrongUse("--email and --token-file go with --url")
    if kind not in offered():
        raise WrongUse(f"{kind} is not one of: {', '.join(offered())}")

    async def work(stores: Stores) -> bool:
        person, asked = await _ask(stores, kind, given, email, fresh=fresh)
        return not watching or await _watch(stores, person.id, asked)

    try:
        completed = run(work)
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise WrongUse("the input is not right: " + "; ".join(wrong)) from None
    except OverLimit as error:
        raise click.ClickException(str(error)) from None
    sys.exit(0 if completed else 1)


async def _watch(stores: Stores, account_id: str, asked: Generation) -> bool:
    """Over the socket of the server that runs here, as any other program; without one, from the database itself."""
    seq = 0
    if (url := await remote.server_of(stores)) is not None:
        try:
            return await remote.show_served(stores, url, account_id, asked)
        except remote.Interrupted as interrupted:
            seq = interrupted.seq
    return await watch.one(stores, asked.id, seq)


def _client(url: str, email: str | None, signs_in: str | None, token_file: TextIO | None) -> AsyncClient:
    if email:
        raise WrongUse("--for is for the database; with --url it is for whoever signs in")
    if bool(signs_in) == bool(token_file):
        raise WrongUse("with --url give --email or --token-file")
    if not re.match(r"https?://[^/]+", url):
        raise WrongUse(f"{url} is not an address such as https://unfold.example")
    token = token_file.read().strip() if token_file else None
    password = click.prompt("Password", hide_input=True, err=True) if signs_in else None
    return AsyncClient(url, token=token, email=signs_in, password=password)


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
        return (await _ask(stores, kind, given, email, fresh=fresh))[1].id


async def _ask(
    stores: Stores, kind: str, given: dict[str, Any], email: str | None, *, fresh: bool
) -> tuple[Person, Generation]:
    person = await account(stores.db, email) if email else await _operator(stores.db)
    created = await generations.create(stores.db, stores.bell, stores.settings, person, kind, given, fresh=fresh)
    click.echo(f"{created.generation.id}{' (was already being made)' if created.existing else ''}")
    return person, created.generation


async def _operator(db: Database) -> Person:
    query = select(Account).where(Account.anon == OPERATOR)
    async with db.write() as session:
        if (found := (await session.execute(query)).scalar_one_or_none()) is None:
            new = insert(Account).values(id=uuid7(), anon=OPERATOR, created_at=now()).returning(Account)
            found = (await session.execute(new)).scalar_one()
        return Person(found.id, tier=found.tier, profile=found.profile)
