"""The figures of a known past are what one finds by hand, on either database."""

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, insert

from app import generations
from app.database import Database
from app.generations import Bell, analytics
from app.generations.analytics import buckets
from app.generations.figures import WINDOWS, Figures, Paid, Spread, spread
from app.kinds import KINDS
from app.models import Checkpoint
from app.person import Person
from app.settings import Settings
from tests.conftest import new_person
from tests.support.drill import PIPELINE
from tests.support.history import History
from worker.run import Runner

UTC = ZoneInfo("UTC")
HOUR = 3600.0


@pytest.fixture
async def history(db: Database, alice: Person) -> History:
    return await History.begin(db, alice)


async def figures(db: Database, window: str = "24h", kind: str = "") -> Figures:
    return await analytics.figures(db, WINDOWS[window], kind=kind, zone=UTC)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], None),
        ([7.0], Spread(1, 7.0, 7.0)),
        ([2.0, 1.0], Spread(2, 1.0, 2.0)),
        ([3.0, 1.0, 2.0], Spread(3, 2.0, 3.0)),
        ([float(n) for n in range(100, 0, -1)], Spread(100, 50.0, 95.0)),
        ([float(n) for n in range(1, 21)], Spread(20, 10.0, 19.0)),
        ([float(n) for n in range(1, 22)], Spread(21, 11.0, 20.0)),
    ],
)
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(
    values: list[float], expected: Spread | None
) -> None:
    assert spread(values) == expected


async def test_the_times_of_twenty_are_those_of_the_tenth_and_the_nineteenth(db: Database, history: History) -> None:
    for n in range(1, 21):
        await history.ended(making=float(n), queueing=n / 10, cpu_seconds=n / 100, memory_mb=100.0 + n)
    (drill,) = (await figures(db)).kinds
    assert drill.kind == "drill"
    for found, expected in [
        (drill.times.making, (10.0, 19.0)), (drill.times.queueing, (1.0, 1.9)), (drill.times.whole, (11.0, 20.9)),
        (drill.first_start, (1.0, 1.9)), (drill.cpu_seconds, (0.1, 0.19)), (drill.memory_mb, (110.0, 119.0)),
    ]:  # fmt: skip
        assert found is not None
        assert (found.count, found.median, found.p95) == (
            20,
            *(pytest.approx(seconds, abs=1e-4) for seconds in expected),
        )


async def test_each_outcome_is_counted_as_what_it_is(db: Database, history: History) -> None:
    for _ in range(6):
        await history.ended()
    for code in ("timed_out", "timed_out", "worker_lost"):
        await history.ended(status="failed", code=code, making=500.0)
    await history.ended(status="failed", code="rejected", making=500.0)
    await history.ended(status="cancelled", making=500.0)
    await history.ended(cached=True, making=0.0, queueing=0.0)
    await history.active(10.0)
    found = await figures(db)
    assert found.outcomes == {"completed": 6, "cached": 1, "failed": 3, "refused": 1, "cancelled": 1}
    assert found.ended == 12
    assert found.success == pytest.approx(6 / 9), "what cannot be met, and what was taken back, is no failure of ours"
    assert found.kinds[0].outcomes == found.outcomes
    assert found.kinds[0].times.making == Spread(6, 1.0, 1.0), "how long the others took tells of something else"
    assert found.kinds[0].cpu_seconds is not None
    assert found.kinds[0].cpu_seconds.count == 11, "they have cost all the same; the cached one has not"


async def test_nothing_tried_has_no_success_rate(db: Database, history: History) -> None:
    assert (await figures(db)).success is None
    await history.ended(status="cancelled")
    assert (await figures(db)).success is None


async def test_after_a_retry_queueing_is_all_that_was_not_making(db: Database, history: History) -> None:
    """Asked for at 0, made from 2 to 5, again from 9 to 13: 7 s of making, 6 s of waiting."""
    await history.ended(making=7.0, queueing=6.0, attempt=2, started_at=history.at - 60 - 13 + 2)
    (drill,) = (await figures(db)).kinds
    times = drill.times
    assert times.queueing and times.making and times.whole and drill.first_start
    assert times.making.median == pytest.approx(7.0, abs=1e-4)
    assert times.queueing.median == pytest.approx(6.0, abs=1e-4)
    assert times.whole.median == pytest.approx(13.0, abs=1e-4)
    assert drill.first_start.median == pytest.approx(2.0, abs=1e-4)


async def test_queueing_is_never_less_than_nothing(db: Database, history: History) -> None:
    await history.ended(making=3.0, queueing=-0.01)
    (drill,) = (await figures(db)).kinds
    assert drill.times.queueing == Spread(1, 0.0, 0.0)


async def test_delivery_is_told_of_those_who_stayed_for_it(db: Database, history: History) -> None:
    await history.ended(100, making=3.0, queueing=1.0, seen_at=history.at - 99.5)
    await history.ended(100, making=3.0, queueing=1.0)  # nobody has seen it
    await history.ended(1000, making=3.0, queueing=1.0, seen_at=history.at - 10)  # they had gone
    await history.ended(100, cached=True, making=0.0, queueing=0.0, seen_at=history.at - 99)
    (drill,) = (await figures(db)).kinds
    found = drill.times.delivery
    assert found is not None and found.count == 1
    assert found.median == pytest.approx(4.5, abs=1e-4)
    assert [of.delivery.count for of in drill.series if of.delivery] == [1]


async def test_only_the_window_and_the_kind_count(db: Database, history: History) -> None:
    await history.ended(23 * HOUR, kind="program")
    await history.ended(23 * HOUR)
    await history.ended(25 * HOUR)
    await history.ended(8 * 24 * HOUR, status="failed", code="timed_out")
    await history.ended(31 * 24 * HOUR)
    assert (await figures(db)).ended == 2
    assert (await figures(db, "7d")).ended == 3
    month = await figures(db, "30d")
    assert month.ended == 4
    assert [of.kind for of in month.kinds] == ["drill", "program"]
    program = await figures(db, "30d", "program")
    assert (program.kind, program.ended, [of.kind for of in program.kinds]) == ("program", 1, ["program"])
    assert program.failing == []


async def test_each_end_is_in_the_bucket_of_its_hour(db: Database, history: History) -> None:
    for ago in (1.0, 5 * HOUR, 5 * HOUR, 23.9 * HOUR):
        await history.ended(ago, making=ago)
    found = await figures(db)
    assert len(found.edges) == len(found.series) + 1
    assert found.edges[0] == pytest.approx(found.at - 24 * HOUR)
    assert found.edges[-1] == found.at
    assert sum(bucket["completed"] for bucket in found.series) == 4
    for index, bucket in enumerate(found.series):
        inside = [
            ago for ago in (1.0, 5 * HOUR, 5 * HOUR, 23.9 * HOUR)
            if found.edges[index] <= history.at - ago < found.edges[index + 1]
        ]  # fmt: skip
        assert bucket["completed"] == len(inside)
        making = found.kinds[0].series[index].making
        assert (making is None) == (not inside)
        if making:
            assert making.median in inside


@pytest.mark.parametrize(
    ("zone", "start", "step", "expected"),
    [
        ("UTC", "2026-11-24T03:20", 1, ["03:20", "04:00", "05:00", "05:40"]),
        ("Asia/Kolkata", "2026-11-24T03:20", 1, ["03:20", "04:00", "05:00", "05:40"]),
        ("Europe/Berlin", "2026-11-24T03:20", 6, ["03:20", "05:40"]),
        ("Europe/Berlin", "2026-11-24T05:59", 6, ["05:59", "06:00", "08:19"]),
        ("Europe/Berlin", "2026-11-23T23:00", 24, ["23:00", "00:00", "01:20"]),
    ],
)
def test_buckets_begin_with_the_hours_of_the_local_clock(zone: str, start: str, step: int, expected: list[str]) -> None:
    here = ZoneInfo(zone)
    began = datetime.fromisoformat(start).replace(tzinfo=here).timestamp()
    found = list(buckets(began, began + 140 * 60, step, here))
    assert [f"{datetime.fromtimestamp(edge, here):%H:%M}" for edge in found] == expected


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
@pytest.mark.parametrize("step", [1, 6, 24])
def test_buckets_rise_when_the_clocks_change(day: str, step: int) -> None:
    here = ZoneInfo("Europe/Berlin")
    began = datetime.fromisoformat(f"{day}T00:30").replace(tzinfo=here).timestamp()
    found = list(buckets(began, began + 2 * 86_400, step, here))
    assert found == sorted(set(found))
    assert (found[0], found[-1]) == (began, began + 2 * 86_400)
    assert max(b - a for a, b in pairwise(found)) <= (step + 1) * HOUR


async def test_phases_have_their_share_of_the_whole(db: Database, history: History) -> None:
    await history.ended(phases={"save": 1.0, "write_parts": 6.0, "prepare": 1.0})
    await history.ended(phases={"prepare": 3.0, "write_parts": 8.0, "save": 1.0})
    await history.ended(status="failed", code="timed_out", phases={"prepare": 900.0})
    await history.ended(cached=True, phases={})
    await history.ended(48 * HOUR, phases={"prepare": 900.0})
    reused = await history.ended(phases={"prepare": 4.0})
    async with db.write() as session:  # all of its parts had been made by an earlier claim
        values = {"generation_id": reused, "phase": "write_parts", "value": None, "seconds": 0.0, "units": 0}
        await session.execute(insert(Checkpoint).values(**values))
    found = await figures(db)
    assert found.phases_of == 3
    assert [(one.kind, one.phase) for one in found.phases] == [
        ("drill", "prepare"), ("drill", "write_parts"), ("drill", "save"),
    ]  # fmt: skip
    assert [one.seconds for one in found.phases] == [Spread(3, 3.0, 4.0), Spread(2, 6.0, 8.0), Spread(2, 1.0, 1.0)]
    assert [one.share for one in found.phases] == [pytest.approx(share / 24) for share in (8, 14, 2)]


async def test_failures_are_counted_by_class_the_most_frequent_first(db: Database, history: History) -> None:
    for ago, code in ((300, "worker_lost"), (200, "timed_out"), (100, "timed_out"), (50, "rejected")):
        await history.ended(ago, status="failed", code=code)
    found = (await figures(db)).failing
    assert [(one.code, one.count) for one in found] == [("timed_out", 2), ("rejected", 1), ("worker_lost", 1)]
    assert found[0].newest == pytest.approx(history.at - 100, abs=0.01)
    assert "somebody" not in repr(found), "nothing that anybody wrote"


async def test_what_was_paid_is_added_up_over_all_that_was_begun(db: Database, history: History) -> None:
    await history.ended(tokens_in=100, tokens_out=200, cost=0.25)
    await history.ended(status="failed", code="timed_out", tokens_in=10, tokens_out=20, cost=0.5)
    await history.ended(cached=True)
    await history.ended(status="cancelled", started_at=None)
    assert (await figures(db)).paid == Paid(2, 110, 220, 0.75)


async def test_more_than_can_be_looked_at_is_said(
    db: Database, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    for ago in (50.0, 40.0, 30.0, 20.0):
        await history.ended(ago)
    monkeypatch.setattr(analytics, "MOST", 4)
    assert (await figures(db)).counted_from is None
    monkeypatch.setattr(analytics, "MOST", 3)
    found = await figures(db)
    assert found.ended == 3
    assert found.counted_from == pytest.approx(history.at - 40, abs=0.01)


async def test_nothing_at_all_is_nothing_and_no_mistake(db: Database) -> None:
    found = await figures(db)
    assert (found.ended, found.kinds, found.phases, found.failing, found.paid) == (0, [], [], [], Paid(0, 0, 0, 0.0))
    assert found.guests.came == 0
    assert len(found.series) == len(found.edges) - 1 >= 24


async def test_a_kind_that_is_no_more_is_still_counted(db: Database, history: History) -> None:
    await history.ended(kind="horoscope", phases={"look_at_stars": 2.0})
    found = await figures(db)
    assert "horoscope" not in KINDS
    assert [of.kind for of in found.kinds] == ["horoscope"]
    assert [(one.kind, one.phase, one.share) for one in found.phases] == [("horoscope", "look_at_stars", 1.0)]


async def test_what_really_happened_adds_up(db: Database, bell: Bell, settings: Settings, alice: Person) -> None:
    runner = Runner(db, bell, settings, "worker-of-the-test", {"drill": PIPELINE})
    await generations.create(db, bell, settings, alice, "drill", {"parts": 2})
    await runner.make()
    cached = await generations.create(db, bell, settings, alice, "drill", {"parts": 2})
    assert cached.generation.cached
    (drill,) = (await figures(db)).kinds
    assert (drill.outcomes["completed"], drill.outcomes["cached"]) == (1, 1)
    times = drill.times
    assert times.queueing and times.making and times.whole
    assert times.making.median > 0
    assert times.queueing.median + times.making.median == pytest.approx(times.whole.median)


async def test_everybody_is_counted_and_the_figures_take_few_queries(db: Database, history: History) -> None:
    bob = await new_person(db, "bob@example.org")
    await history.ended()
    await (await History.begin(db, bob)).ended()
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(db.reader.sync_engine, "before_cursor_execute", note)
    try:
        assert (await figures(db)).ended == 2
    finally:
        event.remove(db.reader.sync_engine, "before_cursor_execute", note)
    assert sum(statement.startswith("SELECT") for statement in asked) == 4
