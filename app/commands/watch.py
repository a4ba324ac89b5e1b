"""``watch``: generations as they unfold, in a terminal that is redrawn, or line by line where nobody looks."""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass
from typing import Any

import click
import orjson
from rich.console import Console, RenderableType
from rich.live import Live

from app import generations
from app.commands import screen
from app.commands.live import STAYS, Everything, One
from app.commands.look import origin
from app.commands.stores import Ear, Stores, run
from app.commands.words import event_line, short, whose
from app.generations import operate
from app.generations.operate import Found
from app.generations.view import ACTIVE

LOOK_EVERY = 0.25  # seconds, at most so often at all that goes on
REDRAWS = 8  # a second: clocks and countdowns
LATE = 5.0  # seconds: an end may be committed a little later than it happened
KEPT = 60.0  # seconds for which an end is remembered, so as not to be told twice
MOST = 500  # generations at a time
PART = 500  # events at a time


@click.command("watch")
@click.argument("given", metavar="[ID]", required=False)
def command(given: str | None) -> None:
    """Show what happened to a generation and what happens, until its end.

    Without ID: all that goes on, until Ctrl-C. ID may be the beginning or the end of an id.
    """
    if given:
        until_its_end(given)
    with contextlib.suppress(SystemExit):  # Ctrl-C is how one leaves
        run(everything)


def until_its_end(given: str) -> None:
    """Ends the process: with 0 when it was completed."""
    sys.exit(0 if run(lambda stores: one(stores, given)) else 1)


async def one(stores: Stores, given: str, seq: int = 0) -> bool:
    """Show one from event number ``seq`` until its end; whether it was completed.

    Raises `operate.NotFound` and `operate.Unclear`.
    """
    found = await operate.find(stores.db, given)
    out = screen.console()
    shown = One(found, origin(stores.settings))
    async with contextlib.aclosing(Ear(stores, found.row["account_id"])) as ear, drawn(out, shown.draw):
        while True:
            async for event in _news(stores, found, seq):
                seq = event["seq"]
                if not out.is_terminal:
                    click.echo(event_line(event))
                elif (line := shown.saw(event)) is not None:
                    out.print(line)
            before = found.view.last_seq
            shown.look(found := await operate.find(stores.db, found.row["id"]))
            # All up to ``before`` has been read, even where old events were dropped.
            if found.view.status not in ACTIVE and found.view.last_seq in (seq, before):
                return found.view.status == "completed"
            await ear.hears_something()


@contextlib.asynccontextmanager
async def drawn(out: Console, draw: Callable[[], RenderableType], *, whole_screen: bool = False) -> AsyncIterator[None]:
    """Meanwhile a terminal is redrawn: from this loop, since rich's own thread gets in the way of what is printed."""
    if not out.is_terminal:
        yield
        return
    with Live(draw(), console=out, auto_refresh=False, screen=whole_screen) as live:

        async def redraw() -> None:
            while True:
                live.update(draw(), refresh=True)
                await asyncio.sleep(1 / REDRAWS)

        task = asyncio.create_task(redraw())
        try:
            yield
        finally:
            task.cancel()
            live.update(draw(), refresh=True)


@dataclass
class Followed:
    found: Found
    seq: int  # told of so far
    ended: float | None  # seen, on the monotonic clock
    said: str = ""  # what there is to say of one that was active before we looked


async def everything(stores: Stores) -> None:
    """Show all that waits, is made or has just ended, for ever."""
    out = screen.console()
    shown = Everything(out)
    followed: dict[str, Followed] = {}
    began = looked = time.monotonic()
    first = True
    async with contextlib.aclosing(Ear(stores)) as ear, drawn(out, shown.draw, whole_screen=True):
        while True:
            since, looked = time.monotonic() - looked, time.monotonic()
            here = await operate.going_on(stores.db, since + LATE, MOST)
            for found in here:
                _follow(followed, found, first=first)
                if not out.is_terminal:
                    await _tell(stores, followed[found.row["id"]], time.monotonic() - began)
            _forget(followed, {found.row["id"] for found in here})
            queue = await operate.queue(stores.db) if out.is_terminal else None
            shown.look([(one.found, one.ended) for one in followed.values()], queue, ear.deaf)
            if first and not out.is_terminal:
                click.echo("What happens from now on is told here.", err=True)
            first = False
            await asyncio.sleep(LOOK_EVERY)
            await ear.hears_something()


def _follow(followed: dict[str, Followed], found: Found, *, first: bool) -> None:
    """Note what has become of one. ``first``: this is where we begin to look."""
    id_, over = found.row["id"], found.view.status not in ACTIVE
    if id_ not in followed:
        # What ended before we looked is no news; what came and went between two looks is.
        seq, ended = (found.view.last_seq, time.monotonic() - STAYS) if first else (0, time.monotonic())
        followed[id_] = Followed(found, seq, ended)
        if first and not over:
            followed[id_].said = f"{found.view.progress:>4.0%}  {found.view.status}"
    known = followed[id_]
    known.found = found
    known.ended = (known.ended or time.monotonic()) if over else None


async def _tell(stores: Stores, one: Followed, since: float) -> None:
    """Line by line, what is new of one; nothing of what happened more than ``since`` seconds ago."""
    name = f"{short(one.found.row['id'])}  {whose(one.found)}  "
    if one.said:
        click.echo(name + one.said)
        one.said = ""
    async for event in _news(stores, one.found, one.seq):
        one.seq = event["seq"]
        if event["at"] >= one.found.row["at"] - since:
            click.echo(name + event_line(event))


def _forget(followed: dict[str, Followed], here: Collection[str]) -> None:
    """What has ended a while ago, and what is gone."""
    old = time.monotonic() - KEPT
    for id_, one in list(followed.items()):
        if id_ not in here and (one.ended is None or one.ended < old):
            del followed[id_]


async def _news(stores: Stores, found: Found, seq: int) -> AsyncIterator[dict[str, Any]]:
    """The events after ``seq``."""
    mine = found.row["account_id"], found.row["id"]
    while frames := await generations.after(stores.db, *mine, seq, PART):
        for _, frame in frames:
            yield orjson.loads(frame)
        seq = frames[-1][0]
