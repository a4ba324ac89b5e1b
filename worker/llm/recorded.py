"""Answers from a file: what was asked before is answered as it was then, byte by byte, without the network; anything
else is asked and written down. For tests that need no key, and for looking at a prompt's effect without paying twice.

A line is a JSON object: ``ask`` (SHA-256 of the request's body), ``status``, ``type`` (content type), ``chunks``. No
header, address or key is kept, and of the request nothing but its hash.
"""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import orjson


class _Replayed(httpx2.AsyncByteStream):
    def __init__(self, chunks: list[str]) -> None:
        self._chunks = chunks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            yield chunk.encode()


class _Recording(httpx2.AsyncByteStream):
    """Passes a stream on, and writes it down when it is closed, if it had come to its end: an answer that was cut off
    would be replayed for ever."""

    def __init__(self, inner: httpx2.AsyncByteStream, path: Path, line: dict[str, Any]) -> None:
        self._inner, self._path, self._line = inner, path, line
        self._whole = b""
        self._ended = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._inner:
            self._whole += chunk
            yield chunk
        self._ended = True

    async def aclose(self) -> None:
        await self._inner.aclose()
        whole = self._whole.decode(errors="replace")
        if whole and (self._ended or whole.rstrip().endswith("[DONE]")):
            self._line["chunks"] = [f"{event}\n\n" for event in whole.split("\n\n") if event]
            self._whole = b""
            with self._path.open("ab") as file:
                file.write(orjson.dumps(self._line) + b"\n")


class Recorded(httpx2.AsyncBaseTransport):
    def __init__(self, path: Path, inner: httpx2.AsyncBaseTransport) -> None:
        self._path, self._inner = path, inner
        self._known: dict[str, dict[str, Any]] = {}
        if path.exists():
            for line in path.read_bytes().splitlines():
                entry = orjson.loads(line)
                self._known[entry["ask"]] = entry

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        body = orjson.dumps(orjson.loads(await request.aread()), option=orjson.OPT_SORT_KEYS)
        ask = hashlib.sha256(body).hexdigest()
        if (known := self._known.get(ask)) is not None:
            headers = {"content-type": known["type"]}
            return httpx2.Response(known["status"], headers=headers, stream=_Replayed(known["chunks"]))
        request.headers["accept-encoding"] = "identity"
        answer = await self._inner.handle_async_request(request)
        if answer.status_code != 200 and answer.status_code != 400:  # what says nothing of the request is not kept
            return answer
        line = {"ask": ask, "status": answer.status_code, "type": answer.headers.get("content-type", "")}
        assert isinstance(answer.stream, httpx2.AsyncByteStream)
        recording = _Recording(answer.stream, self._path, line)
        headers = {"content-type": line["type"]}
        return httpx2.Response(answer.status_code, headers=headers, stream=recording, extensions=answer.extensions)

    async def aclose(self) -> None:
        await self._inner.aclose()
