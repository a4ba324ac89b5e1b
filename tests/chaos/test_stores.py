"""The stores are taken away in the middle of the work: it goes on where it was when they are back."""

import signal
from collections.abc import Iterator

import pytest

from tests.chaos.whole import is_whole
from tests.conftest import Processes, eventually, migrated
from tests.support.services import Postgres, Valkey, running_postgres
from tests.worker.test_process import Client


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture
def database_url(own_postgres: Postgres) -> str:
    url = own_postgres.create()
    migrated(url)
    return url


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["fast", "immediate"])
async def test_postgresql_restarts_in_the_middle(
    how: signal.Signals, client: Client, processes: Processes, own_postgres: Postgres
) -> None:
    processes.worker()
    ids = [await client.ask(name=str(n), gates=["part-2"]) for n in range(3)]
    await eventually(lambda: client.effects.count("part-2") == len(ids), "all have begun part 2")
    own_postgres.stop(how)
    (client.folder / "part-2").touch()  # what they make now cannot be kept
    await eventually(lambda: processes.output.count("generation.left") == len(ids), "the worker has let go of them")
    own_postgres.start()
    for id_ in ids:
        view = await client.until(id_, "completed", 60)
        assert view.attempt == 1
        await is_whole(client, id_)
    assert client.effects.count("part-2") <= 2 * len(ids)
    assert client.effects.count("part-1") == client.effects.count("part-3") == len(ids)


async def test_valkey_dies_in_the_middle(client: Client, processes: Processes, valkey: Valkey) -> None:
    """What runs goes on without it; what is asked for meanwhile is made when it is back."""
    processes.worker()
    running = await client.ask(name="running", gates=["part-2"])
    await client.begun("part-2")
    valkey.kill()
    waiting = await client.ask(name="waiting")
    (client.folder / "part-2").touch()
    await client.until(running, "completed")
    assert (await client.until(waiting, "pending")).queue_position == 1
    valkey.start()
    await client.until(waiting, "completed", 60)
    for id_ in (running, waiting):
        await is_whole(client, id_)
    assert client.effects.count("part-2") == 2
