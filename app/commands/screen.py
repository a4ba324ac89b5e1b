"""How the terminal shows generations, workers and the queue."""

import sys
from collections.abc import Sequence

import orjson
from rich.console import Console, Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Column, Table
from rich.text import Text

from app.commands.words import ago, plain, short, times, took, whose
from app.generations.operate import Found, Queue
from app.generations.present import WorkerNow
from app.generations.view import ACTIVE, Generation, PhaseView

STYLES = {"pending": "yellow", "processing": "cyan", "completed": "green", "failed": "red", "cancelled": "bright_black"}
MARKS = {"pending": "·", "running": "●", "done": "✓", "skipped": "✓", "failed": "✗"}
QUIET = "bright_black"
WIDE = 100  # columns from which there is room for bars in a list
IN_A_FILE = 200  # columns where nobody looks: nothing is cut off


def console() -> Console:
    if (reconfigure := getattr(sys.stdout, "reconfigure", None)) is not None:
        reconfigure(errors="replace")  # a terminal that cannot show a sign is no reason to end
    width = None if sys.stdout.isatty() else IN_A_FILE
    return Console(width=width, highlight=False, markup=False, emoji=False)


def table(*columns: Column, header: bool = True, gap: int = 2) -> Table:
    return Table(
        *columns, box=None, show_header=header, header_style=QUIET, padding=(0, gap, 0, 0), pad_edge=False,
        collapse_padding=False,
    )  # fmt: skip


def cut(text: str, style: str = "") -> Text:
    """One line that gives way where there is no room, in a column that may wrap."""
    return Text(text, style, no_wrap=True, overflow="ellipsis")


def number(name: str) -> Column:
    return Column(name, no_wrap=True, justify="right")


def state_column() -> Column:
    return Column(no_wrap=True, min_width=max(map(len, STYLES)))


def state(view: Generation) -> Text:
    said = "cancelling" if view.cancelling else "cached" if view.cached else view.status
    return Text(said, STYLES[view.status])


def bar(progress: float, width: int | None = None, status: str = "processing") -> ProgressBar:
    style = STYLES[status]
    return ProgressBar(total=1.0, completed=progress, width=width, complete_style=style, finished_style=style)


def generations(found: Sequence[Found], out: Console) -> Table:
    wide = out.is_terminal and out.width >= WIDE
    shown = table(
        Column("id", no_wrap=True), Column("kind", no_wrap=True), Column("whose"), Column("status", no_wrap=True),
        *([Column("", min_width=10)] if wide else []), number("made"), Column("phase"), number("try"), number("place"),
        number("age"), gap=2 if out.width >= WIDE else 1,
    )  # fmt: skip
    for one in found:
        view, row = one.view, one.row
        shown.add_row(
            short(view.id) if out.is_terminal else view.id,
            plain(view.kind), cut(whose(one)), state(view),
            *([bar(view.progress, 10, view.status)] if wide else []), f"{view.progress:.0%}",
            cut(plain(view.phase)) if view.phase else cut(_why(view), QUIET), f"{view.attempt}/{view.max_attempts}",
            "" if view.queue_position is None else str(view.queue_position), ago(row["at"] - row["created_at"]),
        )  # fmt: skip
    return shown


def _why(view: Generation) -> str:
    """What there is to say of one that is not being made."""
    if view.retry_in_seconds:
        return f"again in {ago(view.retry_in_seconds)}"
    if view.waiting_for:
        return f"for {view.waiting_for}"
    return plain(view.error.code) if view.error else ""


def stages(phases: Sequence[PhaseView], running_for: float | None = None, *, bars: bool = False) -> Table:
    """One line a stage. ``running_for``: seconds of the one that runs, which its row does not know."""
    shown = table(Column(), Column(), *([Column(width=20)] if bars else []), number(""), number(""), header=False)
    for phase in phases:
        seconds = running_for if phase.status == "running" else phase.seconds
        known = bool(phase.total) and phase.status != "done"
        style = {"running": "bold", "pending": QUIET, "failed": "red"}.get(phase.status, "")
        shown.add_row(
            Text(MARKS[phase.status], {"done": "green", "running": "cyan", "skipped": QUIET}.get(phase.status, style)),
            cut(plain(phase.label), style),
            *([bar(phase.done / (phase.total or 1), 20) if known and phase.done else ""] if bars else []),
            Text(f"{phase.done} of {phase.total}" if phase.total else "", style),
            Text("skipped" if phase.status == "skipped" else "" if seconds is None else took(seconds), QUIET),
        )
    return shown


def whole(found: Found, origin: str) -> RenderableType:
    """Everything of one. ``origin``: what links begin with."""
    view, row = found.view, found.row
    facts = fields()
    for name, value in _facts(found, origin):
        if value:
            facts.add_row(name, value)
    given = fields()
    for name, value in row["input"].items():
        given.add_row(plain(name), plain(value if isinstance(value, str) else orjson.dumps(value).decode()))
    return Group(facts, Text(), stages(view.phases), Text(), Text("input", QUIET), given)


def fields() -> Table:
    return table(Column(style=QUIET, no_wrap=True), Column(overflow="fold"), header=False)


def _facts(found: Found, origin: str) -> list[tuple[str, RenderableType]]:
    view, row = found.view, found.row
    error = f"{view.error.code}: {view.error.message}" if view.error else ""
    cost = [f"CPU {took(row['cpu_seconds'])}"] if row["cpu_seconds"] else []
    cost += [f"memory {row['memory_mb']:.0f} MB"] if row["memory_mb"] else []
    if row["tokens_in"] or row["tokens_out"]:
        cost += [f"tokens {row['tokens_in']} in, {row['tokens_out']} out", f"{row['cost']:.4f} US dollars"]
    moments = [("asked", view.created_at), ("begun", view.started_at), ("ended", view.finished_at)]
    return [
        ("id", view.id),
        ("kind", plain(f"{view.kind}, {view.subject}" if view.subject else view.kind)),
        ("title", plain(view.result.title) if view.result else ""),
        ("whose", f"{whose(found)} ({row['tier']}, account {row['account_id']})"),
        ("status", Text.assemble(state(view), f"  {view.progress:.0%}")),
        ("now", outlook(view)),
        ("attempt", f"{view.attempt} of {view.max_attempts}"),
        ("error", Text(plain(error), "red")),
        ("engine", view.engine + (", alone in its process" if row["suspect"] else "")),
        ("provider", plain(row["provider"] or "")),
        ("worker", plain(row["worker"] or "")),
        ("lease", _lease(row["lease_until"] - row["at"]) if row["lease_until"] is not None else ""),
        ("batch", row["batch_id"] or ""),
        *((name, f"{at:%Y-%m-%d %H:%M:%S} UTC" if at else "") for name, at in moments),
        ("made in", took(row["spent"]) if row["spent"] else ""),
        ("cost", ", ".join(cost)),
        ("events", str(view.last_seq)),
        ("page", origin + view.links.page),
        ("result", origin + view.result.url if view.result else ""),
    ]


def _lease(left: float) -> str:
    """Of one that is being made: whether its worker still says that it does."""
    if left >= 0:
        return f"for {ago(left)} more"
    return f"ran out {ago(-left)} ago: the next worker that is alive goes on from the last checkpoint"


def outlook(view: Generation, since: float = 0.0) -> str:
    """What an active one waits for and how long it may take, ``since`` seconds after it was looked at."""
    if view.status not in ACTIVE:
        return ""
    about = "" if view.eta_seconds is None else _ready_in(view.eta_seconds - since)
    if view.status == "processing":
        return "cancelling" if view.cancelling else about
    if view.waiting_for:
        return f"waits for {view.waiting_for}"
    if view.retry_in_seconds:
        left = view.retry_in_seconds - since
        why = plain(view.error.message) if view.error else ""
        return f"tried again in {ago(left)}: {why}" if left > 0 else f"tried again now: {why}"
    if view.workers == 0:
        return "waits for a worker, and none is alive: arq worker.main.WorkerSettings"
    place = f"number {view.queue_position} in the queue" if view.queue_position else "in the queue"
    return ", ".join(part for part in (place, about) if part)


def _ready_in(seconds: float) -> str:
    return f"ready in about {ago(seconds)}" if seconds >= 1 else "ready at any moment"


def workers(found: Sequence[WorkerNow]) -> Table:
    shown = table(
        Column("host", no_wrap=True), number("pid"), number("running"), number("memory"), number("seen"), Column(""),
        Column("name", no_wrap=True, style=QUIET),
    )  # fmt: skip
    for one in found:
        shown.add_row(
            plain(one.host), str(one.pid), f"{one.running}/{one.concurrency}",
            "" if one.memory_mb is None else f"{one.memory_mb:.0f} MB", f"{ago(one.seen)} ago",
            Text("stale", "red") if one.stale else Text("alive", "green"), plain(one.id),
        )  # fmt: skip
    return shown


def queue(found: Queue) -> RenderableType:
    kinds = table(
        Column("kind"), number("waiting"), number("oldest"), number("tried again later"), number("for a person"),
        number("running"),
    )  # fmt: skip
    for one in found.kinds:
        oldest = "" if one.oldest_seconds is None else ago(one.oldest_seconds)
        counts = (one.delayed, one.held, one.running)
        kinds.add_row(plain(one.kind), str(one.waiting), oldest, *(str(count) for count in counts))
    running = sum(one.running for one in found.kinds)
    parts: list[RenderableType] = [kinds] if found.kinds else [Text("Nothing waits, and nothing is being made.")]
    parts.append(Text(f"\n{times(found.workers, 'worker')} alive, making {running} of {found.slots} at once."))
    if found.people:
        most = ", ".join(f"{whose(one)} {one.count}" for one in found.people)
        parts.append(Text(f"Who waits for most: {most}."))
    parts += [
        Text(f"{plain(one.provider)} is left alone for {ago(one.seconds)}; {one.waiting} wait for it.", "yellow")
        for one in found.pauses
    ]
    return Group(*parts)
