"""What can be made. Adding a kind: its schemas here, a maker in ``worker/``, templates."""

from app.kinds.base import Kind
from app.kinds.book import KIND as BOOK
from app.kinds.course import KIND as COURSE
from app.kinds.course_edit import KIND as COURSE_EDIT
from app.kinds.plan import KIND as PLAN
from app.kinds.plan_edit import KIND as PLAN_EDIT
from app.kinds.program import KIND as PROGRAM
from app.kinds.program_edit import KIND as PROGRAM_EDIT

KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (PROGRAM, PROGRAM_EDIT, COURSE, COURSE_EDIT, PLAN, PLAN_EDIT, BOOK)
}


def offered() -> dict[str, Kind]:
    """What can be asked for by itself."""
    return {name: kind for name, kind in KINDS.items() if kind.edits is None and kind.offered}


def register(kind: Kind) -> None:
    """Add a kind."""
    KINDS[kind.name] = kind


__all__ = ["KINDS", "Kind", "offered", "register"]
