"""What `/metrics` shows, and how: the shared sums and the present state as metric families of prometheus_client."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, func, select

from app.database import Database, now
from app.generations.queue import ACTIVE_ONLY
from app.metrics import BUCKETS, COUNTERS, GAUGES, SEEN_WITHIN
from app.models import Alert, Base, Generation, Pause, Worker

PREFIX = "unfold_"


@dataclass(frozen=True)
class Shown:
    kind: Literal["counter", "gauge", "histogram"]
    about: str
    labels: tuple[str, ...] = ()


# By name, without the prefix. docs/operating.md has the same table.
SHOWN: dict[str, Shown] = {
    "generations": Shown("counter", "Generations asked for and ended", ("kind", "outcome")),
    "failures": Shown("counter", "Generations that ended as failed, by error", ("code",)),
    "retries": Shown("counter", "Generations put back into the queue by error", ("code",)),
    "phase_seconds": Shown("histogram", "Time to make a phase", ("kind", "phase")),
    "making_seconds": Shown("histogram", "Time worked on a completed generation", ("kind",)),
    "queue_seconds": Shown("histogram", "Time from being due to being claimed", ("kind",)),
    "leases_taken_over": Shown("counter", "Generations taken from workers that died or hung"),
    "stale_writes": Shown("counter", "Writes refused because the generation had another owner"),
    "schedule_slots": Shown("counter", "Slots of schedules used up", ("outcome",)),
    "events_published": Shown("counter", "Frames given to Redis"),
    "publishes_lost": Shown("counter", "Frames that Redis did not take; sockets read them from the database"),
    "events_delivered": Shown("counter", "Events handed to sockets"),
    "frames_dropped": Shown("counter", "Passing frames left out for slow sockets"),
    "delivery_seconds": Shown("histogram", "Time from an event's write to the socket"),
    "resyncs": Shown("counter", "Sockets brought up to date from the database", ("cause",)),
    "socket_closes": Shown("counter", "Sockets that ended", ("code",)),
    "redis_losses": Shown("counter", "Times that a web process lost its Redis subscription"),
    "http_requests": Shown("counter", "Requests answered", ("method", "route", "status")),
    "http_request_seconds": Shown("histogram", "Time to answer a request to its last byte", ("method", "route")),
    "notices": Shown("counter", "Notices to people who have left, by what came of a try", ("channel", "outcome")),
    "throttled": Shown("counter", "Requests refused for coming too often or over a person's limit", ("limit",)),
    "tokens": Shown("counter", "Tokens of language models", ("provider", "direction")),
    "cost_dollars": Shown("counter", "What language models cost, in US dollars", ("provider",)),
    "llm_calls": Shown("counter", "Calls of language models", ("provider", "outcome")),
    "llm_call_seconds": Shown("histogram", "Time of a call of a language model", ("provider",)),
    "llm_breaker_opened": Shown("counter", "Times that a language model was left alone for a while", ("provider",)),
    "pieces": Shown("counter", "Pieces made where a language model may write, by who wrote them", ("kind", "rung")),
    "process_cpu_seconds": Shown("counter", "CPU time of all processes and their children", ("role",)),
    "processes": Shown("gauge", "Processes seen in the last half minute", ("role",)),
    "process_memory_bytes": Shown("gauge", "Memory in use by all processes", ("role",)),
    "sockets": Shown("gauge", "Sockets that are open"),
    "redis_connected": Shown("gauge", "Web processes that hear Redis"),
    "queue_waiting": Shown("gauge", "Generations that could be made now"),
    "queue_delayed": Shown("gauge", "Generations that wait for a retry's delay or for a person"),
    "queue_oldest_seconds": Shown("gauge", "How long the oldest of those that could be made now has waited"),
    "running": Shown("gauge", "Generations being made"),
    "workers": Shown("gauge", "Workers seen in the last half minute"),
    "worker_slots": Shown("gauge", "Generations that these could make at once"),
    "providers_paused": Shown("gauge", "Outside services that asked to be left alone"),
    "alert_open": Shown("gauge", "1 while too many generations fail"),
}

Labels = tuple[str, ...]  # their values, in the order of Shown.labels
Values = dict[str, dict[Labels, float]]


class Collected(Collector):
    """A registry of what was read before: prometheus_client writes it down."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def collect(self) -> Iterator[Metric]:
        for name, shown in SHOWN.items():
            if shown.kind == "histogram":
                yield _histogram(name, shown, self._values)
                continue
            make = CounterMetricFamily if shown.kind == "counter" else GaugeMetricFamily
            family = make(PREFIX + name, shown.about, labels=shown.labels)
            values = self._values.get(name, {} if shown.labels else {(): 0.0})
            for labels, value in sorted(values.items()):
                family.add_metric(labels, value)
            yield family


def _histogram(name: str, shown: Shown, values: Values) -> Metric:
    family = HistogramMetricFamily(PREFIX + name, shown.about, labels=shown.labels)
    sums = values.get(f"{name}_sum", {})
    found: dict[Labels, dict[float, float]] = defaultdict(dict)
    for key, value in values.get(f"{name}_bucket", {}).items():
        found[key[:-1]][float(key[-1])] = value
    for labels, counts in sorted(found.items()):
        # Those of another version, too: during a deploy, and ever after, they are in the table.
        bounds = sorted({*BUCKETS[name], *counts, float("inf")})
        so_far, buckets = 0.0, []
        for bound in bounds:
            so_far += counts.get(bound, 0.0)
            buckets.append(("+Inf" if bound == float("inf") else str(bound), so_far))
        family.add_metric(labels, buckets, sums.get(labels, 0.0))
    return family


async def read(db: Database) -> Values:
    """Everything, in three queries."""
    alive = GAUGES.c.seen_at > now() - SEEN_WITHIN
    async with db.read() as session:
        counters = (await session.execute(select(*COUNTERS.c))).all()
        gauges = (await session.execute(select(GAUGES.c.process, GAUGES.c.name, GAUGES.c.value).where(alive))).all()
        present = (await session.execute(_present())).mappings().one()
    values = _by_labels((name, orjson.loads(labels), value) for name, labels, value in counters)
    for process, name, value in gauges:
        role = process.partition(":")[0]
        _put(values, name, {"role": role}, value)
        if name == "process_memory_bytes":  # each process has one
            _put(values, "processes", {"role": role}, 1.0)
    for name, value in present.items():
        values[name] = {(): float(value or 0.0)}
    return values


def _present() -> Select[Any]:
    """One row: the queue now, read from the index of what is active, and counts of a few small tables."""
    waits = and_(Generation.status == "pending", Generation.cancel_requested_at.is_(None))
    ready = and_(waits, Generation.waiting_for.is_(None), Generation.due_at <= now())
    since = case((Generation.due_at > Generation.queued_at, Generation.due_at), else_=Generation.queued_at)
    seen = Worker.seen_at > now() - SEEN_WITHIN
    return select(
        _number(ready).label("queue_waiting"),
        _number(and_(waits, ~ready)).label("queue_delayed"),
        (now() - func.min(case((ready, since)))).label("queue_oldest_seconds"),
        _number(Generation.status == "processing").label("running"),
        _count(Worker, seen).label("workers"),
        select(func.sum(Worker.concurrency)).where(seen).scalar_subquery().label("worker_slots"),
        _count(Pause, Pause.until > now()).label("providers_paused"),
        _count(Alert, Alert.ended_at.is_(None)).label("alert_open"),
    ).where(ACTIVE_ONLY)


def _number(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((which, 1), else_=0))


def _count(table: type[Base], which: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(table).where(which).scalar_subquery()


def _by_labels(rows: Iterable[tuple[str, Mapping[str, str], float]]) -> Values:
    values: Values = {}
    for name, labels, value in rows:
        _put(values, name, labels, value)
    return values


def _put(values: Values, name: str, labels: Mapping[str, str], value: float) -> None:
    """Add to what has the same labels; names and labels of other versions are left out."""
    for ending in ("_bucket", "_sum"):
        if (base := name.removesuffix(ending)) in BUCKETS:
            wanted = SHOWN[base].labels + (("le",) if ending == "_bucket" else ())
            break
    else:
        if name not in SHOWN:
            return
        wanted = SHOWN[name].labels
        labels = labels if wanted else {}
    if set(wanted) == set(labels):
        of = values.setdefault(name, {})
        key = tuple(labels[label] for label in wanted)
        of[key] = of.get(key, 0.0) + value
