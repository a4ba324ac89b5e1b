"""A model's lesson is as long as the rules engine's: cut at ends of paragraphs, or filled up with what is untold."""

from worker.courses import fitted
from worker.courses.fitted import Left

LESSON = """### Rates

A discount rate turns future cash into present value. It falls with distance. Inflation erodes every payment. [1]

Three things raise the rate: [2]

- risk of default
- long waiting [2]

From source [3]:

| year | cash |
| --- | --- |
| 1 | 90 |"""


def test_the_lesson_is_read_with_what_belongs_together() -> None:
    assert fitted.told_by(LESSON) == [
        Left(1, ("A discount rate turns future cash into present value.", "It falls with distance.",
                 "Inflation erodes every payment.")),
        Left(2, ("Three things raise the rate:",), ("- risk of default\n- long waiting",)),
        Left(3, (), ("| year | cash |\n| --- | --- |\n| 1 | 90 |",)),
    ]  # fmt: skip
    # A block has the words of its plain text, "year | cash" and "1 | 90".
    assert [one.words for one in fitted.told_by(LESSON)] == [17, 12, 6]


def test_what_is_told_in_other_words_is_not_told_again_nor_what_leans_on_it() -> None:
    said = ["Future cash turns into present value by the discount rate."]
    left = fitted.untold(fitted.told_by(LESSON), said, ["- risk of default\n- long waiting"])
    assert [(one.ref, one.sentences) for one in left] == [
        (1, ("Inflation erodes every payment.",)), (2, ("Three things raise the rate:",)), (3, ()),
    ]  # fmt: skip


def test_it_is_filled_up_to_the_aim_and_never_over() -> None:
    left = fitted.told_by(LESSON)
    assert fitted.filling(left, 100, 100, 130) == []
    assert fitted.filling(left, 100, 105, 130) == [Left(1, left[0].sentences[:1])]
    whole = fitted.filling(left, 100, 135, 140)
    assert whole == left and sum(one.words for one in whole) == 35
    # What announces a list that has no room is not told either.
    assert [one.ref for one in fitted.filling(left, 100, 135, 125)] == [1, 3]


def test_it_is_shortened_at_the_ends_of_the_longest_paragraphs() -> None:
    long = [("one two three four", 1), ("five six", 1), ("seven eight nine", 2)]
    short = [("ten eleven twelve", 2), ("more", 2)]
    assert fitted.shortened([long, short], 0) == [long, short]
    assert fitted.shortened([long, short], 1) == [long[:2], short]
    assert fitted.shortened([long, short], 99) == [long[:1], short[:1]]


def test_the_window_is_what_is_rounded_to_the_minutes() -> None:
    section = {"minutes": 9, "check": [{"minutes": 1}, {"minutes": 3}]}
    least, most = fitted.window(section, 0.01)
    for words in (least, most):
        assert round(words * 0.01 + 4) == 9
    for words in (least - 2, most + 2):
        assert round(words * 0.01 + 4) != 9
    assert fitted.window({"minutes": 1, "check": []}, 0.01)[0] == 0.0
