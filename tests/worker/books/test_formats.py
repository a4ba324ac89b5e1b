"""Every format gives the same book, and what is no book is refused with a sentence that says why."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject

from app.kinds.book import Format
from tests.worker.books import samples
from worker.books.chapters import sections
from worker.books.passages import passages
from worker.books.read import read
from worker.errors import Rejected

BOMB = b"\x00" * (20 * 1024 * 1024)
BILLION = '<!DOCTYPE p [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'
SECRET = '<!DOCTYPE p [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def parsed(folder: Path, format: Format, body: bytes) -> Any:
    return read(str(samples.written(folder, "file", body)), format)


@pytest.mark.parametrize(
    ("format", "body"),
    [
        ("markdown", samples.markdown()), ("html", samples.page()), ("text", samples.text()),
        ("epub", samples.epub()), ("epub", samples.epub(ncx=True)), ("pdf", samples.pdf()),
        ("markdown", samples.markdown().replace(b"\n", b"\r\n")), ("text", samples.text().decode().encode("utf-16")),
    ],
)  # fmt: skip
def test_every_format_gives_the_same_chapters(format: Format, body: bytes, tmp_path: Path) -> None:
    document = parsed(tmp_path, format, body)
    found = sections(document)
    titles = [(one.level, one.title) for one in found]
    if format == "text":
        titles = [(level, re.sub(r"^CHAPTER \d\. ", "", title).capitalize()) for level, title in titles]
    assert titles == samples.TITLES
    assert [one.place for one in found][:3] == ["chapter 1", "chapter 1, section 1", "chapter 1, section 2"]
    wind = found[1].blocks
    assert " ".join(block.text for block in wind) == samples.WIND
    assert all("alert" not in block.text and "color" not in block.text for block in document.blocks)
    if format != "text":  # which tells neither
        assert (document.title, document.author) == ("Weather for Walkers", "Ada Gale")
    if format == "markdown":
        assert wind[0].bold == ("anemometer",) and document.subject == "weather"
    if format == "pdf":
        assert [one.page for one in found] == [1, 1, 1, 2, 2, 2]


def tampered(change: str) -> bytes:
    """The PDF with its outline made cyclic, or its entries leading nowhere."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(samples.pdf())))
    outlines: Any = writer.root_object["/Outlines"]
    first = outlines["/First"]
    if change == "cyclic":
        first[NameObject("/Next")] = outlines.raw_get("/First")
        first[NameObject("/First")] = outlines.raw_get("/First")
    else:
        del first["/Dest" if "/Dest" in first else "/A"]
    body = BytesIO()
    writer.write(body)
    return body.getvalue()


@pytest.mark.parametrize("change", ["cyclic", "nowhere"])
def test_a_broken_outline_is_no_reason_to_refuse_a_book(change: str, tmp_path: Path) -> None:
    found = sections(parsed(tmp_path, "pdf", tampered(change)))
    words = sum(one.words for one in found)
    assert words >= sum(len(text.split()) for _, parts in samples.WEATHER for _, text in parts)


def test_a_pdf_without_an_outline_is_cited_by_its_pages(tmp_path: Path) -> None:
    long = [(f"Day {day}", [("Notes", samples.RAIN * 12)]) for day in range(20)]
    found = sections(parsed(tmp_path, "pdf", samples.pdf(long, outline=False)))
    assert len(found) > 1 and all(one.page for one in found)
    assert all(re.search(r"pp?\. \d+", one.locator) for one in passages(found))


OPF, CONTAINER = "text/book.opf", "META-INF/container.xml"
REFUSED: list[tuple[str, Format, bytes, str]] = [
    ("encrypted", "pdf", samples.pdf(password="x"), "password"),
    ("scanned", "pdf", samples.scanned(), "scanned"),
    ("cut", "pdf", samples.pdf()[:2000], "damaged"),
    ("no pdf", "pdf", b"%PDF-1.7\nnothing", "damaged"),
    ("no zip", "epub", b"PK\x03\x04nothing", "damaged"),
    ("cut zip", "epub", samples.epub()[:-200], "damaged"),
    ("bomb", "epub", samples.epub(more={"text/c1.xhtml": BOMB}), "unpacks"),
    ("many pages", "epub", samples.epub([("C", [("S", "word " * 199_990)])] * 20), "longer than any book"),
    ("trick", "epub", samples.epub(more={"../../etc/passwd": "root"}), "outside"),
    ("absolute", "epub", samples.epub(more={"/etc/passwd": "root"}), "outside"),
    ("link", "epub", samples.epub(more={CONTAINER: samples.CONTAINER.replace("text/", "../../")}), "outside"),
    ("billion", "epub", samples.epub(more={OPF: BILLION + "<package><p>&c;</p></package>"}), "entities"),
    ("secret", "epub", samples.epub(more={OPF: SECRET + "<package><p>&a;</p></package>"}), "entities"),
    ("page with entities", "epub", samples.epub(more={"text/c1.xhtml": BILLION + "<p>&c;</p>"}), "entities"),
    ("html with entities", "html", BILLION.encode() + samples.page(), "entities"),
    ("drm", "epub", samples.epub(more={"META-INF/encryption.xml":
        '<e xmlns="x"><CipherReference URI="text/c1.xhtml"/></e>'}), "protected"),
    ("only a script", "html", b"<script>" + b"word " * 500 + b"</script>", "hardly any text"),
    ("empty", "text", b"", "hardly any text"),
    ("no text", "text", b"a\x00b" * 100, "not a text"),
    ("endless", "text", b"word " * 2_000_001, "longer than any book"),
    ("list of a list", "markdown", b"> " * 30_000 + b"deep", "hardly any text"),
]  # fmt: skip


@pytest.mark.parametrize(("format", "body", "reason"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED])
def test_what_is_no_book_is_refused_with_the_reason(format: Format, body: bytes, reason: str, tmp_path: Path) -> None:
    with pytest.raises(Rejected, match=reason) as refused:
        parsed(tmp_path, format, body)
    assert re.fullmatch(r"[A-Z][^\n]{20,200}\.", refused.value.message)


def test_a_page_that_is_a_form_is_read(tmp_path: Path) -> None:
    body = (
        b"<body><form><select><option>Only a choice</option></select><p>"
        + b"Rain falls on hills. " * 60
        + b"</p></form>"
    )
    told = " ".join(block.text for one in sections(parsed(tmp_path, "html", body)) for block in one.blocks)
    assert "Rain falls on hills." in told and "Only a choice" not in told
