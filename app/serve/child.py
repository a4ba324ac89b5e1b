"""One process that the supervisor started, and its lines."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

# Longer lines are cut, so that a process that never ends its line cannot fill the memory.
LONGEST_LINE = 65_536
PR_SET_PDEATHSIG = 1


def _dies_with_parent() -> Callable[[], None] | None:
    """What a new process runs first: a supervisor that is killed outright leaves nobody behind. Linux only."""
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def promise() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return promise


class Child:
    """A process in a session of its own: what a person types in the terminal reaches the supervisor only."""

    def __init__(
        self, name: str, command: Sequence[str], line: Callable[[str, str], None], inherits: Sequence[int] = ()
    ) -> None:
        self.name = name
        self.command = command
        self.endings = 0
        self._line = line
        self._inherits = inherits
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    async def start(self) -> int:
        """Returns the process id. Raises OSError."""
        # A pipe of our own: asyncio's would make wait() wait for everybody who inherited it as well.
        reading, writing = os.pipe()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self.command, stdin=asyncio.subprocess.DEVNULL, stdout=writing, stderr=writing,
                env={**os.environ, "PYTHONUNBUFFERED": "1"}, pass_fds=self._inherits,
                start_new_session=True, preexec_fn=_dies_with_parent(),
            )  # fmt: skip
        except BaseException:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        self._reading = asyncio.create_task(self._relay(reading))
        return self._process.pid

    async def wait(self) -> int:
        """Until it has ended, with all that it started: its status, negative for a signal."""
        assert self._process is not None
        status = await self._process.wait()
        self._signal_group(signal.SIGKILL)
        if self._reading is not None:
            await asyncio.wait([self._reading], timeout=1)
        self._process = None
        self.endings += 1
        return status

    async def stop(self, limit: float) -> None:
        """Ask it to end; after the limit, in seconds, end it."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        ending = asyncio.ensure_future(self.wait())
        await asyncio.wait([ending], timeout=limit)
        self.kill()
        await ending

    @property
    def frozen(self) -> bool:
        """Whether somebody has stopped it (SIGSTOP). Linux only."""
        try:
            status = Path(f"/proc/{self._process.pid}/stat").read_text() if self._process else ""
        except OSError:
            return False
        return status.rpartition(")")[2].split()[:1] == ["T"]  # the name before it may hold blanks and brackets

    def kill(self) -> None:
        self._signal_group(signal.SIGKILL)

    def _signal_group(self, number: signal.Signals) -> None:
        if self._process is not None:
            # macOS answers with a permission error where only a zombie is left.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)

    async def _relay(self, pipe: int) -> None:
        reader = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(pipe, "rb", buffering=0)
        )
        rest = b""
        with contextlib.closing(transport):
            while chunk := await reader.read(LONGEST_LINE):
                *lines, rest = (rest + chunk).split(b"\n")
                if len(rest) >= LONGEST_LINE:
                    lines, rest = [*lines, rest], b""
                for line in lines:
                    self._line(self.name, line.decode(errors="replace").rstrip())
        if rest:
            self._line(self.name, rest.decode(errors="replace"))
