"""A PDF without an outline has the headings that people see in it."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fpdf import FPDF
from playwright.async_api import async_playwright

from tests.support.services import missing
from tests.worker.books import samples
from tests.worker.books.samples import RAIN, SNOW, WIND
from worker.books import pdf
from worker.books.chapters import sections
from worker.books.document import Document

LONG = "Sea breezes, and why they come in the afternoon of a warm and quiet day in the middle of summer"
PAGE = f"""<!doctype html><title>Weather notes</title>
<style>body {{ font: 11pt serif }} h1 {{ font-size: 22pt }} .columns {{ column-count: 2 }}</style>
<h1>Weather for walkers</h1><div class=NAME>
<h2>Moving air</h2><h3>What wind is</h3><p>{WIND.replace("anemometer", "<b>anemometer</b>")}</p>
<h3>{LONG}</h3><p><b>Note well.</b> {WIND} {WIND}</p>
<table><tr><th>Name<th>Speed</tr><tr><td>Breeze<td>5</tr><tr><td>Gale<td>20</tr></table>
<h2>Falling water</h2><p>{RAIN}</p><h3>Snow</h3><p>{SNOW}</p></div>"""
TITLES = [(1, "Moving air"), (2, "What wind is"), (2, LONG), (1, "Falling water"), (2, "Snow")]


def read(folder: Path, body: bytes) -> Document:
    return pdf.read(samples.written(folder, "book.pdf", body))


def outline(document: Document) -> list[tuple[int, str]]:
    return [(one.level, one.title) for one in sections(document)]


async def printed(page: str) -> bytes:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing("Chromium is not installed")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        tab = await browser.new_page()
        await tab.set_content(page)
        body = await tab.pdf(display_header_footer=True)
        await browser.close()
    return body


@pytest.mark.parametrize("layout", ["plain", "columns"])
async def test_a_page_printed_by_a_browser_has_its_headings(layout: str, tmp_path: Path) -> None:
    body = await printed(PAGE.replace("NAME", layout))
    document = await asyncio.to_thread(read, tmp_path, body)
    assert outline(document) == TITLES


def composed(write: Callable[[FPDF], None]) -> bytes:
    paper = FPDF()
    paper.add_page()
    write(paper)
    return bytes(paper.output())


def _put(paper: FPDF, text: str, size: float = 11, style: str = "") -> None:
    paper.set_font("Times", style, size)
    paper.multi_cell(0, size / 2, text, new_x="LMARGIN", new_y="NEXT")


def test_larger_lines_are_headings_and_running_titles_are_not(tmp_path: Path) -> None:
    def write(paper: FPDF) -> None:
        for number, (title, text) in enumerate([("Wind", WIND), ("Rain", RAIN), ("Snow", SNOW)]):
            if number:
                paper.add_page()
            _put(paper, "Weather notes", 13)
            _put(paper, f"Chapter {number + 1}", 18)
            _put(paper, title, 16)
            _put(paper, text)
            _put(paper, "More about it", 13)
            _put(paper, text)

    document = read(tmp_path, composed(write))
    expected = [(f"Chapter {n}: {title}", "More about it") for n, title in [(1, "Wind"), (2, "Rain"), (3, "Snow")]]
    assert outline(document) == [(level, title) for both in expected for level, title in enumerate(both, start=1)]
    assert [one.place for one in sections(document)][::2] == ["chapter 1", "chapter 2", "chapter 3"]


def test_bold_lines_of_the_texts_size_are_headings_only_between_paragraphs(tmp_path: Path) -> None:
    def write(paper: FPDF) -> None:
        for title, text in [("Moving air", WIND), ("Falling water", RAIN)]:
            _put(paper, title, style="B")
            _put(paper, text)
            for cell in ("Name", "Speed"):  # a table's
                _put(paper, cell, style="B")
            _put(paper, "Gale: 20")
            _put(paper, "and in the middle of what is said")
            _put(paper, "a bold line that goes on", style="B")
            _put(paper, "goes the text. " + text)

    assert outline(read(tmp_path, composed(write))) == [(1, "Moving air"), (1, "Falling water")]


def test_a_pull_quote_or_an_initial_is_no_heading(tmp_path: Path) -> None:
    def write(paper: FPDF) -> None:
        for title, text in [("Moving air", WIND), ("Falling water", RAIN)]:
            _put(paper, title, 16, "B")
            _put(paper, "W", 40)
            _put(paper, text * 4)
            _put(paper, "Fresh snow holds much air, and keeps the ground below it warm.", 20)
            _put(paper, text * 4)

    assert outline(read(tmp_path, composed(write))) == [(1, "Moving air"), (1, "Falling water")]


def test_an_outline_says_more_than_looks(tmp_path: Path) -> None:
    assert outline(read(tmp_path, samples.pdf())) == samples.TITLES
