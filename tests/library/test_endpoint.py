"""Embeddings from an endpoint: books are embedded anew when the model changes, and nothing waits for it or breaks."""

import pytest
from sqlalchemy import select, update

from app.database import Database
from app.library.embed import MODEL
from app.library.endpoint import Endpoint, Queries, Unavailable
from app.library.models import Book, Passage
from app.library.search import search
from app.settings import Settings
from tests.support.embeddings import WIDTH, Embeddings
from tests.support.library import put
from worker.books.reembed import embed_anew


async def models(db: Database) -> set[str]:
    async with db.read() as session:
        return set((await session.execute(select(Book.embedded_with))).scalars())


async def widths(db: Database) -> set[int]:
    async with db.read() as session:
        return {len(one) // 2 for one in (await session.execute(select(Passage.embedding))).scalars() if one}


async def test_books_move_to_the_endpoints_model_and_back(
    db: Database, embeddings: Embeddings, remote: Queries
) -> None:
    ids = await put(db, ["sleep", "gardening"])
    assert remote.endpoint is not None and await models(db) == {MODEL}
    by_words = await search(db, None, "growing tomatoes")
    assert by_words and by_words[0].book_id == ids["gardening"]  # meanwhile

    assert await embed_anew(db, remote.endpoint) == 2
    assert await models(db) == {"words-96"} and await widths(db) == {WIDTH}
    assert {told["model"] for told in embeddings.asked} == {"words-96"} and set(embeddings.keys) == {
        "Bearer of-the-tests"
    }
    before = len(embeddings.asked)
    found = await search(db, None, "growing tomatoes")
    assert found[0].book_id == ids["gardening"] and all(0 <= one.score <= 1 for one in found)
    assert await search(db, None, "semiconductor lithography") == []
    again = await search(db, None, "growing tomatoes")
    assert again == found and len(embeddings.asked) == before + 1  # each query is asked for once
    assert await embed_anew(db, remote.endpoint) == 0

    assert await embed_anew(db, None) == 2
    assert await models(db) == {MODEL} and await widths(db) == {256}


async def test_an_endpoint_that_is_away_costs_the_meaning_and_not_the_answer(
    db: Database, embeddings: Embeddings, remote: Queries
) -> None:
    ids = await put(db, ["sleep", "gardening"])
    assert remote.endpoint is not None
    await embed_anew(db, remote.endpoint)
    embeddings.status = 503
    found = await search(db, None, "growing tomatoes")
    assert found and found[0].book_id == ids["gardening"]
    asked = len(embeddings.asked)
    await search(db, None, "jet lag")
    assert len(embeddings.asked) == asked  # nobody waits for it again so soon


async def test_an_interrupted_change_of_the_model_is_begun_again(
    db: Database, embeddings: Embeddings, remote: Queries
) -> None:
    await put(db, ["sleep"])
    assert remote.endpoint is not None
    embeddings.status = 500
    with pytest.raises(Unavailable, match="500"):
        await embed_anew(db, remote.endpoint)
    assert await models(db) == {""}
    assert await search(db, None, "jet lag")
    embeddings.status = 200
    assert await embed_anew(db, remote.endpoint) == 1
    assert await models(db) == {"words-96"}


async def test_answers_that_are_no_embeddings_are_refused(embeddings: Embeddings, remote: Queries) -> None:
    assert remote.endpoint is not None
    assert (await remote.endpoint.embed(["a", "", "b" * 100_000])).shape == (3, WIDTH)
    assert max(len(text) for told in embeddings.asked for text in told["input"]) < 10_000
    embeddings.broken = True
    with pytest.raises(Unavailable):
        await remote.endpoint.embed(["a", "b"])
    embeddings.status = 429
    with pytest.raises(Unavailable) as refused:
        await remote.endpoint.embed(["a"])
    assert refused.value.retry_after == 7.0
    nowhere = Endpoint(Settings(embedding_base_url="http://127.0.0.1:9", embedding_model="m"))
    with pytest.raises(Unavailable):
        await nowhere.embed(["a"], 2.0)


async def test_what_a_model_finds_alike_in_everything_counts_for_nothing(remote: Queries) -> None:
    assert remote.likeness(1.0) == 1.0
    await remote.vector("anything")
    assert remote.background is not None and 0.3 < remote.background < 0.6  # the server's: 0.6 squared, and a little
    assert remote.likeness(remote.background) == 0.0 and remote.likeness(1.0) == pytest.approx(1.0)


async def test_a_model_without_its_endpoint_is_refused_at_start() -> None:
    with pytest.raises(ValueError, match="set both"):
        Settings(embedding_model="text-embedding-3-small")
    with pytest.raises(ValueError, match="http"):
        Settings(embedding_base_url="localhost", embedding_model="m")


async def test_a_book_in_the_middle_of_it_is_found_by_its_words(db: Database) -> None:
    ids = await put(db, ["sleep"])
    async with db.write() as session:
        await session.execute(update(Book).values(embedded_with=""))
    found = await search(db, None, "jet lag")
    assert found and {one.book_id for one in found} == {ids["sleep"]}
