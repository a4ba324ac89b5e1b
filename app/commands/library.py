"""``library``: books, from the command line."""

import subprocess
import sys
from pathlib import Path

import click
from sqlalchemy import select

from app.commands.stores import Stores, WrongUse, account, run
from app.library.importing import BOOKS
from app.models import Account
from app.settings import load

EXISTING = click.Path(exists=True, path_type=Path)


@click.group()
def library() -> None:
    """Take books in, and list them."""


@library.command("import")
@click.argument("paths", nargs=-1, required=True, type=EXISTING)
@click.option("--user", "email", metavar="EMAIL", help="Whose library they go to.")
@click.option("--shelf", is_flag=True, help="Onto the shelf that everybody sees, as without --user.")
def import_(paths: tuple[Path, ...], email: str | None, shelf: bool) -> None:
    """Take in these books (EPUB, PDF, Markdown, HTML, plain text), or all that are in these folders.

    They go onto the shelf that everybody sees, or with --user into one person's library. It needs the database only:
    neither the server nor a worker has to run.
    """
    if email is not None and shelf:
        raise WrongUse("say whose they are: --user EMAIL, or --shelf for everybody, not both")
    whose = "-" if email is None else run(lambda stores: _id_of(stores, email))
    click.echo(f"Reading for {'the shelf' if email is None else email}; each book is there as soon as its line is.")
    # The worker's code reads books, and this process does not import it.
    command = [sys.executable, "-m", "worker.books.direct", whose, *map(str, paths)]
    sys.exit(subprocess.run(command, check=False).returncode)  # noqa: S603 - ours


async def _id_of(stores: Stores, email: str) -> str:
    return (await account(stores.db, email)).id


@library.command("list")
@click.option("--user", "email", metavar="EMAIL", help="Only this one's.")
@click.option("--shelf", is_flag=True, help="Only the shelf's.")
def list_(email: str | None, shelf: bool) -> None:
    """The books, the shelf's first."""
    load()
    for line in run(lambda stores: _lines(stores, email, shelf=shelf)):
        click.echo(line)


async def _lines(stores: Stores, email: str | None, *, shelf: bool) -> list[str]:
    columns = [BOOKS.c[name] for name in ("id", "title", "author", "format", "words", "ready_at")]
    query = select(*columns, Account.email, BOOKS.c.account_id).outerjoin(Account, Account.id == BOOKS.c.account_id)
    if email is not None:
        query = query.where(BOOKS.c.account_id == (await account(stores.db, email)).id)
    if shelf:
        query = query.where(BOOKS.c.account_id.is_(None))
    async with stores.db.read() as session:
        rows = (await session.execute(query.order_by(BOOKS.c.account_id.is_not(None), BOOKS.c.title))).all()
    return [
        f"{row.id}  {row.format:<8} {row.words:>9,} words  "
        f"{'shelf' if row.account_id is None else row.email or 'guest'}  {row.title}"
        + (f", {row.author}" if row.author else "")
        + ("" if row.ready_at is not None else "  (being read)")
        for row in rows
    ]
