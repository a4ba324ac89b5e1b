"""A worker ends at each exact point of a step: what it had committed is kept, what it had not is made once more."""

import asyncio
import signal
from typing import Any

import pytest

from app.person import Person
from app.settings import Settings
from tests.chaos.barriers import Barriers
from tests.chaos.whole import is_whole
from tests.conftest import Processes, eventually
from tests.live.sockets import send, serving, until_seq
from tests.worker.test_process import Client

STEPS = ["prepare", "part-1", "part-2", "part-3"]
# point -> what is begun a second time after a death there
REPEATED: dict[str, list[str]] = {
    "claimed": [],
    "before_effect": [],
    "after_effect": ["part-2"],
    "before_commit": ["part-2"],
    "before_publish": [],
    "before_finish": [],
    "completing": [],
    "completed": [],
}


def victim(processes: Processes, barriers: Barriers, point: str) -> Any:
    return processes.start_arq("tests.chaos.worker.WorkerSettings", **barriers.environment(point))


@pytest.mark.parametrize("point", REPEATED)
async def test_a_worker_killed_at(
    point: str, client: Client, processes: Processes, barriers: Barriers, settings: Settings, alice: Person
) -> None:
    dying = victim(processes, barriers, point)
    id_ = await client.ask()
    async with serving(settings) as web, web.connect(alice) as socket:
        await send(socket, type="watch", id=id_, after=0)
        await eventually(lambda: barriers.reached(point), f"the worker is at {point}")
        dying.send_signal(signal.SIGKILL)
        processes.worker()
        await client.until(id_, "completed")
        await is_whole(client, id_)
        assert sorted(client.effects) == sorted([*STEPS, *REPEATED[point]])
        log = await client.events(id_)
        assert await until_seq(socket, id_, log[-1]["seq"]) == log


async def test_a_worker_killed_while_it_hands_over(client: Client, processes: Processes, barriers: Barriers) -> None:
    impatient = victim(processes, barriers, "handing_over")
    id_ = await client.ask(gates=["part-2"])
    await client.begun("part-2")
    impatient.send_signal(signal.SIGTERM)
    await eventually(lambda: barriers.reached("handing_over"), "it begins to hand over")
    impatient.send_signal(signal.SIGKILL)
    (client.folder / "part-2").touch()
    processes.worker()
    await client.until(id_, "completed")
    await is_whole(client, id_)
    assert sorted(client.effects) == sorted([*STEPS, "part-2"])


@pytest.mark.parametrize("point", ["after_effect", "before_publish"])
async def test_a_worker_stopped_past_its_lease_writes_nothing_when_it_wakes(
    point: str, client: Client, processes: Processes, barriers: Barriers
) -> None:
    sleeper = victim(processes, barriers, point)
    id_ = await client.ask()
    await eventually(lambda: barriers.reached(point), f"the worker is at {point}")
    sleeper.send_signal(signal.SIGSTOP)
    processes.worker()
    await client.until(id_, "completed")
    await is_whole(client, id_)
    before = await client.events(id_)
    barriers.open(point)
    sleeper.send_signal(signal.SIGCONT)
    await eventually(lambda: "generation.lost" in processes.output, "the old owner has noticed")
    assert await client.events(id_) == before
    # Awake again, it is a worker like any other.
    again = await client.ask(name="again")
    await client.until(again, "completed")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("point", ["before_commit", "completing"])
async def test_postgresql_ends_the_transaction_of_a_stopped_worker(
    point: str, client: Client, processes: Processes, barriers: Barriers
) -> None:
    """Stopped between the statement and the commit, it holds the row's lock: nobody could take the work over."""
    sleeper = victim(processes, barriers, point)
    id_ = await client.ask()
    await eventually(lambda: barriers.reached(point), f"the worker is at {point}")
    sleeper.send_signal(signal.SIGSTOP)
    processes.worker()
    await client.until(id_, "completed")
    before = await client.events(id_)
    barriers.open(point)
    sleeper.send_signal(signal.SIGCONT)
    await eventually(lambda: "generation.lost" in processes.output or "interrupted" in processes.output, "it noticed")
    again = await client.ask(name="again")
    await client.until(again, "completed")
    assert await client.events(id_) == before
    await is_whole(client, id_)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_sqlite_waits_for_a_worker_stopped_in_its_transaction(
    client: Client, processes: Processes, barriers: Barriers
) -> None:
    """It holds the only writer's lock. Everybody reads on, nobody writes, and so nobody takes the work over either."""
    sleeper = victim(processes, barriers, "before_commit")
    id_ = await client.ask()
    await eventually(lambda: barriers.reached("before_commit"), "the worker is in its transaction")
    sleeper.send_signal(signal.SIGSTOP)
    asking = asyncio.create_task(client.ask(name="meanwhile"))
    await asyncio.sleep(2 * client.settings.lease_seconds)
    assert (await client.until(id_, "processing")).attempt == 1  # reading goes on
    assert not asking.done()
    barriers.open("before_commit")
    sleeper.send_signal(signal.SIGCONT)
    meanwhile = await asking
    for each in (id_, meanwhile):
        await client.until(each, "completed")
        await is_whole(client, each)
    assert sorted(client.effects) == sorted(STEPS * 2)  # nothing was made twice: that commit counted


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_sqlite_goes_on_when_a_worker_stopped_in_its_transaction_is_killed(
    client: Client, processes: Processes, barriers: Barriers
) -> None:
    sleeper = victim(processes, barriers, "before_commit")
    id_ = await client.ask()
    await eventually(lambda: barriers.reached("before_commit"), "the worker is in its transaction")
    sleeper.send_signal(signal.SIGSTOP)
    asking = asyncio.create_task(client.ask(name="meanwhile"))
    processes.worker()
    sleeper.send_signal(signal.SIGKILL)
    meanwhile = await asking
    for each in (id_, meanwhile):
        await client.until(each, "completed")
        await is_whole(client, each)
    assert sorted(client.effects) == sorted([*STEPS * 2, "part-2"])
