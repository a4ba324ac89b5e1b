"""Where sentences end, and that a long text of short ones is looked at once."""

import pytest

from worker.words import sentences


class Looked(str):
    """A text that counts what is taken out of it."""

    taken = 0

    def __getitem__(self, key: object) -> str:
        part = str.__getitem__(self, key)  # type: ignore[index]
        self.taken += len(part)
        return part


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It rains. We go in.", ["It rains.", "We go in."]),
        ("He said “Go.” Then he left.", ["He said “Go.”", "Then he left."]),
        ("Many, e.g. Anna and approx. Ten others. So be it.", ["Many, e.g. Anna and approx. Ten others.", "So be it."]),
        ("J. R. R. Tolkien wrote. Dr. Who did not.", ["J. R. R. Tolkien wrote.", "Dr. Who did not."]),
        ("A. B. C. Then. D.", ["A. B. C. Then.", "D."]),
        ("Of iron. Iron.", ["Of iron.", "Iron."]),
        ("In the cafe. Etc. Is said. The end", ["In the cafe.", "Etc.", "Is said.", "The end"]),
    ],
)
def test_a_sentence_ends_where_it_does(text: str, found: list[str]) -> None:
    assert sentences(text) == found


def test_initials_without_an_end_are_looked_at_once() -> None:
    text = Looked("A. " * 2000)
    assert len(sentences(text)) == 1
    assert text.taken < 20 * len(text)
