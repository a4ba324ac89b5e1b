"""Headings of plain texts: lines that say so or stand like one, and no others."""

import pytest

from tests.worker.books.samples import RAIN, SNOW, WIND
from worker.books import plain

BODIES = (WIND, RAIN, SNOW)


def headings(*paragraphs: str) -> list[tuple[int, str]]:
    found = plain.read("\n\n".join(paragraphs)).blocks
    return [(block.level, block.text) for block in found if block.kind == "heading"]


def below(*lines: str) -> list[str]:
    return [one for line, body in zip(lines, BODIES, strict=False) for one in (line, body)]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["1 Air", "1.1 What wind is", "1.2 Sea breezes"],
         [(2, "1 Air"), (3, "1.1 What wind is"), (3, "1.2 Sea breezes")]),
        (["1. Wind", "2. Rain", "3. Snow and hail"], [(2, "1. Wind"), (2, "2. Rain"), (2, "3. Snow and hail")]),
        (["Kapitel 1", "Kapitel 2: Regen"], [(2, "Kapitel 1"), (2, "Kapitel 2: Regen")]),
        (["CHAPTER 1\nMoving air", "CHAPTER II\nFalling water"],
         [(2, "Chapter 1: Moving air"), (2, "Chapter II: Falling water")]),
        (["CHAPTER 1\n\nMoving air", "Part Two\nThe Hills"],
         [(2, "Chapter 1: Moving air"), (1, "Part Two: The Hills")]),
        (["The Water Cycle", "Snow and Hail in the Hills"],
         [(3, "The Water Cycle"), (3, "Snow and Hail in the Hills")]),
    ],
)  # fmt: skip
def test_lines_that_stand_like_headings_are_headings(lines: list[str], expected: list[tuple[int, str]]) -> None:
    assert headings(*below(*lines)) == expected


@pytest.mark.parametrize(
    "paragraphs",
    [
        ["1. Flour", "2. Butter", "3. Sugar", "4. Salt"],
        ["1. Flour", "2. Butter", "3. Sugar", *[WIND] * 9],
        ["1.5 Litres of milk", WIND, "2.5 Spoons of sugar", RAIN],
        [WIND, "1.50 Euro", RAIN],
        ["“Where To?”", WIND, "“Home At Last”", RAIN],
        ["Juliet Capulet", WIND, "Romeo", RAIN, "Juliet Capulet", SNOW],
        [WIND, "Ada Gale", "Mill Lane 3", "Upper Town", RAIN],
        [WIND, "Name | Price", RAIN],
        ["The Wind Blows\nThe Snow Falls\nThe Night Goes", "The Day Comes,", WIND],
        ["Chapter 3 tells how wind comes about", WIND],
        ["Part two of the story is longer", WIND],
        [WIND, "Wind is air.", RAIN],
        [WIND + " It said", "Mind The Gap", RAIN.lower()],
    ],
)
def test_lists_addresses_dialogue_tables_and_verse_have_none(paragraphs: list[str]) -> None:
    assert headings(*paragraphs) == []
