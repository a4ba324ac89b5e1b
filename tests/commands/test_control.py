import asyncio
from pathlib import Path
from typing import Any

from app import generations
from app.commands.words import short
from app.database import Database
from app.generations import Bell
from app.person import Person
from app.settings import Settings
from tests.commands.cli import Operator
from tests.conftest import Processes, eventually
from tests.support.drill import DRILL


async def ask(settings: Settings, db: Database, bell: Bell, who: Person, **given: Any) -> str:
    return (await generations.create(db, bell, settings, who, DRILL.name, given)).generation.id


async def status(db: Database, who: Person, generation_id: str) -> str:
    found = await generations.get(db, who.id, generation_id)
    assert found is not None
    return found.status


async def is_status(db: Database, who: Person, generation_id: str, wanted: str) -> bool:
    return await status(db, who, generation_id) == wanted


async def test_what_waits_and_what_runs_is_cancelled_and_retried_by_its_id(
    settings: Settings, db: Database, bell: Bell, alice: Person, bob: Person, processes: Processes, operator: Operator,
    tmp_path: Path,
) -> None:  # fmt: skip
    runs = await ask(settings, db, bell, alice, folder=str(tmp_path), gates=["part-2"])
    processes.worker(WORKER_CONCURRENCY="1")
    await eventually(lambda: is_status(db, alice, runs, "processing"), f"it runs; {processes.output}")
    waits = await ask(settings, db, bell, bob, name="waits")
    said = await operator.says("cancel", short(runs), waits)
    assert said.splitlines() == [
        f"{short(runs)}  alice@example.org  cancelled", f"{short(waits)}  bob@example.org  cancelled", "2 of 2 done.",
    ]  # fmt: skip
    assert {await status(db, alice, runs), await status(db, bob, waits)} == {"cancelled"}
    again = await operator("cancel", runs)
    assert again.returncode == 1
    assert "It is cancelled already." in again.stderr

    (tmp_path / "part-2").touch()
    assert "queued again, attempt 2" in await operator.says("retry", runs)
    await eventually(lambda: is_status(db, alice, runs, "completed"), f"it is made; {processes.output}")
    assert (tmp_path / "effects").read_text().split().count("part-1") == 1
    done = await operator("retry", runs, waits)
    assert done.returncode == 1
    assert "It is completed" in done.stderr
    assert "1 of 2 done." in done.stdout


async def test_a_cancel_is_finished_when_nobody_else_is_left_to_do_it(
    settings: Settings,
    db: Database,
    bell: Bell,
    alice: Person,
    processes: Processes,
    operator: Operator,
    tmp_path: Path,
) -> None:
    runs = await ask(settings, db, bell, alice, folder=str(tmp_path), gates=["part-2"])
    worker = processes.worker()
    await eventually(lambda: is_status(db, alice, runs, "processing"), f"it runs; {processes.output}")
    worker.kill()
    assert "cancelled" in await operator.says("cancel", runs)
    assert await status(db, alice, runs) == "cancelled"


async def test_all_of_one_person_is_cancelled_and_nobody_elses(
    settings: Settings, db: Database, bell: Bell, alice: Person, bob: Person, operator: Operator
) -> None:
    hers = [await ask(settings, db, bell, alice, name=name) for name in "abc"]
    his = await ask(settings, db, bell, bob)
    every = ("cancel", "--all", "--email", "alice@example.org")
    for answer in ("n\n", ""):
        refused = await operator(*every, given=answer)
        assert refused.returncode == 1
        assert "Cancel 3 generations (drill) of 1 person?" in refused.stdout + refused.stderr
    assert [await status(db, alice, one) for one in hers] == ["pending"] * 3
    assert "3 of 3 done." in await operator.says(*every, given="y\n")
    assert [await status(db, alice, one) for one in hers] == ["cancelled"] * 3
    assert await status(db, bob, his) == "pending"
    await operator.says("cancel", "--all", "--kind", "drill", "--yes")
    assert await status(db, bob, his) == "cancelled"


async def test_all_that_failed_and_may_go_better_is_retried(
    settings: Settings, db: Database, bell: Bell, alice: Person, bob: Person, processes: Processes, operator: Operator
) -> None:
    hers = await ask(settings, db, bell, alice, fault="limited", retry_after=0, times=3)
    his = await ask(settings, db, bell, bob, fault="rejected")
    processes.worker()
    await asyncio.gather(
        eventually(lambda: is_status(db, alice, hers, "failed"), f"hers fails; {processes.output}"),
        eventually(lambda: is_status(db, bob, his, "failed"), f"his fails; {processes.output}"),
    )
    assert (await operator("retry", "--failed", "--yes", "--email", "bob@example.org")).returncode == 1
    assert (await operator("retry", "--failed", "--yes", "--kind", "program")).returncode == 1
    said = await operator.says("retry", "--failed", "--hours", "1", "--yes")
    assert said == f"{short(hers)}  alice@example.org  queued again, attempt 4\n"
    await eventually(lambda: is_status(db, alice, hers, "completed"), f"hers is made; {processes.output}")
    assert await status(db, bob, his) == "failed"


async def test_a_retry_over_the_persons_limit_is_refused(
    settings: Settings, db: Database, bell: Bell, alice: Person, operator: Operator
) -> None:
    first = await ask(settings, db, bell, alice, name="first")
    await operator.says("cancel", first)
    await ask(settings, db, bell, alice, name="second")
    refused = await operator("retry", first, MAX_ACTIVE_PER_USER="1")
    assert refused.returncode == 1
    assert "This person has 1 in the making, which is their limit" in refused.stderr
    twin = await ask(settings, db, bell, alice, name="first")
    refused = await operator("retry", first)
    assert f"The same is being made already: {short(twin)}." in refused.stderr
