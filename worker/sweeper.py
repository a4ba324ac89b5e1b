"""Two loops of every worker: the heartbeat of what it runs, and the sweep that puts right what crashes left."""

import asyncio
import os
import random
import socket
import time
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from app.accounts.tidy import tidy
from app.database import Away
from app.generations import alerts, batches, rescue, workers
from app.generations.fire import fire
from app.training.log import catch_up
from worker import peers
from worker.meter import peak_mb
from worker.run import Runner

log = structlog.get_logger()

SWEEP_EVERY = 1.0
SIGN_OF_LIFE_EVERY = 5.0
TIDY_EVERY = 3600.0


async def heartbeat(runner: Runner) -> None:
    """Extend leases, see cancels, and stop what is no longer ours.

    A worker that cannot reach the database for as long as its leases last stops its work: somebody else has it by then.
    """
    every = min(0.5, runner.settings.lease_seconds / 5)
    reached = time.monotonic()
    while True:
        await asyncio.sleep(every)
        mine = dict(runner.running)
        if not mine:
            reached = time.monotonic()
            continue
        try:
            async with asyncio.timeout(runner.settings.lease_seconds):
                owned = await workers.beat(runner.db, runner.worker, list(mine), runner.settings.lease_seconds)
            reached = time.monotonic()
        except Exception as error:  # a heart that stops for any reason takes everything with it
            log.warning("heartbeat.failed", error=type(error).__name__, exc_info=not isinstance(error, Away))
            if time.monotonic() - reached > runner.settings.lease_seconds:
                for running in mine.values():
                    runner.stop(running, "lost")
            continue
        for id_, running in mine.items():
            token, cancelled = owned.get(id_, (-1, False))
            if token != running.claim.token and not running.task.done():
                runner.stop(running, "lost")
            elif cancelled:
                runner.stop(running, "cancel")


def me(runner: Runner) -> workers.Self:
    settings = runner.settings
    here = socket.gethostname(), os.getpid(), settings.worker_concurrency
    return workers.Self(runner.worker, *here, peers.home(), peers.born())


async def bury(runner: Runner) -> None:
    """What a dead process of this machine has left is not waited for until its leases end."""
    dead = [name for name, pid, born in await workers.neighbours(runner.db, me(runner)) if peers.born(pid) != born]
    if dead:
        log.warning("workers.died", workers=dead)
        await workers.died(runner.db, dead)


async def sweep_once(runner: Runner) -> None:
    """Each step by itself: what is wrong with one does not keep the others from their work."""
    db, bell, settings = runner.db, runner.bell, runner.settings
    steps: list[Callable[[], Awaitable[object]]] = [
        partial(bury, runner),
        partial(rescue.take_back, db, bell),
        partial(rescue.finish_cancels, db, bell),
        partial(fire, db, bell, settings),
        partial(batches.finish, db, bell),
        partial(alerts.check, db, settings),
        partial(catch_up, db, bell, settings),
    ]
    if room := runner.room:
        steps.append(partial(rescue.ring_again, db, bell, room, kinds=runner.kinds))
    for step in steps:
        try:
            await step()
        except Away:
            raise
        except Exception:
            log.exception("sweep.failed")


async def sweep(runner: Runner) -> None:
    """Sweep for ever, whatever happens to the database."""
    seen, tidied = float("-inf"), time.monotonic() - random.uniform(0, TIDY_EVERY)  # noqa: S311 - not all at once
    while True:
        try:
            if time.monotonic() - seen >= SIGN_OF_LIFE_EVERY:
                seen = time.monotonic()
                await workers.sign_of_life(runner.db, me(runner), len(runner.running), peak_mb())
            await sweep_once(runner)
            if time.monotonic() - tidied >= TIDY_EVERY:
                tidied = time.monotonic()
                await tidy(runner.db)
        except Away as error:
            log.warning("sweep.failed", error=type(error).__name__)
        except Exception:
            log.exception("sweep.failed")
        await asyncio.sleep(SWEEP_EVERY * random.uniform(0.8, 1.2))  # noqa: S311 - so that workers do not march in step
