"""What a file is called."""

import re

from anyascii import anyascii


def filename(title: str, otherwise: str) -> str:
    """A name that is safe in a header and in every file system; other scripts as they are spelled in plain letters."""
    return re.sub(r"[^a-z0-9]+", "-", anyascii(title).lower())[:80].strip("-") or otherwise
