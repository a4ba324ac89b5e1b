"""What can be read of a reply while it is being written, and the whole of one, however it is wrapped."""

import re
from collections.abc import Collection, Iterator
from typing import Any, Final

import jiter
import orjson

from worker.errors import InvalidOutput

# Models that think aloud before they answer; some begin in the middle of a thought.
_THINKS: Final = re.compile(r"\s*<think(?:ing)?>")
_OPENING: Final = re.compile(r"\s*(?:```\w*\s*)?(?={)")
_THOUGHT_ENDS: Final = re.compile(r"</think(?:ing)?>")
MOST_BEGINNINGS: Final = 10  # brackets that nothing closes are passed over so often
BETWEEN: Final = "\n"


class Reading:
    """The texts meant for people in a JSON object that is still being written, in the order in which they are.

    ``new`` gives what has been added since; put together it is always a beginning of `texts_of` the whole. ``keys``: as
    of `whole`.
    """

    def __init__(self, names: Collection[str], keys: Collection[str] = ()) -> None:
        self.names, self.keys = frozenset(names), keys
        self.told = ""

    def new(self, reply: str, *, last: bool = False) -> str:
        """``reply`` is all that has come so far; ``last``: it is all. What follows words that nobody asked for is told
        at the end alone: they may be thoughts, and what stands in them a draft."""
        try:
            text = _spoken(whole(reply, self.keys) if last else _begun(reply), self.names)
        except InvalidOutput:
            return ""
        if not text.startswith(self.told):
            return ""  # a key that came twice, or an object before the object: nothing that was told is taken back
        added = text[len(self.told) :]
        self.told = text
        return added


def _begun(reply: str) -> Any:
    opening = _OPENING.match(reply := _after_thoughts(reply))
    if opening is None:
        return None
    start = reply[opening.end() :]
    # The last character may be half of an escape or a pair: jiter leaves out what is not whole.
    try:
        return jiter.from_json(start.encode(errors="ignore"), partial_mode="trailing-strings", cache_mode="none")
    except ValueError:
        return None


def _after_thoughts(reply: str) -> str:
    """The answer, or what there is of it; nothing while the model still thinks. Each character is looked at once."""
    start = 0
    while opening := _THINKS.match(reply, start):
        ending = _THOUGHT_ENDS.search(reply, opening.end())
        if ending is None:
            return ""
        start = ending.end()
    return reply[start:]


def texts_of(value: Any, names: Collection[str]) -> str:
    """The texts under these names, a line each."""
    return _spoken(value, frozenset(names))


def _spoken(value: Any, names: frozenset[str]) -> str:
    return BETWEEN.join(text for text in _strings(value, names) if text)


def _strings(value: Any, names: frozenset[str], name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _strings(inner, names, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner, names, name)
    elif isinstance(value, str) and name in names:
        yield value


def whole(reply: str, keys: Collection[str] = ()) -> dict[str, Any]:
    """The JSON object of a finished reply: alone, in a fence, or after words that nobody asked for. Of several, the
    first that has all ``keys``, else the first.

    Raises InvalidOutput.
    """
    text = _after_thoughts(reply).strip()
    first: dict[str, Any] | None = None
    for candidate in _candidates(text):
        try:
            value = orjson.loads(candidate)
        except orjson.JSONDecodeError:
            continue
        if isinstance(value, dict):
            if set(keys) <= value.keys():
                return value
            first = value if first is None else first
    if first is None:
        raise InvalidOutput("the answer is not one JSON object")
    return first


def _candidates(text: str) -> Iterator[str]:
    yield text
    for ending in _THOUGHT_ENDS.finditer(text):  # it had begun in the middle of a thought
        yield text[ending.end() :]
    yield from _objects(text)


def _objects(text: str) -> Iterator[str]:
    """What stands between brackets that belong together, in their order; strings are skipped over."""
    start, open_ = text.find("{"), 0
    while start >= 0 and open_ < MOST_BEGINNINGS:
        end = _closing(text, start)
        if end is None:
            open_ += 1
            start = text.find("{", start + 1)
        else:
            yield text[start : end + 1]
            start = text.find("{", end + 1)


def _closing(text: str, start: int) -> int | None:
    depth, inside, place = 0, False, start
    while place < len(text):
        character = text[place]
        if inside:
            if character == "\\":
                place += 1
            elif character == '"':
                inside = False
        elif character == '"':
            inside = True
        elif character in "{}":
            depth += 1 if character == "{" else -1
            if depth == 0:
                return place
        place += 1
    return None
