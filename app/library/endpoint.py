"""Embeddings from any OpenAI-compatible endpoint, in place of those that come with the program."""

import time
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import httpx
import numpy as np
import structlog

from app.library.embed import MODEL, Floats, embed, normalized
from app.settings import Settings, load

log = structlog.get_logger()

BATCH: Final = 64  # texts of one request
LONGEST: Final = 6000  # characters of a text: below 8,192 tokens in any script that has words
QUERY_SECONDS: Final = 3.0  # that a person's search waits; then it goes by words alone
PASSAGES_SECONDS: Final = 60.0
PAUSE: Final = 30.0  # seconds that searches do not ask again after it has failed
QUERIES: Final = 1000  # kept
# About nothing in common: how alike a model finds them is how alike it finds anything.
UNRELATED: Final = (
    "Bees make honey from the nectar of flowers.", "A contract needs an offer and an acceptance.",
    "The violin is tuned in fifths.", "Comets are made of ice and dust.", "Add salt to the boiling water.",
    "The loan is repaid over thirty years.", "Sort the list before searching it.",
    "Keep the elbows close while pressing.",
    "The king lost the battle in 1415.", "Prune roses in late winter.", "A verb agrees with its subject.",
    "The aperture lets light into the camera.",
)  # fmt: skip


class Unavailable(Exception):
    """It has not answered, or not with embeddings. ``retry_after``: seconds it asks to be left alone."""

    def __init__(self, reason: str, retry_after: float = 0.0) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Endpoint:
    def __init__(self, settings: Settings) -> None:
        self.url = settings.embedding_base_url.rstrip("/") + "/embeddings"
        self.model = settings.embedding_model
        self.headers = {"Authorization": f"Bearer {settings.embedding_api_key}"} if settings.embedding_api_key else {}

    async def embed(self, texts: Sequence[str], seconds: float = PASSAGES_SECONDS) -> Floats:
        """Float32 of shape (texts, the model's width), rows of length 1. Raises Unavailable."""
        rows: list[Any] = []
        try:
            async with httpx.AsyncClient(timeout=seconds, headers=self.headers) as client:
                for start in range(0, len(texts), BATCH):
                    rows += await self._ask(client, [text[:LONGEST] or " " for text in texts[start : start + BATCH]])
            vectors = np.asarray(rows, np.float32)
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise Unavailable(type(error).__name__) from None
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise Unavailable("its answer has no vector of one width for each text")
        return normalized(vectors)

    async def _ask(self, client: httpx.AsyncClient, texts: list[str]) -> list[Any]:
        answer = await client.post(self.url, json={"model": self.model, "input": texts, "encoding_format": "float"})
        if answer.status_code != 200:
            after = answer.headers.get("retry-after", "")
            raise Unavailable(f"it answers {answer.status_code}", float(after) if after.isdecimal() else 0.0)
        data = sorted(answer.json()["data"], key=lambda one: int(one["index"]))
        if [one["index"] for one in data] != list(range(len(texts))):
            raise ValueError("texts without a vector")
        return [one["embedding"] for one in data]


class Queries:
    """The vectors of what is searched for. After a failure of the endpoint, searches go on by words for a while."""

    def __init__(self, endpoint: Endpoint | None) -> None:
        self.endpoint = endpoint
        self.model = endpoint.model if endpoint else MODEL
        self.known: OrderedDict[str, Floats] = OrderedDict()
        self.again = 0.0
        # Some models give two texts about nothing in common a cosine of 0.7. Search takes this for nothing.
        self.background: float | None = 0.0 if endpoint is None else None

    def likeness(self, cosine: float) -> float:
        """0..1, and 0 for texts that have nothing in common, whatever the model."""
        usual = self.background or 0.0
        return max(0.0, (cosine - usual) / (1 - usual))

    async def vector(self, query: str) -> Floats | None:
        if self.endpoint is None:
            return np.asarray(embed([query])[0], np.float32)
        if query not in self.known:
            if time.monotonic() < self.again:
                return None
            try:
                if self.background is None:
                    self.background = usual_cosine(await self.endpoint.embed(UNRELATED, QUERY_SECONDS))
                self.known[query] = (await self.endpoint.embed([query], QUERY_SECONDS))[0]
            except Unavailable as error:
                self.again = time.monotonic() + max(PAUSE, error.retry_after)
                log.warning("embedding.unavailable", reason=str(error))
                return None
            while len(self.known) > QUERIES:
                self.known.popitem(last=False)
        self.known.move_to_end(query)
        return self.known[query]


def usual_cosine(vectors: Floats) -> float:
    """The mean of all pairs, within 0 and 0.95."""
    count = len(vectors)
    pairs = vectors @ vectors.T
    return float(np.clip((pairs.sum() - np.trace(pairs)) / (count * (count - 1)), 0.0, 0.95))


def configured(settings: Settings) -> Endpoint | None:
    return Endpoint(settings) if settings.embedding_base_url else None


@lru_cache(maxsize=1)
def queries() -> Queries:
    return Queries(configured(load()))
