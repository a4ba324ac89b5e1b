"""What counts as the same word, and what an abbreviation stands for."""

from collections import Counter

import pytest

from app.library.ranking import HEADING, TESTING_WORTH, Candidate, counted, diverse, ranked, rarity, wanted
from app.library.terms import expand, find_terms
from app.library.words import WORD, stem, stems_of, words_of
from tests.support.library import SHELF, read


@pytest.mark.parametrize(
    "words",
    [
        ("value", "values", "valued", "valuing"), ("city", "cities", "city's"), ("run", "running", "runs"),
        ("quick", "quickly"), ("plan", "planned", "planning"), ("company", "companies"),
    ],
)  # fmt: skip
def test_forms_of_a_word_have_one_stem(words: tuple[str, ...]) -> None:
    assert len({stem(word) for word in words}) == 1


HARD = (
    "Its it's the 'quoted' one, l’un of o'clock; x_un 3D tv’s TVs Don't flies fly dries étude ÉTUDES un_der und "
    "C++ c c# C#x .NET net d.net .nets"
)


def test_words_asked_for_are_counted_as_if_all_were() -> None:
    texts = [HARD, *(passage["text"] for path in sorted(SHELF.glob("*.md"))[::6] for passage in read(path)["passages"])]
    known = sorted({word for text in texts for word in WORD.findall(text.lower())})
    for place, text in enumerate(texts):
        heading = " ".join([text[:30], *known[place::997]])
        everything = Counter(stems_of(text))
        everything.update(dict.fromkeys(stems_of(heading), HEADING))
        asked = {stem(word) for word in (*known[place % 7 :: 211], *WORD.findall(text.lower())[:5])}
        found = counted([Candidate(1, "book", heading, text, 100, None)], asked)
        assert found == [{one: times for one, times in everything.items() if one in asked}]


def test_languages_with_signs_are_words_of_their_own() -> None:
    assert words_of("C++, C# and F#; .NET on the net. C? #1 2++ a.net .nets") == [
        "c++", "c#", "f#", ".net", "net", "c", "1", "2", "nets",
    ]  # fmt: skip


def test_words_that_are_not_forms_of_each_other_stay_apart() -> None:
    assert len({stem(word) for word in ("bus", "business", "sing", "sin", "class", "bed", "be")}) == 7


def test_a_question_keeps_the_words_that_say_something() -> None:
    assert words_of("How do I learn the basics of C++, please?") == ["basics", "c++"]
    assert words_of("What’s Alice's plan") == ["what's", "alice's", "plan"]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("We use discounted cash flow (DCF) analysis.", "DCF", "discounted cash flow"),
        ("DCF (discounted cash flow) is used.", "DCF", "discounted cash flow"),
        ("**Earned value** management (EVM) tells", "EVM", "earned value management"),
        ("the World Health Organization (WHO) says", "WHO", "World Health Organization"),
        ("rates of perceived exertion (RPEs)", "RPE", "rates of perceived exertion"),
    ],
)
def test_a_text_explains_its_abbreviations(text: str, short: str, long: str) -> None:
    assert find_terms(text) == {short: long}


@pytest.mark.parametrize(
    "text", ["the price (USD 5) rose", "as said (see below)", "nothing before (ABC)", "(A)", "it is (NOT) so", "x (XYZ"]
)
def test_what_is_no_explanation_is_none(text: str) -> None:
    assert find_terms(text) == {}


def test_a_query_is_widened_both_ways() -> None:
    glossary = {"DCF": "discounted cash flow", "IT": "information technology"}
    assert expand("Learn DCF valuation", glossary) == ["Learn DCF valuation", "discounted cash flow"]
    assert expand("discounted cash flow", glossary) == ["discounted cash flow", "DCF"]
    assert expand("is it good", glossary) == ["is it good"]
    assert expand("dcf", glossary) == ["dcf", "discounted cash flow"]


def candidate(
    number: int, text: str, cosine: float | None, heading: str = "Chapter › Section", book: str = "b"
) -> Candidate:
    return Candidate(number, book, heading, text, len(text.split()), cosine)


def test_words_and_meaning_both_count_and_rare_words_more() -> None:
    wishes = wanted("soil acidity", [], {"soil": 500, "acidity": 2}, 1000)
    assert rarity(2, 1000) > 3 * rarity(500, 1000)
    both = candidate(1, "soil acidity is measured", 0.6, "A")
    meaning = candidate(2, "how sour the earth is", 0.6, "B")
    common = candidate(3, "soil is dug", 0.6, "C")
    rare = candidate(4, "acidity is measured", 0.6, "D")
    order = [one.passage for one, _ in ranked(wishes, [meaning, common, rare, both])]
    assert order == [1, 4, 3, 2]


def test_an_exercise_is_worth_less_than_what_explains() -> None:
    wishes = wanted("soil acidity", [], {}, 1000)
    scores = {
        one.passage: score
        for one, score in ranked(
            wishes,
            [candidate(1, "soil acidity", 0.5, "A › What it is"), candidate(2, "soil acidity", 0.5, "B › Exercises")],
        )
    }
    assert scores[2] == pytest.approx(TESTING_WORTH * scores[1])


def test_a_chapter_that_answers_often_lifts_its_passages() -> None:
    wishes = wanted("soil", [], {}, 1000)
    alone = candidate(1, "soil", 0.5, "Lonely › A")
    among = [candidate(number, "soil", 0.5, f"Rich › {number}") for number in (2, 3, 4)]
    assert [one.passage for one, _ in ranked(wishes, [alone, *among])] == [2, 3, 4, 1]


def test_without_meaning_the_words_decide_alone() -> None:
    wishes = wanted("soil acidity", [], {}, 1000)
    found = ranked(wishes, [candidate(1, "nothing of it", None, "A"), candidate(2, "soil acidity", None, "B")])
    assert found[0][0].passage == 2 and found[0][1] > 0.3 and found[1][1] == 0.0


def test_diversity_needs_no_vectors() -> None:
    found = [(1, "a", 0.9), (2, "a", 0.89), (3, "b", 0.85), (4, "b", 0.84)]
    assert diverse(found, {}, 3) == [1, 3, 2]
    assert diverse(found, {}, 10) == [1, 3, 2, 4] and diverse([], {}, 5) == []
