"""What a section's objectives say, and the questions that check them."""

from dataclasses import replace

import pytest

from tests.worker.courses.support import unit
from worker.courses import objectives, questions
from worker.courses.exercises import Exercise, section_of
from worker.courses.revised import NEW, revised


@pytest.mark.parametrize(
    ("title", "level", "objective"),
    [
        ("Estimating the cost of equity", 3, "Estimate the cost of equity"),
        ("Estimating the cost of equity", 2, "Explain how to estimate the cost of equity"),
        ("Why growth destroys value", 2, "Explain why growth destroys value"),
        ("Sleep cycles", 2, "Explain sleep cycles"),
        ("Understanding working capital", 3, "Solve problems about working capital"),
        ("Knowing when to stop", 2, "Explain when to stop"),
        ("Working memory and chunks", 2, "Explain working memory and chunks"),
        ("Freezing and blurring motion", 3, "Freeze and blur motion"),
        ("Conditioning on what is known", 3, "Condition on what is known"),
        ("Conditioning effects", 2, "Explain conditioning effects"),
        ("Keeping a log and reading it", 3, "Keep a log and read it"),
        ("Putting it all together", 2, "Explain free cash flow"),
        ("Looking things up with dictionaries", 3, "Demonstrate how to look things up with dictionaries"),
        ("Writing and reading the model", 2, "Explain how to write and read the model"),
        ("WACC", 4, "Analyse WACC"),
        ("From cash flows to value", 2, "Explain free cash flow"),
        ("Introduction", 2, "Explain free cash flow"),
    ],
)
def test_objectives_begin_with_measurable_verbs(title: str, level: int, objective: str) -> None:
    assert objectives.objective(unit(title, "Sleep cycles last long, and WACC is a rate."), level, 0) == objective


@pytest.mark.parametrize(
    ("question", "answer", "objective"),
    [
        (
            "How many cycles of 90 minutes fit into 7.5 hours?",
            "7.5 / 1.5 = 5.",
            "Solve numerical problems on sleep cycles",
        ),
        ("Why is the first cycle the deepest?", "Pressure is highest.", "Answer why-questions on sleep cycles"),
        ("A driver is sleepy. What helps first?", "A nap.", "Work through cases of sleep cycles"),
        ("Name the stages of one.", "N1, N2, N3, REM.", "Solve short tasks on sleep cycles"),
    ],
)
def test_an_objective_says_what_its_exercise_asks_for(question: str, answer: str, objective: str) -> None:
    asks = [questions.of_exercise(Exercise(question, answer, "", 1))]
    assert objectives.objective(unit("Sleep cycles", "Sleep cycles last long."), 3, 0, asks) == objective


def test_in_a_chapter_on_traps_a_trap_is_nothing_to_do() -> None:
    def wish(chapter: str, title: str) -> str:
        return objectives.objective(replace(unit(title, "Text."), chapter_title=chapter), 3, 0)

    assert wish("Common mistakes", "Adding the risk twice") == "Solve problems about adding the risk twice"
    assert wish("Common mistakes", "Avoiding the usual ones") == "Avoid the usual ones"
    assert wish("The standard error", "Counting the sample") == "Count the sample"


def test_two_sections_that_ask_for_the_same_are_one_objective() -> None:
    told = []
    for number, title in enumerate(("Estimating the cost of equity", "Estimating the cost of equity in practice"), 2):
        one = unit(title, "The cost of equity is a rate that owners ask for. It cannot be looked up.", number=number)
        one.exercises.append(Exercise(f"Beta is {number}. What is the cost of equity?", f"{number + 3}%.", "", number))
        told.append((one, one.text.split(". ")))
    wished, checks = objectives.of_section(told, 3, 6)
    assert wished == ["Estimate the cost of equity"]
    assert [check["objective"] for check in checks] == [0, 0]


def test_exercises_go_to_the_section_that_they_are_about() -> None:
    sections = [
        (
            "Analysing the audience",
            "Ask how many people come, and how long they sat. A talk needs words they know.",
        ),
        ("Stating the message", "The message of a talk is one sentence."),
        ("Matching content to time", "Speech runs at 120 words a minute. A talk of ten minutes has 1,200 words."),
    ]
    asked = [
        ("At 130 words a minute, how many words does a talk of seven minutes contain?", "910 words."),
        ('Turn "how many people come" into a message.', "It is one sentence."),
    ]
    assert section_of(sections, [Exercise(*one, "", 1) for one in asked]) == [2, 1]
    assert section_of(sections[:1], [Exercise("Of something else?", "Yes.", "", 1)]) == [0]


def test_questions_have_answers_from_the_text() -> None:
    told = ["A sleep cycle is a run from light sleep to REM sleep.", "It lasts 90 minutes."]
    asked = questions.recall(unit("Sleep cycles", " ".join(told), concepts=("sleep cycle",)), told)
    assert asked is not None and (asked.question, asked.answer) == ("What is a sleep cycle?", told[0])
    told = ["Stimulus control teaches the brain that bed means sleep.", "It takes weeks."]
    asked = questions.recall(unit("Stimulus control", " ".join(told), concepts=()), told)
    assert asked is not None and (asked.question, asked.answer) == ("What does stimulus control do?", told[0])
    told = ["Bayes' rule turns one probability into the other."]
    asked = questions.recall(unit("Bayes' rule", told[0], concepts=()), told)
    assert asked is not None and asked.question == "What does Bayes' rule do?"
    plain = ["Light from behind the camera flattens form.", "Side light draws texture."]
    asks = [questions.recall(unit("Direction of light", "", concepts=()), plain, place=place) for place in (0, 1, 2)]
    assert [one.question for one in asks if one] == [
        f"{verb} direction of light in two or three sentences." for verb in ("Explain", "Describe", "Summarise")
    ]
    why = ["Later money is worth less than money today, because it could have been invested."]
    asked = questions.recall(unit("Later money", why[0], concepts=()), why)
    assert asked is not None and asked.question == "Why is later money worth less than money today?"
    assert asked.answer == "Because it could have been invested."


@pytest.mark.parametrize(
    ("claim", "question"),
    [
        ("Sharp knives are safer than blunt ones", "Why are sharp knives safer than blunt ones?"),
        ("Noise does not average out", "Why does noise not average out?"),
        ("WHERE cannot see the result of a window", "Why can WHERE not see the result of a window?"),
        ("A product that cannot be explained is left", "A product that cannot be explained is left. Why?"),
        ("Power comes mostly from an alternative", "Power comes mostly from an alternative. Why?"),
    ],
)
def test_reasons_are_asked_for(claim: str, question: str) -> None:
    sentence = f"{claim}, because of a reason that is long enough."
    asked = questions.gives_reason(unit("Reasons", sentence, concepts=()), [sentence])
    assert asked is not None and asked.question == question and asked.answer.startswith("Because of a reason")


def test_what_is_new_in_an_outline_lowers_nothing() -> None:
    planned = [{"number": 1, "title": "P", "sections": [
        {**NEW, "id": name, "title": name, "level": level, "units": [1]} for name, level in (("a", 3), ("b", 3))
    ]}]  # fmt: skip
    chosen = [{"id": name, "title": name} for name in ("a", "new", "b", "last")]
    made = revised(planned, {"parts": [{"title": "P", "sections": chosen}]})
    assert [section["level"] for section in made[0]["sections"]] == [3, 3, 3, 3]


def test_exercises_that_go_on_from_others_are_left_out() -> None:
    assert questions.usable(Exercise("What is 10% of 50?", "5.", "", 1))
    assert questions.usable(Exercise("Which is a cause: (a) a tax; (b) a riot?", "(a).", "", 1))
    for asked in (
        "With that cost of equity, what is the WACC?", "Look at the table in section 2.", "Now do it again.",
        "With the demand of the text, what happens?", "Do the same sum for (b).",
    ):  # fmt: skip
        assert not questions.usable(Exercise(asked, "Yes.", "", 1))
