"""Other worker processes of the same machine: whether they still run can be seen at once, long before a lease ends."""

import os
from functools import cache
from pathlib import Path

PROC = Path("/proc")


@cache
def home() -> str:
    """Names the process table that our pids count in: this boot of this machine, this container. Empty: cannot tell."""
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}:{(PROC / 'self/ns/pid').stat().st_ino}"
    except OSError:
        return ""


def born(pid: int | None = None) -> str:
    """When this process (of ``home``) began, in the kernel's ticks. Empty: it is gone, or waits to be reaped."""
    try:
        # The name, second, may hold blanks and brackets: count from the last bracket on. state is 3, starttime 22.
        fields = (PROC / str(pid or os.getpid()) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in {"Z", "X"} else fields[19]
