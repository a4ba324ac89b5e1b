"""In which form an endpoint takes requests: found out by asking once, and remembered for all workers.

Some give an answer by a JSON schema, some only any JSON, some nothing but text; some want `max_tokens` by its new name,
or have no temperature. What an endpoint refuses is left out, one thing after the other; refusals cost no tokens.
"""

import contextlib
import hashlib
import re
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal

import orjson

from app.generations import Bell
from app.settings import Endpoint
from worker.llm.limits import AWAY

Form = Literal["schema", "json", "text"]
REMEMBERED: Final = 86_400  # seconds: endpoints learn
THOUGHTS: Final = 4000  # tokens
LEAST_TOKENS: Final = 256  # a limit below this is no limit of tokens
_LIMIT: Final = re.compile(
    r"(?:\[\s*\d+\s*,|at most|less than or equal to|<=|maximum (?:value )?(?:of|is))\s*(\d{3,7})", re.I
)
WEAKER: Final[dict[Form, Form]] = {"schema": "json", "json": "text"}


@dataclass(frozen=True)
class Manner:
    form: Form = "schema"
    length: Literal["max_tokens", "max_completion_tokens", ""] = "max_tokens"
    temperature: bool = True
    usage: bool = True  # whether tokens can be asked for at the end of a stream
    thinks: bool = False  # what it thinks is counted as written: it is given more room
    most: int = 0  # tokens that it writes at most, if it has said so

    def request(self, name: str, schema: dict[str, Any], most: int, temperature: float) -> dict[str, Any]:
        """What goes with the messages."""
        asked: dict[str, Any] = {"stream": True}
        if self.form == "schema":
            asked["response_format"] = {
                "type": "json_schema", "json_schema": {"name": name, "strict": True, "schema": schema},
            }  # fmt: skip
        elif self.form == "json":
            asked["response_format"] = {"type": "json_object"}
        if self.length:
            asked[self.length] = self.room(most)
        if self.temperature:
            asked["temperature"] = temperature
        if self.usage:
            asked["stream_options"] = {"include_usage": True}
        return asked

    def room(self, most: int) -> int:
        """Tokens that an answer of at most ``most`` may take."""
        most += THOUGHTS if self.thinks else 0
        return min(most, self.most or most)

    def without(self, said: str) -> "Manner | None":
        """After a refusal with these words: the same without what they name. None: nothing is left to leave out."""
        if self.length == "max_tokens" and "max_completion_tokens" in said:
            return replace(self, length="max_completion_tokens")
        if self.length and re.search(r"max_(completion_)?tokens", said) and not _about_length(said):
            limit = _LIMIT.search(said)
            if limit and not self.most and int(limit[1]) >= LEAST_TOKENS:
                return replace(self, most=int(limit[1]))
            return replace(self, length="")
        if self.temperature and "temperature" in said:
            return replace(self, temperature=False)
        if self.usage and re.search(r"stream_options|include_usage", said):
            return replace(self, usage=False)
        if self.form in WEAKER and not _about_length(said):
            return replace(self, form=WEAKER[self.form])
        return None


def _about_length(said: str) -> bool:
    """Whether it is the request that is too long, in whatever form."""
    return (
        re.search(r"context[ _](length|window|size)|too (long|large|many tokens)|maximum context", said, re.I)
        is not None
    )


class Memory:
    """Of one endpoint and model; in Redis, so that no worker has to find out what another knows."""

    def __init__(self, bell: Bell, endpoint: Endpoint) -> None:
        self._redis = bell.redis
        name = hashlib.sha256(f"{endpoint.base_url} {endpoint.model}".encode()).hexdigest()[:32]
        self._key = f"unfold:llm:manner:{name}"
        self._known: Manner | None = None

    async def manner(self) -> Manner:
        if self._known is None:
            with contextlib.suppress(*AWAY, orjson.JSONDecodeError, TypeError):
                found: bytes | None = await self._redis.get(self._key)
                self._known = Manner(**orjson.loads(found)) if found else None
        return self._known or Manner()

    async def remember(self, manner: Manner) -> None:
        """It was taken in this form."""
        if manner == self._known:
            return
        self._known = manner
        with contextlib.suppress(*AWAY):
            await self._redis.set(self._key, orjson.dumps(asdict(manner)), ex=REMEMBERED)
