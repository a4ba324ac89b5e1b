"""A generation's life in the database, step by step, on both stores."""

import asyncio
from typing import Any

import orjson
import pytest
from pydantic import ValidationError
from sqlalchemy import update

from app import generations
from app.database import Database, now
from app.generations import Bell, Checkpointed, Claim, Lost, Piece, rescue, workers
from app.models import Generation
from app.person import Person
from app.settings import Settings


@pytest.fixture
def ask(db: Database, bell: Bell, settings: Settings, alice: Person) -> Any:
    async def asked(person: Person = alice, **more: Any) -> generations.Created:
        given = {"name": more.pop("name", "Drill")}
        return await generations.create(db, bell, settings, more.pop("of", person), "drill", given, **more)

    return asked


async def claimed(db: Database, bell: Bell, lease: float = 30.0) -> Claim:
    found = await generations.claim(db, bell, "worker-1", lease)
    assert found is not None
    return found


async def types(db: Database, person: Person, generation_id: str) -> list[str]:
    found = await generations.log(db, person.id, generation_id, 0)
    assert found is not None
    events = [orjson.loads(body) for body in found[0]]
    assert [event["seq"] for event in events] == list(range(1, found[1] + 1))
    return [event["type"] for event in events]


async def expire(db: Database, generation_id: str) -> None:
    async with db.write() as session:
        await session.execute(update(Generation).where(Generation.id == generation_id).values(lease_until=now() - 1))


async def test_from_request_to_result(db: Database, bell: Bell, alice: Person, ask: Any) -> None:
    created = await ask()
    assert not created.existing and created.generation.status == "pending" and created.generation.last_seq == 1
    claim = await claimed(db, bell)
    assert claim.id == created.generation.id
    phases = claim.phases
    phases[0]["status"] = "running"
    values = {"phases": phases, "progress": 0.1, "phase": "prepare"}
    await generations.record(db, bell, claim, [("phase.started", {"phase": "prepare"})], values)
    piece = Piece("write_parts", "part-1", 1, "Part 1", 1, {"text": "One"})
    await generations.record(db, bell, claim, [("item.ready", {"phase": "write_parts"})], piece=piece)
    await generations.complete(db, bell, claim, {"title": "Done"}, phases, Checkpointed("save", None, 0.1))

    view = await generations.get(db, alice.id, claim.id)
    assert view is not None and view.status == "completed" and view.progress == 1.0
    assert view.result is not None and view.result.url == f"/drills/{claim.id}"
    assert await generations.result(db, alice.id, "drill", claim.id) == {
        "id": claim.id, "kind": "drill", "title": "Done", "parts": [{"text": "One"}], "version": 1,
    }  # fmt: skip
    assert await types(db, alice, claim.id) == [
        "generation.queued", "generation.started", "phase.started", "item.ready", "phase.completed",
        "generation.completed",
    ]  # fmt: skip


async def test_wrong_input_is_refused_and_leaves_nothing(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    with pytest.raises(ValidationError):
        await generations.create(db, bell, settings, alice, "drill", {"parts": "many"})
    with pytest.raises(generations.UnknownKind):
        await generations.create(db, bell, settings, alice, "sculpture", {})
    assert (await generations.page(db, alice.id)).items == []


async def test_a_double_click_makes_one(db: Database, alice: Person, ask: Any) -> None:
    created = await asyncio.gather(*(ask() for _ in range(8)))
    assert len({each.generation.id for each in created}) == 1
    assert sum(not each.existing for each in created) == 1
    assert await generations.count(db, alice.id) == 1


async def test_another_persons_request_is_no_twin(bob: Person, ask: Any) -> None:
    mine, theirs = await ask(), await ask(of=bob)
    assert mine.generation.id != theirs.generation.id


async def test_subject_and_the_kinds_own_fields_tell_twins_apart(ask: Any) -> None:
    ids = {(await ask(subject=s, name=n)).generation.id for s in ("", "Ann") for n in ("a", "b")}
    assert len(ids) == 4


async def test_an_idempotency_key_gives_the_same_generation_even_when_finished(
    db: Database, bell: Bell, alice: Person, ask: Any
) -> None:
    first = await ask(idempotency_key="k")
    claim = await claimed(db, bell)
    await generations.complete(db, bell, claim, {"title": "Done"}, claim.phases, Checkpointed("save", None, 0.1))
    again = await ask(idempotency_key="k")
    assert again.generation.id == first.generation.id and again.generation.status == "completed"
    with pytest.raises(generations.KeyReused):
        await ask(idempotency_key="k", name="other")


async def test_many_workers_claim_each_generation_once(db: Database, bell: Bell, ask: Any) -> None:
    ids = {(await ask(name=str(n))).generation.id for n in range(12)}
    claims = await asyncio.gather(*(generations.claim(db, bell, f"worker-{n}", 30) for n in range(20)))
    got = [claim.id for claim in claims if claim is not None]
    while (more := await generations.claim(db, bell, "worker", 30)) is not None:
        got.append(more.id)
    assert sorted(got) == sorted(ids)


async def test_the_queue_is_fair_and_lets_pro_go_first(
    db: Database, bell: Bell, alice: Person, bob: Person, ask: Any
) -> None:
    batch = [(await ask(name=str(n))).generation.id for n in range(3)]
    single = (await ask(of=bob)).generation.id
    pro = (await ask(of=Person(id=bob.id, tier="pro"), name="pro")).generation.id
    assert (await generations.get(db, alice.id, batch[2])).queue_position == 5  # type: ignore[union-attr]
    assert [view.queue_position for view in (await generations.page(db, alice.id)).items] == [5, 4, 2]
    order = [(await claimed(db, bell)).id for _ in range(5)]
    # bob's second request counts 5 s later than his first, but pro goes 60 s ahead.
    assert order == [pro, batch[0], single, batch[1], batch[2]]


async def test_a_stale_owner_writes_nothing(db: Database, bell: Bell, alice: Person, ask: Any) -> None:
    generation_id = (await ask()).generation.id
    stale = await claimed(db, bell)
    await expire(db, generation_id)
    assert await rescue.take_back(db, bell) == 1
    fresh = await claimed(db, bell)
    before = await types(db, alice, generation_id)
    piece = Piece("write_parts", "part-1", 1, "Part 1", 1, {})
    with pytest.raises(Lost):
        await generations.record(db, bell, stale, [("item.ready", {})], piece=piece)
    with pytest.raises(Lost):
        await generations.end(db, bell, stale, None, [])
    with pytest.raises(Lost):
        await generations.complete(db, bell, stale, {"title": ""}, [], Checkpointed("save", None, 0))
    with pytest.raises(Lost):
        await generations.back_to_queue(db, bell, stale, {}, [], 0, counts=False)
    assert await types(db, alice, generation_id) == before
    assert await generations.items(db, alice.id, generation_id) == []
    assert await generations.record(db, bell, fresh, []) is False


async def test_a_lost_worker_costs_an_attempt_only_if_it_made_nothing(
    db: Database, bell: Bell, alice: Person, ask: Any
) -> None:
    generation_id = (await ask()).generation.id
    for attempt, makes in ((1, True), (1, False), (2, False), (3, False)):
        claim = await claimed(db, bell)
        assert claim.attempt == attempt
        if makes:
            await generations.record(db, bell, claim, [], checkpoint=Checkpointed("prepare", {}, 0.1))
        await expire(db, generation_id)
        assert await rescue.take_back(db, bell) == 1
    view = await generations.get(db, alice.id, generation_id)
    assert view is not None and view.status == "failed" and view.error is not None and view.error.code == "worker_lost"


async def test_a_lease_that_is_alive_is_not_taken(db: Database, bell: Bell, ask: Any) -> None:
    await ask()
    claim = await claimed(db, bell, lease=0.2)
    assert (await workers.beat(db, "worker-1", [claim.id], 30))[claim.id] == (claim.token, False)
    assert await rescue.take_back(db, bell) == 0


async def test_cancel_ends_what_waits_at_once_and_frees_the_twin(
    db: Database, bell: Bell, alice: Person, ask: Any
) -> None:
    generation_id = (await ask()).generation.id
    view = await generations.cancel(db, bell, alice.id, generation_id)
    assert view is not None and view.status == "cancelled"
    assert not (await ask()).existing
    with pytest.raises(generations.NotPossible):
        await generations.cancel(db, bell, alice.id, generation_id)


async def test_cancel_asks_the_owner_and_does_without_it_after_a_second(
    db: Database, bell: Bell, alice: Person, ask: Any
) -> None:
    generation_id = (await ask()).generation.id
    claim = await claimed(db, bell)
    view = await generations.cancel(db, bell, alice.id, generation_id)
    assert view is not None and view.cancelling and view.status == "processing"
    assert await generations.record(db, bell, claim, []) is True
    assert not (await ask()).existing  # a new one is possible at once
    async with db.write() as session:
        mine = update(Generation).where(Generation.id == generation_id)
        await session.execute(mine.values(cancel_requested_at=now() - 2))
    assert await rescue.finish_cancels(db, bell) == 1
    with pytest.raises(Lost):
        await generations.record(db, bell, claim, [])
    assert (await types(db, alice, generation_id))[-2:] == ["generation.cancelling", "generation.cancelled"]


async def test_retry_goes_on_in_the_same_numbering(
    db: Database, bell: Bell, settings: Settings, alice: Person, ask: Any
) -> None:
    generation_id = (await ask()).generation.id
    claim = await claimed(db, bell)
    await generations.record(db, bell, claim, [], checkpoint=Checkpointed("prepare", {"parts": 3}, 0.1))
    error = {"code": "rejected", "message": "No.", "retryable": False}
    await generations.end(db, bell, claim, error, claim.phases)
    view = await generations.retry(db, bell, settings, alice.id, generation_id)
    assert view is not None and (view.status, view.attempt, view.max_attempts) == ("pending", 2, 4)
    assert view.error is None and view.finished_at is None
    again = await claimed(db, bell)
    assert (await generations.resume(db, again)).phases == {"prepare": ({"parts": 3}, 0.1)}
    assert (await types(db, alice, generation_id))[-3:] == [
        "generation.failed",
        "generation.queued",
        "generation.started",
    ]


async def test_retry_while_a_twin_is_active_names_it(
    db: Database, bell: Bell, settings: Settings, alice: Person, ask: Any
) -> None:
    old = (await ask()).generation.id
    await generations.cancel(db, bell, alice.id, old)
    twin = (await ask()).generation.id
    with pytest.raises(generations.AlreadyActive) as caught:
        await generations.retry(db, bell, settings, alice.id, old)
    assert caught.value.generation.id == twin


async def test_nobody_sees_or_touches_what_is_anothers(
    db: Database, bell: Bell, settings: Settings, bob: Person, ask: Any
) -> None:
    generation_id = (await ask()).generation.id
    claim = await claimed(db, bell)
    await generations.record(db, bell, claim, [], piece=Piece("write_parts", "part-1", 1, "Part 1", 1, {}))
    assert await generations.get(db, bob.id, generation_id) is None
    assert await generations.log(db, bob.id, generation_id, 0) is None
    assert await generations.after(db, bob.id, generation_id, 0) == []
    assert await generations.item(db, bob.id, generation_id, "part-1") is None
    assert await generations.items(db, bob.id, generation_id) == []
    assert await generations.cancel(db, bell, bob.id, generation_id) is None
    assert await generations.retry(db, bell, settings, bob.id, generation_id) is None
    await generations.complete(db, bell, claim, {"title": "Done"}, [], Checkpointed("save", None, 0.1))
    assert await generations.result(db, bob.id, "drill", generation_id) is None
    assert await generations.results(db, bob.id, "drill") == ([], None)
    assert await generations.active(db, bob.id) == (await generations.page(db, bob.id)).items == []


async def test_pages_go_through_everything_once(db: Database, alice: Person, ask: Any) -> None:
    ids = [(await ask(name=str(n))).generation.id for n in range(5)]
    seen: list[str] = []
    cursor = None
    while True:
        page = await generations.page(db, alice.id, limit=2, cursor=cursor)
        seen += [view.id for view in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert seen == ids[::-1]


async def test_a_ring_that_was_lost_is_rung_again(db: Database, bell: Bell, valkey: Any, ask: Any) -> None:
    generation_id = (await ask()).generation.id
    assert await rescue.ring_again(db, bell, 10) == 0  # it has just been rung
    async with db.write() as session:
        await session.execute(update(Generation).values(rung_at=now() - 60))
    assert await rescue.ring_again(db, bell, 0) == 0
    assert await rescue.ring_again(db, bell, 10) == 1
    await bell.close()
    assert f"{generation_id}:2".encode() in valkey.command("ZRANGE", "arq:queue", "0", "-1")


async def test_events_too_large_are_a_bug_not_a_frame(db: Database, bell: Bell, ask: Any) -> None:
    await ask()
    claim = await claimed(db, bell)
    with pytest.raises(ValueError, match="at most 8192"):
        await generations.record(db, bell, claim, [("phase.progress", {"note": "x" * 9000})])


async def test_a_ring_carries_nothing_but_an_id_as_json(bell: Bell, valkey: Any, ask: Any) -> None:
    generation_id = (await ask()).generation.id
    await bell.settle()
    kept = valkey.command("GET", f"arq:job:{generation_id}:1").partition(b"\r\n")[2]
    job = orjson.loads(kept.strip())
    assert (job["f"], job["a"], job["k"]) == ("make", [generation_id], {})
