"""A course made of the shelf, as a person gets it."""

import re
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.database import Database
from app.kinds.course import DEPTHS, PACES
from app.library import evidence
from tests.worker.courses.support import bench, course, run, sections
from worker.courses import scorecard
from worker.courses.brief import read
from worker.courses.levels import level_of
from worker.courses.pipeline import wants_a_word


async def marks(db: Database, made: dict[str, Any]) -> scorecard.Marks:
    rows = await evidence.passages(db, None, [])
    texts: dict[tuple[str, str], str] = {}
    for row in rows:
        key = (row["book_id"], row["locator"])
        texts[key] = texts.get(key, "") + "\n" + row["text"]
    brief = read(bench(db, {"query": made["query"], "hours": made["hours"]}).input)
    return scorecard.mark(brief, made["parts"], lambda book, place: texts.get((book, place), ""))


async def test_two_hours_of_dcf_valuation_are_an_ordered_cited_course(shelf: Database) -> None:
    made = await course(shelf, "Learn DCF valuation")
    assert made["title"] == "DCF valuation" and made["coverage"]["level"] == "good"
    assert abs(made["estimated_minutes"] - 120) <= 6
    assert sum(part["minutes"] for part in made["parts"]) == made["estimated_minutes"]
    assert len(made["parts"]) >= 2 and len(made["books"]) == 2
    whole = "\n".join(section["lesson"] for section in sections(made)).lower()
    taught = [
        whole.index(f"### {title}") for title in ("why a later payment", "why profit is not cash", "adding up ent")
    ]
    assert taught == sorted(taught)
    assert any(len({source["book"] for source in section["sources"]}) == 2 for section in sections(made))
    found = await marks(shelf, made)
    assert found.support == 1.0 and found.unsupported == [] and found.redundancy == 0.0 and found.alignment == 1.0
    assert made["review"]["scores"] == {**found.scores(), "coverage": 1.0}


async def test_whom_the_examples_are_about_is_told_before_they_come(shelf: Database) -> None:
    made = await course(shelf, "Learn DCF valuation")
    whole = "\n".join(section["lesson"] for section in sections(made))
    assert whole.index("Alder Boots, is invented") < whole.index("Alder's") and "Lindal Pumps" in whole


async def test_code_tables_and_lists_survive_as_markdown(shelf: Database) -> None:
    made = await course(shelf, "SQL", 2.0)
    whole = "\n\n".join(section["lesson"] for section in sections(made))
    assert re.search(r"```\n(?:.*\n)*?SELECT .*\n(?:.*\n)*?```", whole)
    assert re.search(r"^\| name \| price \|\n\| --- \| --- \|\n\| tea \|", whole, re.MULTILINE)


async def test_what_the_library_has_nothing_on_is_said_and_not_made_up(shelf: Database) -> None:
    made = await course(shelf, "Repair a nuclear submarine")
    assert made["coverage"]["level"] == "none" and made["parts"] == [] and made["estimated_minutes"] == 0
    assert (
        "nothing that is surely about “Repair a nuclear submarine”, so nothing was made up" in made["coverage"]["note"]
    )
    assert made["coverage"]["nearest"][0] in made["coverage"]["note"]
    assert made["coverage"]["would_help"] and "nuclear" in made["coverage"]["missing"]
    assert made["summary"] == made["coverage"]["note"] and made["books"] == []


async def test_a_thin_library_says_how_much_it_has(shelf: Database) -> None:
    made = await course(shelf, "SQL window functions", 3.0)
    assert made["coverage"]["level"] == "thin" and made["estimated_minutes"] < 60
    assert f"about {made['estimated_minutes']} minutes" in made["coverage"]["note"]
    assert "you asked for 3 hours" in made["coverage"]["note"] and made["coverage"]["note"] in made["summary"]


async def test_the_same_is_made_the_same_way_again(shelf: Database) -> None:
    told = {"query": "How do I sleep better?", "hours": 1.0}
    assert await run(bench(shelf, told)) == await run(bench(shelf, told))


async def test_books_may_be_chosen(shelf: Database) -> None:
    cards = {card.title: card.id for card in await evidence.cards(shelf, None)}
    only = cards["Valuing a Company Step by Step"]
    made = await run(bench(shelf, {"query": "DCF valuation", "hours": 1.0, "books": [only]}))
    assert [book["id"] for book in made["books"]] == [only]
    assert made["coverage"]["note"].startswith("Your choice of books covers this well: one book fills")
    nothing = await run(bench(shelf, {"query": "keeping bees", "hours": 1.0, "books": [only]}))
    assert nothing["coverage"]["note"].startswith("Your choice of books has nothing that is surely about")


def words(made: dict[str, Any]) -> float:
    """To each thing that is taught."""
    lessons: list[str] = [section["lesson"] for section in sections(made)]
    return sum(len(lesson.split()) for lesson in lessons) / sum(lesson.count("### ") for lesson in lessons)


async def test_the_depth_changes_what_is_taught_and_how(shelf: Database) -> None:
    made = {depth: await course(shelf, "machine learning", 2.0, depth=depth) for depth in DEPTHS}
    units = {depth: sum(section["lesson"].count("### ") for section in sections(one)) for depth, one in made.items()}
    assert units["overview"] > units["balanced"] > units["expert"]  # more things, each told in less
    levels = {
        depth: max(level_of(wish) for one in sections(each) for wish in one["objectives"])
        for depth, each in made.items()
    }
    tables = [
        sum(section["lesson"].count("| --- |") for section in sections(await course(shelf, "valuation", depth=depth)))
        for depth in ("overview", "technical")
    ]
    assert tables[0] == 0 < tables[1]
    assert levels["overview"] == 2 and levels["balanced"] == 3 and levels["technical"] == 4 and levels["expert"] == 5


async def test_the_pace_changes_how_much_there_is(shelf: Database) -> None:
    quick, moderate, thorough = [await course(shelf, "nutrition", 1.0, pace=pace) for pace in PACES]
    asked = [len([check for one in sections(made) for check in one["check"]]) for made in (quick, moderate, thorough)]
    titles = [sum(one["lesson"].count("### ") for one in sections(made)) for made in (quick, moderate, thorough)]
    assert titles[0] > titles[2]
    assert asked[2] / titles[2] > asked[0] / titles[0]  # more exercises to each thing
    assert all(abs(made["estimated_minutes"] - 60) <= 3 for made in (quick, moderate, thorough))


async def test_the_style_changes_the_course_and_says_what_it_follows(shelf: Database) -> None:
    plain = await course(shelf, "negotiation", 1.0)
    concise = await course(shelf, "negotiation", 1.0, style="short and to the point")
    quick, practical = [
        await course(shelf, "negotiation", 1.0, pace="quick", style=style) for style in ("", "hands-on, with exercises")
    ]
    pirate = await course(shelf, "negotiation", 1.0, style="like a pirate")
    per_unit = [words(made) for made in (plain, concise)]
    assert per_unit[1] < per_unit[0] and "short lessons" in concise["summary"]
    exercises = [
        sum(check["minutes"] > 1 for one in sections(made) for check in one["check"]) for made in (quick, practical)
    ]
    assert exercises[1] > exercises[0] and "more exercises" in practical["summary"]
    assert pirate["parts"] == plain["parts"] and "could not be changed" in pirate["summary"]


async def test_it_waits_only_where_there_is_an_outline_to_look_at(shelf: Database) -> None:
    for query, waits in (("cooking", "outline"), ("oil painting glazing", None)):
        made: Any = bench(shelf, {"query": query, "hours": 1.0, "preferences": {"review_outline": True}})
        await run(made)
        assert wants_a_word(made) == waits


QUERIES = st.sampled_from(
    ["sleep", "valuation", "SQL", "first aid", "*bold* _under_ [1] <b>", "negotiate", "how to cook", "x" * 300]
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=QUERIES, hours=st.floats(0.5, 40), depth=st.sampled_from(list(DEPTHS)), pace=st.sampled_from(list(PACES)),
    style=st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=40),
)  # fmt: skip
async def test_whatever_is_asked_the_course_holds_together(
    shelf: Database, query: str, hours: float, depth: str, pace: str, style: str
) -> None:
    told = {"query": query, "hours": hours, "preferences": {"depth": depth, "pace": pace, "style": style}}
    made = await run(bench(shelf, told))
    ids: list[str] = []
    for number, part in enumerate(made["parts"], 1):
        assert part["number"] == number and part["minutes"] == sum(one["minutes"] for one in part["sections"])
        for place, one in enumerate(part["sections"], 1):
            assert one["number"] == f"{number}.{place}" and one["minutes"] >= 1 and one["lesson"]
            assert set(one["prerequisites"]) <= set(ids)
            ids.append(one["id"])
            refs = {int(ref) for ref in re.findall(r"(?<![\\\w`])\[(\d+)\]", one["lesson"])}
            assert refs and refs <= {source["ref"] for source in one["sources"]}
            assert {check["objective"] for check in one["check"]} == set(range(len(one["objectives"])))
            assert all(level_of(objective) for objective in one["objectives"])
    assert len(ids) == len(set(ids))
    titles = [one["title"].lower() for one in sections(made)]
    assert len(titles) == len(set(titles))
    assert made["estimated_minutes"] <= hours * 60 * 1.05 + 1
    found = await marks(shelf, made)
    assert found.support == 1.0 and found.alignment == 1.0
    if made["coverage"]["level"] == "good":
        assert abs(made["estimated_minutes"] - hours * 60) <= 0.05 * hours * 60 + 1


async def test_two_subjects_in_one_query_share_its_hours(shelf: Database) -> None:
    made = await course(shelf, "photography and sleep", 1.0)
    assert made["coverage"]["level"] == "good" and abs(made["estimated_minutes"] - 60) <= 3
    spent = {name: minutes_from(made, name) for name in ("Photography", "Sleep")}
    assert all(24 <= minutes <= 36 for minutes in spent.values()) and sum(spent.values()) == made["estimated_minutes"]
    numbers = [section["number"] for section in sections(made)]
    assert len(set(numbers)) == len(numbers) and [part["number"] for part in made["parts"]] == [1, 2]
    like = await course(shelf, "statistics and machine learning", 6.0)
    ids = [section["id"] for section in sections(like)]
    assert len(ids) == len(set(ids)) and (await marks(shelf, like)).redundancy < 0.02
    both = await course(shelf, "supply and demand", 1.0)  # one subject, in one book
    assert len(both["books"]) == 1 and both["coverage"]["missing"] == []


async def test_of_two_subjects_one_has_the_time_that_the_other_cannot_fill(shelf: Database) -> None:
    made = await course(shelf, "sleep and statistics", 5.0)
    assert 60 < minutes_from(made, "Sleep") < 0.95 * 150 < 1.1 * 150 < minutes_from(made, "Statistics")
    assert made["coverage"]["missing"] == []


def minutes_from(made: dict[str, Any], book: str) -> int:
    """Of sections that cite a book with this in its title."""
    return sum(one["minutes"] for one in sections(made) if book in str({source["book"] for source in one["sources"]}))


async def test_a_language_that_the_library_does_not_have_is_not_another_one(shelf: Database) -> None:
    for query in ("C++", "C# programming", ".NET"):
        made = await course(shelf, query, 1.0)
        assert made["coverage"]["level"] == "none" and made["parts"] == []
        assert made["coverage"]["missing"] == [query.split()[0]]


async def test_of_a_misspelt_query_the_library_s_spelling_is_offered(shelf: Database) -> None:
    for query, meant in (
        ("negociation", "negotiation"), ("Machne learning", "Machine learning"), ("Italian grammar", ""),
        ("photography", ""), ("Learn stastistics", "statistics"), ("nuclear submarines", ""),
    ):  # fmt: skip
        assert (await course(shelf, query, 0.5))["coverage"]["did_you_mean"] == meant
