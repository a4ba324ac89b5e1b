"""Reading multipart/form-data (RFC 7578) as it comes: nothing is held in memory or on a disk."""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import Final, Literal

from python_multipart import MultipartParser
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import parse_options_header

MOST_PARTS: Final = 1000
LARGEST_HEADERS: Final = 16 * 1024


class Malformed(ValueError):
    """This is not the multipart body that it says it is."""


@dataclass(frozen=True)
class Part:
    name: str
    filename: str | None  # None: a field that is no file


@dataclass(frozen=True)
class Event:
    """``begin``: a part comes; ``data``: some of it; ``end``: that was all of it."""

    what: Literal["begin", "data", "end"]
    part: Part
    data: bytes = b""


class _Reader:
    def __init__(self, boundary: bytes) -> None:
        self.events: list[Event] = []
        self.ended = False
        self._parts = self._size = 0
        self._field, self._value = b"", b""
        self._part = Part("", None)
        self.parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begins, "on_part_data": self._data, "on_part_end": self._ends,
                "on_header_field": self._header_field, "on_header_value": self._header_value,
                "on_header_end": self._header_ends, "on_headers_finished": self._headers_end, "on_end": self._end,
            },
        )  # fmt: skip

    def _begins(self) -> None:
        self._parts += 1
        self._size, self._part = 0, Part("", None)
        if self._parts > MOST_PARTS:
            raise Malformed(f"More than {MOST_PARTS} parts")

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += self._limited(data[start:end])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += self._limited(data[start:end])

    def _limited(self, data: bytes) -> bytes:
        self._size += len(data)
        if self._size > LARGEST_HEADERS:
            raise Malformed("Headers of a part are too long")
        return data

    def _header_ends(self) -> None:
        if self._field.lower() == b"content-disposition":
            _, options = parse_options_header(self._value)
            name = options.get(b"name", b"").decode("utf-8", errors="replace")
            filename = options.get(b"filename")
            self._part = Part(name, None if filename is None else filename.decode("utf-8", errors="replace"))
        self._field, self._value = b"", b""

    def _headers_end(self) -> None:
        self.events.append(Event("begin", self._part))

    def _data(self, data: bytes, start: int, end: int) -> None:
        self.events.append(Event("data", self._part, data[start:end]))

    def _ends(self) -> None:
        self.events.append(Event("end", self._part))

    def _end(self) -> None:
        self.ended = True


async def events(content_type: str, stream: AsyncIterator[bytes]) -> AsyncGenerator[Event, None]:
    """What the body consists of, in order. Raises Malformed."""
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 1 <= len(boundary) <= 70:
        raise Malformed("Send multipart/form-data with a boundary")
    reader = _Reader(boundary)
    async for chunk in stream:
        try:
            reader.parser.write(chunk)
        except MultipartParseError as error:
            raise Malformed(str(error)) from None
        for event in reader.events:
            yield event
        reader.events = []
    if not reader.ended:
        raise Malformed("The body ends too early")
