"""One small book in every format, and ways to spoil it."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from fpdf import FPDF

Book = Sequence[tuple[str, Sequence[tuple[str, str]]]]  # chapters: title, and sections of title and text

WIND = (
    "Wind is air that moves from high pressure to low pressure. The greater the difference, the stronger it blows. "
    "An anemometer is the instrument that measures its speed, and a vane tells where it comes from."
)
RAIN = (
    "Rain falls when droplets in a cloud have grown too heavy for the rising air. Large drops fall faster than small "
    "ones, and flatten as they fall. A rain gauge is a vessel that shows how much has come down."
)
SNOW = (
    "Snow forms where water vapour freezes directly into crystals. Each crystal keeps six sides, because of the way in "
    "which molecules of water join. Fresh snow holds much air, and keeps the ground below it warm."
)
WEATHER: Book = [
    (
        "Moving air",
        [("What wind is", WIND), ("Sea breezes", "On a warm day the land heats faster than the sea. " + WIND)],
    ),
    ("Falling water", [("Rain", RAIN), ("Snow and hail", SNOW + " Hail grows in layers within a storm.")]),
]
TITLES = [(1, "Moving air"), (2, "What wind is"), (2, "Sea breezes"), (1, "Falling water"), (2, "Rain"),
          (2, "Snow and hail")]  # fmt: skip
CONTAINER = '<container><rootfiles><rootfile full-path="text/book.opf"/></rootfiles></container>'


def markdown(book: Book = WEATHER, title: str = "Weather for Walkers") -> bytes:
    lines = ["---", f"title: {title}", "author: Ada Gale", "subject: weather", "---", "", f"# {title}", ""]
    for chapter, sections in book:
        lines += [f"## {chapter}", ""]
        for heading, text in sections:
            lines += [f"### {heading}", "", text.replace("An anemometer", "An **anemometer**"), ""]
    return "\n".join(lines).encode()


def _body(sections: Sequence[tuple[str, str]]) -> str:
    return "".join(f'<h2 id="s{i}">{escape(h)}</h2><p>{escape(t)}</p>' for i, (h, t) in enumerate(sections))


def page(book: Book = WEATHER) -> bytes:
    chapters = "".join(f"<h1>{escape(title)}</h1>{_body(sections)}" for title, sections in book)
    hidden = "<script>alert('script')</script><style>p { color: red }</style>"
    head = f'<title>Weather for Walkers</title><meta name="author" content="Ada Gale">{hidden}'
    return f"<!doctype html><html><head>{head}</head><body><nav>menu</nav>{chapters}</body></html>".encode()


def text(book: Book = WEATHER) -> bytes:
    parts = []
    for number, (title, sections) in enumerate(book, start=1):
        parts.append(f"CHAPTER {number}. {title}")
        for heading, words in sections:
            parts += [heading.upper(), words]
    return "\n\n".join(parts).encode()


def epub(book: Book = WEATHER, *, ncx: bool = False, more: Mapping[str, bytes | str] | None = None) -> bytes:
    """EPUB 3 with a navigation document, or EPUB 2 with an NCX; ``more`` replaces or adds members."""
    members: dict[str, bytes | str] = {"META-INF/container.xml": CONTAINER}
    items, spine, lines = "", "", ""
    for number, (title, sections) in enumerate(book, start=1):
        name = f"c{number}.xhtml"
        members[f"text/{name}"] = f"<html><body><h1>{escape(title)}</h1>{_body(sections)}</body></html>"
        items += f'<item id="c{number}" href="{name}" media-type="application/xhtml+xml"/>'
        spine += f'<itemref idref="c{number}"/>'
        links = [(f"{name}#s{i}", heading) for i, (heading, _) in enumerate(sections)]
        lines += _points(title, name, links) if ncx else _list(title, name, links)
    if ncx:
        items += '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
        doctype = '<!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" "http://www.daisy.org/z3986/2005/ncx-2005-1.dtd">'
        members["text/toc.ncx"] = f"{doctype}<ncx><navMap>{lines}</navMap></ncx>"
    else:
        items += '<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
        nav = f'<nav epub:type="toc"><ol>{lines}</ol></nav>'
        members["text/nav.xhtml"] = f'<html xmlns:epub="http://www.idpf.org/2007/ops"><body>{nav}</body></html>'
    dc = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    told = "<dc:title>Weather for Walkers</dc:title><dc:creator>Ada Gale</dc:creator>"
    members["text/book.opf"] = (
        f"<package><metadata {dc}>{told}</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    return zipped({**members, **(more or {})})


def _list(title: str, name: str, links: Sequence[tuple[str, str]]) -> str:
    inner = "".join(f'<li><a href="{href}">{escape(heading)}</a></li>' for href, heading in links)
    return f'<li><a href="{name}">{escape(title)}</a><ol>{inner}</ol></li>'


def _points(title: str, name: str, links: Sequence[tuple[str, str]]) -> str:
    def point(text: str, href: str, inner: str) -> str:
        label = f"<navLabel><text>{escape(text)}</text></navLabel>"
        return f'<navPoint>{label}<content src="{href}"/>{inner}</navPoint>'

    return point(title, name, "".join(point(heading, href, "") for href, heading in links))


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        for name, content in members.items():
            archive.writestr(name, content)
    return body.getvalue()


def pdf(book: Book = WEATHER, *, outline: bool = True, password: str = "") -> bytes:
    paper = FPDF()
    paper.set_title("Weather for Walkers")
    paper.set_author("Ada Gale")
    if password:
        paper.set_encryption(owner_password="owner", user_password=password)
    for title, sections in book:
        paper.add_page()
        _line(paper, title, 0 if outline else None)
        for heading, words in sections:
            _line(paper, heading, 1 if outline else None)
            paper.set_font("Times", size=11)
            paper.multi_cell(0, 5, words, new_x="LMARGIN", new_y="NEXT")
    return bytes(paper.output())


def _line(paper: FPDF, title: str, level: int | None) -> None:
    paper.set_font("Times", "B", 14)
    if level is not None:
        paper.start_section(title, level=level)
    paper.cell(0, 10, title, new_x="LMARGIN", new_y="NEXT")


def scanned(pages: int = 3) -> bytes:
    paper = FPDF()
    for _ in range(pages):
        paper.add_page()
        paper.rect(10, 10, 100, 100, style="F")
    return bytes(paper.output())


def written(folder: Path, name: str, body: bytes) -> Path:
    path = folder / name
    path.write_bytes(body)
    return path
