"""How long making takes, learned from what was made lately. For estimates only: without history there are none."""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.generations.change import TABLE
from app.kinds import KINDS
from app.models import Checkpoint

KEPT = 30.0  # seconds until the history is read again
NEWEST = 50  # completed generations of a kind and engine that are learned from
AMONG = 2000  # ... at most so many ends back, so that a kind seldom made is not searched for without end
TRUST = 0.2  # the learned pace counts as much as this share of a generation, made at it
SLOWEST = 10.0  # nothing is believed to go on at more than so many times the learned pace

Phases = Sequence[Mapping[str, Any]]  # as the row has them


@dataclass(frozen=True)
class Pace:
    """One kind's and engine's: for each phase the median seconds of a unit, and the median number of units."""

    kind: str
    phases: dict[str, tuple[float, float]]

    def left(self, asked: Mapping[str, Any], phases: Phases) -> float:
        """Seconds that the rest takes; finished phases and pieces take none."""
        return self._split(asked, phases)[1]

    def corrected(self, asked: Mapping[str, Any], before: Phases, phases: Phases, elapsed: float) -> float:
        """Seconds left, ``elapsed`` after phases were as ``before``: the more is made, the more its own pace counts."""
        earlier, (made, left) = self._split(asked, before)[0], self._split(asked, phases)
        trust = TRUST * (made + left)
        slower = (elapsed + trust) / (max(0.0, made - earlier) + trust) if trust else 1.0
        return left * min(SLOWEST, max(1 / SLOWEST, slower))

    def _split(self, asked: Mapping[str, Any], phases: Phases) -> tuple[float, float]:
        """What is made and what is left, in seconds at this pace."""
        units = KINDS[self.kind].units(asked)
        made = left = 0.0
        for phase in phases:
            seconds, usual = self.phases.get(phase["name"], (0.0, 0.0))
            in_pieces = phase["name"] in units or usual > 1
            total = phase["total"] or units.get(phase["name"]) or usual
            share = 0.0
            if phase["status"] in {"done", "skipped"}:
                share = 1.0
            elif total and (in_pieces or phase["status"] == "running"):  # what is no piece is begun anew
                share = min(1.0, phase["done"] / total)
            whole = seconds * total if in_pieces else seconds
            made, left = made + whole * share, left + whole * (1.0 - share)
        return made, left


@dataclass(frozen=True)
class Learned:
    paces: dict[tuple[str, str], Pace] = field(default_factory=dict)  # by kind and engine
    typical: float | None = None  # median seconds of making one, of whatever kind
    whole: dict[tuple[str, str], float] = field(default_factory=dict)  # the same by kind and engine

    def mixed(self, counts: Mapping[tuple[str, str], int]) -> float | None:
        """Seconds that making one takes on the average where so many of each kind and engine wait."""
        if self.typical is None or not (waiting := sum(counts.values())):
            return self.typical
        return sum(self.whole.get(key, self.typical) * count for key, count in counts.items()) / waiting


@dataclass
class _Memory:
    learned: Learned
    read_at: float


_memory: dict[Any, _Memory] = {}  # by database


async def learned(session: AsyncSession) -> Learned:
    """What this process knows: read every KEPT seconds by one caller, while the others take what was known before."""
    known = _memory.setdefault(session.get_bind().engine.url, _Memory(Learned(), -KEPT))
    if time.monotonic() - known.read_at >= KEPT:
        known.read_at = time.monotonic()
        known.learned = learn((await session.execute(_HISTORY)).all())
    return known.learned


def learn(rows: Iterable[Row[Any]]) -> Learned:
    """From ``(id, kind, engine, phase, seconds, units)`` of checkpoints; ``units`` 0: it had been made before."""
    by_phase: dict[tuple[str, str], dict[str, list[tuple[float, int]]]] = defaultdict(lambda: defaultdict(list))
    whole: dict[str, float] = defaultdict(float)
    of: dict[str, tuple[str, str]] = {}
    for row in rows:
        whole[row.id] += row.seconds
        of[row.id] = row.kind, row.engine
        if row.units and row.kind in KINDS:  # during a deploy, newer processes may make what this one does not know
            by_phase[row.kind, row.engine][row.phase].append((row.seconds, row.units))
    paces = {
        key: Pace(key[0], {name: _medians(seen) for name, seen in phases.items()}) for key, phases in by_phase.items()
    }
    by_kind: dict[tuple[str, str], list[float]] = defaultdict(list)
    for id_, seconds in whole.items():
        by_kind[of[id_]].append(seconds)
    typical = median(whole.values()) if whole else None
    return Learned(paces, typical, {key: median(seconds) for key, seconds in by_kind.items()})


def _medians(seen: list[tuple[float, int]]) -> tuple[float, float]:
    return median(seconds / units for seconds, units in seen), median(units for _, units in seen)


def _history() -> Any:
    columns = [TABLE.c[name] for name in ("id", "kind", "engine", "status", "cached", "finished_at")]
    ended = TABLE.c.finished_at.is_not(None)
    last = select(*columns).where(ended).order_by(TABLE.c.finished_at.desc()).limit(AMONG).subquery()
    number = func.row_number().over(partition_by=(last.c.kind, last.c.engine), order_by=last.c.finished_at.desc())
    made = select(last.c.id, last.c.kind, last.c.engine, number.label("number"))
    newest = made.where(last.c.status == "completed", last.c.cached.is_(False)).subquery()
    return (
        select(newest.c.id, newest.c.kind, newest.c.engine, Checkpoint.phase, Checkpoint.seconds, Checkpoint.units)
        .join(Checkpoint, Checkpoint.generation_id == newest.c.id)
        .where(newest.c.number <= NEWEST)
    )


_HISTORY = _history()
