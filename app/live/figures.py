"""What the live room measures: what became of sockets and events, and how long an event takes to the socket.

The latter is told by the event's own ``at``, which is the database's clock at its write.
"""

import asyncio
import time

import structlog
from sqlalchemy import select

from app import metrics
from app.database import Away, Database, now

log = structlog.get_logger()

# Prefixes of what the hub counts: the metric, and the label that the rest of the name is.
_PREFIXES = {"resync_": ("resyncs", "cause"), "closed_": ("socket_closes", "code")}
_NAMES = {"delivered": "events_delivered", "dropped": "frames_dropped", "redis_lost": "redis_losses"}

MEASURE_EVERY = 60.0  # seconds
TRIES = 3
TICK = 1.0  # while the database is away


def tell(name: str, more: float) -> None:
    """Add what the hub has counted under its own name to the metrics."""
    if name in _NAMES:
        metrics.add(_NAMES[name], more)
    for prefix, (metric, label) in _PREFIXES.items():
        if name.startswith(prefix):
            metrics.add(metric, more, **{label: name.removeprefix(prefix)})


class Clock:
    """The database's clock as this process reckons it, right to half of the fastest round trip."""

    def __init__(self) -> None:
        self._ahead: float | None = None  # of our monotonic clock

    async def keep(self, db: Database) -> None:
        """Measure now, and again and again: clocks drift."""
        while True:
            try:
                await self.measure(db)
                await asyncio.sleep(MEASURE_EVERY)
            except Away as error:
                log.warning("live.database_away", error=type(error).__name__)
                await asyncio.sleep(TICK)
            except Exception:
                log.exception("live.clock")
                await asyncio.sleep(MEASURE_EVERY)

    async def measure(self, db: Database) -> None:
        best = float("inf")
        for _ in range(TRIES):
            async with db.read() as session:
                await session.connection()
                asked = time.monotonic()
                told = (await session.execute(select(now()))).scalar_one()
                answered = time.monotonic()
            if answered - asked < best:
                best, self._ahead = answered - asked, told - (asked + answered) / 2

    def now(self) -> float | None:
        """Unix seconds; None: never measured."""
        return None if self._ahead is None else time.monotonic() + self._ahead


clock = Clock()  # a process has one database


def moment_of(frame: str) -> float | None:
    """``at`` of a durable event, whose head is always the same; None: it is another frame."""
    seq = frame.find('"seq":', 0, 130)
    begin = frame.find('"at":', seq, seq + 30) + 5 if seq > 0 else 0
    return float(frame[begin : frame.index(",", begin)]) if begin > 5 else None


def handed_over(frame: str, since: float | None) -> None:
    """A frame was just handed to a socket. What happened before the socket asked, at ``since``, is no delay of ours."""
    if since is None or (at := moment_of(frame)) is None or at < since:
        return
    if (moment := clock.now()) is not None:
        metrics.observe("delivery_seconds", max(0.0, moment - at))
