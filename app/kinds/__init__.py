"""What can be made. Adding a kind: its schemas here, a maker in ``worker/``, templates."""

from app.kinds.base import Kind
from app.kinds.program import KIND as PROGRAM

KINDS: dict[str, Kind] = {PROGRAM.name: PROGRAM}


def register(kind: Kind) -> None:
    """Add a kind."""
    KINDS[kind.name] = kind


__all__ = ["KINDS", "Kind", "register"]
