"""Taking uploaded books from a request, straight into the database."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

from app.database import Database
from app.library.formats import UnknownType
from app.library.multipart import Event, events
from app.library.uploads import LARGEST, Sink, TooLarge, plain_name

LARGEST_FIELD: Final = 4096  # bytes
MOST_FIELDS: Final = 20
AROUND: Final = 256 * 1024  # bytes of a body beside its file
LARGEST_TOGETHER: Final = 200 * 1024 * 1024  # of a body with several files


class TooMany(ValueError):
    """One file more than may come together."""

    def __init__(self, most: int) -> None:
        super().__init__(f"At most {most} files at once; add this one again." if most > 1 else "One file at a time.")


def largest_body(most: int) -> int:
    """Bytes of a body with up to ``most`` files."""
    return LARGEST + AROUND if most == 1 else LARGEST_TOGETHER


@dataclass
class Form:
    """Files that are here as a whole, to be finished or dropped; and what was wrong with those that are not."""

    fields: dict[str, str] = field(default_factory=dict)
    sinks: list[Sink] = field(default_factory=list)
    refused: list[tuple[str, UnknownType | TooLarge | TooMany]] = field(default_factory=list)  # names and reasons

    async def drop(self) -> None:
        for sink in self.sinks:
            await sink.drop()


class _Parts:
    def __init__(self, db: Database, form: Form, most: int) -> None:
        self._db, self._form, self._most = db, form, most
        self.sink: Sink | None = None
        self._text = bytearray()

    async def take(self, event: Event) -> None:
        name, filename = event.part.name, event.part.filename
        if filename is None:
            self._field(event, name)
        elif name == "file" and filename:  # a browser sends a part without a name when no file is chosen
            await self._file(event, filename)

    def _field(self, event: Event, name: str) -> None:
        if event.what == "begin":
            self._text.clear()
        self._text += event.data[: LARGEST_FIELD - len(self._text)]
        if event.what == "end" and len(self._form.fields) < MOST_FIELDS:
            self._form.fields.setdefault(name, self._text.decode("utf-8", errors="replace"))

    async def _file(self, event: Event, filename: str) -> None:
        if event.what == "begin":
            if len(self._form.sinks) < self._most:
                self.sink = Sink(self._db, filename)
            else:
                self._form.refused.append((plain_name(filename), TooMany(self._most)))
        if (sink := self.sink) is None:
            return  # refused already
        try:
            await sink.feed(event.data)
            if event.what == "end":
                sink.check()
                self._form.sinks.append(sink)
                self.sink = None
        except (UnknownType, TooLarge) as error:
            self._form.refused.append((sink.name, error))
            await self.drop()

    async def drop(self) -> None:
        if self.sink is not None:
            sink, self.sink = self.sink, None
            await sink.drop()


async def receive(db: Database, content_type: str, stream: AsyncIterator[bytes], most: int = 1) -> Form:
    """The fields, and up to ``most`` files of the field ``file``; others are refused. Raises Malformed, and TooLarge
    for a body beyond `largest_body`; what came until then is removed."""
    form = Form()
    parts = _Parts(db, form, most)
    try:
        async with contextlib.aclosing(events(content_type, _limited(stream, largest_body(most)))) as found:
            async for event in found:
                await parts.take(event)
    except BaseException:
        await form.drop()
        await parts.drop()
        raise
    return form


async def _limited(stream: AsyncIterator[bytes], most: int) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in stream:
        size += len(chunk)
        if size > most:
            raise TooLarge
        yield chunk
