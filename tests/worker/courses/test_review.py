"""What is wrong with a course is found, put right and told."""

import copy
from collections.abc import Sequence
from typing import Any

import pytest

from app.database import Database
from app.library import evidence
from tests.worker.courses.support import bench, course
from worker.courses import scorecard
from worker.courses.review import reorder, review


async def reviewed(db: Database, made: dict[str, Any]) -> dict[str, Any]:
    rows = await evidence.passages(db, None, [])
    slim = [{name: row[name] for name in ("book_id", "locator", "text")} for row in rows]
    asked = bench(db, {"query": made["query"], "hours": made["hours"]}).claim.input
    found: dict[str, Any] = review(asked, made["parts"], slim, [])
    return found


async def spoilt(db: Database) -> tuple[dict[str, Any], dict[str, Any]]:
    made = await course(db, "sleep", 1.0)
    return made, copy.deepcopy(made)


async def test_a_good_course_is_left_as_it_is(shelf: Database) -> None:
    made, _ = await spoilt(shelf)
    found = await reviewed(shelf, made)
    assert found["replace"] == {} and found["review"]["changes"] == [] and "before" not in found["review"]


async def test_what_no_passage_supports_is_taken_out(shelf: Database) -> None:
    made, bad = await spoilt(shelf)
    section = bad["parts"][0]["sections"][0]
    paragraph = next(line for line in section["lesson"].split("\n\n") if line.endswith("[1]"))
    invented = paragraph.replace(" [1]", " Everybody sleeps eleven hours on Mars. [1]")
    section["lesson"] = section["lesson"].replace(paragraph, invented)
    found = await reviewed(shelf, bad)
    assert found["review"]["before"]["support"] < 1.0 == found["review"]["scores"]["support"]
    assert "Took out 1 sentence that the cited passages do not support." in found["review"]["changes"]
    mended = found["replace"]["section-1.1"]
    assert "Mars" not in mended["lesson"] and mended["sources"] == made["parts"][0]["sections"][0]["sources"]


async def test_what_an_earlier_section_says_is_not_said_again(shelf: Database) -> None:
    _, bad = await spoilt(shelf)
    first, second = bad["parts"][0]["sections"][0], bad["parts"][-1]["sections"][-1]
    again = next(line for line in first["lesson"].split("\n\n") if line.endswith("[1]"))
    source = {**first["sources"][0], "ref": 99}
    second["lesson"] += "\n\n" + again.replace("[1]", "[99]")
    second["sources"].append(source)
    found = await reviewed(shelf, bad)
    assert found["review"]["before"]["redundancy"] > found["review"]["scores"]["redundancy"] == 0.0
    mended = found["replace"][f"section-{second['number']}"]
    assert "[99]" not in mended["lesson"] and all(one["ref"] != 99 for one in mended["sources"])
    assert any("repeated" in change for change in found["review"]["changes"])


async def test_sections_before_what_they_need_are_moved(shelf: Database) -> None:
    _, bad = await spoilt(shelf)
    sections = bad["parts"][0]["sections"]
    sections.reverse()
    for place, section in enumerate(sections, 1):
        section.update(number=f"1.{place}", prerequisites=[])
    sections[0]["lesson"] += "\n\n" + "It is the fault of the zeitgeber clock and the zeitgeber clock alone. [1]"
    sections[1]["lesson"] += "\n\n" + "A **zeitgeber clock** is a thing. [1]"
    moved = review(
        bench(shelf, {"query": "sleep", "hours": 1.0}).claim.input, bad["parts"],
        [
            {"book_id": source["book_id"], "locator": source["locator"], "text": text}
            for section in sections for source in section["sources"]
            for text in [" ".join(one["lesson"].replace("**", "") for one in sections)]
        ], [],
    )  # fmt: skip
    assert any(change.startswith("Moved “") for change in moved["review"]["changes"])
    assert moved["replace"]["section-1.1"]["id"] == sections[1]["id"]
    assert moved["replace"]["section-1.1"]["number"] == "1.1"
    assert moved["review"]["before"]["order"] < moved["review"]["scores"]["order"]


async def test_only_neighbours_are_held_against_each_other_to_be_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    order = scorecard.order

    def counted(sections: Sequence[scorecard.Document]) -> Any:
        looked.append(len(sections))
        return order(sections)

    monkeypatch.setattr(scorecard, "order", counted)
    names = [f"zeitgeber {chr(ord('a') + place) * 4}" for place in range(20)]
    lessons = [f"A **{one}** is a thing. [1]" for one in names]
    lessons[1] = f"A **{names[1]}** is a {names[2]} and a {names[2]}. [1]"
    sections = [
        {"id": f"s{place}", "number": f"1.{place}", "title": lesson, "lesson": lesson, "prerequisites": [],
         "sources": [], "objectives": []}
        for place, lesson in enumerate(lessons, 1)
    ]  # fmt: skip
    assert len(reorder([{"number": 1, "sections": sections}])) == 1
    assert [one["id"] for one in sections[:3]] == ["s1", "s3", "s2"]
    assert set(looked) == {2} and len(looked) <= 2 * len(sections)


def test_a_book_s_own_order_stays() -> None:
    def section(number: int, book: str, locator: str, lesson: str) -> dict[str, Any]:
        source = {"book_id": book, "locator": locator}
        return {"id": f"s{number}", "number": f"1.{number}", "title": f"T{number}", "lesson": lesson,
                "prerequisites": [], "sources": [source], "objectives": []}  # fmt: skip

    passing = "A **diagram** plots the luminosity, and luminosity again. [1]"
    told = "The **luminosity** is the power of a star. [1]"
    same = [section(1, "a", "chapter 2, section 1", passing), section(2, "a", "chapter 2, section 3", told)]
    assert reorder([{"number": 1, "sections": same}]) == [] and scorecard.order(same) == ([], 0)
    turned = [section(1, "a", "chapter 4", passing), section(2, "a", "chapter 2", told)]
    other = [section(1, "a", "chapter 4", passing), section(2, "b", "chapter 5", told)]
    for sections in (turned, other):
        assert scorecard.order(sections) == ([("1.2", "1.1")], 1)
        assert reorder([{"number": 1, "sections": sections}]) == ["Moved “T2” before “T1”, which needs it."]


async def test_a_person_s_order_is_theirs(shelf: Database) -> None:
    _, bad = await spoilt(shelf)
    bad["parts"][0]["sections"].reverse()
    asked = bench(shelf, {"query": "sleep", "hours": 1.0}).claim.input
    found = review(asked, bad["parts"], [], [], ordered=True)
    assert not any(change.startswith("Moved") for change in found["review"]["changes"])


async def test_titles_and_minutes_are_put_right(shelf: Database) -> None:
    _, bad = await spoilt(shelf)
    sections = bad["parts"][0]["sections"]
    sections[1]["title"] = sections[0]["title"]
    bad["parts"][0]["minutes"] = 1
    found = await reviewed(shelf, bad)
    renamed = found["replace"]["section-1.2"]["title"]
    assert renamed.startswith(f"{sections[0]['title']}: ")
    assert found["replace"]["part-1"]["minutes"] == sum(section["minutes"] for section in sections)
    assert len(found["review"]["changes"]) == 2


async def test_what_rests_on_a_book_that_is_gone_stays(shelf: Database) -> None:
    made, _ = await spoilt(shelf)
    asked = bench(shelf, {"query": made["query"], "hours": made["hours"]}).claim.input
    found = review(asked, made["parts"], [], [])
    assert found["replace"] == {}
    assert [change for change in found["review"]["changes"] if "deleted meanwhile" in change]
