"""Lines of several processes on one terminal, each after the name of its process."""

import contextlib
import os
from typing import TextIO

# ANSI colours: the supervisor itself, then its children.
COLOURS = {"unfold": "1;32", "valkey": "33", "migrate": "34", "web": "36", "worker": "35"}
WIDTH = max(map(len, COLOURS))


class Console:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._coloured = stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def line(self, name: str, text: str) -> None:
        head = f"{name:<{WIDTH}} |"
        if self._coloured:
            head = f"\033[{COLOURS[name]}m{head}\033[0m"
        # Whoever read us may be gone, as with a pipe into head: the processes are looked after all the same.
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(f"{head} {text}\n")
            self._stream.flush()

    def say(self, text: str) -> None:
        self.line("unfold", text)
