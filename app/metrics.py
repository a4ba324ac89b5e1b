"""What the processes count. Each adds up in memory and every few seconds adds that to the one table that all share, so
that every web process tells the same sums, and what a process has told outlives it."""

import asyncio
import os
import random
import secrets
import socket
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import structlog
from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Away, Database, now
from app.models import Counter, Gauge

log = structlog.get_logger()

TELL_EVERY = 5.0  # seconds
# A process not seen for so long is not counted any more; its gauges are dropped by the next one that starts.
SEEN_WITHIN, FORGOTTEN_AFTER = 30.0, 300.0
LONGEST_LABELS = 300  # characters of the column

# The upper bounds of the histograms' buckets, in seconds.
_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_LONG = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
BUCKETS: dict[str, tuple[float, ...]] = {
    "delivery_seconds": _QUICK,
    "http_request_seconds": _QUICK[2:],
    "llm_call_seconds": (*_LONG[1:-2],),
    "making_seconds": _LONG,
    "phase_seconds": (0.001, 0.005, 0.01, *_LONG[:-2]),
    "queue_seconds": (0.01, *_LONG),
}

COUNTERS: Any = Counter.__table__
GAUGES: Any = Gauge.__table__

Key = tuple[str, tuple[tuple[str, str], ...]]  # name, labels sorted by name
_counted: dict[Key, float] = defaultdict(float)  # since the last flush


def add(name: str, value: float = 1, **labels: str) -> None:
    """Count something."""
    _counted[name, tuple(sorted(labels.items()))] += value


def observe(name: str, seconds: float, **labels: str) -> None:
    """Count a duration into its histogram, one of BUCKETS."""
    bounds = BUCKETS[name]
    place = bisect_left(bounds, seconds)
    le = str(bounds[place]) if place < len(bounds) else "+Inf"
    _counted[f"{name}_bucket", tuple(sorted([*labels.items(), ("le", le)]))] += 1
    _counted[f"{name}_sum", tuple(sorted(labels.items()))] += seconds


async def flush(db: Database, gauges: Sequence[Mapping[str, Any]] = ()) -> None:
    """Add what was counted since to the table, and put this process's ``gauges``, in one short transaction.

    What cannot be written is kept for the next time. A cancellation does not cut it in half.
    """
    global _counted
    taken, _counted = _counted, defaultdict(float)
    if not taken and not gauges:
        return
    rows = _rows(taken)
    committed = False

    async def step(session: AsyncSession) -> None:
        # Always in this order, and sorted: two processes never wait for each other crosswise.
        if rows:
            await session.execute(_add_up(db.sqlite), rows)
        if gauges:
            await session.execute(_put(db.sqlite), gauges)

    def done(_: None) -> None:
        nonlocal committed
        committed = True

    try:
        await db.shielded(step, done)
    finally:
        if not committed:
            for key, value in taken.items():
                _counted[key] += value


def _rows(taken: Mapping[Key, float]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"name": name, "labels": orjson.dumps(dict(labels)).decode(), "value": value}
        for (name, labels), value in sorted(taken.items())
    ]
    return [row for row in rows if len(row["labels"]) <= LONGEST_LABELS]  # one that never fits would block the rest


@cache
def _add_up(on_sqlite: bool) -> Any:
    new: Any = (sqlite.insert if on_sqlite else postgresql.insert)(COUNTERS)
    sums = {"value": COUNTERS.c.value + new.excluded.value}
    return new.on_conflict_do_update(index_elements=["name", "labels"], set_=sums)


@cache
def _put(on_sqlite: bool) -> Any:
    new: Any = (sqlite.insert if on_sqlite else postgresql.insert)(GAUGES).values(seen_at=now())
    present = {"value": new.excluded.value, "seen_at": now()}
    return new.on_conflict_do_update(index_elements=["process", "name"], set_=present)


class Reporter:
    """One in each process: tells what it has counted, and how it is."""

    def __init__(self, db: Database, role: str, gauges: Callable[[], Mapping[str, float]]) -> None:
        """``role``: web, worker. ``gauges``: what this process has at the moment, by name."""
        self._db, self._role, self._gauges = db, role, gauges
        self.process = f"{role}:{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(3)}"
        self._cpu = 0.0

    async def tell(self) -> None:
        """Raises what the database raises; nothing is lost by that."""
        cpu = sum(os.times()[:4])  # its ended child processes included
        add("process_cpu_seconds", cpu - self._cpu, role=self._role)
        self._cpu = cpu
        found = {"process_memory_bytes": _memory(), **self._gauges()}
        rows = [{"process": self.process, "name": name, "value": float(found[name])} for name in sorted(found)]
        await flush(self._db, rows)

    async def keep_telling(self) -> None:
        tidied = False
        while True:
            await asyncio.sleep(TELL_EVERY * random.uniform(0.8, 1.2))  # noqa: S311 - so that not all write at once
            try:
                await self.tell()
                if not tidied:
                    await self._forget(GAUGES.c.seen_at < now() - FORGOTTEN_AFTER)
                    tidied = True
            except Away as error:
                log.warning("metrics.database_away", error=type(error).__name__)
            except Exception:
                log.exception("metrics.failed")

    async def close(self) -> None:
        """The last word of a process that ends by itself."""
        try:
            await self.tell()
            await self._forget(GAUGES.c.process == self.process)
        except Away as error:
            log.warning("metrics.database_away", error=type(error).__name__)

    async def _forget(self, which: Any) -> None:
        async with self._db.write() as session:
            await session.execute(delete(GAUGES).where(which))


def _memory() -> float:
    """Bytes in use by this process; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return float(pages * os.sysconf("SC_PAGE_SIZE"))
