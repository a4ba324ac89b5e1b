"""Redis goes away between two words of a worker: it goes on with what is left in the queue."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.chaos.whole import is_whole
from tests.conftest import Processes
from tests.support.services import Valkey, free_port
from tests.worker.test_process import Client


class Cutter:
    """In front of Redis; closes the connection on which these words are said, the first time that they are."""

    def __init__(self, target: int, *words: bytes) -> None:
        self.target, self.words, self.port = target, words, free_port()
        self.cut = False
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> "Cutter":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for writer in self._writers), return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, here = await asyncio.open_connection("127.0.0.1", self.target)
        self._writers += [writer, here]
        for task in (self._copy(reader, here, writer), self._copy(there, writer, here)):
            self._tasks.add(asyncio.create_task(task))

    async def _copy(self, reader: asyncio.StreamReader, to: asyncio.StreamWriter, back: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if not self.cut and all(word in data for word in self.words):
                    self.cut = True
                    break
                to.write(data)
        to.close()
        back.close()


@pytest.fixture
async def cutter(valkey: Valkey) -> AsyncIterator[Cutter]:
    async with Cutter(valkey.port, b"EXISTS", b"arq:in-progress") as running:  # said while a job is being started
        yield running


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_connection_lost_while_a_job_is_started_ends_no_worker(
    client: Client, processes: Processes, cutter: Cutter
) -> None:
    worker = processes.worker(REDIS_URL=f"redis://127.0.0.1:{cutter.port}/0", WORKER_CONCURRENCY="1")
    ids = [await client.ask(name=str(n)) for n in range(3)]
    for id_ in ids:
        await client.until(id_, "completed")
        await is_whole(client, id_)
    assert cutter.cut and worker.poll() is None
