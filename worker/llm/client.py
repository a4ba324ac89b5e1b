"""One process's way to a language model: a call is streamed, watched, and closed as soon as nobody waits for it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2
import orjson

from app.generations import Bell
from app.settings import Endpoint, Settings
from worker.errors import Failure, InvalidOutput, Unreachable
from worker.llm.faults import AWAY, Silent, failure, told
from worker.llm.limits import Limits
from worker.llm.manner import Manner, Memory
from worker.llm.partial import whole
from worker.llm.recorded import Recorded

CONNECT: Final = 10.0  # seconds
# Where the endpoint does not count: characters of English a token, on the dear side.
CHARACTERS_A_TOKEN: Final = 3.5
# An answer of more characters than this for each token that was asked for is not what was asked for.
MOST_CHARACTERS: Final = 12
MOST_THOUGHT: Final = 100_000  # characters of thoughts before an answer

Message = dict[str, str]


@dataclass(frozen=True)
class Asked:
    """``name`` and ``schema``: of the object that is wanted."""

    messages: Sequence[Message]
    name: str
    schema: dict[str, Any]
    most_tokens: int
    temperature: float


@dataclass
class Received:
    """What has come so far; complete when the call has ended without an exception."""

    begun: bool = False  # the endpoint has taken it: it is paid for
    text: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    thought: int = 0  # characters that were no part of the answer
    finish: str = ""
    parts: list[str] = field(default_factory=list)

    def count(self, asked: Asked) -> None:
        """Estimate the tokens, unless they were told."""
        if self.begun and not (self.tokens_in or self.tokens_out):
            read = sum(len(message["content"]) for message in asked.messages)
            self.tokens_in = round(read / CHARACTERS_A_TOKEN)
            self.tokens_out = round((len(self.text) + self.thought) / CHARACTERS_A_TOKEN)


class Client:
    def __init__(self, settings: Settings, endpoint: Endpoint, bell: Bell) -> None:
        self.settings, self.endpoint, self.provider = settings, endpoint, endpoint.provider
        self.limits = Limits(bell, self.provider, settings.llm_requests_per_minute)
        self.memory = Memory(bell, endpoint)
        self.room = asyncio.Semaphore(settings.llm_concurrency)
        transport: httpx2.AsyncBaseTransport = httpx2.AsyncHTTPTransport(
            limits=httpx2.Limits(max_connections=settings.llm_concurrency + 2)
        )
        if settings.llm_recording is not None:
            transport = Recorded(settings.llm_recording, transport)
        self._http = httpx2.AsyncClient(transport=transport, follow_redirects=False)
        # Half a second to import, which workers without a language model do not pay.
        import openai

        self._openai = openai.AsyncOpenAI(
            # An endpoint of one's own wants no key, the library wants one.
            api_key=endpoint.api_key or "none", base_url=endpoint.base_url, max_retries=0, http_client=self._http,
            timeout=httpx2.Timeout(settings.llm_idle_timeout, connect=min(CONNECT, settings.llm_idle_timeout)),
        )  # fmt: skip
        # The library reads these from the environment, and would send them to whatever endpoint.
        self._openai.organization = self._openai.project = None

    def price(self, tokens_in: int, tokens_out: int) -> float:
        """US dollars."""
        paid = tokens_in * self.settings.llm_price_input + tokens_out * self.settings.llm_price_output
        return paid / 1_000_000

    async def call(
        self, asked: Asked, manner: Manner, seconds: float, received: Received, heard: Callable[[str], None]
    ) -> None:
        """Fill ``received``; ``heard`` is told all the text so far, whenever there is more. Raises the classes of
        `worker.errors` and `worker.llm.faults`. Cancelled, it closes the connection at once.
        """
        try:
            async with asyncio.timeout(seconds):
                await self._stream(asked, manner, received, heard)
        except TimeoutError:
            raise Silent from None
        except Failure:
            raise
        except Exception as error:  # an endpoint may answer anything whatever
            raise failure(error, self.provider) from None
        finally:
            received.text = _storable(received.text or "".join(received.parts))
            received.count(asked)
        if received.finish == "length":
            raise InvalidOutput("the answer was cut off, being longer than allowed")
        if received.finish == "content_filter":
            raise InvalidOutput("the answer was withheld by the provider's filter")

    async def _stream(self, asked: Asked, manner: Manner, received: Received, heard: Callable[[str], None]) -> None:
        most = asked.most_tokens * MOST_CHARACTERS
        given = manner.request(asked.name, asked.schema, asked.most_tokens, asked.temperature)
        create = self._openai.chat.completions.with_streaming_response.create
        messages: Any = list(asked.messages)
        async with create(model=self.endpoint.model, messages=messages, **given) as answer:
            kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind == "application/json":  # it does not stream
                received.begun = True
                body = orjson.loads(await answer.read())
                if isinstance(body, dict) and body.get("error"):
                    raise told(body["error"], self.provider)
                _take(body, received, "message")
            elif kind not in ("text/event-stream", ""):
                raise Unreachable(AWAY)  # a proxy's page
            else:
                received.begun = True
                chunks: Any = await answer.parse()
                async for chunk in chunks:
                    _take(chunk.model_dump(warnings=False), received, "delta")
                    if sum(map(len, received.parts)) > most or received.thought > MOST_THOUGHT:
                        raise InvalidOutput("the answer is far longer than asked for")
                    if received.parts:
                        received.parts = ["".join(received.parts)]
                        heard(received.parts[0])
        received.text = "".join(received.parts)
        if not received.finish and not _is_whole(received.text):
            raise Unreachable(AWAY)  # cut off: it has not said that this is the end, and it is none

    async def close(self) -> None:
        await self._openai.close()


def _take(chunk: Any, received: Received, of: str) -> None:
    """What one chunk of a stream, or a whole answer, brings. Raises what reading anything else raises."""
    if usage := chunk.get("usage"):
        received.tokens_in = int(usage.get("prompt_tokens") or 0)
        # Some count what was thought in the total alone.
        thought_too = int(usage.get("total_tokens") or 0) - received.tokens_in
        received.tokens_out = max(int(usage.get("completion_tokens") or 0), thought_too)
    for choice in chunk.get("choices") or ():
        said = choice.get(of) or {}
        if text := said.get("content"):
            received.parts.append(str(text))
        received.thought += len(str(said.get("reasoning_content") or said.get("reasoning") or ""))
        received.finish = choice.get("finish_reason") or received.finish
        break


def _storable(text: str) -> str:
    """Halves of characters that came in two chunks put together, and without what no database takes."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")


def _is_whole(text: str) -> bool:
    try:
        return bool(whole(text))
    except InvalidOutput:
        return False


def connect(settings: Settings, bell: Bell) -> Client | None:
    """None: no language model is configured."""
    return None if settings.llm is None else Client(settings, settings.llm, bell)
