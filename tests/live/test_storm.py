"""Everything at random at once: publishes lost, doubled, shuffled; links and sockets cut. The logs must be whole."""

import asyncio
import random
import time
from typing import Any

import orjson
import websockets

from app.database import Database
from app.generations import Bell
from app.person import Person
from app.settings import Settings
from tests.live.sockets import Script, Web, serving
from tests.support.services import Valkey

SECONDS = 5
Log = dict[str, list[int]]


class Unreliable:
    """Publishes what it is given: not at all, twice, or later than what comes after."""

    def __init__(self, bell: Bell, dice: random.Random) -> None:
        self._bell, self._dice = bell, dice
        self._kept: list[tuple[str, bytes]] = []

    def publish(self, account_id: str, frames: list[bytes]) -> None:
        for frame in frames:
            fate = self._dice.random()
            if fate < 0.08:
                continue
            if fate < 0.16:
                self._kept.append((account_id, frame))
                continue
            self._bell.publish(account_id, [frame] * (2 if fate < 0.24 else 1))
            if self._kept and fate > 0.8:
                late, old = self._kept.pop()
                self._bell.publish(late, [old])

    def ring(self, *args: Any) -> None:
        pass


async def follow(webs: list[Web], person: Person, ids: list[str], named: bool, dice: random.Random) -> Log:
    """A client that is cut again and again and goes on after the last event that it saw, until all have ended."""
    log: Log = {id_: [] for id_ in ids}
    open_ = set(ids)
    while open_:
        web = dice.choice(webs)
        seqs = {id_: log[id_][-1] if log[id_] else 0 for id_ in ids}
        try:
            async with web.connect(person) as socket, asyncio.timeout(dice.uniform(0.1, 3)):
                if named:
                    for id_, seq in seqs.items():
                        await socket.send(orjson.dumps({"type": "watch", "id": id_, "after": seq}).decode())
                else:
                    await socket.send(orjson.dumps({"type": "watch", "id": "*", "seqs": seqs}).decode())
                while open_:
                    frame = orjson.loads(await socket.recv())
                    assert frame["type"] != "error", frame
                    if "seq" in frame:
                        log[frame["id"]].append(frame["seq"])
                        if frame["type"] == "generation.failed":
                            open_.discard(frame["id"])
        except (TimeoutError, websockets.ConnectionClosed):
            pass
    return log


async def strike(valkey: Valkey, dice: random.Random, until: float) -> None:
    while time.monotonic() < until:
        await asyncio.sleep(dice.uniform(0.2, 1.5))
        if dice.random() < 0.7:
            await asyncio.to_thread(valkey.command, "CLIENT", "KILL", "TYPE", "pubsub")
        else:
            await asyncio.to_thread(restart, valkey)


def restart(valkey: Valkey) -> None:
    valkey.kill()
    valkey.start()


async def tell(script: Script, dice: random.Random, until: float) -> None:
    while time.monotonic() < until:
        await script.say(dice.randint(1, 4))
        await asyncio.sleep(dice.uniform(0, 0.1))
    await script.end()


async def test_every_client_ends_with_exactly_the_log(
    settings: Settings, db: Database, bell: Bell, alice: Person, bob: Person, valkey: Valkey
) -> None:
    seed = random.randrange(1_000_000)
    dice = random.Random(seed)
    unreliable: Any = Unreliable(bell, dice)
    mine = [await Script(db, unreliable, settings, alice).begin(f"alice {n}") for n in range(4)]
    his = [await Script(db, unreliable, settings, bob).begin(f"bob {n}") for n in range(4)]
    async with serving(settings) as first, serving(settings) as second:
        until = time.monotonic() + SECONDS
        following = [
            asyncio.create_task(follow([first, second], person, [s.id for s in theirs], named, dice))
            for person, theirs in ((alice, mine), (bob, his))
            for named in (True, False)
            for _ in range(4)
        ]
        telling = [tell(script, dice, until) for script in mine + his]
        await asyncio.gather(strike(valkey, dice, until), *telling)
        async with asyncio.timeout(20):
            logs = await asyncio.gather(*following)
    last = {script.id: (await script.log())[-1]["seq"] for script in mine + his}
    assert min(last.values()) > 10
    for log in logs:
        for id_, seen in log.items():
            assert seen == list(range(1, last[id_] + 1)), f"seed {seed}"
