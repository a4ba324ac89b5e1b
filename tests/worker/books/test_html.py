"""Pages as they are found: with elements that nobody has closed, and with notes."""

from pathlib import Path

import pytest

from tests.worker.books import samples
from tests.worker.books.samples import RAIN, WIND
from worker.books import html
from worker.books.read import read


def text(page: str) -> str:
    return "\n".join(block.text for block in html.read(page).blocks)


@pytest.mark.parametrize("tag", ["nav", "header", "aside", "footer", "noscript", "button"])
@pytest.mark.parametrize("end", ["", "</TAG>"])
def test_a_container_that_would_swallow_the_page_is_not_dropped(tag: str, end: str, tmp_path: Path) -> None:
    page = f"<body><{tag}><a href=/>Home</a><h1>Wind</h1><p>{WIND}</p><h1>Rain</h1><p>{RAIN}</p>{end}</body>"
    path = samples.written(tmp_path, "page.html", page.replace("TAG", tag).encode())
    document = read(str(path), "html")
    assert [block.text for block in document.blocks if block.kind == "heading"] == ["Wind", "Rain"]
    assert {WIND, RAIN} <= {block.text for block in document.blocks}


def test_a_menu_in_its_place_is_dropped_and_what_is_before_an_open_one_comes_once() -> None:
    assert text(f"<nav>menu</nav><p>{WIND} {RAIN}</p>") == f"{WIND} {RAIN}"
    assert not text("<nav>" + "<a href=/>To another page</a><br>" * 5 + "</nav><script>run()</script>")
    assert text(f"<p>{WIND}</p><nav>menu<p>{RAIN}</p>") == f"{WIND}\nmenu\n{RAIN}"


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ('Wind<sup><a href="#fn1">1</a></sup> blows.', "Wind blows."),
        ('Wind<a href="#fn1"><sup>[12]</sup></a> blows.', "Wind blows."),
        ('Wind<sup><a href="notes.xhtml#n">*</a></sup> blows.', "Wind blows."),
        ('Wind<a epub:type="noteref" href="n.xhtml#fn1">1</a> blows.', "Wind blows."),
        ("x<sup>2</sup> + y<sup>10</sup> = 3 m<sup>-1</sup>", "x² + y¹⁰ = 3 m⁻¹"),
        ("2<sup>k</sup> and e<sup>k+1</sup>", "2^k and e^(k+1)"),
        ("the 5<sup>th</sup> of May", "the 5th of May"),
        ('see <a href="#c3">chapter 3</a><sup>2</sup>', "see chapter 3²"),
        ('see <sup><a href="https://example.org/#a">1</a></sup>', "see ¹"),
        ("H<sub>2</sub>O<sup>", "H2O"),
    ],
)
def test_marks_of_notes_go_and_exponents_can_be_read(page: str, shown: str) -> None:
    assert text(f"<p>{page}</p>") == shown
