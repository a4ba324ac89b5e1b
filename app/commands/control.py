"""``cancel`` and ``retry``, from a terminal: what the generation's own person could do."""

import asyncio
import time
from collections.abc import Sequence

import click

from app import generations
from app.commands.look import EMAIL, KIND
from app.commands.stores import Stores, WrongUse, account, run
from app.commands.words import short, times, whose
from app.generations import AlreadyActive, NotPossible, OverLimit, operate, rescue
from app.generations.operate import Found
from app.generations.view import ACTIVE

YES = click.option("--yes", is_flag=True, help="Do not ask first.")
IDS = click.argument("given", metavar="ID...", nargs=-1)
CONFIRMED_WITHIN = 10.0  # seconds: a worker confirms within one, and without it we end it ourselves
Done = tuple[bool, str]  # whether it was done, and what there is to say


@click.command()
@IDS
@click.option("--all", "everything", is_flag=True, help="All that waits or is being made, by --email or --kind.")
@EMAIL
@KIND
@YES
def cancel(given: Sequence[str], everything: bool, email: str | None, kind: str | None, yes: bool) -> None:
    """Cancel what waits or is being made. What is finished of it is kept, and it can be retried."""
    _one_way(given, everything, "--all", email, kind, yes)
    if everything and not (email or kind):
        raise WrongUse("say whose with --email, or what with --kind: --all alone would stop everybody's work")

    async def all_of_them(stores: Stores) -> list[Found]:
        mine = (await account(stores.db, email)).id if email else None
        return await operate.newest(stores.db, account_id=mine, kind=kind, active=True, limit=None)

    found = run(all_of_them if everything else lambda stores: _named(stores, given))
    if everything:
        _confirm("Cancel", found, yes)
    _say(found, run(lambda stores: _cancel(stores, found)))


@click.command()
@IDS
@click.option("--failed", is_flag=True, help="All that failed in the last --hours and may go better this time.")
@click.option("--hours", type=click.FloatRange(0, 24 * 366, min_open=True), default=24, show_default=True)
@EMAIL
@KIND
@YES
def retry(given: Sequence[str], failed: bool, hours: float, email: str | None, kind: str | None, yes: bool) -> None:
    """Queue again what failed or was cancelled. What is made of it is not made again."""
    _one_way(given, failed, "--failed", email, kind, yes)

    async def all_of_them(stores: Stores) -> list[Found]:
        mine = (await account(stores.db, email)).id if email else None
        which = operate.newest(
            stores.db, account_id=mine, kind=kind, statuses=["failed"], ended_within=hours * 3600, limit=None
        )
        return [one for one in reversed(await which) if one.view.error is None or one.view.error.retryable]

    found = run(all_of_them if failed else lambda stores: _named(stores, given))
    if failed:
        _confirm("Retry", found, yes)
    _say(found, run(lambda stores: _retry(stores, found)))


def _one_way(given: Sequence[str], many: bool, flag: str, email: str | None, kind: str | None, yes: bool) -> None:
    if bool(given) == many:
        raise WrongUse(f"give either ids, or {flag}")
    if given and (email or kind or yes):
        raise WrongUse(f"--email, --kind and --yes go with {flag}, not with ids")


async def _named(stores: Stores, given: Sequence[str]) -> list[Found]:
    """All of them, before anything is done to any."""
    found = {one.row["id"]: one for one in [await operate.find(stores.db, part) for part in given]}
    return list(found.values())


def _confirm(what: str, found: Sequence[Found], yes: bool) -> None:
    if not found:
        raise click.ClickException("there is none: nothing was done")
    people = len({one.row["account_id"] for one in found})
    kinds = ", ".join(sorted({one.view.kind for one in found}))
    asked = f"{what} {times(len(found), 'generation')} ({kinds}) of {people} {'person' if people == 1 else 'people'}?"
    if not yes and not click.confirm(asked):
        raise click.ClickException("nothing was done")


def _say(found: Sequence[Found], done: Sequence[Done]) -> None:
    """What came of each; ends with 1 unless all was done."""
    for one, (good, said) in zip(found, done, strict=True):
        click.echo(f"{short(one.row['id'])}  {whose(one)}  {said}", err=not good)
    if len(done) > 1:
        click.echo(f"{sum(good for good, _ in done)} of {len(done)} done.")
    if not all(good for good, _ in done):
        raise click.exceptions.Exit(1)


async def _cancel(stores: Stores, found: Sequence[Found]) -> list[Done]:
    """Ask all of them first, then see to it that they end."""
    refused: dict[str, str] = {}
    for one in found:  # the newest first: no worker takes up what is about to be cancelled
        try:
            await generations.cancel(stores.db, stores.bell, one.row["account_id"], one.row["id"])
        except NotPossible as error:
            refused[one.row["id"]] = str(error)
    until = time.monotonic() + CONFIRMED_WITHIN
    done = [await _cancelled(stores, one, until) for one in found]
    return [
        (False, refused[one.row["id"]]) if one.row["id"] in refused else said
        for one, said in zip(found, done, strict=True)
    ]


async def _cancelled(stores: Stores, one: Found, until: float) -> Done:
    while (view := await generations.get(stores.db, one.row["account_id"], one.row["id"])) is not None:
        if view.status not in ACTIVE:
            return view.status == "cancelled", view.status
        if time.monotonic() > until:
            return False, "It is asked to stop, and has not yet: look again with python -m app show."
        await asyncio.sleep(0.1)
        await rescue.finish_cancels(stores.db, stores.bell)  # nobody else may be left to do it
    return False, "It is gone."


async def _retry(stores: Stores, found: Sequence[Found]) -> list[Done]:
    return [await _retry_one(stores, one) for one in found]


async def _retry_one(stores: Stores, one: Found) -> Done:
    try:
        view = await generations.retry(stores.db, stores.bell, stores.settings, one.row["account_id"], one.row["id"])
    except NotPossible as error:
        return False, str(error)
    except OverLimit as error:
        return (
            False,
            f"This person has {error.allowed} in the making, which is their limit: retry it when one is ready.",
        )
    except AlreadyActive as error:
        return False, f"The same is being made already: {short(error.generation.id)}."
    return (False, "It is gone.") if view is None else (True, f"queued again, attempt {view.attempt}")
