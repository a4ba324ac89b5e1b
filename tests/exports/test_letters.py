"""Letters on paper: what is printed is what was written, and what cannot be printed is seen to be missing."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from app.exports.letters import notice, printable, runs
from app.exports.paper import LEFT, TOP, WIDTH, Paper, printed

MADE = datetime(2026, 11, 28, tzinfo=UTC)
SAMPLES = [
    "If a ≠ b, then x → y, and −1 ≤ √2 ≥ π ÷ ∞",
    "∀x ∈ ℝ: ∑ 10⁻³ ⇒ ∂f ≈ ∇g",
    "Ωμέγα και άλφα",
    "Привет, мир",
    "Łódź, Dvořák, Erdős, Ștefan, Reykjavík",
    "½ × “q” – Jörg, naïve",
]


def read(*lines: str, bold: bool = False) -> list[str]:
    def draw(lost: str) -> Paper:
        paper = Paper("Title", MADE, "Foot")
        paper.page("Section")
        y = TOP
        for line in filter(None, [lost, *lines]):
            y = paper.paragraph(LEFT, y, line, WIDTH, 10, bold=bold)
        return paper

    reader = PdfReader(io.BytesIO(printed(draw)), strict=True)
    return reader.pages[0].extract_text().splitlines()


@pytest.mark.parametrize("bold", [False, True])
def test_mathematics_greek_cyrillic_and_european_letters_are_printed_as_they_are(bold: bool) -> None:
    found = read(*SAMPLES, bold=bold)
    assert [line for line in found if line in SAMPLES] == SAMPLES
    assert not any("could not be printed" in line for line in found)


def test_what_cannot_be_printed_is_a_box_and_the_first_page_says_what_it_was() -> None:
    found = read("Chinese 李, Arabic مرحبا, Hebrew שלום")
    assert "Chinese □, Arabic □□□□□, Hebrew □□□□" in found
    assert any("could not be printed (Arabic, Chinese, Hebrew): each is shown as □" in line for line in found)
    assert notice({"a real □ and ≠"}) == ""


def test_what_nobody_sees_is_left_out_and_what_is_unknown_is_not() -> None:
    assert printable("a\u200bb\u202e\x07  c\xadd") == "ab cd"
    assert printable("\ue000 \U0003ffff") == "□ □"
    assert "(signs)" in notice({"\ue000"})


def test_a_word_is_set_in_one_font_and_nothing_is_lost_between_them() -> None:
    assert list(runs("If Dvořák ≠ b")) == [("If ", False), ("Dvořák", True), (" ", False), ("≠", True), (" b", False)]
    assert list(runs("plain text")) == [("plain text", False)]


def test_a_line_of_both_fonts_is_as_wide_as_its_words() -> None:
    paper = Paper("Title", MADE, "Foot")
    parts = sum(paper.width(word, 10) for word in ("Ωμέγα", "is", "≠"))
    assert paper.width("Ωμέγα is ≠", 10) == pytest.approx(parts + 2 * (paper.width("a b", 10) - paper.width("ab", 10)))
    assert all(paper.width(line, 10) <= 60 for line in paper.lines("Привет мир " * 30, 60, 10))
    paper.close()


def test_the_font_is_taken_along_only_where_it_is_used() -> None:
    def fonts(text: str) -> set[str]:
        paper = Paper("Title", MADE, "Foot")
        paper.page()
        paper.text(LEFT, TOP, text, 10)
        found: Any = PdfReader(io.BytesIO(paper.bytes())).pages[0]["/Resources"]
        return {str(font.get_object()["/BaseFont"]) for font in found["/Font"].values()}

    assert fonts("plain") == {"/Helvetica"}
    assert any("DejaVu" in name for name in fonts("a ≠ b"))
