"""Asking, waiting, steering and results, as another program does it."""

import asyncio

import pytest

from app.client import (
    AsyncClient,
    Cancelled,
    Conflict,
    Event,
    Failed,
    Invalid,
    NotFound,
    TooMany,
    Unauthorized,
    Wanted,
)
from tests.client.conftest import PROGRAM, Site
from tests.conftest import Processes

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_it_says_what_it_created_and_what_there_was_and_looks_at_what_is_active(
    site: Site, client: AsyncClient
) -> None:
    made = await client.create("drill", site.drill())
    assert made.how == "created"
    again = await client.create("drill", site.drill())
    assert (again.how, again.id) == ("existing", made.id)
    assert [one.id for one in await client.active()] == [made.id]
    found = await client.status(made.id)
    assert (found.status, found.kind) == ("pending", "drill")
    assert [one.id async for one in client.history(kind="drill")] == [made.id]


async def test_it_waits_with_every_event_once_and_in_order(
    site: Site, client: AsyncClient, processes: Processes
) -> None:
    processes.worker()
    made = await client.create("drill", site.drill(parts=2))
    told: list[Event] = []

    async def note(event: Event) -> None:
        told.append(event)

    done = await client.wait(made.id, note)
    assert done.status == "completed"
    durable = [event for event in told if event.seq is not None]
    assert [event.seq for event in durable] == list(range(1, done.last_seq + 1))
    assert [event.data for event in durable] == [event.data for event in await client.events(made.id)]
    assert durable[-1].is_end and durable[-1].progress == 1.0
    assert (await client.item(made.id, "part-2"))["text"] == "This is part 2."
    later: list[Event] = []
    assert (await client.wait(made.id, later.append, after=done.last_seq)).id == made.id
    assert later == []


async def test_a_program_is_fetched_and_downloaded(client: AsyncClient, processes: Processes) -> None:
    processes.worker()
    made = await client.create("program", PROGRAM)
    done = await client.wait(made.id)
    result = await client.result(done)
    assert result["weeks"] == 4
    assert (await client.result(made.id))["id"] == result["id"]
    assert (await client.download(done, "md")).startswith(b"# ")
    cached = await client.create("program", PROGRAM)
    assert cached.generation.cached and cached.generation.status == "completed"
    assert (await client.wait(cached.id)).result is not None


async def test_what_fails_or_is_cancelled_is_raised_and_can_be_retried(
    site: Site, client: AsyncClient, processes: Processes
) -> None:
    processes.worker()
    bad = await client.create("drill", site.drill(fault="rejected", name="bad"))
    with pytest.raises(Failed, match="Ask for less") as failure:
        await client.wait(bad.id)
    assert (failure.value.code, failure.value.retryable) == ("rejected", False)
    with pytest.raises(Failed):
        await client.result(bad.id)
    gated = await client.create("drill", site.drill(gates=["part-2"], name="gated"))
    await site.begun("part-2")
    with pytest.raises(TimeoutError):
        await client.wait(gated.id, timeout=0.5)
    waiting = asyncio.create_task(client.wait(gated.id))
    assert (await client.cancel(gated.id)).id == gated.id
    with pytest.raises(Cancelled):
        await waiting
    with pytest.raises(Conflict):
        await client.cancel(gated.id)
    site.open("part-2")
    assert (await client.retry(gated.id)).status == "pending"
    assert (await client.retry(gated.id)).id == gated.id  # as if the first answer had got lost
    assert (await client.wait(gated.id)).status == "completed"


async def test_a_batch_is_waited_for_as_a_whole(site: Site, client: AsyncClient, processes: Processes) -> None:
    processes.worker()
    wanted = [Wanted("drill", site.drill(name=f"n{number}")) for number in range(3)]
    wanted.append(Wanted("drill", site.drill(name="bad", fault="rejected"), subject="Bob"))
    batch = await client.create_batch(wanted)
    assert len(batch.generations) == 4
    ends: list[str] = []
    done = await client.wait_batch(batch.id, lambda event: ends.append(event.id) if event.is_end else None)
    assert (done.counts.completed, done.counts.failed) == (3, 1)
    assert sorted(ends) == sorted(one.id for one in batch.generations)


async def test_refusals_are_classes_with_what_is_allowed(client: AsyncClient, site: Site) -> None:
    with pytest.raises(Invalid) as wrong:
        await client.create("program", {**PROGRAM, "days_per_week": 9, "goal": "flying"})
    assert {loc for loc, _ in wrong.value.errors} == {("days_per_week",), ("goal",)}
    assert "days_per_week: " in str(wrong.value)
    for nobodys in ("01900000-0000-7000-8000-000000000000", "../accounts", "x"):
        with pytest.raises(NotFound):
            await client.status(nobodys)
    with pytest.raises(NotFound):
        await client.wait("01900000-0000-7000-8000-000000000000")
    made = await client.create("drill", site.drill())
    with pytest.raises(Conflict, match="wait for it first"):
        await client.result(made.id)


async def test_who_is_not_signed_in_is_told_so(site: Site, client: AsyncClient) -> None:
    assert client.token is None
    for other in (
        AsyncClient(site.url),
        AsyncClient(site.url, token="nonsense"),
        AsyncClient(site.url, email="a@example.org", password="wrong words"),
    ):
        async with other:
            with pytest.raises(Unauthorized):
                await other.active()
    async with AsyncClient(site.url) as new:
        await new.sign_up("new@example.org", "a long sentence")
        assert new.token
        async with AsyncClient(site.url, token=new.token) as same:
            assert await same.active() == []


async def test_a_limit_is_raised_with_when_to_come_back(site: Site, client: AsyncClient) -> None:
    site.kill()
    await site.restart(MAX_ACTIVE_PER_USER="1")
    client._wire.patience = 1
    await client.create("drill", site.drill(name="one"))
    with pytest.raises(TooMany) as refused:
        await client.create("drill", site.drill(name="two"))
    assert refused.value.retry_after and refused.value.retry_after > 1


async def test_a_token_is_renewed_before_it_ends_and_signed_in_for_when_it_is_refused(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await client.active()
    first = client.token
    assert client._wire.token is not None
    client._wire.token.ends_at -= 3400  # four minutes are left
    assert await asyncio.gather(*(client.active() for _ in range(3))) == [[], [], []]
    assert client.token != first
    client._wire.token.value = "refused"
    await client.active()
    assert client.token not in ("refused", first)


async def test_a_socket_whose_token_ends_on_the_way_goes_on(
    site: Site, client: AsyncClient, processes: Processes
) -> None:
    processes.worker()
    made = await client.create("drill", site.drill(gates=["part-2"]))
    events: list[Event] = []
    waiting = asyncio.create_task(client.wait(made.id, events.append))
    await site.begun("part-2")
    assert client._wire.token is not None
    client._wire.token.value = "no longer good"
    site.kill()  # the socket has to be opened anew, with that token
    await site.restart()
    site.open("part-2")
    done = await waiting
    assert [one.seq for one in events if one.seq] == list(range(1, done.last_seq + 1))
