"""Files that were damaged or made to confuse: a book comes of them, or a refusal, and nothing else."""

import struct
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.kinds.book import Format
from app.library.formats import UnknownType, detect
from tests.worker.books import samples
from worker.books.chapters import MOST_CHAPTERS, MOST_HEADINGS, sections
from worker.books.document import MOST_CHARACTERS, count
from worker.books.passages import MOST, passages
from worker.books.read import read
from worker.errors import Rejected

BODIES: dict[Format, list[bytes]] = {
    "epub": [samples.epub(), samples.epub(ncx=True)],
    "pdf": [samples.pdf(), samples.pdf(outline=False)],
    "markdown": [samples.markdown()],
    "html": [samples.page()],
    "text": [samples.text()],
}
# What parsers stumble over, to be put anywhere.
POISON = [
    b"\x00", b"\xff\xfe", b"<", b"<!ENTITY a 'b'>", b"]]>", b"&#x110000;", b"&#xD800;", b"endobj", b"stream\n",
    b"<< /Length", b"/Kids [1 0 R]", b"1 0 R", b"9999999999", b"-1", b"PK\x03\x04", b"PK\x01\x02", b"\n# ", b"\n---\n",
    b"```", b"> " * 200, b"[" * 300, b"<div>" * 300, b"\xe2\x80\xae", b"<nav><ol><li>" * 50, b"\r", b"%PDF-",
    b"startxref\n0", b"trailer", struct.pack("<I", 0xFFFFFFFF),
]  # fmt: skip


@st.composite
def spoiled(draw: st.DrawFn, body: bytes) -> bytes:
    """A file with bytes turned, pieces cut out, doubled, moved, or something nasty put in."""
    data = bytearray(body)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 400))
        piece = bytes(data[at : at + length])
        what = draw(st.sampled_from(["turn", "cut", "double", "move", "poison", "end"]))
        if what == "turn" and at < len(data):
            data[at] ^= draw(st.integers(1, 255))
        elif what == "cut":
            del data[at : at + length]
        elif what == "double":
            data[at:at] = piece
        elif what == "move":
            del data[at : at + length]
            to = draw(st.integers(0, len(data)))
            data[to:to] = piece
        elif what == "poison":
            data[at:at] = draw(st.sampled_from(POISON))
        else:
            del data[at:]
    return bytes(data)


@pytest.mark.parametrize("format", get_args(Format))
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_spoiled_file_is_a_book_or_refused(format: Format, data: st.DataObject, tmp_path: Path) -> None:
    body = data.draw(spoiled(data.draw(st.sampled_from(BODIES[format]))))
    try:
        document = read(str(samples.written(tmp_path, "file", body)), format)
    except Rejected as refused:
        assert refused.message and "\n" not in refused.message
        return
    found = sections(document)
    assert 1 <= len(found) <= MOST_HEADINGS and found[0].level == 1
    assert sum(one.level == 1 for one in found) <= MOST_CHAPTERS
    assert sum(len(block.text) for block in document.blocks) <= MOST_CHARACTERS
    for passage in passages(found):
        assert 0 < passage.words <= MOST + 5 and passage.locator and count(passage.text) == passage.words
        assert "\x00" not in passage.text and not any("\ud800" <= c <= "\udfff" for c in passage.text)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(name=st.text(max_size=30), head=st.binary(max_size=200), data=st.data())
def test_any_file_has_a_type_or_none(name: str, head: bytes, data: st.DataObject) -> None:
    start = data.draw(st.sampled_from([b"", b"%PDF-1.4", b"PK\x03\x04", b"<!doctype html>", b"\xef\xbb\xbf"]))
    try:
        assert detect(name, start + head) in get_args(Format)
    except UnknownType as error:
        assert str(error).endswith(".")
