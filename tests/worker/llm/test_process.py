"""Real workers that are killed while a model writes: no answer is paid for twice."""

import signal
from typing import Any

import orjson

from app import generations
from app.database import Database
from app.generations import Bell
from app.person import Person
from app.settings import Settings
from tests.conftest import Processes, eventually
from tests.support.models import KEY, Models, Says
from tests.support.tale import tell


def asked_for(call: dict[str, Any]) -> int:
    return int(orjson.loads(call["messages"][-1]["content"])["part"])


async def test_no_call_is_paid_for_twice_however_often_workers_are_killed(
    db: Database, bell: Bell, settings: Settings, alice: Person, processes: Processes, model: Models
) -> None:
    given = {"LLM_BASE_URL": model.url, "LLM_API_KEY": KEY, "LLM_MODEL": "scripted", "LLM_PRICE_INPUT": "1"}
    with_llm = settings.model_copy(update={name.lower(): value for name, value in given.items()})
    with_llm.__dict__.pop("llm", None)
    model.always = Says(tell, size=8, pause=0.05)
    created = await generations.create(db, bell, with_llm, alice, "tale", {"parts": 6})
    id_ = created.generation.id
    begun = 0
    for kills in range(3):
        worker = processes.start_arq("tests.support.tale_worker.WorkerSettings", **given)
        # Killed in the middle of a call, after one that was answered.
        await eventually(lambda before=begun: len(model.calls) >= before + 2 and model.open, "another call", 40)  # type: ignore[misc]
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        begun = len(model.calls)
        await eventually(lambda lost=kills + 1: model.left == lost and not model.open, "the call is closed")  # type: ignore[misc]
    processes.start_arq("tests.support.tale_worker.WorkerSettings", **given)

    async def ended() -> bool:
        view = await generations.get(db, alice.id, id_)
        return view is not None and view.status == "completed"

    await eventually(ended, "it is completed", 60)
    pieces = await generations.items(db, alice.id, id_)
    assert [piece.content["author"] for piece in pieces] == ["llm"] * 6
    # Each part was answered once. Three calls were cut off by a kill, and only these were made again.
    assert len(model.calls) == 6 + 3 and model.left == 3
    again = [part for part in range(1, 7) if [asked_for(call) for call in model.calls].count(part) > 1]
    assert len(again) == 3
    # The key is in no line that any of them has printed.
    assert KEY not in processes.output
