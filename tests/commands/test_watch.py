import asyncio
import re
import signal
from functools import partial
from pathlib import Path

import orjson

from app import generations
from app.commands.words import event_line, short
from app.database import Database
from app.generations import Bell
from app.person import Person
from app.settings import Settings
from tests.commands.cli import Operator
from tests.conftest import Processes, eventually
from tests.support.drill import DRILL


def tells(log: Path, said: str) -> bool:
    return said in log.read_text()


async def test_one_is_watched_to_its_end_without_redis(processes: Processes, operator: Operator) -> None:
    asked = (await operator.says("generate", DRILL.name, "--no-watch")).strip()
    processes.worker()
    done = await operator("watch", asked, REDIS_URL="redis://127.0.0.1:1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith("100%  completed: ")


async def test_a_failure_watched_ends_with_1(processes: Processes, operator: Operator) -> None:
    processes.worker()
    done = await operator("generate", DRILL.name, "--set", "fault=rejected")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].endswith("failed: Ask for less.")


async def test_a_terminal_shows_bars_stages_and_items(processes: Processes, operator: Operator, tmp_path: Path) -> None:
    gates = ("--set", f"folder={tmp_path}", "--set", 'gates=["part-2"]')
    asked = (await operator.says("generate", DRILL.name, *gates, "--no-watch")).strip()
    processes.worker()
    terminal = operator.terminal("watch", short(asked))
    try:
        await eventually(lambda: "1 of 3" in terminal.text, "the first part is there", 30)
        assert "Writing the parts" in terminal.text
        assert "━" in terminal.text
        (tmp_path / "part-2").touch()
        assert await terminal.ends() == 0
        for part in ("Part 1", "Part 2", "Part 3", "3 of 3", "100%", f"/drills/{asked}"):
            assert part in terminal.text
    finally:
        terminal.close()


def seconds_left(text: str) -> list[int]:
    """Each number once, in the order in which they were shown."""
    return list(dict.fromkeys(int(number) for number in re.findall(r"tried again in (\d+) s", text)))


async def test_a_retry_is_counted_down_and_ctrl_c_leaves_quietly(processes: Processes, operator: Operator) -> None:
    fault = ("--set", "fault=limited", "--set", "retry_after=60", "--set", "at=part-1")
    asked = (await operator.says("generate", DRILL.name, *fault, "--no-watch")).strip()
    terminal = operator.terminal("watch", asked)
    try:
        await eventually(lambda: terminal.text, "it shows what waits", 30)
        processes.worker()
        await eventually(lambda: len(seconds_left(terminal.text)) > 2, "it counts down", 30)
        assert seconds_left(terminal.text) == sorted(seconds_left(terminal.text), reverse=True)
        terminal.type("\x03")
        assert await terminal.ends() == 128 + signal.SIGINT
        assert "Traceback" not in terminal.text
        assert "Aborted" not in terminal.text
    finally:
        terminal.close()


async def test_all_that_goes_on_is_watched_with_what_comes_later(
    settings: Settings, db: Database, bell: Bell, alice: Person, bob: Person, processes: Processes, operator: Operator,
    tmp_path: Path,
) -> None:  # fmt: skip
    terminal = operator.terminal("watch")
    lines = processes.start("lines", *operator.command("watch"), **operator.environment)
    log = processes.logs[-1]
    try:
        await eventually(lambda: "No worker is alive" in terminal.text, "it looks", 30)
        await eventually(partial(tells, log, "from now on"), "it looks", 30)
        processes.worker()
        gated = {"folder": str(tmp_path), "gates": ["part-2"]}
        hers = (await generations.create(db, bell, settings, alice, DRILL.name, gated)).generation.id
        his = (await generations.create(db, bell, settings, bob, DRILL.name, {})).generation.id
        await eventually(lambda: "1 of 3" in terminal.text and short(his) in terminal.text, "both are shown", 30)
        (tmp_path / "part-2").touch()
        for one, whose in ((hers, "alice@example.org"), (his, "bob@example.org")):
            await eventually(partial(tells, log, f"{short(one)}  {whose}  100%  completed: "), "its end is told", 30)
        for one, who in ((hers, alice), (his, bob)):  # each event once, in order, though his came and went meanwhile
            frames = [orjson.loads(frame) for _, frame in await generations.after(db, who.id, one, 0)]
            told = [line for line in log.read_text().splitlines() if line.startswith(short(one))]
            assert told == [f"{short(one)}  {who.email}  {event_line(event)}" for event in frames]
        terminal.type("\x03")
        assert await terminal.ends() == 0
        lines.send_signal(signal.SIGINT)
        assert await asyncio.to_thread(lines.wait, 30) == 0
    finally:
        terminal.close()
