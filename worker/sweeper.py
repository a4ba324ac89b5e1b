"""Two loops of every worker: the heartbeat of what it runs, and the sweep that puts right what crashes left."""

import asyncio
import os
import random
import socket
import time

import structlog

from app.database import Away
from app.generations import rescue
from worker.run import Runner

log = structlog.get_logger()

SWEEP_EVERY = 1.0
SIGN_OF_LIFE_EVERY = 5.0


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
                owned = await rescue.beat(runner.db, runner.worker, list(mine), runner.settings.lease_seconds)
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


async def sweep_once(runner: Runner) -> None:
    await rescue.take_back(runner.db, runner.bell)
    await rescue.finish_cancels(runner.db, runner.bell)
    if room := runner.room:
        await rescue.ring_again(runner.db, runner.bell, room, kinds=runner.pipelines)


async def sweep(runner: Runner) -> None:
    """Sweep for ever, whatever happens to the database."""
    seen = float("-inf")
    while True:
        try:
            if time.monotonic() - seen >= SIGN_OF_LIFE_EVERY:
                seen = time.monotonic()
                await rescue.sign_of_life(
                    runner.db, runner.worker, socket.gethostname(), os.getpid(), runner.settings.worker_concurrency,
                    len(runner.running),
                )  # fmt: skip
            await sweep_once(runner)
        except Away as error:
            log.warning("sweep.failed", error=type(error).__name__)
        except Exception:
            log.exception("sweep.failed")
        await asyncio.sleep(SWEEP_EVERY * random.uniform(0.8, 1.2))  # noqa: S311 - so that workers do not march in step
