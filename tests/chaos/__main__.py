"""``make chaos``: a long storm; prints the report, and writes it to DATA_DIR/chaos.json."""

import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click
import orjson

from tests.chaos.driver import Plan, storm
from tests.chaos.report import Report


async def _run(plan: Plan, say: Callable[[str], None]) -> Report:
    """Ends all that it started, also when it is ended itself."""
    running = asyncio.ensure_future(storm(plan, say))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    return await running


@click.command()
@click.option("--seconds", default=300.0, show_default=True, help="of storm")
@click.option("--database", type=click.Choice(["postgresql", "sqlite"]), default="postgresql", show_default=True)
@click.option("--seed", type=int, help="of the dice; another each time by default")
@click.option("--orders", type=int, help="generations asked for; four a second by default")
@click.option("--clients", default=48, show_default=True, help="sockets")
@click.option("--webs", default=2, show_default=True)
@click.option("--workers", default=3, show_default=True)
@click.option("--keep", default="", help="a folder in which the logs of all processes stay")
def main(
    seconds: float, database: str, seed: int | None, orders: int | None, clients: int, webs: int, workers: int,
    keep: str,
) -> None:  # fmt: skip
    """Kill, freeze and empty everything at random while people ask and watch; nothing may be lost."""
    orders = orders or int(seconds * 4)
    people = max(8, orders // 500)  # a socket may watch so many of one person
    plan = Plan(
        database=database, seconds=seconds, orders=orders, seed=random.randrange(1_000_000) if seed is None else seed,
        people=people, clients=max(clients, 2 * people), webs=webs, workers=workers, patience=180, keep=keep,
    )  # fmt: skip
    began = time.monotonic()
    click.echo(f"seed {plan.seed}: {plan.orders} orders in {seconds:g} s on {database}")
    found = asyncio.run(_run(plan, lambda line: click.echo(f"{time.monotonic() - began:7.1f} s  {line}")))
    found.show()
    target = Path(os.environ.get("DATA_DIR", "var")) / "chaos.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(orjson.dumps(found.as_json(), option=orjson.OPT_INDENT_2))
    click.echo(f"Written to {target}")
    sys.exit(0 if found.sound else 1)


if __name__ == "__main__":
    main()
