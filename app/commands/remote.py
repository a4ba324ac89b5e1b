"""``generate --url`` and what it shows: by way of a server, with the client that other programs use."""

import asyncio
import sys
import time
from typing import Any, cast

import click

from app.client import AsyncClient, Cancelled, Event, Failed, Generation, Invalid, Unauthorized, UnfoldError
from app.commands import screen
from app.commands.live import One
from app.commands.stores import INTERRUPTED, WrongUse
from app.commands.watch import drawn
from app.commands.words import event_line
from app.generations.operate import Found


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


async def show(client: AsyncClient, generation: Generation) -> bool:
    """Show one until its end; whether it was completed. Raises UnfoldError."""
    out = screen.console()
    shown = One(_found(generation), client.url)
    news = asyncio.Event()

    def told(event: Event) -> None:
        news.set()
        if event.seq is None:
            return
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
