"""What killed its worker is made in a process of its own, and pays alone."""

import signal

from app import generations
from app.database import Database
from app.generations import Bell
from app.settings import Settings
from tests.conftest import Processes, eventually
from tests.support.drill import PIPELINE
from tests.worker.test_process import Client, client
from worker import alone

assert client  # a fixture


async def test_what_kills_every_worker_ends_as_failed_and_costs_nobody_else_a_try(
    client: Client, processes: Processes
) -> None:
    innocent = [await client.ask(name=str(n), gates=["prepare"], parts=2) for n in range(3)]
    poison = await client.ask(name="poison", fault="kill", at="part-1", gates=["part-1"])
    first = processes.worker()
    await eventually(lambda: "part-1" in client.effects, "the poison is at work")
    await eventually(lambda: client.effects.count("prepare") == 4, "all have begun")
    (client.folder / "part-1").touch()  # it kills the worker, with all four
    await eventually(lambda: first.poll() is not None, "the worker is dead")
    second = processes.worker()
    failed = await client.until(poison, "failed", 60)
    assert failed.error is not None and failed.error.code == "worker_lost"
    assert "every time" in failed.error.message
    assert second.poll() is None
    (client.folder / "prepare").touch()
    for id_ in innocent:
        view = await client.until(id_, "completed")
        assert view.attempt == 1
    started = [event for event in await client.events(poison) if event["type"] == "generation.started"]
    assert [event["attempt"] for event in started] == [1, 1, 2, 3]  # nobody knew at first who it was


async def test_a_cancel_ends_the_process_of_its_own(client: Client, processes: Processes) -> None:
    id_ = await client.ask(gates=["part-2"])
    victim = processes.worker()
    await client.begun("part-2")
    victim.send_signal(signal.SIGKILL)
    processes.worker()
    await eventually(lambda: client.effects.count("part-2") == 2, "it is made again")
    assert await client.cancel(id_)
    view = await client.until(id_, "cancelled")
    assert [phase.status for phase in view.phases] == ["done", "pending", "pending"]
    retried = await client.retry(id_)
    assert retried is not None
    (client.folder / "part-2").touch()
    await client.until(id_, "completed")
    assert client.effects.count("part-1") == 1


async def test_a_deploy_hands_over_what_is_made_alone(client: Client, processes: Processes) -> None:
    id_ = await client.ask(gates=["part-2"])
    victim = processes.worker()
    await client.begun("part-2")
    victim.send_signal(signal.SIGKILL)
    second = processes.worker()
    await eventually(lambda: client.effects.count("part-2") == 2, "it is made again")
    second.send_signal(signal.SIGTERM)
    view = await client.until(id_, "pending")
    assert view.attempt == 1 and view.error is not None and view.error.code == "worker_stopped"
    (client.folder / "part-2").touch()
    processes.worker()
    assert (await client.until(id_, "completed")).attempt == 1


async def test_a_dead_worker_of_this_machine_is_noticed_long_before_its_lease(
    client: Client, processes: Processes
) -> None:
    id_ = await client.ask(gates=["part-2"])
    victim = processes.worker(LEASE_SECONDS="600")
    await client.begun("part-2")
    processes.worker(LEASE_SECONDS="600")
    victim.send_signal(signal.SIGKILL)
    await eventually(lambda: client.effects.count("part-2") == 2, "it is made again")
    (client.folder / "part-2").touch()
    await client.until(id_, "completed")


async def test_a_process_of_its_own_ends_well(client: Client, settings: Settings, db: Database, bell: Bell) -> None:
    id_ = await client.ask()
    claim = await generations.claim(db, bell, "w", 60, [PIPELINE.kind])
    assert claim is not None
    await alone.make(claim, PIPELINE, settings, "worker")  # else it would be blamed for the death of its process
    assert (await client.until(id_, "completed")).attempt == 1
