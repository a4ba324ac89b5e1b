"""A real ``python -m app serve`` in a data directory of its own, and what it prints."""

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx

from tests.support.services import free_port

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60.0


def environment(data_dir: Path, port: int, **more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "DATA_DIR": str(data_dir), "PORT": str(port), "STARTER_SHELF": "0", **more}


async def start(data_dir: Path, port: int, **more: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", "serve", cwd=ROOT, env=environment(data_dir, port, **more),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip


async def refusal(data_dir: Path, port: int) -> str:
    """What a copy that must not serve says."""
    process = await start(data_dir, port)
    output, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 1
    return output.decode()


class Supervised:
    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.process = process
        self.address = f"http://127.0.0.1:{port}"
        self.lines: list[str] = []
        self._news = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stdout
        async for line in self.process.stdout:
            async with self._news:
                self.lines.append(line.decode().rstrip())
                self._news.notify_all()
        async with self._news:
            self.lines.append("(end)")
            self._news.notify_all()

    async def until(self, pattern: str, after: int = 0) -> re.Match[str]:
        """The first line from number ``after`` on that matches."""

        def found() -> re.Match[str] | None:
            return next((match for line in self.lines[after:] if (match := re.search(pattern, line))), None)

        async with self._news:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(
                    self._news.wait_for(lambda: found() or (self.lines and self.lines[-1] == "(end)")), PATIENCE
                )
        match = found()
        assert match, f"no line with {pattern!r} in:\n" + "\n".join(self.lines)
        return match

    async def ready(self) -> None:
        await self.until(f"Unfold is at {self.address}$")

    def pid(self, name: str) -> int:
        """Of the child that was last started under this name."""
        return int([line for line in self.lines if re.match(rf"{name} +\| started, process", line)][-1].split()[-1])

    async def healthy(self) -> bool:
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            return (await client.get(f"{self.address}/healthz")).status_code == 200

    async def end(self) -> int:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        status = await asyncio.wait_for(self.process.wait(), PATIENCE)
        await asyncio.wait_for(self._reading, PATIENCE)  # unless what it started holds its output open
        return status


@contextlib.asynccontextmanager
async def supervised(data_dir: Path, **more: str) -> AsyncIterator[Supervised]:
    port = free_port()
    running = Supervised(await start(data_dir, port, **more), port)
    try:
        await running.ready()
        yield running
    finally:
        await running.end()


async def gone(pid: int) -> None:
    """Wait until this process has ended, whoever its parent is by now."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(handle, ended.set)
    try:
        await asyncio.wait_for(ended.wait(), PATIENCE)
    finally:
        loop.remove_reader(handle)
        os.close(handle)
