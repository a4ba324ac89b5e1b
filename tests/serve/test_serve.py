import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.serve import valkey
from app.serve.supervisor import ECHO, STOP_LIMIT
from tests.serve.supervised import Supervised, gone, refusal, supervised
from tests.support.services import free_port

CHILDREN = ("web", "worker", "valkey")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="follows processes by pidfd")


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Supervised]:
    async with supervised(tmp_path_factory.mktemp("serve") / "var") as served:
        yield served


def data_dir(running: Supervised) -> Path:
    return Path(f"/proc/{running.pid('valkey')}/cwd").readlink().parent


async def test_everything_runs_when_the_address_is_printed(running: Supervised) -> None:
    assert await running.healthy()
    for name in CHILDREN:
        os.kill(running.pid(name), 0)


@linux_only
async def test_data_is_private_and_in_data_dir(running: Supervised) -> None:
    place = data_dir(running)
    assert place.stat().st_mode & 0o077 == 0
    assert (place / "valkey.sock").stat().st_mode & 0o077 == 0
    assert await valkey.ask(place / "valkey.sock", "PING") == "+PONG"
    assert {"unfold.db", "secret_key", "valkey"} <= {path.name for path in place.iterdir()}


@pytest.mark.parametrize("name", CHILDREN)
async def test_a_killed_process_is_said_and_started_again(running: Supervised, name: str) -> None:
    seen, old = len(running.lines), running.pid(name)
    os.kill(old, signal.SIGKILL)
    await running.until(rf"unfold +\| {name} ended by SIGKILL; starting it again in", seen)
    await running.until(rf"{name} +\| started, process", seen)
    assert running.pid(name) != old
    assert await running.healthy()


async def test_a_request_during_a_restart_of_the_web_process_waits(running: Supervised) -> None:
    seen = len(running.lines)
    os.kill(running.pid("web"), signal.SIGKILL)
    await running.until("web ended", seen)
    assert await running.healthy()


@linux_only
async def test_a_process_that_stays_stopped_is_ended_and_started_again(tmp_path: Path) -> None:
    async with supervised(tmp_path, LEASE_SECONDS="1") as served:
        for name in CHILDREN:
            seen, old = len(served.lines), served.pid(name)
            os.kill(old, signal.SIGSTOP)
            await served.until(rf"unfold +\| {name} has been stopped for 1 s; ending it", seen)
            await served.until(rf"{name} +\| started, process", seen)
            assert served.pid(name) != old
        assert await served.healthy()


@linux_only
async def test_a_second_copy_on_the_same_data_is_one_line(running: Supervised) -> None:
    said = await refusal(data_dir(running), free_port())
    owner = f"process {running.process.pid} at {running.address}"
    assert said == f"unfold: DATA_DIR={data_dir(running)} is already served by {owner}\n"


async def test_a_taken_port_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = await refusal(tmp_path, port)
    assert said == f"unfold: PORT={port} on HOST=127.0.0.1 is taken by another program; set PORT to a free one\n"


async def test_an_unwritable_data_dir_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = await refusal(tmp_path / "file" / "var", free_port())
    assert said == f"unfold: DATA_DIR={tmp_path}/file/var cannot be written: Not a directory\n"


@linux_only
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_every_process_with_status_0(tmp_path: Path, number: signal.Signals) -> None:
    # Deep enough that the socket's path would be too long: it moves to the temporary directory.
    async with supervised(tmp_path / ("deep" * 25) / "var") as served:
        pids = [served.pid(name) for name in CHILDREN]
        served.process.send_signal(number)
        assert await asyncio.wait_for(served.process.wait(), 30) == 0
        await served.until("Stopped$")
        for pid in pids:
            with pytest.raises(ProcessLookupError):
                os.kill(pid, 0)


@linux_only
async def test_a_killed_supervisor_leaves_nobody_behind_and_can_be_started_again(tmp_path: Path) -> None:
    async with supervised(tmp_path) as served:
        pids = [served.pid(name) for name in CHILDREN]
        served.process.kill()
        for pid in pids:
            await gone(pid)
    async with supervised(tmp_path) as again:
        assert await again.healthy()


@linux_only
async def test_a_second_signal_ends_a_process_that_hangs_at_once(tmp_path: Path) -> None:
    async with supervised(tmp_path) as served:
        await served.until("Starting worker")  # before it listens to signals, being asked to end would end it
        os.kill(served.pid("worker"), signal.SIGSTOP)
        served.process.send_signal(signal.SIGINT)
        served.process.send_signal(signal.SIGINT)  # an echo: not impatience
        await served.until("Stopping")
        await asyncio.sleep(ECHO)
        assert served.process.returncode is None
        served.process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(served.process.wait(), STOP_LIMIT / 2) == 0
