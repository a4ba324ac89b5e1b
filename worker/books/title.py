"""What a book is called: what it says of itself, unless a program has put that there, else its file's name."""

import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote

LONGEST: Final = 300
# What programs write where nobody has told them.
_NOBODY: Final = re.compile(
    r"microsoft (?:word|powerpoint|excel)\b.*|powerpoint presentation|untitled\b.*|\W*anonymous\W*|"
    r"(?:new )?(?:document|page|presentation|file|slide|book|text|title|print|scan)\W*\d*|"
    r"(?:no|enter|insert|your) (?:document )?title(?: here)?|unknown|unspecified|index|home|none|null|"
    r"(?:https?|file|about):.*|.*\.(?:docx?|odt|rtf|pdf|tex|indd|qxd|dvi|pptx?|html?|md|txt|epub)",
    re.IGNORECASE,
)
_COPY: Final = re.compile(r"[\s_-]*(?:\(\d{1,2}\)|[-–] copy)$", re.IGNORECASE)


def sensible(title: str) -> str:
    """The title, or nothing if it is none."""
    bare = title.strip(" ()[]<>\"'")
    speaks = any(c.isalpha() for c in bare) or re.fullmatch(r"\d{4}", bare)  # Orwell's 1984
    return title if speaks and not _NOBODY.fullmatch(bare) else ""


def of_file(name: str) -> str:
    """`my_notes-v2.pdf` -> `My notes v2`."""
    stem = _COPY.sub("", unquote(Path(name).stem))
    if " " not in stem.strip():
        stem = stem.replace("-", " ").replace("+", " ")
    stem = " ".join(stem.replace("_", " ").split()).strip(" -.")
    return (stem[:1].upper() + stem[1:])[:LONGEST] or "Untitled"
