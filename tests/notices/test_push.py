"""What a browser is told, when, and what is done with the answers of push services."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from sqlalchemy import update
from starlette.responses import Response

from app import generations
from app.database import Database, now
from app.generations.watch import seen
from app.notices import push, queue, subscriptions, vapid
from app.notices.outbox import NOTICES, SUBSCRIPTIONS
from app.notices.sender import Sender
from app.person import Person
from app.settings import Settings
from tests.conftest import new_person
from tests.notices.conftest import World
from tests.support.push_service import PushService


async def test_a_completed_one_is_told_encrypted_with_title_and_address_alone(
    world: World, service: PushService, alice: Person, settings: Settings, db: Database
) -> None:
    browser = await world.subscribe(alice)
    id_ = await world.completed(alice, "Eight weeks")
    assert await world.tell() == 1
    [got] = service.received
    assert got.browser == browser
    assert got.said == {"title": "Ready: Eight weeks", "url": f"/drills/{id_}", "tag": id_}
    assert b"Eight weeks" not in got.body
    assert got.headers["ttl"] == "86400"
    assert got.headers["topic"] == push.topic(id_)
    assert len(got.headers["topic"]) == 32 and id_ not in got.headers["topic"]
    assert got.signed["aud"] == service.origin
    assert got.signed["sub"].startswith("mailto:")
    key = vapid.public_key(await vapid.private_key(db, settings))
    assert got.headers["authorization"].endswith(f"k={key}")
    assert await world.count() == 0
    [told] = await subscriptions.items(db, alice)
    assert told.used_at is not None


async def test_a_failed_one_is_told_and_leads_to_its_page(world: World, service: PushService, alice: Person) -> None:
    await world.subscribe(alice)
    id_ = await world.failed(await world.begun(alice))
    await world.tell()
    assert service.said == [{"title": "It could not be made: Drill", "url": f"/generations/{id_}", "tag": id_}]


async def test_it_is_due_five_seconds_after_the_end(world: World, service: PushService, alice: Person) -> None:
    await world.subscribe(alice)
    await world.completed(alice)
    [left] = await world.waiting()
    assert 3 < left <= 5
    assert await world.turn() == 0
    await world.pass_time(5)
    assert await world.turn() == 1
    assert len(service.received) == 1


async def test_what_a_visible_tab_has_seen_is_not_told(world: World, service: PushService, alice: Person) -> None:
    await world.subscribe(alice)
    id_ = await world.completed(alice)
    await seen(world.db, alice.id, id_)
    assert await world.tell() == 1
    assert service.asked == []
    assert await world.count() == 0


async def test_nobody_elses_tab_sees_it_for_her(world: World, service: PushService, alice: Person, bob: Person) -> None:
    await world.subscribe(alice)
    id_ = await world.completed(alice)
    await seen(world.db, bob.id, id_)
    await world.tell()
    assert len(service.received) == 1


async def test_every_browser_of_the_person_is_told_and_nobody_elses(
    world: World, service: PushService, alice: Person, bob: Person
) -> None:
    hers = [await world.subscribe(alice), await world.subscribe(alice)]
    await world.subscribe(bob)
    await world.completed(alice)
    assert await world.tell() == 2
    assert {one.browser.endpoint for one in service.received} == {one.endpoint for one in hers}


async def test_a_cancelled_one_is_told_to_nobody(world: World, alice: Person) -> None:
    await world.subscribe(alice)
    claim = await world.begun(alice)
    await generations.end(world.db, world.bell, claim, None, claim.phases)
    assert await world.count() == 0


async def test_a_retry_takes_the_first_end_back_and_its_own_end_replaces_it(
    world: World, service: PushService, alice: Person
) -> None:
    await world.subscribe(alice)
    id_ = await world.failed(await world.begun(alice))
    await generations.retry(world.db, world.bell, world.settings, alice.id, id_)
    await world.tell()
    assert service.asked == []
    claim = await generations.claim(world.db, world.bell, "w", 600)
    assert claim is not None
    await world.failed(claim)
    await world.tell()
    assert [one["tag"] for one in service.said] == [id_]


async def test_the_same_is_told_with_the_same_topic_and_tag(world: World, service: PushService, alice: Person) -> None:
    """So that of two, which a crash may cause, a person sees one."""
    await world.subscribe(alice)
    await world.completed(alice)
    await world.pass_time()
    [claimed] = await queue.claim(world.db, 10)
    await world.sender._push(claimed)  # told, and the process dies before it can note so
    assert await world.count() == 1
    await world.tell()
    first, second = service.received
    assert first.headers["topic"] == second.headers["topic"]
    assert first.said == second.said


async def test_one_of_many_workers_tells_it(
    world: World, service: PushService, alice: Person, db: Database, settings: Settings
) -> None:
    await world.subscribe(alice)
    for name in ("one", "two", "three"):
        await world.completed(alice, name)
    await world.pass_time()
    senders = [Sender(db, settings) for _ in range(4)]
    found = await asyncio.gather(*(one.turn() for one in senders))
    for one in senders:
        await one.settle()
        await one.close()
    assert sum(found) == 3
    assert sorted(one["title"] for one in service.said) == ["Ready: one", "Ready: three", "Ready: two"]


async def test_what_was_claimed_by_somebody_who_died_is_told_by_the_next(
    world: World, service: PushService, alice: Person
) -> None:
    await world.subscribe(alice)
    await world.completed(alice)
    await world.pass_time()
    assert len(await queue.claim(world.db, 10)) == 1
    assert await world.turn() == 0  # it is theirs
    await world.pass_time(queue.CLAIM)
    assert await world.turn() == 1
    assert len(service.received) == 1


async def test_of_a_claim_that_is_over_nothing_is_noted(world: World, alice: Person) -> None:
    await world.subscribe(alice)
    await world.completed(alice)
    await world.pass_time()
    [old] = await queue.claim(world.db, 10)
    await world.pass_time()
    [new] = await queue.claim(world.db, 10)
    await queue.done(world.db, old, told=True)
    assert await world.count() == 1
    await queue.later(world.db, old, 9000)
    assert (await world.waiting())[0] < 100
    await queue.done(world.db, new, told=True)
    assert await world.count() == 0


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_is_gone_is_forgotten_with_all_that_was_for_it(
    status: int, world: World, service: PushService, alice: Person, db: Database
) -> None:
    await world.subscribe(alice)
    await world.completed(alice, "one")
    await world.completed(alice, "two")
    service.answers.extend([status, status])
    await world.tell()
    assert await subscriptions.items(db, alice) == []
    assert await world.count() == 0


@pytest.mark.parametrize("status", [408, 429, 500, 503])
async def test_what_may_go_better_is_tried_again_after_a_growing_delay(
    status: int, world: World, service: PushService, alice: Person
) -> None:
    await world.subscribe(alice)
    await world.completed(alice)
    for wait in (30, 60, 120):
        service.answers.append(status)
        await world.tell()
        [left] = await world.waiting()
        assert wait - 5 < left <= wait
    await world.tell()
    assert len(service.asked) == 4
    assert len(service.received) == 1


async def test_retry_after_is_honoured_in_seconds_and_as_a_date(
    world: World, service: PushService, alice: Person
) -> None:
    await world.subscribe(alice)
    await world.completed(alice)
    at = datetime.now(UTC) + timedelta(seconds=700)
    for value, wait in (("600", 600), (format_datetime(at, usegmt=True), 700), ("soon", 120)):
        service.answers.append(Response(status_code=429, headers={"Retry-After": value}))
        await world.tell()
        [left] = await world.waiting()
        assert wait - 10 < left <= wait


async def test_a_redirect_is_not_followed(world: World, service: PushService, alice: Person) -> None:
    await world.subscribe(alice)
    await world.completed(alice)
    service.answers.append(Response(status_code=307, headers={"Location": f"{service.origin}/elsewhere"}))
    await world.tell()
    assert len(service.asked) == 1
    assert await world.count() == 0


async def test_a_service_that_hangs_is_left_and_holds_up_nobody(
    world: World, service: PushService, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "PATIENCE", 1.0)
    await world.subscribe(alice)
    await world.completed(alice)
    await world.pass_time()
    service.answers.append("hang")
    await world.sender.turn()
    await world.subscribe(bob)
    await world.completed(bob, "Bob's")
    async with world.db.write() as session:
        await session.execute(update(NOTICES).where(NOTICES.c.account_id == bob.id).values(due_at=now()))
    await world.turn()
    assert [one["title"] for one in service.said] == ["Ready: Bob's"]
    [left] = await world.waiting()
    assert left > 20


async def test_one_that_nobody_listens_at_is_tried_again(world: World, service: PushService, alice: Person) -> None:
    await world.subscribe(alice)
    await world.completed(alice)
    await service.stop()
    await world.tell()
    [left] = await world.waiting()
    assert 25 < left <= 30


async def test_what_could_not_be_told_within_a_day_is_no_news(
    world: World, service: PushService, alice: Person
) -> None:
    await world.subscribe(alice)
    await world.completed(alice)
    async with world.db.write() as session:
        await session.execute(update(NOTICES).values(created_at=now() - queue.STALE - 1))
    await world.tell()
    assert service.asked == []
    assert await world.count() == 0


async def test_a_subscription_that_has_expired_is_removed_and_not_told(
    world: World, service: PushService, alice: Person, db: Database
) -> None:
    await world.subscribe(alice, expires_at=1.0)
    await world.completed(alice)
    await world.tell()
    assert service.asked == []
    assert await subscriptions.items(db, alice) == []


async def test_an_endpoint_that_has_come_to_lead_inside_is_refused_when_it_is_sent_to(
    world: World, service: PushService, alice: Person, db: Database
) -> None:
    await world.subscribe(alice)
    await world.completed(alice)
    async with db.write() as session:
        await session.execute(update(SUBSCRIPTIONS).values(endpoint=f"https://localhost:{service.port}/x"))
    await world.tell()
    assert service.asked == []
    assert await subscriptions.items(db, alice) == []


async def test_flushing_redis_loses_no_notice(world: World, service: PushService, alice: Person) -> None:
    await world.subscribe(alice)
    await world.completed(alice)
    await world.bell.redis.flushall()
    await world.tell()
    assert len(service.received) == 1


async def test_what_a_guest_waits_for_is_told_after_they_sign_in(
    world: World, service: PushService, alice: Person, db: Database
) -> None:
    guest = await new_person(db, None)
    await world.subscribe(guest)
    await world.begun(guest)
    from app.generations.move import move

    async with db.write() as session:
        await move(session, guest.id, alice.id)
    claim = await generations.claim(world.db, world.bell, "w", 600)
    assert claim is not None and claim.account_id == alice.id
    await world.failed(claim)
    await world.tell()
    assert len(service.received) == 1


async def test_the_key_is_made_once_however_many_ask_and_a_given_one_goes_before_it(
    db: Database, settings: Settings
) -> None:
    found = set(await asyncio.gather(*(vapid.private_key(db, settings) for _ in range(8))))
    assert len(found) == 1
    given = "A" * 42 + "E"
    assert await vapid.private_key(db, settings.model_copy(update={"vapid_private_key": given})) == given
