"""Whether what waits is taken up: Redis carries the rings, and without it nothing new is begun."""

import time
from collections.abc import Collection

import orjson

from app.live.client import Client

PATIENCE = 1.0  # seconds without Redis until anybody is told


class Making:
    def __init__(self) -> None:
        self.paused = False
        self._away_since: float | None = None

    def look(self, clients: Collection[Client], *, connected: bool) -> None:
        """Tell every socket when it changes."""
        moment = time.monotonic()
        self._away_since = None if connected else self._away_since or moment
        paused = self._away_since is not None and moment - self._away_since > PATIENCE
        if paused != self.paused:
            self.paused = paused
            for client in clients:
                client.offer(self._frame())

    def greet(self, client: Client) -> None:
        """A new socket takes it that all is well unless it is told otherwise."""
        if self.paused:
            client.offer(self._frame())

    def _frame(self) -> str:
        return orjson.dumps({"type": "service", "making": "paused" if self.paused else "on"}).decode()
