"""The command line: ``python -m app``. What a command needs is imported when it runs."""

import sys
from importlib import import_module

import click

from app.settings import load

# name -> its module in app.commands, and what it is called there
ELSEWHERE = {
    "cancel": ("control", "cancel"),
    "generate": ("generate", "command"),
    "library": ("library", "library"),
    "list": ("look", "list_"),
    "queue": ("look", "queue"),
    "retry": ("control", "retry"),
    "show": ("look", "show"),
    "user": ("user", "user"),
    "watch": ("watch", "command"),
    "workers": ("look", "workers"),
}


class Commands(click.Group):
    """What stands elsewhere is imported only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, name = ELSEWHERE[cmd_name]
        found: click.Command = getattr(import_module(f"app.commands.{module}"), name)
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Unfold: things that take a minute, made in the background and watched live."""
    from app import logs

    logs.configure("text", quiet=True)  # what a command prints is its answer


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


if __name__ == "__main__":
    main(prog_name="python -m app")
