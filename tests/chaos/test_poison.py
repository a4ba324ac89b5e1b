"""A generation that kills its worker every time: it alone pays for it, and it ends."""

import asyncio

from tests.chaos.whole import is_whole
from tests.conftest import Processes, eventually
from tests.worker.test_process import Client


async def test_only_the_poisonous_one_pays(client: Client, processes: Processes) -> None:
    first = processes.worker()
    others = [await client.ask(name=f"other {n}", gates=["part-2"]) for n in range(3)]
    await eventually(lambda: client.effects.count("part-2") == len(others), "all others have begun part 2")
    poison = await client.ask(name="poison", fault="kill", at="part-3")
    await asyncio.to_thread(first.wait, 30)  # nobody knows which of the four it was
    second = processes.worker()
    (client.folder / "part-2").touch()
    failed = await client.until(poison, "failed", 90)
    assert failed.error is not None
    assert (failed.error.code, failed.error.retryable) == ("worker_lost", True)
    assert failed.attempt == failed.max_attempts
    for id_ in others:
        view = await client.until(id_, "completed", 90)
        assert view.attempt == 1
        await is_whole(client, id_)
    assert second.poll() is None  # it has killed nothing but its own processes since
    assert client.effects.count("part-3") == len(others) + 1 + failed.max_attempts
    log = await client.events(poison)
    assert [event["attempt"] for event in log if event["type"] == "generation.started"] == [1, 1, 2, 3]
