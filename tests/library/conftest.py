"""The library in this process: an index of the test's own, and embeddings from a server when a test wants them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.library import endpoint, search
from app.library.endpoint import Queries, configured
from app.library.index import Index
from app.settings import Settings
from tests.support.embeddings import Embeddings


@pytest.fixture(autouse=True)
def index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Index:
    ours = Index(tmp_path / "index")
    monkeypatch.setattr(search, "_index", lambda: ours)
    return ours


@pytest.fixture
def embeddings() -> Iterator[Embeddings]:
    server = Embeddings()
    yield server
    server.close()


@pytest.fixture
def remote(embeddings: Embeddings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Queries:
    """Searches of this process ask the server for their vectors."""
    settings = Settings(embedding_base_url=embeddings.url, embedding_api_key="of-the-tests", embedding_model="words-96")
    asking = Queries(configured(settings))
    ours = Index(tmp_path / "index", asking.model)
    monkeypatch.setattr(search, "queries", lambda: asking)
    monkeypatch.setattr(search, "_index", lambda: ours)
    endpoint.queries.cache_clear()
    return asking
