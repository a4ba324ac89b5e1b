"""CPU time is counted to the coroutine that used it; processes of this machine are known by their birth."""

import asyncio
import subprocess
import sys
import time

import pytest

from worker import peers
from worker.meter import Meter, measured, metered


def burn(seconds: float) -> int:
    until, rounds = time.thread_time() + seconds, 0
    while time.thread_time() < until:
        rounds += 1
    return rounds


async def test_each_coroutine_pays_for_its_own_steps() -> None:
    async def work(seconds: float) -> str:
        for _ in range(5):
            burn(seconds / 5)
            await asyncio.sleep(0)
        return "done"

    one, other = Meter(), Meter(cpu_seconds=100)
    found = await asyncio.gather(metered(work(0.2), one), metered(work(0.05), other))
    assert list(found) == ["done", "done"]
    assert 0.2 <= one.cpu_seconds < 0.24
    assert 100.05 <= other.cpu_seconds < 100.09


async def test_errors_and_cancellations_go_through() -> None:
    async def breaks() -> None:
        await asyncio.sleep(0)
        raise KeyError("x")

    async def waits() -> str:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            return "cleaned up"
        return "never"

    with pytest.raises(KeyError):
        await metered(breaks(), Meter())

    async def metered_wait() -> str:
        return await metered(waits(), Meter())

    task = asyncio.create_task(metered_wait())
    await asyncio.sleep(0)
    task.cancel()
    assert await task == "cleaned up"


def test_a_child_tells_its_time_and_size() -> None:
    value, cpu, memory = measured(burn, 0.05)
    assert value > 0 and cpu >= 0.05 and 1 < memory < 100_000


@pytest.mark.skipif(not peers.home(), reason="no /proc here")
def test_a_process_is_known_by_its_birth_until_it_ends() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    born = peers.born(child.pid)
    assert born and born == peers.born(child.pid)
    child.kill()
    while peers.born(child.pid) == born:  # a zombie, until it is waited for
        time.sleep(0.001)
    assert peers.born(child.pid) == ""
    child.wait()
    assert peers.born(child.pid) == ""
    assert peers.born() != ""
