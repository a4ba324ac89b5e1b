"""EPUB 2 and 3 (W3C EPUB 3.3, 2023): a zip with a package document, a spine of XHTML files and a table of contents.

Nothing is ever unpacked to a disk: members are read one by one, each and all together up to a limit.
"""

import posixpath
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from worker.books import html
from worker.books.document import Block, Document, MiB, clean, shortened
from worker.books.plain import decoded
from worker.errors import Rejected

MOST_MEMBERS: Final = 20_000
LARGEST_MEMBER: Final = 16 * MiB
LARGEST_WHOLE: Final = 64 * MiB  # of what is read: text, not pictures
# Text shrinks to a fifth or a tenth; to a hundredth only what is made to be large when it is unpacked.
MOST_RATIO: Final = 200
RATIO_FROM: Final = MiB
CONTAINER: Final = "META-INF/container.xml"
_PAGES: Final = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})

BROKEN: Final = "This EPUB is damaged and cannot be read. Try to download it again."
BOMB: Final = "This EPUB unpacks to far more than a book holds, so it is not read."
TRICK: Final = "This EPUB names files outside of itself, so it is not read."
PROTECTED: Final = "This EPUB is protected against copying (DRM) and cannot be read. Upload a copy without protection."
ENTITIES: Final = "This EPUB defines XML entities of its own, which no book needs; we do not read such files."


@dataclass(frozen=True)
class Entry:
    """A line of the table of contents."""

    level: int
    title: str
    path: str
    anchor: str


def read(path: Path) -> Document:
    try:
        with zipfile.ZipFile(path) as archive:
            return Book(archive).read()
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError):
        raise Rejected(BROKEN) from None


class Book:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.unpacked = 0
        _check_names(archive)
        if "META-INF/encryption.xml" in archive.namelist() and self._locked():
            raise Rejected(PROTECTED)

    def read(self) -> Document:
        document = Document()
        package_path = self._package_path()
        package = self._xml(package_path)
        folder = posixpath.dirname(package_path)
        for name in ("title", "author", "subject"):
            setattr(document, name, _metadata(package, "creator" if name == "author" else name))
        items = _manifest(package, folder)
        starts: dict[str, tuple[int, dict[str, int]]] = {}
        for item_path in _spine(package, items):
            if item_path not in starts:  # a spine that names a file twice has it once
                first = len(document.blocks)
                reader = html.read_into(document, self._text(item_path))
                starts[item_path] = (first, reader.anchors)
        if not starts:
            raise Rejected(BROKEN)
        entries = self._contents(package, items, folder)
        document.blocks = _with_contents(document.blocks, entries, starts)
        return document

    def _locked(self) -> bool:
        """Whether more than fonts is encrypted (fonts are, in many books that anybody can read)."""
        uris = [node.get("URI", "") for node in _all(self._xml("META-INF/encryption.xml"), "CipherReference")]
        return any(not uri.lower().endswith((".otf", ".ttf", ".woff", ".woff2")) for uri in uris)

    def _package_path(self) -> str:
        for node in _all(self._xml(CONTAINER), "rootfile"):
            if node.get("full-path"):
                return _inside("", node.get("full-path"))
        raise Rejected(BROKEN)

    def _contents(self, package: Any, items: dict[str, tuple[str, str, str]], folder: str) -> list[Entry]:
        """The navigation document's (EPUB 3), else the NCX's (EPUB 2); a broken one counts as none."""
        nav = [path for path, _, told in items.values() if "nav" in told.split()]
        ncx = [path for path, media, _ in items.values() if media == "application/x-dtbncx+xml"]
        for path, entries in [(path, _nav_entries) for path in nav] + [(path, _ncx_entries) for path in ncx]:
            try:
                if found := entries(self._xml(path), posixpath.dirname(path)):
                    return found
            except Rejected as error:
                if error.message != BROKEN:
                    raise
        return []

    def _bytes(self, path: str) -> bytes:
        """One member, never more of it than allowed, whatever its header says. Raises Rejected."""
        try:
            info = self.archive.getinfo(path)
        except KeyError:
            raise Rejected(BROKEN) from None
        if info.flag_bits & 0x1:
            raise Rejected(PROTECTED)
        if info.file_size > RATIO_FROM and info.file_size > MOST_RATIO * max(1, info.compress_size):
            raise Rejected(BOMB)
        try:
            with self.archive.open(info) as member:
                body = member.read(LARGEST_MEMBER + 1)
        except Exception as error:
            # Whatever zlib, lzma and bz2 say of damaged data; the kinds of errors differ from Python to Python.
            if isinstance(error, MemoryError):
                raise
            raise Rejected(BROKEN) from None
        self.unpacked += len(body)
        if len(body) > LARGEST_MEMBER or self.unpacked > LARGEST_WHOLE:
            raise Rejected(BOMB)
        return body

    def _text(self, path: str) -> str:
        return decoded(self._bytes(path))

    def _xml(self, path: str) -> Any:
        try:
            return ElementTree.fromstring(self._bytes(path))
        except DefusedXmlException:
            raise Rejected(ENTITIES) from None
        except (ElementTree.ParseError, ValueError, LookupError):  # LookupError: an encoding that nobody knows
            raise Rejected(BROKEN) from None


def _check_names(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise Rejected(BOMB)
    for member in members:
        _inside("", member.filename)


def _inside(folder: str, name: str) -> str:
    """The member that ``name`` means when it stands in ``folder``. Raises Rejected for one outside of the archive."""
    whole = posixpath.normpath(posixpath.join(folder, name.replace("\\", "/")))
    if whole.startswith(("/", "../")) or whole == ".." or (len(whole) > 1 and whole[1] == ":"):
        raise Rejected(TRICK)
    return whole


def _target(folder: str, reference: str) -> tuple[str, str] | None:
    """Path and anchor of a link inside the book; None for one that leads into the world."""
    try:
        parts = urlsplit(reference.strip())
    except ValueError:
        return None
    if parts.scheme or parts.netloc or not parts.path:
        return None
    return _inside(folder, unquote(parts.path)), unquote(parts.fragment)


def _all(node: Any, name: str) -> list[Any]:
    """Descendants by local name: namespaces are often wrong."""
    return [one for one in node.iter() if isinstance(one.tag, str) and _local(one) == name]


def _local(node: Any) -> str:
    return str(node.tag).rpartition("}")[2]


def _metadata(package: Any, name: str) -> str:
    found = [clean("".join(node.itertext())) for node in _all(package, name)]
    return shortened(", ".join(text for text in found[: 3 if name == "creator" else 1] if text), 300)


def _manifest(package: Any, folder: str) -> dict[str, tuple[str, str, str]]:
    """Id -> (path, media type, properties)."""
    found: dict[str, tuple[str, str, str]] = {}
    for item in _all(package, "item"):
        target = _target(folder, item.get("href", ""))
        if item.get("id") and target:
            found[item.get("id")] = (target[0], item.get("media-type", ""), item.get("properties", ""))
    return found


def _spine(package: Any, items: dict[str, tuple[str, str, str]]) -> list[str]:
    paths = []
    for reference in _all(package, "itemref"):
        item = items.get(reference.get("idref", ""))
        if item and item[1] in _PAGES and "nav" not in item[2].split():
            paths.append(item[0])
    return paths


def _nav_entries(nav: Any, folder: str) -> list[Entry]:
    contents = [
        node for node in _all(nav, "nav") if any(_type(name) and "toc" in value.split() for name, value in node.items())
    ]
    entries: list[Entry] = []
    for node in contents[:1]:
        _nav_list(node, folder, 0, entries)
    return entries


def _type(name: str) -> bool:
    return name.rpartition("}")[2] == "type"


def _nav_list(node: Any, folder: str, level: int, entries: list[Entry]) -> None:
    for child in node:
        name = _local(child) if isinstance(child.tag, str) else ""
        if name == "ol" and level < 8:
            _nav_list(child, folder, level + 1, entries)
        elif name == "li":
            _nav_list(child, folder, level, entries)
        elif name == "a":
            _note(entries, folder, level, "".join(child.itertext()), child.get("href", ""))


def _ncx_entries(ncx: Any, folder: str) -> list[Entry]:
    entries: list[Entry] = []
    for points in _all(ncx, "navMap")[:1]:
        _points(points, folder, 1, entries)
    return entries


def _points(node: Any, folder: str, level: int, entries: list[Entry]) -> None:
    for point in node:
        if not isinstance(point.tag, str) or _local(point) != "navPoint":
            continue
        label = next(("".join(one.itertext()) for one in point if _local(one) == "navLabel"), "")
        source = next((one.get("src", "") for one in point if _local(one) == "content"), "")
        _note(entries, folder, level, label, source)
        if level < 8:
            _points(point, folder, level + 1, entries)


def _note(entries: list[Entry], folder: str, level: int, title: str, reference: str) -> None:
    target = _target(folder, reference)
    if target and (text := clean(title)) and len(entries) < 5000:
        entries.append(Entry(level, text, *target))


def _with_contents(
    blocks: list[Block], entries: list[Entry], starts: dict[str, tuple[int, dict[str, int]]]
) -> list[Block]:
    """The blocks with the headings that the table of contents gives; those in the text lie below them.

    Without a usable table of contents the headings of the text are what there is.
    """
    at: dict[int, list[Entry]] = {}
    for entry in entries:
        if entry.path in starts:
            first, anchors = starts[entry.path]
            at.setdefault(anchors.get(entry.anchor, first), []).append(entry)
    if not at:
        return blocks
    made: list[Block] = []
    level, said = 0, set[str]()
    for index in range(len(blocks) + 1):
        for entry in at.get(index, []):
            level = entry.level
            said = {_key(word) for word in (entry.title, *(one.title for one in at[index]))}
            made.append(Block("heading", shortened(entry.title, 200), level))
        if index == len(blocks):
            break
        block = blocks[index]
        if block.kind != "heading":
            said = set()
            made.append(block)
        elif not _repeats(block.text, said):
            made.append(Block("heading", block.text, level + block.level))
    return made


def _repeats(text: str, said: set[str]) -> bool:
    """Whether a heading of the text says what the table of contents has just said: `Chapter 1` of `Chapter 1. Rain`."""
    key = _key(text)
    return any(key and (key == one or one.endswith(key) or one.startswith(key)) for one in said)


def _key(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
