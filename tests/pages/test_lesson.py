"""A lesson is what somebody's book said: shown as it was meant, and nothing of it done."""

import re

import pytest

from app.pages.lesson import as_text, html


def test_a_citation_leads_to_its_source_and_the_first_is_where_that_leads_back() -> None:
    made = html("One [1]. Two [2, 3]. One again [1].", {1, 2, 3})
    assert re.findall(r'href="#source-(\d)"', made) == ["1", "2", "3", "1"]
    assert re.findall(r'id="cite-(\d)"', made) == ["1", "2", "3"]


def test_a_number_without_a_source_stays_text_and_code_stays_code() -> None:
    made = html("See [4] and `a[1]`.\n\n```\nx[1]\n```\n", {1})
    assert "[4]" in made and "<code>a[1]</code>" in made and "x[1]" in made and "source-" not in made


@pytest.mark.parametrize(
    "lesson",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](data:text/html,x)",
        "[a](/account)",
        "![a](https://elsewhere.example/pixel.png)",
        "[1]: https://elsewhere.example\n\n[1]",
        "| a |\n|:-:|\n| <b>x</b> |",
    ],
)
def test_nothing_of_a_book_is_done(lesson: str) -> None:
    made = str(html(lesson, {1}))
    tags = set(re.findall(r"<(\w+)", made))
    assert tags <= {"p", "sup", "a", "div", "table", "thead", "tbody", "tr", "th", "td"}
    assert not re.search(r"<[^>]+\s(?:on\w+|style|src)=", made)
    assert all(target.startswith("#source-") for target in re.findall(r'href="([^"]*)"', made))


def test_a_link_to_the_web_stays_and_says_that_it_is_not_ours() -> None:
    made = html("[here [1]](https://example.org/a?b=c&d)", {1})
    assert 'href="https://example.org/a?b=c&amp;d"' in made and 'rel="noopener noreferrer nofollow ugc"' in made
    assert made.count("<a ") == 1


def test_headings_begin_below_the_pages_own_and_tables_and_code_scroll_within_themselves() -> None:
    made = html("# A\n\n### B\n\n| x | y |\n|---|--:|\n| 1 | 2 |\n\n    code\n", set())
    assert "<h2>A</h2>" in made and "<h4>B</h4>" in made and 'class="aligned-right"' in made
    assert made.count('class="lesson-scroll" role="region"') == 2 and made.count('tabindex="0"') == 2


def test_its_words_alone() -> None:
    assert as_text("# A *b*\n\nc\nd `e`") == "A b c d e"
