"""Starts what a machine needs in order, starts again what crashes, and ends all that it started."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from pathlib import Path

from app.serve import valkey
from app.serve.child import Child
from app.serve.console import Console
from app.serve.preflight import ServeError, address, listener, lock, reachable, writable_data_dir
from app.settings import Settings

# The same as in the Procfile; a test compares them.
WEB_OPTIONS = (
    "--loop uvloop --http httptools --ws websockets-sansio --ws-per-message-deflate false --ws-max-size 65536 "
    "--timeout-graceful-shutdown 20 --no-proxy-headers --no-server-header --no-access-log"
)

# Seconds before a crashed process is started again: doubled each time, and anew once it has run steadily.
FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
STEADY = 60.0
# Seconds to end in after SIGTERM. uvicorn takes up to 20 to let its sockets go.
STOP_LIMIT = 25.0
VALKEY_STOP_LIMIT = 10.0
# Seconds in which a second signal is the echo of the first, sent to us and to our group.
ECHO = 0.5
# Seconds between looks for processes that somebody has stopped.
LOOK_FOR_FROZEN = 1.0
# What ended this often without ever answering will not start.
START_TRIES = 3


def serve(settings: Settings) -> None:
    """Serve until Ctrl-C or SIGTERM. Raises ServeError."""
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    if sys.stdout.isatty():
        os.environ.setdefault("LOG_FORMAT", "text")  # to its children the terminal is a pipe
    writable_data_dir(settings.data_dir)
    with lock(settings), listener(settings) as listening:
        _ = settings.secret  # made here once, not by two processes at the same time
        asyncio.run(Supervisor(settings, Console(sys.stdout), listening).run())


class Supervisor:
    def __init__(self, settings: Settings, console: Console, listening: socket.socket) -> None:
        self._settings = settings
        self._console = console
        self._stop = asyncio.Event()
        self._impatient_from = 0.0
        python = (sys.executable, "-m")
        # Not `-m arq`: the worker's own child processes load its main module, and arq's has relative imports.
        arq = (sys.executable, str(Path(sys.executable).with_name("arq")))
        web = (*python, "uvicorn", "app.main:app", "--fd", str(listening.fileno()), "--workers", "1",
               *WEB_OPTIONS.split(), "--log-level", "warning")  # fmt: skip
        self._web = Child("web", web, console.line, inherits=[listening.fileno()])
        self._worker = Child("worker", (*arq, "worker.main.WorkerSettings"), console.line)
        self._migrate = Child("migrate", (*python, "app", "migrate"), console.line)
        self._valkey = None if settings.redis_url else Child("valkey", valkey.command(settings), self._valkey_line)
        self._listening = listening

    async def run(self) -> None:
        loop, signals = asyncio.get_running_loop(), [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup stays nohup
            signals.append(signal.SIGHUP)
        for number in signals:
            loop.add_signal_handler(number, self._signalled)
        serving, stopping = asyncio.create_task(self._serve()), asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait([serving, stopping], return_when=asyncio.FIRST_COMPLETED)
        finally:
            serving.cancel()
            stopping.cancel()
            await asyncio.wait([serving])
            await self._end()
            for number in signals:  # all has ended: one that comes this late changes nothing
                loop.remove_signal_handler(number)
                signal.signal(number, signal.SIG_IGN)
        if not serving.cancelled() and (error := serving.exception()):
            raise _innermost(error)

    def _signalled(self) -> None:
        if not self._stop.is_set():
            self._console.say("Stopping; once more to stop at once")
            self._stop.set()
            self._impatient_from = time.monotonic() + ECHO
        elif time.monotonic() > self._impatient_from:
            for child in (self._web, self._worker, self._migrate, self._valkey):
                if child:
                    child.kill()

    async def _serve(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            if self._valkey:
                await valkey.end_leftover(self._settings.embedded_socket)
                tasks.create_task(self._keep(self._valkey))
                await self._valkey_answers(self._valkey)
            await self._migrate.start()
            if await self._migrate.wait() != 0:
                raise ServeError("the database could not be migrated; the lines above say why")
            tasks.create_task(self._keep(self._web))
            tasks.create_task(self._keep(self._worker))
            tasks.create_task(self._end_frozen())
            await self._web_answers()
            self._console.say(f"Unfold is at {address(self._settings)}")

    async def _keep(self, child: Child) -> None:
        """Start a process, and start it again whenever it ends."""
        delay = FIRST_DELAY
        while True:
            began = time.monotonic()
            try:
                self._console.line(child.name, f"started, process {await child.start()}")
                status = await child.wait()
                ending = f"by {signal.Signals(-status).name}" if status < 0 else f"with status {status}"
            except OSError as error:
                child.endings += 1
                ending = f"before it began ({error.strerror})"
            if time.monotonic() - began > STEADY:
                delay = FIRST_DELAY
            self._console.say(f"{child.name} ended {ending}; starting it again in {delay:g} s")
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST_DELAY)

    async def _end_frozen(self) -> None:
        """What is stopped (SIGSTOP) keeps its work, and SQLite's only lock if it has it: nobody else can go on.

        After a lease it is ended, so that another one starts.
        """
        limit = self._settings.lease_seconds
        since: dict[str, float] = {}
        while True:
            await asyncio.sleep(LOOK_FOR_FROZEN)
            for child in filter(None, (self._web, self._worker, self._valkey)):
                if not child.frozen:
                    since.pop(child.name, None)
                elif time.monotonic() - since.setdefault(child.name, time.monotonic()) >= limit:
                    self._console.say(f"{child.name} has been stopped for {limit:g} s; ending it")
                    child.kill()

    def _valkey_line(self, name: str, text: str) -> None:
        if valkey.NOISE not in text:
            self._console.line(name, text)

    async def _valkey_answers(self, child: Child) -> None:
        while await valkey.ask(self._settings.embedded_socket, "PING") != "+PONG":
            if child.endings >= START_TRIES:
                place = self._settings.data_dir / "valkey"
                raise ServeError(f"the embedded Valkey does not start; {place} may be removed, nothing is lost with it")
            await asyncio.sleep(0.02)

    async def _web_answers(self) -> None:
        host, port = reachable(self._settings.host), self._settings.port
        request = f"GET /healthz HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode()
        while self._web.endings < START_TRIES:
            # The socket listens already, so the question waits in its queue until the web process takes it.
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(2):
                    reader, writer = await asyncio.open_connection(host, port)
                    with contextlib.closing(writer):
                        writer.write(request)
                        if b" 200 " in await reader.readline():
                            return
            await asyncio.sleep(0.1)
        raise ServeError("the web process does not start; its lines above say why")

    async def _end(self) -> None:
        """Those who work first; Valkey, whom they still talk to, last."""
        self._listening.close()
        await asyncio.gather(*(child.stop(STOP_LIMIT) for child in (self._web, self._worker, self._migrate)))
        if self._valkey:
            await self._valkey.stop(VALKEY_STOP_LIMIT)
        self._console.say("Stopped")


def _innermost(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
