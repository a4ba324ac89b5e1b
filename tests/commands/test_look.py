import json
from functools import partial

from app import generations
from app.commands.words import plain, short
from app.database import Database
from app.generations import Bell
from app.person import Person
from app.settings import Settings
from tests.commands.cli import Operator
from tests.conftest import Processes, eventually
from tests.support.drill import DRILL


async def made(db: Database, account_id: str, generation_id: str) -> bool:
    found = await generations.get(db, account_id, generation_id)
    return found is not None and found.status not in generations.ACTIVE


async def test_everybodys_are_listed_and_one_is_shown_whole(
    settings: Settings, db: Database, bell: Bell, alice: Person, bob: Person, processes: Processes, operator: Operator
) -> None:
    hers = (await generations.create(db, bell, settings, alice, DRILL.name, {"parts": 2})).generation.id
    bad = {"fault": "rejected", "at": "part-1", "name": "\x1b[2J[red]loud"}
    his = (await generations.create(db, bell, settings, bob, DRILL.name, bad)).generation.id
    worker = processes.worker()
    for who, one in ((alice.id, hers), (bob.id, his)):
        await eventually(partial(made, db, who, one), f"it ends; {processes.output}")

    lines = (await operator.says("list")).splitlines()
    assert [line.split()[:5] for line in lines[1:]] == [
        [his, "drill", "bob@example.org", "failed", "11%"], [hers, "drill", "alice@example.org", "completed", "100%"],
    ]  # fmt: skip
    assert hers not in await operator.says("list", "--email", "bob@example.org")
    assert hers not in await operator.says("list", "--status", "failed")
    assert await operator.says("list", "--active") == "There is none.\n"
    told = json.loads(await operator.says("list", "--json", "--kind", "drill"))
    assert [(one["id"], one["account"]["email"], one["worker"]) for one in told] == [
        (his, "bob@example.org", None), (hers, "alice@example.org", None),
    ]  # fmt: skip

    shown = await operator.says("show", short(hers), "--events")
    for part in (
        hers,
        "alice@example.org",
        "completed  100%",
        "Writing the parts  2 of 2",
        "CPU",
        "generation.started",
    ):
        assert part in shown
    shown = await operator.says("show", short(his))
    assert "rejected: Ask for less." in shown
    assert plain(bad["name"]) in shown
    assert "\x1b" not in shown
    whole = json.loads(await operator.says("show", his, "--json", "--events"))
    assert whole["input"]["name"] == bad["name"]
    assert [event["seq"] for event in whole["events"]] == list(range(1, whole["last_seq"] + 1))

    workers = json.loads(await operator.says("workers", "--json"))
    assert [(one["pid"], one["alive"], one["running"]) for one in workers] == [(worker.pid, True, 0)]
    assert str(worker.pid) in await operator.says("workers")


async def test_a_queue_without_workers_is_said_to_have_none(
    settings: Settings, db: Database, bell: Bell, alice: Person, operator: Operator
) -> None:
    assert "There is none" in await operator.says("workers")
    assert "Nothing waits" in await operator.says("queue")
    await generations.create(db, bell, settings, alice, DRILL.name, {})
    said = await operator.says("queue")
    assert "0 workers alive" in said
    assert "alice@example.org 1" in said
    assert json.loads(await operator.says("queue", "--json"))["kinds"][0]["waiting"] == 1
