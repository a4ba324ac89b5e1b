"""Estimates: learned from what was made, told while it waits and while it is made, none without history."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import func, insert, select, update

from app import generations
from app.database import Database, now
from app.generations import Bell, Checkpointed, Claim, pace, rescue
from app.generations.claim import fresh_phases
from app.generations.pace import Learned, Pace, learned
from app.models import Checkpoint, Generation, Worker
from app.person import Person
from app.settings import Settings
from tests.support.drill import PIPELINE
from worker.run import Runner

# A second to prepare, two for each part, half a second to save.
DRILLS = Pace("drill", {"prepare": (1.0, 1.0), "write_parts": (2.0, 3.0), "save": (0.5, 1.0)})


class History:
    """Asks for drills, and writes down how long each phase is said to have taken."""

    def __init__(self, db: Database, bell: Bell, settings: Settings, person: Person) -> None:
        self.db, self.bell, self.settings, self.person = db, bell, settings, person

    async def ask(self, person: Person | None = None, **given: Any) -> generations.Generation:
        asker = person or self.person
        created = await generations.create(self.db, self.bell, self.settings, asker, "drill", given, fresh=True)
        return created.generation

    async def claim(self) -> Claim:
        found = await generations.claim(self.db, self.bell, "w", 600)
        assert found is not None
        return found

    async def made(self, prepare: float, parts: float, count: int = 3) -> str:
        await self.ask(parts=count)
        claim = await self.claim()
        for done in (Checkpointed("prepare", {}, prepare), Checkpointed("write_parts", None, parts, count)):
            await generations.record(self.db, self.bell, claim, [], checkpoint=done)
        head: dict[str, Any] = {"title": ""}
        await generations.complete(self.db, self.bell, claim, head, claim.phases, Checkpointed("save", None, 0.5), {})
        return claim.id

    async def worker(self, concurrency: int, name: str = "w") -> None:
        values = {"id": name, "host": "h", "pid": 1, "concurrency": concurrency}
        async with self.db.write() as session:
            await session.execute(insert(Worker).values(**values, started_at=now(), seen_at=now()))

    async def learned(self) -> Learned:
        async with self.db.read() as session:
            return await learned(session)

    async def view(self, id_: str) -> generations.Generation:
        found = await generations.get(self.db, self.person.id, id_)
        assert found is not None
        return found

    async def events(self, id_: str) -> list[dict[str, Any]]:
        found = await generations.log(self.db, self.person.id, id_, 0)
        assert found is not None
        return [orjson.loads(body) for body in found[0]]


@pytest.fixture
def history(db: Database, bell: Bell, settings: Settings, alice: Person, monkeypatch: pytest.MonkeyPatch) -> History:
    monkeypatch.setattr("app.generations.pace.KEPT", 0.0)
    return History(db, bell, settings, alice)


def phases(**states: tuple[str, int, int | None]) -> list[dict[str, Any]]:
    """A drill's phases, those of ``states`` with their status, done and total."""
    names = ("status", "done", "total")
    return [
        {**phase, **dict(zip(names, states.get(phase["name"], ("pending", 0, None)), strict=True))}
        for phase in fresh_phases("drill", [])
    ]


def test_what_is_left_counts_pieces_and_forgets_what_is_done() -> None:
    asked = {"parts": 4}
    assert DRILLS.left(asked, phases()) == 1 + 4 * 2 + 0.5
    assert DRILLS.left(asked, phases(prepare=("done", 0, None))) == 4 * 2 + 0.5
    half = phases(prepare=("done", 0, None), write_parts=("running", 3, 4))
    assert DRILLS.left(asked, half) == 2 + 0.5
    assert DRILLS.left(asked, phases(write_parts=("pending", 4, 8))) == 1 + 8 + 0.5  # the phase knows it better
    assert DRILLS.left({"parts": 0}, phases()) == 1 + 3 * 2 + 0.5  # not told: as many as usual
    assert DRILLS.left(asked, phases(prepare=("running", 1, 2))) == 0.5 + 4 * 2 + 0.5
    assert DRILLS.left(asked, phases(prepare=("pending", 1, 2))) == 1 + 4 * 2 + 0.5  # begun anew


def test_a_claims_own_pace_corrects_what_was_learned_the_more_the_more_it_has_made() -> None:
    asked, before = {"parts": 4}, phases()
    one = phases(prepare=("done", 0, None), write_parts=("running", 1, 4))
    three = phases(prepare=("done", 0, None), write_parts=("running", 3, 4))
    assert DRILLS.corrected(asked, before, before, 0.0) == 9.5
    assert DRILLS.corrected(asked, before, one, 3.0) == pytest.approx(6.5)  # as usual
    twice = [
        DRILLS.corrected(asked, before, now_, made * 2) / left for now_, made, left in ((one, 3, 6.5), (three, 7, 2.5))
    ]
    assert 1.0 < twice[0] < twice[1] < 2.0  # at half the speed: from what was learned towards its own
    assert DRILLS.corrected(asked, before, three, 1e6) == 10 * 2.5  # and not without bounds
    # What an earlier claim has made says nothing of this one's pace.
    assert DRILLS.corrected(asked, one, three, 4.0) == pytest.approx(2.5)


async def test_medians_of_each_phase_are_learned_a_piece_at_a_time(history: History) -> None:
    assert await history.learned() == Learned()
    for prepare, parts, count in ((1.0, 6.0, 3), (2.0, 8.0, 4), (90.0, 400.0, 2)):
        await history.made(prepare, parts, count)
    found = await history.learned()
    assert found.paces == {
        ("drill", "rules"): Pace("drill", {"prepare": (2.0, 1.0), "write_parts": (2.0, 3.0), "save": (0.5, 1.0)})
    }
    assert found.typical == 2.0 + 8.0 + 0.5


async def test_only_what_was_made_lately_and_to_its_end_is_learned_from(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        await history.made(50.0, 60.0)
    for _ in range(3):
        await history.made(1.0, 6.0)
    monkeypatch.setattr("app.generations.pace.NEWEST", 3)
    monkeypatch.setattr("app.generations.pace._HISTORY", pace._history())
    assert (await history.learned()).paces["drill", "rules"].phases["prepare"] == (1.0, 1.0)
    copied = await generations.create(history.db, history.bell, history.settings, history.person, "drill", {})
    assert copied.generation.cached
    await history.ask(name="fails")
    failing = await history.claim()
    for _ in range(3):
        await history.made(1.0, 6.0)
    slow = Checkpointed("prepare", {}, 500.0)
    await generations.record(history.db, history.bell, failing, [], checkpoint=slow)
    error = {"code": "rejected", "message": "No.", "retryable": False}
    await generations.end(history.db, history.bell, failing, error, failing.phases, {})
    async with history.db.write() as session:
        await session.execute(update(Checkpoint).where(Checkpoint.phase == "save").values(units=0))
    found = (await history.learned()).paces["drill", "rules"].phases
    assert found == {"prepare": (1.0, 1.0), "write_parts": (2.0, 3.0)}  # what had been made before is no measure


async def test_what_was_learned_is_kept_for_a_while(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.generations.pace.KEPT", 30.0)
    before = await history.learned()
    await history.made(1.0, 6.0)
    assert await history.learned() is before


async def test_there_is_an_estimate_from_the_first_moment_and_it_falls_as_things_are_made(
    history: History, tmp_path: Path
) -> None:
    await history.made(10.0, 60.0)
    id_ = (await history.ask(folder=str(tmp_path))).id
    await Runner(history.db, history.bell, history.settings, "w", {"drill": PIPELINE}).make()
    told = [(event["type"], event["eta_seconds"]) for event in await history.events(id_)]
    assert told[0] == ("generation.queued", None)
    assert told[1] == ("generation.started", 70.5)
    estimates = [eta for _, eta in told[1:-2]]  # the last step is the end
    assert estimates == sorted(estimates, reverse=True)
    assert 0 < estimates[-1] < 0.5  # the last phase took half a second, at a pace that was slower than this one


async def test_the_first_of_its_kind_goes_by_its_own_pace(history: History, tmp_path: Path) -> None:
    id_ = (await history.ask(folder=str(tmp_path))).id
    await Runner(history.db, history.bell, history.settings, "w", {"drill": PIPELINE}).make()
    told = {event["type"]: event["eta_seconds"] for event in await history.events(id_)}
    assert told["generation.started"] is None
    assert told["item.ready"] is not None


async def test_pieces_of_this_claim_alone_are_what_its_seconds_went_into(history: History, tmp_path: Path) -> None:
    id_ = (await history.ask(folder=str(tmp_path), fault="broken", at="part-3", times=1)).id
    runner = Runner(history.db, history.bell, history.settings, "w", {"drill": PIPELINE})
    for _ in range(2):
        async with history.db.write() as session:
            await session.execute(update(Generation).values(due_at=now() - 1))
        await runner.make()
    assert (await history.view(id_)).status == "completed"
    async with history.db.read() as session:
        rows = (await session.execute(select(Checkpoint.phase, Checkpoint.units))).all()
    assert sorted(map(tuple, rows)) == [("prepare", 1), ("save", 1), ("write_parts", 1)]


async def test_after_a_crash_finished_phases_and_pieces_do_not_count(history: History) -> None:
    await history.made(10.0, 60.0)
    id_ = (await history.ask()).id
    claim = await history.claim()
    made = [{**phase, "status": "done"} if phase["name"] == "prepare" else phase for phase in claim.phases]
    made[1] |= {"status": "running", "done": 2, "total": 3}
    done = Checkpointed("prepare", {}, 1.0)
    await generations.record(history.db, history.bell, claim, [], {"phases": made}, checkpoint=done)
    async with history.db.write() as session:
        await session.execute(update(Generation).where(Generation.id == id_).values(lease_until=now() - 1))
    await rescue.take_back(history.db, history.bell)
    await history.worker(1)
    assert (await history.view(id_)).eta_seconds == 20.5
    await history.claim()
    assert (await history.events(id_))[-1]["eta_seconds"] == 20.5


async def test_without_a_worker_or_without_history_there_is_no_estimate(history: History) -> None:
    first = await history.ask(name="first")
    assert (first.queue_position, first.eta_seconds, first.workers) == (1, None, 0)
    await history.worker(2)
    view = await history.view(first.id)
    assert (view.eta_seconds, view.workers) == (None, 1)
    await generations.cancel(history.db, history.bell, history.person.id, first.id)
    await history.made(1.0, 6.0)
    second = await history.ask(name="second")
    assert (second.queue_position, second.eta_seconds, second.workers) == (1, 7.5, 1)
    view = await history.view(second.id)
    assert (view.eta_seconds, view.workers) == (7.5, 1)
    await generations.cancel(history.db, history.bell, history.person.id, second.id)
    again = await generations.retry(history.db, history.bell, history.settings, history.person.id, second.id)
    assert again is not None and (again.queue_position, again.eta_seconds, again.workers) == (1, 7.5, 1)


async def test_the_wait_is_shared_by_all_hands(history: History, bob: Person) -> None:
    await history.made(1.0, 6.0)  # 7.5 s
    await history.worker(2)
    for name in ("running", "first", "second", "third"):
        await history.ask(bob, name=name)
    await history.claim()
    mine = (await history.ask(name="mine")).id
    view = await history.view(mine)
    # One hand is free for the first in line; those between must be made before, two side by side.
    assert view.queue_position is not None and view.eta_seconds is not None
    assert view.eta_seconds == pytest.approx((view.queue_position - 1) * 7.5 / 2 + 7.5, abs=0.1)
    await history.worker(20, "another")
    assert (await history.view(mine)).eta_seconds == 7.5
    async with history.db.write() as session:
        await session.execute(update(Worker).values(seen_at=now() - 60))
    gone = await history.view(mine)
    assert (gone.eta_seconds, gone.workers) == (None, 0)


async def test_the_wait_goes_by_what_waits_and_not_by_what_was_made_most(history: History, bob: Person) -> None:
    for _ in range(3):
        await history.made(1.0, 6.0)  # 7.5 s
    slow = await history.made(10.0, 60.0)  # 70.5 s
    await history.worker(1)
    await history.ask(bob, name="running")
    await history.claim()
    first = (await history.ask(bob, name="first")).id
    async with history.db.write() as session:
        await session.execute(update(Generation).where(Generation.id.in_([slow, first])).values(engine="llm"))
    view = await history.view((await history.ask(name="mine")).id)
    assert view.queue_position is not None and view.eta_seconds is not None
    assert view.eta_seconds == pytest.approx(view.queue_position * (70.5 + 7.5) / 2 + 7.5, abs=0.1)


async def test_a_retry_says_when_and_the_estimate_waits_for_it(history: History) -> None:
    await history.made(1.0, 6.0)
    await history.worker(5)
    id_ = (await history.ask()).id
    claim = await history.claim()
    assert (await history.view(id_)).retry_in_seconds is None
    error = {"code": "unreachable", "message": "Away.", "retryable": True}
    await generations.back_to_queue(history.db, history.bell, claim, error, claim.phases, 30.0, {}, counts=True)
    view = await history.view(id_)
    assert view.retry_in_seconds is not None and 25 < view.retry_in_seconds <= 30
    assert view.eta_seconds is not None and 25 + 7.5 < view.eta_seconds <= 30 + 7.5
    async with history.db.write() as session:
        await session.execute(update(Generation).where(Generation.id == id_).values(due_at=now() - 1))
    assert (await history.view(id_)).retry_in_seconds == 0


async def test_lists_have_the_same_estimates_and_ask_only_for_what_waits(history: History, bob: Person) -> None:
    await history.made(1.0, 6.0)
    await history.worker(1)
    ids = [(await history.ask(name=str(n))).id for n in range(3)]
    listed = {view.id: view.eta_seconds for view in await generations.active(history.db, history.person.id)}
    assert listed == {id_: (await history.view(id_)).eta_seconds for id_ in ids}
    assert {7.5, 15.0, 22.5} == set(listed.values())
    async with history.db.read() as session:
        assert (await session.execute(select(func.count()).select_from(Generation))).scalar_one() == 4
    assert await generations.active(history.db, bob.id) == []
