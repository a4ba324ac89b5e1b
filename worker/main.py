"""The arq process: ``arq worker.main.WorkerSettings``. Only this file and `app.generations.bell` know arq."""

import asyncio
import contextlib
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, ClassVar
from urllib.parse import unquote

import orjson
import structlog
from arq.connections import RedisSettings
from arq.worker import Worker
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.exceptions import WatchError

from app import generations, logs, metrics
from app.database import Away, Database
from app.generations import Bell, alerts, rescue, workers
from app.generations.bell import QUEUE
from app.notices.sender import Sender
from app.settings import Settings, load
from worker.books.pipeline import PIPELINE as BOOK
from worker.books.reembed import keep_embedded
from worker.books.shelf import stock
from worker.courses.pipeline import PIPELINE as COURSE
from worker.courses.redo import PIPELINE as COURSE_EDIT
from worker.edits.pipeline import PIPELINE as PROGRAM_EDIT
from worker.plans.edit_pipeline import PIPELINE as PLAN_EDIT
from worker.plans.pipeline import PIPELINE as PLAN
from worker.programs.pipeline import PIPELINE as PROGRAM
from worker.run import Runner
from worker.sweeper import heartbeat, sweep, sweep_once
from worker.warm import keep_warm

log = structlog.get_logger()

PIPELINES = {
    pipeline.kind: pipeline for pipeline in (PROGRAM, PROGRAM_EDIT, COURSE, COURSE_EDIT, PLAN, PLAN_EDIT, BOOK)
}
# Rung for at the start of a worker; what is beyond is rung for as these are done.
MOST_AT_START = 1000
# ``arq ... --check`` is to answer at once that there is no Redis, where a worker waits for it.
CHECKING = "--check" in sys.argv
SAY_EVERY = 60.0  # seconds


class Steady(ExponentialBackoff):
    """redis-py's own raises 2 to the number of failures, which no float holds after 1,024 of them: half an hour."""

    def compute(self, failures: int) -> float:
        return float(super().compute(min(failures, 16)))


class Patient(Retry):
    """Tries again for almost three hours (5,000 times, 2 s apart at most), and says now and then that it does."""

    _said = -SAY_EVERY  # on the monotonic clock; of the process: each connection has a copy of this

    def __init__(self) -> None:
        super().__init__(Steady(cap=2, base=0.05), 5_000)

    async def call_with_retry(self, do: Callable[[], Awaitable[Any]], fail: Callable[[Any], Any]) -> Any:
        async def say(error: BaseException) -> None:
            if time.monotonic() - Patient._said >= SAY_EVERY:
                Patient._said = time.monotonic()
                log.warning("redis.waited_for", error=type(error).__name__)
            await fail(error)

        return await super().call_with_retry(do, say)


def redis_settings(settings: Settings) -> RedisSettings:
    """arq's own connection, which survives hours without Redis: it would end the process with the connection."""
    found = RedisSettings.from_dsn(settings.redis)
    if found.password:
        found.password = unquote(found.password)
    for name, value in settings.redis_options.items():  # certificates: from_dsn knows nothing of them
        setattr(found, name, value)
    found.conn_timeout = 5
    found.conn_retries = 0 if CHECKING else 30
    found.retry = Retry(ExponentialBackoff(), 1) if CHECKING else Patient()
    found.retry_on_timeout = True
    found.retry_on_error = [RedisConnectionError, RedisTimeoutError, OSError]
    return found


_start_jobs = Worker.start_jobs


async def start_jobs(worker: Worker, ids: list[bytes]) -> None:
    """arq's own, which ends the process when Redis goes away in the middle of it, whatever its retries are set to.

    What it was about to start stays in the queue: it gives back the slot that it had taken for it.
    """
    worker.ctx["burst"] = worker.burst
    try:
        await _start_jobs(worker, ids)
    except (RedisConnectionError, RedisTimeoutError, WatchError) as error:
        log.warning("redis.away", error=type(error).__name__)
        worker.job_counter -= 1
        worker.sem.release()


setattr(Worker, "start_jobs", start_jobs)  # noqa: B010 - its type says that nobody may


async def make(ctx: dict[str, Any], _generation_id: str) -> None:
    """A ring: there is work. Which, the database says.

    It leaves the queue at once: arq would keep it until its end, and each poll of each worker looks at all there are.
    """
    runner: Runner = ctx["runner"]
    if not ctx["burst"]:  # which ends at an empty queue
        runner.bell.answered(ctx["job_id"])
    await runner.make()


def end_on_first_signal() -> None:
    """End arq's main task, which then cancels each job once. arq's own handler would cancel them again at each signal,
    in the middle of their hand-over."""
    loop, main = asyncio.get_running_loop(), asyncio.current_task()
    assert main is not None
    signals = (signal.SIGINT, signal.SIGTERM)

    def end() -> None:
        for number in signals:
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_IGN)  # a handler of the loop would end with it, before the process does
        main.cancel()

    for number in signals:
        loop.add_signal_handler(number, end)


async def startup(ctx: dict[str, Any]) -> None:
    end_on_first_signal()
    settings = load()
    logs.configure(settings.log_format)
    # A pool connection for each generation's step would be idle most of the time: steps are short.
    db = Database(settings.database, pool_size=min(20, settings.worker_concurrency + 3))
    bell = Bell(generations.connect(settings))
    name = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(3)}"
    structlog.contextvars.bind_contextvars(worker=name)  # in every line: all tasks begin with what this one has
    runner = Runner(db, bell, settings, name, PIPELINES)
    reporter = metrics.Reporter(db, "worker", dict)
    ctx["runner"], ctx["reporter"] = runner, reporter
    with contextlib.suppress(*Away):  # --burst ends at an empty queue: whatever waits is rung first
        await sweep_once(runner)
        await rescue.ring_again(db, bell, MOST_AT_START, unanswered=0, kinds=PIPELINES)
        await bell.settle(5)
    loops: list[Coroutine[Any, Any, Any]] = [heartbeat(runner), sweep(runner), keep_warm(), reporter.keep_telling()]
    loops += [Sender(db, settings).keep_telling(), keep_embedded(db, settings)]
    if settings.starter_shelf:
        loops.append(stock(db))
    ctx["loops"] = [asyncio.create_task(loop) for loop in loops]


async def shutdown(ctx: dict[str, Any]) -> None:
    runner: Runner = ctx["runner"]
    for loop in ctx["loops"]:
        loop.cancel()
    await asyncio.gather(*ctx["loops"], return_exceptions=True)
    await alerts.close()
    with contextlib.suppress(*Away):
        await workers.signed_off(runner.db, runner.worker)
    await runner.close()
    await runner.bell.close()
    await ctx["reporter"].close()
    await runner.db.close()


class WorkerSettings:
    """Read by arq from this very class's attributes: inherited or misspelt ones would be ignored without a word."""

    functions: ClassVar[list[Any]] = [make]
    queue_name = QUEUE
    redis_settings = redis_settings(load())
    on_startup = startup
    handle_signals = False
    on_shutdown = shutdown
    max_jobs = load().worker_concurrency
    # Our own limits end work earlier; arq's must never be None (one worker would start a job twice).
    job_timeout = load().generation_timeout + 60
    # Every start counts as a try for arq, deploys and crashes included; attempts are counted in the database.
    max_tries = 100_000
    keep_result = 0
    # The latency of a start is half of this; arq's default is 0.5 s.
    poll_delay = 0.05
    health_check_interval = 10
    job_serializer = orjson.dumps
    job_deserializer = orjson.loads
    log_results = False
