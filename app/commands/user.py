"""``user``: accounts, from the command line."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from app import accounts
from app.accounts import Person
from app.database import Database
from app.person import HEAD_START
from app.settings import load

T = TypeVar("T")
TIERS = click.Choice(list(HEAD_START))


@click.group()
def user() -> None:
    """Create and list accounts, and change their tier."""


@user.command("list")
def list_users() -> None:
    """Everybody who has signed up."""
    for person in _run(accounts.everybody):
        click.echo(_line(person))


@user.command()
@click.argument("email")
@click.password_option(help="Asked for when it is not given.")
@click.option("--tier", type=TIERS, default="free", show_default=True)
@click.option("--admin", is_flag=True)
def create(email: str, password: str, tier: str, admin: bool) -> None:
    """Make an account."""

    async def made(db: Database) -> Person:
        person = await accounts.sign_up(db, email, password)
        return await accounts.change(db, person.id, tier=tier, admin=admin)

    click.echo(_line(_run(made)))


@user.command()
@click.argument("email")
@click.option("--no-admin", is_flag=True, help="Take it away again.")
def promote(email: str, no_admin: bool) -> None:
    """Make somebody an administrator."""
    click.echo(_line(_run(lambda db: _change(db, email, admin=not no_admin))))


@user.command()
@click.argument("email")
@click.argument("tier", type=TIERS)
def tier(email: str, tier: str) -> None:
    """Set somebody's tier."""
    click.echo(_line(_run(lambda db: _change(db, email, tier=tier))))


async def _change(db: Database, email: str, **values: object) -> Person:
    person = await accounts.by_email(db, email)
    if person is None:
        raise click.ClickException(f"no account {email}")
    return await accounts.change(db, person.id, **values)


def _line(person: Person) -> str:
    return f"{person.id}  {person.tier:<5} {'admin' if person.admin else '':<6} {person.email}"


def _run(work: Callable[[Database], Awaitable[T]]) -> T:
    async def run() -> T:
        db = Database(load().database, pool_size=1)
        try:
            return await work(db)
        finally:
            await db.close()

    try:
        return asyncio.run(run())
    except accounts.Refused as error:
        raise click.ClickException(error.message) from None
    except accounts.Taken:
        raise click.ClickException("there is an account with this e-mail already") from None
