"""``generate`` by way of a server, with the client that other programs use: the one of ``--url``, or the one here."""

import asyncio
import sys
import time
from typing import Any, cast

import click
import httpx
from sqlalchemy import select

from app.accounts import token_for
from app.client import AsyncClient, Cancelled, Event, Failed, Generation, Invalid, Unauthorized, UnfoldError
from app.commands import screen
from app.commands.live import One
from app.commands.look import origin
from app.commands.stores import INTERRUPTED, Stores, WrongUse
from app.commands.watch import drawn
from app.commands.words import event_line
from app.database import now
from app.generations.operate import Found
from app.metrics import GAUGES, SEEN_WITHIN

GIVES_UP_AFTER = 15.0  # seconds without the server, where the database can tell the rest


def generate(client: AsyncClient, kind: str, given: dict[str, Any], *, fresh: bool, watching: bool) -> bool:
    """Ask for it and, ``watching``, show it to its end; whether it was completed, as far as we know."""

    async def work() -> bool:
        async with client:
            created = await client.create(kind, given, fresh=fresh)
            click.echo(f"{created.id}{' (was already being made)' if created.how == 'existing' else ''}")
            return not watching or await show(client, created.generation)

    try:
        return asyncio.run(work())
    except Invalid as error:
        wrong = "; ".join(f"{'.'.join(map(str, loc))}: {msg}" for loc, msg in error.errors)
        raise WrongUse(f"the input is not right: {wrong}") from None
    except Unauthorized as error:
        raise click.ClickException(f"{error} Give --email, or --token-file.") from None
    except UnfoldError as error:
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


class Interrupted(Exception):
    """The server went away, and with it what it would have told after event number ``seq``."""

    def __init__(self, seq: int) -> None:
        super().__init__(seq)
        self.seq = seq


async def server_of(stores: Stores) -> str | None:
    """The address of a web process that works on these very stores and answers where it should."""
    here = select(GAUGES.c.process).where(GAUGES.c.name == "sockets", GAUGES.c.seen_at > now() - SEEN_WITHIN)
    async with stores.db.read() as session:
        if (await session.execute(here.limit(1))).first() is None:
            return None
    url = origin(stores.settings)
    try:
        async with httpx.AsyncClient(timeout=1.0, trust_env=False) as http:
            return url if (await http.get(f"{url}/healthz")).json() == {"status": "ok"} else None
    except (httpx.HTTPError, ValueError):
        return None


async def show_served(stores: Stores, url: str, account_id: str, generation: Generation) -> bool:
    """`show`, in the name of the account that it is for. Raises Interrupted."""
    told: list[int] = [0]
    token = token_for(stores.settings, account_id).access_token
    try:
        async with AsyncClient(url, token=token, patience=GIVES_UP_AFTER) as client:
            return await show(client, generation, told)
    except UnfoldError:
        raise Interrupted(max(told)) from None


async def show(client: AsyncClient, generation: Generation, numbers: list[int] | None = None) -> bool:
    """Show one until its end; whether it was completed. ``numbers`` gets those of the events. Raises UnfoldError."""
    out = screen.console()
    shown = One(_found(generation), client.url)
    news = asyncio.Event()

    def told(event: Event) -> None:
        news.set()
        if event.seq is None:
            return
        if numbers is not None:
            numbers.append(event.seq)
        if not out.is_terminal:
            click.echo(event_line(event.data))
        elif (line := shown.saw(event.data)) is not None:
            out.print(line)

    async def keep_looking() -> None:
        """One look at a time, at all that was told meanwhile."""
        while await news.wait():
            news.clear()
            shown.look(_found(await client.status(generation.id)))

    async with drawn(out, shown.draw):
        looking = asyncio.create_task(keep_looking())
        try:
            ended = await client.wait(generation.id, told)
        except (Failed, Cancelled) as error:
            ended = error.generation
        finally:
            looking.cancel()
            await asyncio.wait([looking])
        shown.look(_found(ended))
    return ended.status == "completed"


def _found(view: Generation) -> Found:
    """As the screen takes it: of the account, only its owner's own view is known."""
    row = {"at": time.time(), "email": "you", "anon": None, "tier": ""}
    return Found(cast("Any", row), view)
