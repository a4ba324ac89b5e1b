"""A language model's endpoint with every fault at will: real HTTP and server-sent events, on a port of its own.

What it says is scripted: each request takes the next of ``script``, and when that is empty, ``always``. ``calls`` has
every request; ``left`` counts those whose client went away before the end.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

Body = dict[str, Any]
Words = str | Callable[[Body], str]
KEY = "sk-of-the-tests-Zq81"


@dataclass(frozen=True)
class Says:
    """An answer: in so many characters a chunk, with a pause before each; ``stops`` after so many characters."""

    words: Words
    size: int = 40
    pause: float = 0.0
    stops: int | None = None
    how: Literal["", "hangs", "cut"] = ""
    finish: str | None = "stop"
    usage: bool = True
    thinks: str = ""  # reasoning before the answer
    done: bool = True  # the stream's own end mark
    whole: bool = False  # as one JSON document, not as a stream


@dataclass(frozen=True)
class Status:
    """An answer that is none."""

    status: int
    message: str = "no"
    code: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """A proxy's page instead of an answer."""

    text: str = "<html><body>Welcome to the captive portal</body></html>"
    kind: str = "text/html"


@dataclass(frozen=True)
class Hangs:
    """Takes the request and says nothing, not even headers."""


@dataclass(frozen=True)
class Closes:
    """Takes the request and closes the connection."""


@dataclass(frozen=True)
class Raw:
    """These bytes as a stream."""

    data: bytes


Step = Says | Status | Page | Hangs | Closes | Raw


def chunk(delta: dict[str, Any] | None, finish: str | None = None, usage: dict[str, int] | None = None) -> bytes:
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    body = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices}
    return b"data: " + orjson.dumps({**body, "usage": usage}) + b"\n\n"


class Models:
    """``forms``: the response formats that it takes. ``refuses``: parameters that it does not."""

    def __init__(self, always: Step) -> None:
        self.always = always
        self.script: list[Step] = []
        self.calls: list[Body] = []
        self.keys: list[str] = []
        self.headers: list[Mapping[str, str]] = []
        self.left = 0
        self.forms = {"json_schema", "json_object"}
        self.refuses: set[str] = set()
        self.key = KEY
        self.model = "scripted"
        self.open = 0
        self.most_open = 0
        self.port = 0
        self._server: asyncio.Server | None = None
        self._under_way: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def start(self) -> "Models":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        """From now on connections are refused."""
        if self._server is not None:
            self._server.close()
            for task in list(self._under_way):
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._under_way.add(task)
        try:
            await self._answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.left += 1
        except asyncio.CancelledError:
            pass
        finally:
            self._under_way.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
        body: Body = orjson.loads(await reader.readexactly(int(headers["content-length"])))
        self.calls.append(body)
        self.headers.append(headers)
        self.keys.append(headers.get("authorization", ""))
        step = self._refusal(body, headers) or (self.script.pop(0) if self.script else self.always)
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        gone = asyncio.create_task(self._gone(reader))
        saying = asyncio.create_task(self._say(step, body, writer))
        try:
            await asyncio.wait([gone, saying], return_when=asyncio.FIRST_COMPLETED)
            if not saying.done():
                self.left += 1
            else:
                await saying
        finally:
            self.open -= 1
            for task in (gone, saying):
                task.cancel()
            await asyncio.gather(gone, saying, return_exceptions=True)

    @staticmethod
    async def _gone(reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(ConnectionError):
            while await reader.read(1024):
                pass

    def _refusal(self, body: Body, headers: Mapping[str, str]) -> Step | None:
        if headers.get("authorization") != f"Bearer {self.key}":
            wrong = f"Incorrect API key provided: {headers.get('authorization', '')[7:]}."
            return Status(401, wrong, "invalid_api_key")
        if body["model"] != self.model:
            return Status(404, f"The model `{body['model']}` does not exist", "model_not_found")
        form = body.get("response_format", {}).get("type")
        if form is not None and form not in self.forms:
            return Status(400, f"response_format of type {form} is not supported")
        for name in self.refuses & body.keys():
            return Status(400, f"Unsupported parameter: '{name}' is not supported with this model.")
        return None

    async def _say(self, step: Step, body: Body, writer: asyncio.StreamWriter) -> None:
        match step:
            case Hangs():
                await asyncio.sleep(3600)
            case Closes():
                return
            case Status():
                error = {"error": {"message": step.message, "type": "t", "code": step.code or None}}
                await _send(writer, step.status, "application/json", orjson.dumps(error), step.headers)
            case Page():
                await _send(writer, 200, step.kind, step.text.encode())
            case Raw():
                await _send(writer, 200, "text/event-stream", step.data)
            case Says():
                await self._stream(step, body, writer)

    async def _stream(self, step: Says, body: Body, writer: asyncio.StreamWriter) -> None:
        words = step.words if isinstance(step.words, str) else step.words(body)
        usage = {"prompt_tokens": 1000, "completion_tokens": len(words) // 4}
        usage["total_tokens"] = sum(usage.values())
        if step.whole:
            message = {"role": "assistant", "content": words}
            choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
            answer = {"id": "c1", "object": "chat.completion", "created": 1, "model": "m", "choices": choices}
            await _send(writer, 200, "application/json", orjson.dumps({**answer, "usage": usage}))
            return
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\nconnection: close\r\n")
        writer.write(b"transfer-encoding: chunked\r\n\r\n")
        async for piece in self._chunks(step, words, usage if step.usage else None):
            writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            await writer.drain()
        if step.how == "cut":
            return
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    async def _chunks(self, step: Says, words: str, usage: dict[str, int] | None) -> AsyncIterator[bytes]:
        yield chunk({"role": "assistant", "content": ""})
        if step.thinks:
            yield chunk({"reasoning_content": step.thinks})
        end = len(words) if step.stops is None else step.stops
        for start in range(0, end, step.size):
            if step.pause:
                await asyncio.sleep(step.pause)
            yield chunk({"content": words[start : min(end, start + step.size)]})
        if step.how == "hangs":
            await asyncio.sleep(3600)
        if step.how == "cut":
            return
        if step.finish is not None:
            yield chunk({}, step.finish)
        if usage is not None:
            yield chunk(None, usage=usage)
        if step.done:
            yield b"data: [DONE]\n\n"


async def _send(
    writer: asyncio.StreamWriter, status: int, kind: str, data: bytes, headers: Mapping[str, str] | None = None
) -> None:
    lines = [f"HTTP/1.1 {status} X", f"content-type: {kind}", f"content-length: {len(data)}", "connection: close"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + data)
    await writer.drain()


@contextlib.asynccontextmanager
async def models(always: Step) -> AsyncIterator[Models]:
    ours = await Models(always).start()
    try:
        yield ours
    finally:
        await ours.stop()
