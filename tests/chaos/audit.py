"""What must hold when the storm is over, read from the database, the file of effects and what the clients have seen."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select

from app.database import Database
from app.models import Counter as Counted
from app.models import Event, Generation, Item, Result
from tests.chaos.people import Order, Someone
from tests.chaos.storm import EFFECTS, REFUSED
from tests.chaos.watchers import ENDS, Watcher

ACTIVE = {"pending", "processing"}


@dataclass
class Made:
    """One generation, as it is told by everybody who knows of it."""

    id: str
    account_id: str
    status: str
    error: str
    attempt: int
    bodies: list[bytes] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    results: int = 0
    effects: list[dict[str, Any]] = field(default_factory=list)

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == kind]

    @property
    def begun_again(self) -> list[str]:
        """A step for each time that it was begun beyond the first."""
        counts = Counter(effect["step"] for effect in self.effects)
        return list((counts - Counter(counts.keys())).elements())

    @property
    def left_behind(self) -> dict[int, int]:
        """How many steps each claim, by token, had begun that a later one began again."""
        begun: defaultdict[int, set[str]] = defaultdict(set)
        for effect in self.effects:
            begun[effect["token"]].add(effect["step"])
        later = {token: set().union(*(begun[other] for other in begun if other > token)) for token in begun}
        return {token: len(steps & later[token]) for token, steps in begun.items()}


def lines(path: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []


async def read(db: Database, folder: Path) -> dict[str, Made]:
    """Everything of the storm, by id."""
    async with db.read() as session:
        rows = await session.execute(
            select(Generation.id, Generation.account_id, Generation.status, Generation.error, Generation.attempt)
            .where(Generation.kind == "storm").order_by(Generation.id)
        )  # fmt: skip
        made = {id_: Made(id_, who, status, (error or {}).get("code", ""), n) for id_, who, status, error, n in rows}
        events = select(Event.generation_id, Event.body).order_by(Event.generation_id, Event.seq)
        for id_, body in await session.execute(events):
            made[id_].bodies.append(bytes(body))
            made[id_].events.append(orjson.loads(body))
        for id_, key, version, content in await session.execute(
            select(Item.generation_id, Item.key, Item.version, Item.content)
        ):
            made[id_].items[key] = {**content, "version": version}
        for id_ in (await session.execute(select(Result.id))).scalars():
            made[id_].results += 1
    for effect in lines(folder / EFFECTS):
        if effect["id"] in made:
            made[effect["id"]].effects.append(effect)
    return made


async def resyncs(db: Database) -> dict[str, int]:
    """Why web processes read what sockets had missed, and how often; what a killed one had not yet told is missing."""
    async with db.read() as session:
        told = select(Counted.labels, Counted.value).where(Counted.name == "resyncs").order_by(Counted.value.desc())
        return {orjson.loads(labels)["cause"]: round(value) for labels, value in await session.execute(told)}


def refused(folder: Path) -> int:
    """Writes of old owners that the database refused."""
    return len(lines(folder / REFUSED))


def wrong_with_log(made: Made) -> list[str]:
    """Numbered without a gap, ends where it should, says each thing once."""
    found = []
    kinds = [event["type"] for event in made.events]
    if [event["seq"] for event in made.events] != list(range(1, len(kinds) + 1)):
        found.append("its numbers have a gap")
    asked, ended = kinds.count("generation.queued"), sum(kinds.count(end) for end in ENDS)
    if kinds[:1] != ["generation.queued"] or ended != asked or kinds[-1] != f"generation.{made.status}":
        found.append(f"asked for {asked} times, ended {ended} times, last {kinds[-1]}, {made.status}")
    if any(before in ENDS and after != "generation.queued" for before, after in pairwise(kinds)):
        found.append("something came after its end")
    progress = [event["progress"] for event in made.events]
    if progress != sorted(progress):
        found.append(f"progress goes down: {progress}")
    keys = [event["item"]["key"] for event in made.of("item.ready")]
    if len(keys) != len(set(keys)) or set(keys) != set(made.items):
        found.append(f"parts said to be ready: {keys}; there: {sorted(made.items)}")
    phases = [event["phase"] for event in made.of("phase.completed") if not event["reused"]]
    if len(phases) != len(set(phases)):
        found.append(f"a phase was completed twice: {phases}")
    return found


def wrong_with_owners(made: Made) -> list[str]:
    """Between two claims only the one that has the token writes, and what it wrote is what is there."""
    found = []
    tokens: list[int] = []  # of the parts, by claim
    fresh = True
    for event in made.events:
        if event["type"] in {"generation.started", "generation.retrying", "generation.queued"}:
            fresh = True
        if event["type"] != "item.ready":
            continue
        token = int(event["item"]["title"].rpartition(" ")[2])
        if tokens and (token <= tokens[-1] if fresh else token != tokens[-1]):
            found.append(f"{event['item']['key']} was written by claim {token} after claim {tokens[-1]}")
        tokens.append(token)
        fresh = False
        if made.items[event["item"]["key"]]["token"] != token:
            found.append(f"{event['item']['key']} is not the one of claim {token}")
    return found


def wrong_with_effects(made: Made) -> list[str]:
    """Every part was really made by the claim it names, and no claim has left more than one step to be made again."""
    found = []
    begun: defaultdict[int, list[str]] = defaultdict(list)
    for effect in made.effects:
        begun[effect["token"]].append(effect["step"])
    for key, item in made.items.items():
        if key not in begun[item["token"]]:
            found.append(f"{key} has no effect of claim {item['token']}")
    for token, steps in begun.items():
        if len(steps) != len(set(steps)):
            found.append(f"claim {token} began a step twice: {steps}")
        if made.left_behind[token] > 1:
            found.append(f"claim {token} left more than one step: {steps}; all claims: {dict(begun)}")
    return found


def wrong_with_end(made: Made, order: Order) -> list[str]:
    """It ended as it was to."""
    fault, parts = order.given["fault"], order.given["parts"]
    retried = len(made.of("generation.queued")) > 1
    wanted = {"poison": {"failed"}, "rejected": {"failed"}}.get(fault, {"completed"})
    if order.cancelled is not None and not retried:
        wanted = wanted | {"cancelled"}  # or it was faster; 409 may answer a cancel whose first answer was lost
    if made.status not in wanted:
        return [f"is {made.status} ({made.error}, attempt {made.attempt}), not {sorted(wanted)}: {order.given}"]
    code = {"poison": "worker_lost", "rejected": "rejected"}.get(fault)
    if made.status == "failed" and made.error != code:
        return [f"failed with {made.error}, not {code}"]
    if made.status == "completed" and (sorted(made.items) != [f"part-{n}" for n in range(1, parts + 1)]):
        return [f"has {sorted(made.items)} of {parts} parts"]
    if made.results != (made.status == "completed") or any(item["version"] != 1 for item in made.items.values()):
        return [f"has {made.results} results and is {made.status}"]
    return []


def wrong_with(made: dict[str, Made], people: Iterable[Someone]) -> tuple[list[str], list[str], list[str]]:
    """What was lost, what is there twice, and all else that is wrong; a line for each."""
    lost, twice, wrong = [], [], []
    known = set()
    for someone in people:
        for order in someone.orders:
            known |= order.answers
            if len(order.answers) > 1:
                twice.append(f"order {order.number} was answered with {order.answers}")
            one = made.get(order.id)
            if one is None or one.status in ACTIVE:
                lost.append(f"order {order.number} {order.id} is {one.status if one else 'not there'}: {order.given}")
                continue
            if one.account_id != someone.account_id:
                wrong.append(f"{one.id} is somebody else's")
            checks = (wrong_with_log(one), wrong_with_owners(one), wrong_with_effects(one), wrong_with_end(one, order))
            wrong += [f"{one.id}: {line}" for check in checks for line in check]
    twice += [f"{id_} was never answered to anybody" for id_ in made.keys() - known]
    return lost, twice, wrong


def wrong_with_watcher(watcher: Watcher, made: dict[str, Made]) -> list[str]:
    """It has exactly the log of all that it watches, in order, nothing twice, and nothing of anybody else."""
    found = list(watcher.errors)
    expected = watcher.expected
    for id_ in made.keys() & expected:
        if watcher.got[id_] != made[id_].bodies:
            seen = [orjson.loads(body)["seq"] for body in watcher.got[id_]]
            found.append(f"{id_} ({made[id_].status}): seen {seen}, there are {len(made[id_].bodies)}")
    found += [f"{id_} is not watched" for id_ in watcher.got.keys() - set(expected)]
    return [f"{'*' if watcher.everything else 'single'} of {watcher.who.email}: {line}" for line in found]
