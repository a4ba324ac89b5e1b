"""``list``, ``show``, ``workers`` and ``queue``: what is going on, in a terminal."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, get_args

import click
import orjson
from rich.console import RenderableType
from rich.table import Column
from rich.text import Text

from app import generations
from app.commands import screen
from app.commands.stores import Stores, account, run
from app.commands.words import document, event_fields
from app.generations import operate
from app.generations.operate import Found
from app.generations.present import WorkerNow, present
from app.generations.view import Status
from app.kinds import KINDS
from app.settings import Settings, load

AS_JSON = click.option("--json", "as_json", is_flag=True, help="For machines.")
EMAIL = click.option("--email", metavar="EMAIL", help="Only this account's.")
KIND = click.option("--kind", type=click.Choice(list(KINDS)), help="Only of this kind.")
MOST_EVENTS = 10_000


@click.command("list")
@EMAIL
@KIND
@click.option("--status", "statuses", type=click.Choice(get_args(Status)), multiple=True, help="May be repeated.")
@click.option("--active", is_flag=True, help="Only what waits or is being made.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@AS_JSON
def list_(
    email: str | None, kind: str | None, statuses: Sequence[str], active: bool, limit: int, as_json: bool
) -> None:
    """The newest generations of everybody, or of one person."""

    async def work(stores: Stores) -> list[Found]:
        mine = (await account(stores.db, email)).id if email else None
        return await operate.newest(
            stores.db, account_id=mine, kind=kind, statuses=statuses, active=active, limit=limit
        )

    found = run(work)
    if as_json:
        _print_json([document(one) for one in found])
    else:
        out = screen.console()
        out.print(screen.generations(found, out) if found else "There is none.")


@click.command()
@click.argument("given", metavar="ID")
@click.option("--events", "with_events", is_flag=True, help="The durable log, too.")
@AS_JSON
def show(given: str, with_events: bool, as_json: bool) -> None:
    """Everything of one generation. ID may be the beginning or the end of an id."""

    async def work(stores: Stores) -> tuple[Found, list[dict[str, Any]]]:
        found = await operate.find(stores.db, given)
        mine = found.row["account_id"], found.row["id"]
        log = await generations.after(stores.db, *mine, 0, MOST_EVENTS) if with_events else []
        return found, [orjson.loads(frame) for _, frame in log]

    found, events = run(work)
    if as_json:
        _print_json({**document(found), **({"events": events} if with_events else {})})
        return
    out = screen.console()
    out.print(screen.whole(found, origin(load())))
    if with_events:
        out.print()
        out.print(_log(events))


@click.command()
@AS_JSON
def workers(as_json: bool) -> None:
    """Every worker, what it makes and when it was last seen."""

    async def work(stores: Stores) -> list[WorkerNow]:
        return (await present(stores.db)).workers

    found = run(work)
    if as_json:
        _print_json([{**asdict(one), "alive": not one.stale} for one in found])
    elif found:
        screen.console().print(screen.workers(found))
    else:
        click.echo("There is none. Start one: arq worker.main.WorkerSettings")


@click.command()
@AS_JSON
def queue(as_json: bool) -> None:
    """What waits, for how long, for whom, and which providers are left alone."""
    found = run(lambda stores: operate.queue(stores.db))
    if as_json:
        _print_json(asdict(found))
    else:
        screen.console().print(screen.queue(found))


def origin(settings: Settings) -> str:
    """Where people find the pages: given, or as `serve` listens."""
    return settings.public_url or f"http://{settings.host}:{settings.port}"


def _log(events: Sequence[dict[str, Any]]) -> RenderableType:
    shown = screen.table(
        screen.number(""), Column("UTC", no_wrap=True), screen.number("made"), Column("event", no_wrap=True),
        Column("", overflow="fold", style=screen.QUIET),
    )  # fmt: skip
    for event in events:
        at = f"{datetime.fromtimestamp(event['at'], UTC):%H:%M:%S.%f}"[:-3]
        shown.add_row(str(event["seq"]), at, f"{event['progress']:.0%}", event["type"], Text(event_fields(event)))
    return shown


def _print_json(value: Any) -> None:
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2))
