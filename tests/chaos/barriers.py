"""Exact points of a step at which a worker stands still, so that a test can end it or stop it there.

A worker with ``BARRIER=NAME`` and ``BARRIERS=FOLDER`` in its environment writes ``FOLDER/NAME.reached`` when it comes
to that point of making part 2 (or of the end), and holds the whole process until there is ``FOLDER/NAME.open``. Nothing
of the product is changed for it: functions of `app.generations` are wrapped in the worker's own process.
"""

import dataclasses
import functools
import os
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

from app import generations
from app.generations import Bell, own
from tests.support import drill
from worker.phases import Pipeline, Spec, Work

STEP = "part-2"
POINTS = (
    "claimed",  # the claim is committed, nobody has been told
    "before_effect",
    "after_effect",  # made, and no transaction has begun
    "before_commit",  # all statements are sent, the commit is not
    "before_publish",  # committed, and nobody has been told
    "before_finish",  # all parts are committed, the end has not begun
    "completing",  # in the middle of the last transaction
    "completed",  # it is committed, and nobody has been told
    "handing_over",  # asked to end, the hand-over has not begun
)


class Barriers:
    """What the test sees of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def environment(self, point: str) -> dict[str, str]:
        return {"BARRIER": point, "BARRIERS": str(self.folder)}

    def reached(self, point: str) -> bool:
        return (self.folder / f"{point}.reached").exists()

    def open(self, point: str) -> None:
        (self.folder / f"{point}.open").touch()


def hold(point: str) -> None:
    """Stand still here, if this worker is to; only once."""
    folder = Path(os.environ["BARRIERS"])
    if os.environ["BARRIER"] != point or (folder / f"{point}.reached").exists():
        return
    (folder / f"{point}.reached").touch()
    while not (folder / f"{point}.open").exists():
        time.sleep(0.005)


def install() -> Pipeline:
    """Wrap what a worker calls; the drill's pipeline with barriers around the effect of part 2."""
    _wrap(generations, "complete", _before, "before_finish")
    _wrap(generations, "back_to_queue", _before, "handing_over")
    _wrap(own, "_put", _after, "before_commit", lambda piece: piece.key == STEP)
    _wrap(own, "_keep", _after, "completing", lambda done: done.phase == "save")
    _wrap(Bell, "publish", _publishing)
    prepare, write_parts = drill.PIPELINE.phases
    return Pipeline("drill", (prepare, _around_part(write_parts)), drill.PIPELINE.head)


def _wrap(owner: Any, name: str, wrapper: Callable[..., Any], *args: Any) -> None:
    setattr(owner, name, wrapper(getattr(owner, name), *args))


def _before(function: Callable[..., Awaitable[Any]], point: str) -> Callable[..., Awaitable[Any]]:
    @functools.wraps(function)
    async def wrapped(*args: Any, **kwargs: Any) -> Any:
        hold(point)
        return await function(*args, **kwargs)

    return wrapped


def _after(function: Any, point: str, concerned: Callable[[Any], bool]) -> Any:
    """Hold after a statement of a transaction whose last argument is the one."""

    @functools.wraps(function)
    async def wrapped(*args: Any) -> None:
        await function(*args)
        if concerned(args[-1]):
            hold(point)

    return wrapped


def _publishing(publish: Callable[[Bell, str, Iterable[bytes]], None]) -> Callable[[Bell, str, Iterable[bytes]], None]:
    marks = {
        "claimed": b'"generation.started"',
        "before_publish": f'"key":"{STEP}"'.encode(),
        "completed": b'"generation.completed"',
    }

    @functools.wraps(publish)
    def wrapped(bell: Bell, account_id: str, frames: Iterable[bytes]) -> None:
        frames = list(frames)
        for point, mark in marks.items():
            if any(mark in frame for frame in frames):
                hold(point)
        publish(bell, account_id, frames)

    return wrapped


def _around_part(phase: Any) -> Any:
    async def make(work: Work, spec: Spec) -> dict[str, Any]:
        if spec.key == STEP:
            hold("before_effect")
        made: dict[str, Any] = await phase.make(work, spec)
        if spec.key == STEP:
            hold("after_effect")
        return made

    return dataclasses.replace(phase, make=make)
