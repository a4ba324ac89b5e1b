"""HTTP as far as the storm needs it: one request, one connection. A library costs more than the web it asks."""

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Any

import orjson

# What a process that is ended, frozen or not there yet does to a request.
Broken = (OSError, EOFError, TimeoutError, ValueError)


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    text: str


async def request(
    port: int, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, seconds: float = 10
) -> Answer:
    """Raises what `Broken` names when there is no whole answer in time."""
    content = b"" if body is None else orjson.dumps(body)
    lines = {
        "Host": f"127.0.0.1:{port}", "Connection": "close", "Content-Type": "application/json",
        "Content-Length": str(len(content)), **(headers or {}),
    }  # fmt: skip
    head = "".join(
        [f"{method} {path} HTTP/1.1\r\n", *(f"{name}: {value}\r\n" for name, value in lines.items()), "\r\n"]
    )
    async with asyncio.timeout(seconds):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(head.encode() + content)
            told = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            status, length = int(told.split()[1]), told.partition("content-length: ")[2].split()
            text = await (reader.readexactly(int(length[0])) if length else reader.read())
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
    return Answer(status, orjson.loads(text) if text[:1] in b"{[" else None, text.decode(errors="replace"))
