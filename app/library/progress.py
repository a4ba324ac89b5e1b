"""How far somebody is in a course of theirs, section by section. Ownership is part of every query.

What is told of a section may come twice or late, from a page without a connection: each field stands for itself, and
the same again changes nothing.
"""

from collections.abc import Collection
from hashlib import sha256
from typing import Any

from sqlalchemy import RowMapping, func, select
from sqlalchemy.dialects import postgresql, sqlite

from app.database import Database, now
from app.kinds.course_progress import ProgressInput
from app.library.models import Progress
from app.models import Item, Result

PROGRESS: Any = Progress.__table__
KIND = "course"
MOST_ANSWERS = 200  # of one section, those to questions of earlier versions of it included


class Newer(Exception):
    """The ``note`` has been written by another way meanwhile, and is neither what was seen nor what is told."""

    def __init__(self, note: str) -> None:
        super().__init__("Meanwhile another note was written here.")
        self.note = note


def key(number: str) -> str:
    """The item of a section, by its number."""
    return f"section-{number}"


def question_id(question: str) -> str:
    """Of a self-check: it stays while the question does, wherever it stands after the section is made anew."""
    return sha256(question.encode()).hexdigest()[:12]


async def of(db: Database, account_id: str, course_id: str) -> dict[str, dict[str, Any]]:
    """By the section's number; nothing of another person's."""
    mine = [PROGRESS.c.course_id == course_id, PROGRESS.c.account_id == account_id]
    async with db.read() as session:
        rows = (await session.execute(select(*PROGRESS.c).where(*mine))).mappings().all()
    return {row["section"].removeprefix("section-"): dict(row) for row in rows}


async def put(
    db: Database, account_id: str, course_id: str, number: str, told: ProgressInput, *, opened: bool = False
) -> RowMapping | None:
    """Keep it. ``opened``: they look at it now. None: this person has no such section. Raises Newer once all but the
    note is kept."""
    mine = [Result.id == course_id, Result.account_id == account_id, Result.kind == KIND, Item.key == key(number)]
    same = [PROGRESS.c.course_id == course_id, PROGRESS.c.section == key(number)]
    insert: Any = sqlite.insert if db.sqlite else postgresql.insert
    async with db.write() as session:
        there = select(Item.key).join(Result, Result.id == Item.generation_id).where(*mine)
        if (await session.execute(there)).first() is None:
            return None
        old = (await session.execute(select(*PROGRESS.c).where(*same).with_for_update())).mappings().one_or_none()
        stored = old["note"] if old else ""
        stale = told.note is not None and told.note_was is not None and stored not in (told.note, told.note_was)
        if stale:
            told = told.model_copy(update={"note": None})
        values = _values(told, old)
        first = {"course_id": course_id, "section": key(number), "account_id": account_id, "opened_at": now()}
        new = insert(PROGRESS).values({"marked": False, "note": "", "answers": {}, **first, **values})
        changed = {**values, "opened_at": now() if opened else PROGRESS.c.opened_at}
        kept = new.on_conflict_do_update(index_elements=["course_id", "section"], set_=changed)
        found: RowMapping = (await session.execute(kept.returning(*PROGRESS.c))).mappings().one()
    if stale:
        raise Newer(stored)
    return found


def _values(told: ProgressInput, old: RowMapping | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if told.read is not None and told.read != (old is not None and old["read_at"] is not None):
        values["read_at"] = now() if told.read else None
    values |= {name: getattr(told, name) for name in ("marked", "note") if getattr(told, name) is not None}
    if told.answers:
        values["answers"] = dict(list({**(old["answers"] if old else {}), **told.answers}.items())[-MOST_ANSWERS:])
    return values


async def read_counts(db: Database, account_id: str, course_ids: Collection[str]) -> dict[str, tuple[int, int]]:
    """Of each course that has sections: how many are read, and how many there are."""
    if not course_ids:
        return {}
    read = (PROGRESS.c.course_id == Item.generation_id) & (PROGRESS.c.section == Item.key)
    query = (
        select(Item.generation_id, func.count(PROGRESS.c.read_at), func.count())
        .join(Result, Result.id == Item.generation_id)
        .outerjoin(PROGRESS, read)
        .where(Result.account_id == account_id, Result.id.in_(course_ids), Item.key.startswith("section-"))
        .group_by(Item.generation_id)
    )
    async with db.read() as session:
        return {course: (done, whole) for course, done, whole in await session.execute(query)}
