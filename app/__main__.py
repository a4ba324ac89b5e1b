"""The command line: ``python -m app``. What a command needs is imported when it runs."""

import asyncio
import sys
from typing import TextIO

import click

from app.settings import load


class Commands(click.Group):
    """The group of commands on accounts is imported only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), "user"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == "user":
            from app.commands.user import user

            return user
        return super().get_command(ctx, cmd_name)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Unfold: things that take a minute, made in the background and watched live."""


@main.command()
def serve() -> None:
    """Run the whole product on this machine, until Ctrl-C."""
    from app.serve import ServeError, serve

    try:
        serve(load())
    except ServeError as error:
        sys.exit(f"unfold: {error}")


@main.command()
def migrate() -> None:
    """Bring the database to the newest migration."""
    from sqlalchemy.exc import OperationalError

    from app.database import migrate

    try:
        migrate(load().database)
    except OperationalError as error:
        sys.exit(f"unfold: the database cannot be used: {str(error.orig).strip()}")


@main.command()
@click.option("--offline", is_flag=True, help="Only what needs neither database nor Redis.")
def check(offline: bool) -> None:
    """Tell whether settings, migrations, database and Redis are in order."""
    from app.commands.check import check

    sys.exit(0 if check(load(), offline=offline) else 1)


@main.command()
@click.argument("kind")
@click.option("--input", "source", type=click.File(), help="JSON with the input; - for standard input.")
@click.option("--set", "fields", multiple=True, metavar="NAME=VALUE", help="One field of the input; may be repeated.")
@click.option("--for", "email", metavar="EMAIL", help="The account it is for; a local guest by default.")
@click.option("--fresh", is_flag=True, help="Do not take it from the cache.")
@click.option("--watch/--no-watch", "watching", default=True, help="Stay and show how it unfolds (the default).")
def generate(
    kind: str, source: TextIO | None, fields: tuple[str, ...], email: str | None, fresh: bool, watching: bool
) -> None:
    """Make something of this KIND, such as: generate program --set goal=strength --set days_per_week=3 ..."""
    from pydantic import ValidationError

    from app.commands import generation
    from app.generations import UnknownKind
    from app.kinds import KINDS

    try:
        given = generation.read_input(source, fields)
        found = asyncio.run(generation.generate(load(), kind, given, email, fresh=fresh))
    except UnknownKind:
        raise click.ClickException(f"{kind} is not one of: {', '.join(KINDS)}") from None
    except ValidationError as error:
        lines = (f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}" for wrong in error.errors())
        raise click.ClickException("the input is not right:\n  " + "\n  ".join(lines)) from None
    except (LookupError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    if watching:
        _watch(found)


@main.command()
@click.argument("generation_id", metavar="ID")
def watch(generation_id: str) -> None:
    """Show what happened to a generation and what happens, until its end."""
    _watch(generation_id)


def _watch(generation_id: str) -> None:
    from app.commands import generation

    try:
        sys.exit(0 if asyncio.run(generation.watch(load(), generation_id)) else 1)
    except LookupError as error:
        raise click.ClickException(str(error)) from None


if __name__ == "__main__":
    main(prog_name="python -m app")
