"""The judgements of what answers what are about the shelf as it is, and search does on them what we say it does."""

import json
import statistics
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from app.database import Database
from app.library import search
from bench.retrieval import Sides, changed, ndcg, recall, score
from tests.support.library import ROOT, judgements, off_topic, put, read

GOLD: dict[str, Any] = json.loads((ROOT / "tests" / "library" / "gold.json").read_text())
SHELF = ROOT / "app" / "library" / "shelf"


def test_every_judgement_means_one_passage_of_the_shelf() -> None:
    """A primer that is written anew changes what its judgements are about: they have to be read again then."""
    for entry in GOLD["queries"]:
        for one in entry["judgements"]:
            passages = read(SHELF / f"{one['book']}.md")["passages"]
            there = [" ".join(piece["text"].split()) for piece in passages if piece["heading"] == one["heading"]]
            meant = [text for text in there if one["quote"] in text]
            assert len(meant) == 1, (entry["query"], one)


def test_there_are_enough_judgements_on_both_halves() -> None:
    queries = GOLD["queries"]
    assert len(queries) == len({entry["query"].lower() for entry in queries}) >= 150
    halves = Counter(entry["half"] for entry in queries)
    assert set(halves) == {"tune", "test"} and min(halves.values()) >= 70
    assert sum(len(entry["judgements"]) for entry in queries) >= 500
    assert all(any(one["grade"] >= 2 for one in entry["judgements"]) for entry in queries)
    assert {one["grade"] for entry in queries for one in entry["judgements"]} <= {1, 2, 3}
    books = {one["book"] for entry in queries for one in entry["judgements"]}
    assert books == {path.stem for path in SHELF.glob("*.md")}
    assert len(set(GOLD["off_topic"])) >= 60


def test_the_measures_are_those_of_the_field() -> None:
    grades = {1: 3, 2: 2, 3: 1}
    assert ndcg([1, 2, 3], grades) == 1.0 and ndcg([9, 8], grades) == 0.0
    assert ndcg([9, 1], {1: 3}) == pytest.approx(0.6309, abs=1e-4)  # 1 / log2(3)
    assert recall([1, 9, 3], grades) == pytest.approx(2 / 3)


async def test_what_is_shipped_is_better_than_either_side_on_what_it_was_not_tuned_on(
    db: Database, tmp_path: Path
) -> None:
    ids = await put(db)
    sides = Sides(db, list(ids.values()), tmp_path / "index")
    judged = [one for one in await judgements(db, ids) if one.half == "test"]
    shipped = await score(sides.hybrid, judged)
    with changed(search, "FLOOR", 0.0):  # the sides are never silent either
        text, dense, hybrid = [await score(side, judged) for side in (sides.text, sides.dense, sides.hybrid)]
    assert hybrid[0] > max(text[0], dense[0]) + 0.02 and hybrid[1] > max(text[1], dense[1]) + 0.02
    # The figures of docs/decisions/0010-search.md, less what a change of a primer may cost.
    assert shipped[0] > 0.64 and shipped[1] > 0.78
    answered = [bool(await search.search(db, None, one.query, limit=1)) for one in judged]
    silent = [not await search.search(db, None, query, limit=1) for query in off_topic()[1::2]]
    assert statistics.fmean(answered) > 0.9 and statistics.fmean(silent) > 0.7
