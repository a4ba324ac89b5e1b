"""What happens to the web process and to the worker in the middle is nothing that a waiting program notices."""

import asyncio
import signal

import pytest

from app.client import AsyncClient, Client, Event
from tests.client.conftest import PASSWORD, Site
from tests.conftest import Processes, eventually
from tests.support.services import Valkey


def numbers(events: list[Event]) -> list[int]:
    return [event.seq for event in events if event.seq is not None]


async def test_web_process_and_worker_killed_in_the_middle_and_every_event_came_once(
    site: Site, client: AsyncClient, processes: Processes
) -> None:
    first = processes.worker()
    made = await client.create("drill", site.drill(gates=["part-2"]))
    events: list[Event] = []
    waiting = asyncio.create_task(client.wait(made.id, events.append))
    await site.begun("part-2")
    await eventually(lambda: any(event.type == "item.ready" for event in events), "the first part is told")
    site.kill()
    first.send_signal(signal.SIGKILL)
    await asyncio.to_thread(first.wait)
    processes.worker()
    await site.begun("part-2", times=2)
    site.open("part-2")  # nobody is told of what happens now
    await eventually(lambda: site.effects.count("part-3") == 1, "it is being finished", 30)
    await site.restart()
    done = await waiting
    assert done.status == "completed"
    assert numbers(events) == list(range(1, done.last_seq + 1))
    assert [event.data for event in events if event.seq] == [event.data for event in await client.events(made.id)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_server_that_restarts_gently_and_without_redis(
    site: Site, client: AsyncClient, processes: Processes, valkey: Valkey
) -> None:
    processes.worker()
    made = await client.create("drill", site.drill(gates=["part-1", "part-3"]))
    events: list[Event] = []
    waiting = asyncio.create_task(client.wait(made.id, events.append))
    await site.begun("part-1")
    site.web.send_signal(signal.SIGTERM)
    await asyncio.to_thread(site.web.wait, 20)
    await site.restart()
    site.open("part-1")
    await site.begun("part-3")
    valkey.kill()
    site.open("part-3")
    done = await waiting
    assert numbers(events) == list(range(1, done.last_seq + 1))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_was_asked_for_while_the_server_was_away_is_asked_for_once(site: Site, client: AsyncClient) -> None:
    await client.active()
    site.kill()
    asking = asyncio.create_task(client.create("drill", site.drill()))
    site.start()
    made = await asking
    assert [one.id for one in await client.active()] == [made.id]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_client_without_a_loop_does_the_same(site: Site, client: AsyncClient, processes: Processes) -> None:
    processes.worker()

    def other_program() -> tuple[list[Event], list[Event]]:
        with Client(site.url, email="coach@example.org", password=PASSWORD) as ours:
            made = ours.create("drill", site.drill(gates=["part-2"]))
            assert made.how == "created"
            assert [one.id for one in ours.active()] == [made.id]
            told: list[Event] = []

            def note(event: Event) -> None:
                told.append(event)
                if event.data.get("item", {}).get("key") == "part-1":
                    site.kill()
                    site.start()
                    site.open("part-2")

            done = ours.wait(made.id, note)
            assert [one.id for one in ours.history()] == [made.id]
            followed = list(ours.follow(made.id))
            partly = ours.follow(made.id)
            assert next(partly).seq == 1
            partly.close()  # type: ignore[attr-defined]
            assert numbers(told) == list(range(1, done.last_seq + 1))
            return told, followed

    told, followed = await asyncio.to_thread(other_program)
    assert numbers(followed) == numbers(told)
