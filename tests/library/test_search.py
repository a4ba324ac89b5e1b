"""Search answers whatever is typed, with passages that the person may see, from more than one book."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.database import Database
from app.library import importing
from app.library.fulltext import parts_of
from app.library.index import Index
from app.library.search import chapters_of, search
from app.library.words import WORD
from tests.conftest import new_person
from tests.support.library import put

ODD = [
    "C++", "can't sleep", "mother-in-law's garden", 'say "hello" OR NOT', "NEAR(sleep garden)", "sleep*",
    "heading:sleep",
    "(sleep", "sleep AND", "-sleep", "'; DROP TABLE passages; --", "sleep\0garden", "🌱 tomatoes 🍅", "ɐ",
    "\ud800 sleep",
    "a" * 10_000, "sleep " * 2000, "%", "_", "\\", "!!! ???", "", "   ", "the of and", "睡眠", "übung süß",
    "x' or '1'='1",
    "sleep & garden | !soil", "sleep <-> soil", ":*", "1:A",
]  # fmt: skip


async def test_nothing_that_is_typed_breaks_it(db: Database) -> None:
    await put(db, ["sleep", "gardening"])
    for query in ODD:
        for one in await search(db, None, query):
            assert 0 < one.score <= 1 and one.text and one.title and one.locator
    for query in ("sleep*", "(sleep", '"sleep"', "sleep\0", "-sleep", "sleep 😴"):
        assert {one.title for one in await search(db, None, query)} >= {"Sleep"} or await search(db, None, query)
    assert await search(db, None, "the of and") == [] and await search(db, None, "!!!") == []


@given(st.text(max_size=200))
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_looked_for_has_no_syntax(query: str) -> None:
    for part in parts_of([query, query]):
        assert all(WORD.fullmatch(word) for word in part.split()) and '"' not in part


async def test_an_abbreviation_finds_what_it_stands_for(db: Database) -> None:
    ids = await put(db, ["valuing-a-company", "valuation-first-principles", "project-management", "sleep"])
    valuation = {ids["valuing-a-company"], ids["valuation-first-principles"]}
    short, long = [await search(db, None, query, limit=10) for query in ("DCF", "discounted cash flow")]
    assert short and long and {one.book_id for one in (*short, *long)} <= valuation
    assert len({one.passage for one in short} & {one.passage for one in long}) >= 5
    assert (await search(db, None, "what is WACC"))[0].book_id in valuation


async def test_diversity_brings_more_books_and_the_best_first(db: Database) -> None:
    await put(db, ["valuing-a-company", "valuation-first-principles", "investing-for-beginners", "economics-basics"])
    plain = await search(db, None, "how much is a share of a company worth", limit=10)
    varied = await search(db, None, "how much is a share of a company worth", limit=10, diverse=True)
    assert varied[0] == plain[0] and len(varied) == 10 == len({one.passage for one in varied})
    counts = [Counter(one.book_id for one in found) for found in (plain, varied)]
    assert len(counts[1]) >= len(counts[0]) and max(counts[1].values()) <= max(counts[0].values())


async def test_everybody_finds_their_own_books_and_the_shelfs(db: Database, index: Index) -> None:
    alice, bob = await new_person(db, "alice@example.org"), await new_person(db, "bob@example.org")
    ids = await put(db, ["sleep"]) | await put(db, ["gardening"], alice.id)
    garden = ids["gardening"]
    assert (await search(db, alice.id, "growing tomatoes"))[0].book_id == garden
    for person in (bob.id, None):
        assert garden not in {one.book_id for one in await search(db, person, "growing tomatoes")}
        assert await search(db, person, "growing tomatoes", books=[garden]) == []
        assert await chapters_of(db, person, [garden]) == []
    assert {one.book_id for one in await search(db, alice.id, "sleep", books=[ids["sleep"]])} == {ids["sleep"]}
    assert len(await chapters_of(db, alice.id, [garden, ids["sleep"]])) > 20
    await importing.remove(db, garden)
    assert garden not in {one.book_id for one in await search(db, alice.id, "growing tomatoes")}


@pytest.mark.parametrize("damage", ["cut", "turned", "empty", "gone"])
async def test_a_damaged_index_is_made_anew(damage: str, db: Database, index: Index) -> None:
    await put(db, ["sleep"])
    before = await search(db, None, "jet lag")
    [path] = list(index.folder.iterdir())
    body = bytearray(path.read_bytes())
    index.books.clear()
    if damage == "gone":
        path.unlink()
    else:
        body[len(body) // 2] ^= 255
        path.write_bytes({"cut": bytes(body[:-100]), "turned": bytes(body), "empty": b""}[damage])
    assert await search(db, None, "jet lag") == before
    index.books.clear()
    assert await search(db, None, "jet lag") == before  # from the file that was made


async def test_without_a_disk_it_goes_on_in_memory(db: Database, index: Index) -> None:
    await put(db, ["sleep"])
    index.folder.write_text("no folder")
    assert await search(db, None, "jet lag")
