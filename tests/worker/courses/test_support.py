"""A claim stands only where the passage that it names says it."""

import pytest

from worker.courses.support import nearest_words, speaks_of, supports

PASSAGE = (
    "A discount rate turns future cash into present value. A higher rate makes distant cash worth less. Inflation does "
    "not change the real rate. In 2008 the bank Lehman failed with 613 billion dollars of debt."
)


@pytest.mark.parametrize(
    "sentence",
    [
        "A higher rate makes distant cash worth less.",
        "The discount rate is what turns cash of the future into a present value.",
        "Distant cash is worth less when the rate is higher.",
        "The real rate does not change with inflation.",
        "The bank Lehman failed in 2008.",
    ],
)
def test_what_it_says_in_its_own_or_other_words(sentence: str) -> None:
    assert supports(PASSAGE, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "A higher rate does not make distant cash worth less.",  # denies it
        "Inflation changes the real rate.",
        "Warren Buffett says that distant cash is worth less.",  # a name of its own
        "A higher rate makes distant cash worth 40 percent less.",  # a number of its own
        "The bank Lehman failed in 2009.",
        "Dogs are friendly animals that like to play in the park.",
        "",
    ],
)
def test_what_it_does_not_say(sentence: str) -> None:
    assert not supports(PASSAGE, sentence)


def test_the_quote_is_the_sentence_that_is_meant() -> None:
    assert nearest_words(PASSAGE, "Cash that is distant is worth less", 300).startswith("A higher rate")
    assert len(nearest_words(PASSAGE, "Lehman", 40)) <= 40


@pytest.mark.parametrize(
    "text", ["What a higher rate does", "Inflation and the real rate", "Lehman in 2008", "Why so?"]
)
def test_a_heading_is_about_what_is_said(text: str) -> None:
    assert speaks_of(PASSAGE, text, 0.6)


@pytest.mark.parametrize("text", ["Dogs and their parks", "The rate of Buffett", "The real rate in 2009", "PWNED"])
def test_a_heading_is_about_something_else(text: str) -> None:
    assert not speaks_of(PASSAGE, text, 0.6)
