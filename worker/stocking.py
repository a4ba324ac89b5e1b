"""Whether this process is still putting up the starter shelf. Each worker does so when it starts, and until its own
look is over books may be missing, whoever puts them up."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

LOOK_EVERY = 2.0  # seconds between two words on how far it is


class Stock:
    """``done`` of ``total`` books are looked at."""

    def __init__(self, total: int) -> None:
        self.done, self.total = 0, total
        self.over = asyncio.Event()


_under_way: list[Stock] = []


@contextlib.contextmanager
def stocking(total: int) -> Iterator[Stock]:
    stock = Stock(total)
    _under_way.append(stock)
    try:
        yield stock
    finally:
        _under_way.remove(stock)
        stock.over.set()


async def until_stocked(seconds: float) -> AsyncIterator[tuple[int, int]]:
    """How far it is, every two seconds while it lasts, and no longer than so many seconds; nothing once it is over."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while _under_way and loop.time() < until:
        stock = _under_way[-1]
        yield stock.done, stock.total
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stock.over.wait(), min(LOOK_EVERY, max(0.01, until - loop.time())))


def is_stocking() -> bool:
    return bool(_under_way)
