"""The figures of a storm, as a table and as JSON."""

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.chaos.audit import Made
from tests.chaos.strikes import Strike
from tests.chaos.watchers import ENDS

LOST = {"worker_lost", "worker_stopped"}


@dataclass
class Report:
    database: str
    seed: int
    storm_seconds: float
    processes: str
    accepted: int = 0
    completed: int = 0
    failed_as_ordered: int = 0
    cancelled: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    stale_writes_refused: int = 0
    claims: int = 0
    interrupted: dict[str, int] = field(default_factory=dict)  # claims, by the code of what ended them
    items_made: int = 0
    items_repeated: int = 0
    most_repeated_by_one_claim: int = 0
    strikes: dict[str, int] = field(default_factory=dict)
    ended_by_themselves: dict[str, int] = field(default_factory=dict)  # SIGKILL is poison's
    recovery: dict[str, dict[str, float]] = field(default_factory=dict)  # seconds from the strike to going on
    taken_over: dict[str, dict[str, float]] = field(default_factory=dict)  # ... to being back in the queue
    cancel_to_end: dict[str, float] = field(default_factory=dict)  # seconds, of what was being made
    clients: int = 0
    reconnects: int = 0
    logs_resumed: int = 0
    events_checked: int = 0
    requests_sent_again: int = 0
    resyncs: dict[str, int] = field(default_factory=dict)  # as the web processes counted them
    keys_without_ttl: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not (self.lost or self.duplicated or self.wrong or self.keys_without_ttl)

    def as_json(self) -> dict[str, Any]:
        return {"sound": self.sound, **asdict(self)}

    def show(self) -> None:
        table = Table(title=f"{self.database}, {self.processes}, {self.storm_seconds:.0f} s of storm, seed {self.seed}")
        table.add_column("what")
        table.add_column("figure", overflow="fold")
        for name, value in self.as_json().items():
            if name not in {"database", "seed", "storm_seconds", "processes"}:
                table.add_row(name.replace("_", " "), _shown(value))
        Console(width=150).print(table)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join([str(len(value)), *value[:20]])
    if isinstance(value, dict):
        return "\n".join(f"{name}: {_shown(inner)}" for name, inner in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def count(report: Report, made: Iterable[Made]) -> None:
    """What became of the generations."""
    interrupted: Counter[str] = Counter()
    for one in made:
        report.accepted += 1
        report.completed += one.status == "completed"
        report.failed_as_ordered += one.status == "failed"
        report.cancelled += one.status == "cancelled"
        report.claims += len(one.of("generation.started"))
        report.items_made += len(one.items)
        report.items_repeated += len(one.begun_again)
        report.most_repeated_by_one_claim = max(report.most_repeated_by_one_claim, *one.left_behind.values(), 0)
        interrupted.update(event["error"]["code"] for event in one.of("generation.retrying"))
    report.interrupted = dict(interrupted.most_common())


def recoveries(
    strikes: Iterable[Strike], made: Iterable[Made], elsewhere: set[int]
) -> dict[str, list[tuple[float, float]]]:
    """By what struck a worker, of each of its generations: seconds until somebody had taken it over, and until another
    worker went on with it."""
    found: dict[str, list[tuple[float, float]]] = {}
    ours = list(made)
    for strike in strikes:
        name = {
            "kill a worker": "killed, on another machine" if strike.pid in elsewhere else "killed, on this machine",
            "deploy a worker": "deployed over",
            "freeze a worker past its lease": "frozen past its lease",
        }.get(strike.what)
        if name is not None:
            seconds = [after for one in ours if (after := _started_again(one, strike)) is not None]
            found.setdefault(name, []).extend(seconds)
    return found


def _started_again(made: Made, strike: Strike) -> tuple[float, float] | None:
    """Only of what was really being made by the struck process: the last thing that happened before was its doing."""
    before = [effect for effect in made.effects if effect["at"] < strike.at]
    if not before or strike.pid not in before[-1]["pids"]:
        return None
    told = [event for event in made.events if event["type"] in {"generation.started", "generation.retrying", *ENDS}]
    last = [event["type"] for event in told if event["at"] < strike.at]
    later = [event for event in told if event["at"] > strike.at]
    if last[-1:] != ["generation.started"] or not later or later[0].get("error", {}).get("code") not in LOST:
        return None  # it had ended, or went on to its end all the same
    if strike.seconds and later[0]["at"] > strike.at + strike.seconds + 1:
        return None  # it went on when it woke, and was lost to something else
    again = next((event["at"] for event in later if event["type"] == "generation.started"), None)
    return None if again is None else (later[0]["at"] - strike.at, again - strike.at)


def cancels(made: Iterable[Made]) -> list[float]:
    """Seconds from the word that something is to stop to its end."""
    found = []
    for one in made:
        asked = None
        for event in one.events:
            if event["type"] == "generation.cancelling":
                asked = event["at"]
            elif asked is not None and event["type"] in ENDS:
                found.append(event["at"] - asked)
                asked = None
    return found


def summary(seconds: Sequence[float]) -> dict[str, float]:
    if not seconds:
        return {"count": 0}
    ordered = sorted(seconds)
    at_95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    figures = {"p50": statistics.median(ordered), "p95": at_95, "most": ordered[-1]}
    return {"count": len(ordered), **{name: round(value, 2) for name, value in figures.items()}}
