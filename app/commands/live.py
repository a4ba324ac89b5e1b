"""What a terminal shows while it watches: drawn anew several times a second, so that clocks and countdowns run."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from app.commands import screen
from app.commands.words import ago, plain, short, times, whose
from app.generations.operate import Found, Queue
from app.generations.view import ACTIVE, Generation
from app.kinds import KINDS

STAYS = 10.0  # seconds for which what has ended is still shown
LINES_AROUND = 5  # of the terminal, beside the rows of a list


class One:
    """One generation: its overall bar, a line for each stage, what it waits for, how it ended."""

    def __init__(self, found: Found, origin: str) -> None:
        self._origin = origin
        self._phase_began: float | None = None  # Unix seconds of the database's clock
        self.look(found)

    def look(self, found: Found) -> None:
        """This is how it is now."""
        self._found, self._looked = found, time.monotonic()

    def saw(self, event: Mapping[str, Any]) -> RenderableType | None:
        """What is said once, above what is redrawn."""
        match event:
            case {"type": "phase.started", "at": at}:
                self._phase_began = at
            case {"type": "item.ready", "item": {"title": title, "version": version}}:
                return Text(f"  {plain(title)}" + (", improved" if version > 1 else ""))
            case {"type": "generation.retrying", "error": {"message": message}, "attempt": attempt}:
                return Text(f"  Attempt {attempt} is to follow: {plain(message)}", "yellow")
        return None

    def draw(self) -> RenderableType:
        view, row = self._found.view, self._found.row
        since = time.monotonic() - self._looked
        running = None if self._phase_began is None else row["at"] + since - self._phase_began
        kind = KINDS[view.kind].label if view.kind in KINDS else view.kind
        head = Text.assemble(
            (plain(f"{kind} {view.subject}".strip()), "bold"), f"  {short(view.id)}  {whose(self._found)}"
        )
        if view.attempt > 1:
            head.append(f"  attempt {view.attempt} of {view.max_attempts}", "yellow")
        whole = screen.table(Column(ratio=1), screen.number(""), screen.state_column(), header=False)
        whole.expand = True
        whole.add_row(screen.bar(view.progress, None, view.status), f"{view.progress:.0%}", screen.state(view))
        parts: list[RenderableType] = [Text(), head, whole, screen.stages(view.phases, running, bars=True)]
        return Group(*parts, self._last(view, since))

    def _last(self, view: Generation, since: float) -> Text:
        if view.result is not None and view.status == "completed":
            return Text(f"{plain(view.result.title)}\n{self._origin}{view.result.url}", "green")
        if view.status == "failed" and view.error:
            hint = f"\nTry again: python -m app retry {short(view.id)}" if view.error.retryable else ""
            return Text(plain(view.error.message) + hint, "red")
        return Text(screen.outlook(view, since), screen.QUIET)


class Everything:
    """All that goes on: what is made first, then what has just ended, then what waits."""

    def __init__(self, out: Console) -> None:
        self._out = out
        self._found: Sequence[tuple[Found, float | None]] = []
        self._queue: Queue | None = None
        self._deaf = False
        self._looked = time.monotonic()

    def look(self, found: Sequence[tuple[Found, float | None]], queue: Queue | None, deaf: bool) -> None:
        """``found``: each with when its end was seen, on the monotonic clock. ``deaf``: Redis is away."""
        self._found, self._queue, self._deaf, self._looked = found, queue, deaf, time.monotonic()

    def draw(self) -> RenderableType:
        shown = sorted((one for one, ended in self._found if _is_shown(ended)), key=_order)
        room = max(3, self._out.height - LINES_AROUND)
        parts: list[RenderableType] = [self._head(), Text()]
        parts.append(self._rows(shown[:room]) if shown else Text("Nothing goes on.", screen.QUIET))
        if len(shown) > room:
            parts.append(Text(f"... and {len(shown) - room} more", screen.QUIET))
        return Group(*parts)

    def _head(self) -> Text:
        if self._queue is None:
            return Text()
        running = sum(one.running for one in self._queue.kinds)
        waiting = sum(one.waiting + one.delayed + one.held for one in self._queue.kinds)
        said = (
            f"{running} being made, {waiting} waiting, {times(self._queue.workers, 'worker')} for {self._queue.slots}"
        )
        head = Text.assemble((said, "bold"), "  Ctrl-C leaves")
        if not self._queue.workers:
            head.append("\nNo worker is alive: arq worker.main.WorkerSettings", "red")
        for one in self._queue.pauses:
            head.append(f"\n{plain(one.provider)} is left alone for {ago(one.seconds)}", "yellow")
        if self._deaf:
            head.append("\nRedis is away: looking every second", "yellow")
        return head

    def _rows(self, shown: Sequence[Found]) -> Table:
        since = time.monotonic() - self._looked
        rows = screen.table(
            Column(no_wrap=True), Column(no_wrap=True), Column(), Column(width=12), screen.number(""), Column(),
            header=False, gap=1,
        )  # fmt: skip
        for one in shown:
            view = one.view
            rows.add_row(
                short(view.id), plain(view.kind), screen.cut(whose(one)), screen.bar(view.progress, 12, view.status),
                f"{view.progress:.0%}", screen.cut(_what(view, since), screen.STYLES[view.status]),
            )  # fmt: skip
        return rows


def _is_shown(ended: float | None) -> bool:
    return ended is None or time.monotonic() - ended < STAYS


def _order(one: Found) -> tuple[int, int, str]:
    group = {"processing": 0, "pending": 2}.get(one.view.status, 1)
    return group, one.view.queue_position or 0, one.view.id


def _what(view: Generation, since: float) -> str:
    if view.status == "pending":
        return screen.outlook(view, since)
    if view.status not in ACTIVE:
        return plain(view.error.message if view.error and view.status == "failed" else view.status)
    phase = next((phase for phase in view.phases if phase.status == "running"), None)
    parts = [] if phase is None else [plain(phase.label)]
    parts += [f"{phase.done} of {phase.total}"] if phase and phase.total else []
    return ", ".join([*parts, *filter(None, [screen.outlook(view, since)])])
