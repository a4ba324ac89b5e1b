"""What there is to print letters with, and what is said of those for which there is nothing.

Helvetica, which every reader has, prints all of Western Europe and is not embedded. Words with anything else, such as
mathematics, arrows, Greek or Cyrillic, are set in DejaVu Sans, of which the document takes along the letters it uses.
What neither has, or what needs letters to be joined or to run from the right, is a box that everybody sees.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distribution
from itertools import groupby

from fontTools.ttLib import TTFont

PLAIN, ENCODING = "Helvetica", "cp1252"
WIDE = "DejaVu"
CHARACTERS = frozenset(one for one in bytes(range(256)).decode(ENCODING, "ignore") if one.isprintable())
BOX = "□"
INVISIBLE = {"Cc", "Cf"}  # control characters, and hints on where to break or join: nothing is lost without them
NAMES = {
    "CJK": "Chinese",
    "KANGXI": "Chinese",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "HANGUL": "Korean",
    "MATHEMATICAL": "mathematics",
}


def font_file() -> str:
    """DejaVu Sans as the package `ziafont` brings it along; nothing else of that package is used."""
    return str(distribution("ziafont").locate_file("ziafont/fonts/DejaVuSans.ttf"))


@cache
def _wide() -> frozenset[str]:
    with TTFont(font_file(), lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


@cache
def has(character: str) -> bool:
    """Whether it can be printed as it should be."""
    if character in CHARACTERS:
        return True
    return unicodedata.bidirectional(character) not in {"R", "AL", "AN"} and character in _wide()


def clean(text: str) -> str:
    """On one line, without what nobody sees."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    return text if text.isprintable() else "".join(o for o in text if unicodedata.category(o) not in INVISIBLE)


def printable(text: str) -> str:
    """With a box for each character that cannot be printed."""
    text = clean(text)
    return text if CHARACTERS.issuperset(text) else "".join(one if has(one) else BOX for one in text)


def runs(text: str) -> Iterator[tuple[str, bool]]:
    """Printable text in pieces to be set in one font, each with whether it is the wide one: a word is never parted."""
    for wide, pieces in groupby(re.split("( )", text), lambda piece: not CHARACTERS.issuperset(piece)):
        yield "".join(pieces), wide


def notice(texts: set[str]) -> str:
    """What is to be said of those that cannot be printed as they are; nothing where all can."""
    lost = sorted({one for text in texts for one in clean(text) if not has(one)})
    if not lost:
        return ""
    scripts = sorted({script for one in lost if (script := _script(one))})
    others = ["other signs" if scripts else "signs"] if not all(map(_script, lost)) else []
    told = ", ".join([*scripts, *others])
    return (
        f"Some characters could not be printed ({told}): each is shown as {BOX}. The page and the Markdown have them."
    )


def _script(character: str) -> str:
    """Such as Arabic; of what is no letter nothing."""
    if unicodedata.category(character)[0] not in "LM":
        return ""
    first = unicodedata.name(character, "").split(" ")[0].split("-")[0]
    return NAMES.get(first, first.capitalize())
