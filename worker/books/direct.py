"""Books taken in without the engine, by the command line and for the starter shelf: no worker, no Redis, no account."""

import asyncio
import hashlib
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import anyio.to_process
from anyio import BrokenWorkerProcess
from sqlalchemy.exc import IntegrityError

from app.database import Database
from app.ids import uuid7
from app.kinds.book import Format
from app.library import importing
from app.library.formats import LOOKED_AT, NAMES, UnknownType, detect
from app.library.importing import AlreadyThere, Source
from app.library.uploads import LARGEST, TooLarge
from app.settings import load
from worker.books import desk
from worker.errors import Failure

SECONDS: Final = 300.0  # for one book
BROKE_OFF: Final = "reading it broke off"


@dataclass(frozen=True)
class Outcome:
    """What has become of a file; ``about``: its title, or why it was refused."""

    path: Path
    what: Literal["imported", "known", "refused"]
    about: str
    chapters: int = 0
    passages: int = 0
    seconds: float = 0.0


def files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files themselves, and of folders all that have a book's name, in order."""
    for path in paths:
        if path.is_dir():
            found = (one for one in sorted(path.rglob("*")) if one.is_file() and one.suffix.lower() in NAMES)
            yield from (one for one in found if not any(part.startswith(".") for part in one.relative_to(path).parts))
        else:
            yield path


async def take(db: Database, path: Path, account_id: str | None) -> Outcome:
    """One file into somebody's library, or onto the shelf without an account."""
    began = time.monotonic()
    try:
        source = await asyncio.to_thread(source_of, path, account_id)
        made = await digest(path, source.format)
        await _store(db, source, made)
    except (AlreadyThere, IntegrityError):  # the latter: another import of it has come first, or removed this one
        return Outcome(path, "known", "the library has this very file, or is reading it")
    except (Failure, UnknownType, TooLarge, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return Outcome(path, "refused", reason)
    chapters = sum(row["level"] == 1 for row in made["chapters"])
    took = time.monotonic() - began
    return Outcome(path, "imported", made["about"]["title"], chapters, len(made["passages"]), took)


def source_of(path: Path, account_id: str | None) -> Source:
    """Raises OSError, UnknownType, TooLarge."""
    size = path.stat().st_size
    if size > LARGEST:
        raise TooLarge
    with path.open("rb") as file:
        format = detect(path.name, file.read(LOOKED_AT))
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Source(uuid7(), account_id, sha256, format, size)


async def digest(path: Path, format: Format) -> dict[str, Any]:
    """All that is known of a book, made in a child process: see `desk.whole`. Raises Failure."""
    try:
        async with asyncio.timeout(SECONDS):
            return await anyio.to_process.run_sync(desk.whole, str(path), format, path.name, cancellable=True)
    except TimeoutError:
        raise Failure(f"it takes longer than {SECONDS:.0f} s to read") from None
    except BrokenWorkerProcess:
        raise Failure(BROKE_OFF) from None


async def _store(db: Database, source: Source, made: dict[str, Any]) -> None:
    """Raises AlreadyThere, IntegrityError."""
    about = made["about"]
    await importing.begin(db, source, {name: about[name] for name in ("title", "author", "subject")})
    await importing.put_chapters(db, source.book_id, made["chapters"])
    await importing.put_passages(db, source.book_id, made["passages"])
    async with db.write() as session:
        late = {name: about[name] for name in ("words", "summary", "concepts", "terms")}
        await importing.publish(session, source.book_id, late)


def told(outcome: Outcome) -> str:
    name = outcome.path.name
    if outcome.what == "imported":
        counts = f"{outcome.chapters} chapters, {outcome.passages} passages, {outcome.seconds:.1f} s"
        return f"imported  {name}: {outcome.about} ({counts})"
    return f"{outcome.what:<9} {name}: {outcome.about}"


async def main(account_id: str | None, paths: Sequence[Path]) -> bool:
    """Take all of them in, one after the other, and say what has become of each; whether none was refused."""
    db = Database(load().database, pool_size=2)
    refused, imported = 0, 0
    try:
        for path in files(paths):
            outcome = await take(db, path, account_id)
            print(told(replace(outcome, path=path)), flush=True)
            refused += outcome.what == "refused"
            imported += outcome.what == "imported"
    finally:
        await db.close()
    print(f"{imported} imported" + (f", {refused} refused" if refused else ""), flush=True)
    return refused == 0


if __name__ == "__main__":
    # The first word: whose, or - for the shelf. `python -m app library import` knows that there is such a person.
    whose, *names = sys.argv[1:]
    sys.exit(0 if asyncio.run(main(None if whose == "-" else whose, [Path(name) for name in names])) else 1)
