"""How it went in a window of time, over all people: for those who look after the product. Reads only.

What is told of a generation are figures, its kind and the class of its error: nothing that anybody wrote.
"""

import asyncio
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database, now
from app.generations.change import TABLE
from app.generations.figures import (
    OUTCOMES,
    Failing,
    Figures,
    Guests,
    OfKind,
    OfPhase,
    Outcome,
    Paid,
    Times,
    Window,
    spread,
)
from app.generations.spend import ANSWERED
from app.kinds import KINDS
from app.models import Account, Checkpoint, LlmCall, Result

MOST = 50_000  # ends that are looked at: the newest
MOST_PHASED = 1_000  # completed ones whose phases are looked at: the newest
STAYED = 60.0  # seconds after the end: who first saw it later had gone, and had nothing delivered


async def figures(db: Database, window: Window, *, kind: str = "", zone: ZoneInfo) -> Figures:
    """``zone``: on whose clock the buckets begin."""
    seconds = window.hours * 3600.0
    at, guests = await _guests(db, seconds)
    of_kind = [TABLE.c.kind == kind] if kind else []
    ended = [TABLE.c.finished_at > at - seconds, TABLE.c.finished_at <= at, *of_kind]
    made = [*ended, TABLE.c.status == "completed", TABLE.c.cached.is_(False)]
    async with db.read() as session:
        query = select(*_COLUMNS).where(*ended).order_by(TABLE.c.finished_at.desc()).limit(MOST + 1)
        rows = (await session.execute(query)).all()
        steps = (await session.execute(_steps(*made))).all()
        calls = await _calls(session, seconds, kind)
    edges = list(buckets(at - seconds, at, window.step, zone))
    # Arithmetic over tens of thousands of rows: not on the loop that relays events.
    return await asyncio.to_thread(_figures, window, kind, at, edges, rows, steps, guests, calls)


_COLUMNS = (
    *(TABLE.c[name] for name in ("kind", "status", "cached", "created_at", "started_at", "queued_at")),
    *(TABLE.c[name] for name in ("finished_at", "seen_at")),
    *(TABLE.c[name] for name in ("spent", "cpu_seconds", "memory_mb", "tokens_in", "tokens_out", "cost")),
    TABLE.c.error["code"].as_string().label("code"),
)


def _steps(*made: ColumnElement[bool]) -> Select[Any]:
    newest = select(TABLE.c.id, TABLE.c.kind).where(*made).order_by(TABLE.c.finished_at.desc()).limit(MOST_PHASED)
    of = newest.subquery()
    return (
        select(of.c.id, of.c.kind, Checkpoint.phase, Checkpoint.seconds)
        .join(Checkpoint, Checkpoint.generation_id == of.c.id)
        .where(Checkpoint.units > 0)  # otherwise all of it had been made before
    )


async def _calls(session: AsyncSession, seconds: float, kind: str) -> tuple[int, int]:
    """Of language models: all, and those that brought nothing."""
    vain = func.coalesce(func.sum(case((LlmCall.outcome != ANSWERED, 1), else_=0)), 0)
    asked = [LlmCall.at > now() - seconds, *([LlmCall.kind == kind] if kind else [])]
    found = (await session.execute(select(func.count(), vain).select_from(LlmCall).where(*asked))).one()
    return int(found[0]), int(found[1])


async def _guests(db: Database, seconds: float) -> tuple[float, Guests]:
    """The database's clock, and who came in the seconds before."""
    finished = or_(Account.had_result, exists().where(Result.account_id == Account.id))
    claimed = Account.claimed_at.is_not(None)

    def count(*those: Any) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((and_(*those), 1), else_=0)), 0)

    counts = (count(finished), count(claimed), count(finished, claimed), count(claimed, Account.guest))
    came = [Account.created_at > now() - seconds, or_(Account.guest, claimed)]
    async with db.read() as session:
        at, *found = (await session.execute(select(now(), func.count(), *counts).where(*came))).one()
    return at, Guests(*found)


def buckets(start: float, end: float, step: int, zone: ZoneInfo) -> Iterator[float]:
    """``start``, every ``step`` hours of the local clock after it, ``end``. The first and the last may be shorter."""
    yield start
    local = datetime.fromtimestamp(start, zone)
    mark = local.replace(hour=local.hour // step * step, minute=0, second=0, microsecond=0, tzinfo=None)
    last = start
    while (edge := mark.replace(tzinfo=zone).timestamp()) < end:
        if edge > last:  # where a clock is put back or forward, marks come twice or not at all
            yield (last := edge)
        mark += timedelta(hours=step)
    yield end


@dataclass
class _Seen:
    """What is gathered of one kind."""

    outcomes: list[Counter[Outcome]]  # by bucket
    made: list[list[tuple[float, float, float]]]  # by bucket: queueing, making, whole
    delivered: list[list[float]]  # by bucket
    starts: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


def _outcome(status: str, cached: bool, code: str | None) -> Outcome:
    if status == "completed":
        return "cached" if cached else "completed"
    if status == "failed":
        return "refused" if code == "rejected" else "failed"
    return "cancelled"


@dataclass
class _Gathered:
    kinds: dict[str, _Seen] = field(default_factory=dict)
    failing: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))  # by code: when
    begun: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0


def _gather(rows: Iterable[Any], edges: list[float]) -> _Gathered:
    """One pass over tens of thousands: it unpacks, since a row's attributes cost ten times as much."""
    count = len(edges) - 1
    all_ = _Gathered()
    for kind, status, cached, created, started, queued, finished, shown, *rest in rows:
        spent, cpu, memory, t_in, t_out, cost, code = rest
        if (seen := all_.kinds.get(kind)) is None:
            blank: Any = ([[] for _ in range(count)] for _ in range(2))
            seen = all_.kinds[kind] = _Seen([Counter() for _ in range(count)], *blank)
        bucket = min(bisect_right(edges, finished), count) - 1
        outcome = _outcome(status, cached, code)
        seen.outcomes[bucket][outcome] += 1
        if outcome == "completed":
            took = max(0.0, finished - queued)
            seen.made[bucket].append((max(0.0, took - spent), spent, took))
            if shown is not None and shown - finished <= STAYED:
                seen.delivered[bucket].append(max(took, shown - queued))
        elif status == "failed":
            all_.failing[code or "unknown"].append(finished)
        if outcome == "cached" or started is None:
            continue
        seen.starts.append(max(0.0, started - created))
        seen.cpu.append(cpu)
        if memory is not None:
            seen.memory.append(memory)
        all_.begun += 1
        all_.tokens_in += t_in
        all_.tokens_out += t_out
        all_.cost += cost
    return all_


def _figures(
    window: Window,
    kind: str,
    at: float,
    edges: list[float],
    rows: Sequence[Row[Any]],
    steps: Sequence[Row[Any]],
    guests: Guests,
    calls: tuple[int, int],
) -> Figures:
    all_ = _gather(rows[:MOST], edges)
    whole = list(_by_bucket(all_.kinds.values(), len(edges) - 1))
    return Figures(
        window=window.name, kind=kind, at=at, edges=edges, outcomes=_counts(sum(whole, Counter())),
        series=[_counts(bucket) for bucket in whole],
        kinds=[_of_kind(name, all_.kinds[name]) for name in sorted(all_.kinds)],
        phases=_phases(steps), phases_of=len({step[0] for step in steps}), failing=_failing(all_.failing),
        paid=Paid(all_.begun, all_.tokens_in, all_.tokens_out, all_.cost, *calls), guests=guests,
        counted_from=rows[MOST - 1].finished_at if len(rows) > MOST else None,
    )  # fmt: skip


def _by_bucket(kinds: Iterable[_Seen], count: int) -> Iterator[Counter[Outcome]]:
    for bucket in range(count):
        yield sum((seen.outcomes[bucket] for seen in kinds), Counter())


def _counts(found: Counter[Outcome]) -> dict[Outcome, int]:
    return {outcome: found[outcome] for outcome in OUTCOMES}


def _of_kind(kind: str, seen: _Seen) -> OfKind:
    made, delivered = (list(chain.from_iterable(of)) for of in (seen.made, seen.delivered))
    return OfKind(
        kind=kind, outcomes=_counts(sum(seen.outcomes, Counter())), times=_times(made, delivered),
        first_start=spread(seen.starts), cpu_seconds=spread(seen.cpu), memory_mb=spread(seen.memory),
        series=[_times(*of) for of in zip(seen.made, seen.delivered, strict=True)],
    )  # fmt: skip


def _times(made: list[Any], delivered: list[Any]) -> Times:
    queueing, making, whole = zip(*made, strict=True) if made else ((), (), ())
    return Times(spread(queueing), spread(making), spread(whole), spread(delivered))


def _failing(moments: dict[str, list[float]]) -> list[Failing]:
    found = [Failing(code, len(of), max(of)) for code, of in moments.items()]
    return sorted(found, key=lambda one: (-one.count, one.code))


def _phases(steps: Iterable[Any]) -> list[OfPhase]:
    """By kind, in the order in which they are gone through."""
    seconds: dict[tuple[str, str], list[float]] = defaultdict(list)
    sums: dict[str, float] = defaultdict(float)
    for _, kind, phase, took in steps:
        seconds[kind, phase].append(took)
        sums[kind] += took
    found = []
    for (kind, phase), values in sorted(seconds.items(), key=lambda entry: _place(*entry[0])):
        if (of := spread(values)) is not None:
            found.append(OfPhase(kind, phase, of, sum(values) / sums[kind] if sums[kind] else 0.0))
    return found


def _place(kind: str, phase: str) -> tuple[str, int, str]:
    names = [name for name, _ in KINDS[kind].phases] if kind in KINDS else []
    return kind, names.index(phase) if phase in names else len(names), phase
