"""What making something costs: CPU seconds, memory, and what a language model was paid."""

import asyncio
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass
class Meter:
    """Begins with what earlier claims of the same generation have cost."""

    cpu_seconds: float = 0.0
    memory_mb: float | None = None  # the largest process that worked on it, all of that process
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0  # US dollars

    def paid(self, tokens_in: int, tokens_out: int, cost: float) -> None:
        """A call of a language model."""
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out
        self.cost += cost

    def used(self, cpu_seconds: float, memory_mb: float) -> None:
        self.cpu_seconds += cpu_seconds
        self.memory_mb = max(self.memory_mb or 0.0, memory_mb)

    def values(self) -> dict[str, Any]:
        """As columns of the generation."""
        return {
            "cpu_seconds": round(self.cpu_seconds, 4), "memory_mb": self.memory_mb, "tokens_in": self.tokens_in,
            "tokens_out": self.tokens_out, "cost": self.cost,
        }  # fmt: skip


class metered(Generic[T]):  # noqa: N801 - ``await metered(step(), meter)``
    """Awaits a coroutine and adds the CPU time of its own steps, whatever else runs on the loop between them."""

    def __init__(self, awaitable: Awaitable[T], meter: Meter) -> None:
        self._awaitable, self._meter = awaitable, meter

    def __await__(self) -> Generator[Any, Any, T]:
        steps = self._awaitable.__await__()
        step: Callable[[], Any] = partial(next, steps)
        while True:
            began = time.thread_time()
            try:
                waits_for = step()
            except StopIteration as end:
                result: T = end.value
                return result
            finally:
                self._meter.cpu_seconds += time.thread_time() - began
            try:
                value = yield waits_for
                step = partial(steps.send, value)
            except (Exception, asyncio.CancelledError, GeneratorExit) as error:
                step = partial(steps.throw, error)


def measured(function: Callable[..., T], *args: Any) -> tuple[T, float, float]:
    """For a child process: what the function returns, its CPU seconds, and how large the process has been in MB."""
    began = time.process_time()
    value = function(*args)
    return value, time.process_time() - began, peak_mb()


def peak_mb() -> float:
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(largest / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
