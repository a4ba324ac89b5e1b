"""What must hold before anything is started. Each failure is one line that says what to do."""

import errno
import fcntl
import os
import socket
import tempfile
from pathlib import Path
from typing import TextIO

from app.settings import Settings


class ServeError(Exception):
    """Its text is the one line that a person sees."""


def address(settings: Settings) -> str:
    """Where a browser on this machine finds us."""
    host = reachable(settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound


def writable_data_dir(path: Path) -> None:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise ServeError(f"DATA_DIR={path} cannot be written: {error.strerror}") from error


def lock(settings: Settings) -> TextIO:
    """Claim DATA_DIR for this process. The lock lasts as long as the file that is returned is open."""
    file = (settings.data_dir / "serve.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        owner = file.read().strip() or "another process"
        file.close()
        raise ServeError(f"DATA_DIR={settings.data_dir} is already served by {owner}") from None
    file.truncate(0)
    file.write(f"process {os.getpid()} at {address(settings)}\n")
    file.flush()
    return file


def listener(settings: Settings) -> socket.socket:
    """The listening socket that the web process inherits.

    It stays open while the web process is restarted, so that browsers wait in the queue instead of being refused.
    """
    where = f"PORT={settings.port} on HOST={settings.host}"
    try:
        family, *_, place = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(place[:2], family=family, backlog=2048)
    except socket.gaierror as error:
        raise ServeError(f"HOST={settings.host} is not an address: {error.strerror}") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ServeError(f"{where} is taken by another program; set PORT to a free one") from error
        raise ServeError(f"{where} cannot be listened on: {error.strerror}") from error
