"""The command line: ``python -m app``. What a command needs is imported when it runs."""

import sys

import click

from app.settings import load


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
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
    from app.database import migrate

    migrate(load().database)


if __name__ == "__main__":
    main(prog_name="python -m app")
