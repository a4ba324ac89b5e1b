"""A PostgreSQL with pgvector finds what the matrix finds; one that may not use it searches with the matrix."""

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import func, select, text

from app.database import Database, migrate
from app.library import books, importing, pgvector, search
from app.library.embed import MODEL, embed
from app.library.endpoint import Queries
from app.library.index import Index
from app.library.models import Passage
from app.library.pgvector import table_of
from app.settings import Settings
from tests.conftest import SECRET, new_person
from tests.support.library import put
from tests.support.services import Postgres, running_postgres, with_pgvector
from worker.books.reembed import embed_anew


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with running_postgres(with_pgvector()) as postgres:
        yield postgres


@pytest.fixture
async def vectors(server: Postgres) -> AsyncIterator[Database]:
    url = Settings(database_url=server.create(), secret_key=SECRET).database
    migrate(url)
    database = Database(url)
    yield database
    await database.close()


async def rows(db: Database) -> int:
    async with db.read() as session:
        return int((await session.execute(text("SELECT count(*) FROM passage_vectors"))).scalar_one())


async def test_it_finds_what_the_matrix_finds(vectors: Database, index: Index) -> None:
    ids = await put(vectors, ["sleep", "gardening", "negotiation-principles"])
    table = await table_of(vectors, MODEL)
    assert table is not None
    for query in ("getting over jet lag", "growing tomatoes", "make the first offer"):
        vector = embed([query])[0]
        theirs = {one.passage: one.cosine for one in await table.near(vectors, list(ids.values()), vector, 50)}
        ours = {one.passage: one.cosine for one in await index.near(vectors, list(ids.values()), vector, 50)}
        assert len(theirs.keys() & ours.keys()) >= 49  # half precision may swap the last ones
        assert all(theirs[one] == pytest.approx(ours[one], abs=1e-3) for one in theirs.keys() & ours.keys())
    only = await table.near(vectors, [ids["sleep"]], embed(["growing tomatoes"])[0], 1000)
    async with vectors.read() as session:
        of_sleep = select(func.count()).select_from(Passage).where(Passage.book_id == ids["sleep"])
        assert len(only) == (await session.execute(of_sleep)).scalar_one()


async def test_a_search_uses_it_and_sees_only_what_the_person_may(vectors: Database, index: Index) -> None:
    alice = await new_person(vectors, "alice@example.org")
    bob = await new_person(vectors, "bob@example.org")
    ids = await put(vectors, ["sleep"]) | await put(vectors, ["gardening"], alice.id)
    found = await search.search(vectors, alice.id, "growing tomatoes")
    assert found[0].book_id == ids["gardening"] and await rows(vectors) > 0 and not index.books
    for person in (bob.id, None):
        seen = await search.search(vectors, person, "growing tomatoes")
        assert ids["gardening"] not in {one.book_id for one in seen}
    before = await rows(vectors)
    await importing.remove(vectors, ids["gardening"])
    assert await rows(vectors) < before
    assert await books.get(vectors, alice.id, ids["gardening"]) is None


async def test_another_model_takes_the_place_of_the_vectors(vectors: Database, remote: Queries) -> None:
    ids = await put(vectors, ["sleep"])
    local = await table_of(vectors, MODEL)
    assert local is not None and remote.endpoint is not None
    await local.near(vectors, list(ids.values()), embed(["sleep"])[0], 5)
    count = await rows(vectors)
    await embed_anew(vectors, remote.endpoint)
    found = await search.search(vectors, None, "jet lag and the body clock")
    assert found and await rows(vectors) == count
    async with vectors.read() as session:
        models = (await session.execute(text("SELECT DISTINCT model FROM passage_vectors"))).scalars().all()
    assert models == ["words-96"]


async def test_a_database_that_loses_it_goes_on_with_the_matrix(vectors: Database, index: Index) -> None:
    ids = await put(vectors, ["sleep"])
    assert await search.search(vectors, None, "jet lag") and not index.books
    async with vectors.write() as session:
        await session.execute(text("DROP EXTENSION vector CASCADE"))
    found = await search.search(vectors, None, "jet lag")
    assert found[0].book_id == ids["sleep"] and index.books


async def test_a_large_library_is_left_to_the_matrix(
    vectors: Database, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(vectors, ["sleep"])
    monkeypatch.setattr(search, "PGVECTOR_WORDS", 1000)
    assert await search.search(vectors, None, "jet lag") and index.books


async def test_a_role_that_may_not_create_the_extension_uses_the_matrix(server: Postgres, index: Index) -> None:
    url = server.create()
    migrate(Settings(database_url=url, secret_key=SECRET).database)
    owner = Database(Settings(database_url=url, secret_key=SECRET).database)
    role = f"guest_{url.rpartition('/')[2].partition('?')[0]}"
    async with owner.write() as session:
        await session.execute(text(f"CREATE ROLE {role} LOGIN"))
        await session.execute(text(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}"))
        await session.execute(text(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {role}"))
    await put(owner, ["sleep"])
    await owner.close()
    guest = Database(Settings(database_url=url.replace("unfold@", f"{role}@"), secret_key=SECRET).database)
    assert await search.search(guest, None, "jet lag") and index.books
    assert await pgvector.table_of(guest, MODEL) is None
    await guest.close()


@pytest.mark.parametrize(("version", "enough"), [("0.6.2", False), ("0.7.0", True), ("0.8.5", True), ("1.0", True)])
def test_halfvec_needs_a_version_that_has_it(version: str, enough: bool) -> None:
    assert pgvector._new_enough(version) is enough
