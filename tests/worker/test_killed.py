"""A worker that is killed in the middle of a course or of a week: another goes on, and makes no piece twice."""

import signal
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest

from app import generations
from app.database import Database
from app.generations import Bell
from app.person import Person
from app.settings import Settings
from tests.conftest import Processes, eventually
from tests.support import library
from tests.worker.plans.people import TOLD

ASKED: dict[str, tuple[dict[str, Any], str]] = {  # and the piece before which the first worker dies
    "course": ({"query": "Learn DCF valuation", "hours": 1.0}, "section-1.2"),
    "plan": (TOLD, "day-4"),
}


@pytest.mark.parametrize("kind", ASKED)
async def test_what_a_killed_worker_had_made_is_not_made_again(
    kind: str, db: Database, bell: Bell, settings: Settings, alice: Person, processes: Processes, tmp_path: Path
) -> None:
    await library.put(db, ["valuation-first-principles", "valuing-a-company"])
    gates, (told, key) = tmp_path / "gates", ASKED[kind]
    gates.mkdir()
    start = ["tests.support.killed_worker.WorkerSettings"]
    victim = processes.start_arq(*start, GATES=str(gates), STOPS_AT=key)
    id_ = (await generations.create(db, bell, settings, alice, kind, told)).generation.id
    await eventually((gates / key).exists, f"{key} is begun")
    before = await _made(db, alice, id_)
    assert before and key not in before
    victim.send_signal(signal.SIGKILL)
    processes.start_arq(*start, GATES=str(gates), STOPS_AT="")

    async def completed() -> bool:
        found = await generations.get(db, alice.id, id_)
        return found is not None and found.status == "completed"

    await eventually(completed, f"the {kind} is completed", 120)
    events = await _events(db, alice, id_)
    first = Counter(one["item"]["key"] for one in events if one["type"] == "item.ready" and one["item"]["version"] == 1)
    assert set(first.values()) == {1}
    assert (await _made(db, alice, id_))[: len(before)] == before
    # What goes on is a process of its own, in case that this was poisonous: it writes nothing into the first one's log.
    assert (gates / "made").read_text().split() == [*before, key]
    assert len(await _made(db, alice, id_)) > len(before) + 1
    assert [one["seq"] for one in events] == list(range(1, len(events) + 1))
    phases = Counter(one["phase"] for one in events if one["type"] == "phase.completed" and not one["reused"])
    assert set(phases.values()) == {1}
    found = await generations.get(db, alice.id, id_)
    assert found is not None and found.attempt == 1
    assert "worker_lost" in {one.get("error", {}).get("code") for one in events}


async def _events(db: Database, person: Person, id_: str) -> list[dict[str, Any]]:
    found = await generations.log(db, person.id, id_, 0)
    assert found is not None
    return [orjson.loads(body) for body in found[0]]


async def _made(db: Database, person: Person, id_: str) -> list[str]:
    """Keys of the pieces that are there, in the order in which they came."""
    events = await _events(db, person, id_)
    return [one["item"]["key"] for one in events if one["type"] == "item.ready" and one["item"]["version"] == 1]
