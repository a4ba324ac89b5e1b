"""The same again: what was asked for before is answered with a copy of its result.

A copy, since each result is somebody's own from then on: its edits and its log are not those of the other.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, RowMapping, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import now
from app.generations.change import AT, TABLE, WHOLE
from app.generations.events import Fields, Frames, append
from app.generations.view import result_of
from app.kinds import KINDS, Kind
from app.library.models import Book
from app.library.visible import visible
from app.models import LONGEST_TITLE, Item, Result
from app.person import Person

ITEMS: Any = Item.__table__
RESULTS: Any = Result.__table__


def key(kind: Kind, asked: dict[str, Any], person: Person, model: str = "", library: str = "") -> str:
    """Equal for requests that would be made the same way: input, version of what makes it, language model if one
    writes, and the person's units.

    ``library``: the `stamp` of the books that the person sees, for what is made of them.
    """
    made_by = [kind.name, kind.version, model or "rules", person.units]
    parts = [*made_by, asked, *([library] if kind.of_library else [])]
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def stamp(session: AsyncSession, account_id: str) -> str:
    """Changes whenever a book is added to what the person sees, or taken away."""
    seen = select(func.count(), func.max(Book.ready_at)).where(visible(account_id))
    count, newest = (await session.execute(seen)).one()
    return f"{count}:{newest}"


async def known(session: AsyncSession, account_id: str, keys: Sequence[str]) -> set[str]:
    """Those of ``keys`` that a result of the person answers."""
    if not keys:
        return set()
    found = select(TABLE.c.input_key).join_from(TABLE, RESULTS, RESULTS.c.id == TABLE.c.id)
    return set((await session.execute(found.where(*_answers(account_id, keys)))).scalars())


def _answers(account_id: str, keys: Sequence[str]) -> list[ColumnElement[bool]]:
    return [
        TABLE.c.account_id == account_id,
        TABLE.c.input_key.in_(keys),
        TABLE.c.status == "completed",
        RESULTS.c.version == 1,  # what was edited since is something else
    ]


async def answer(session: AsyncSession, values: dict[str, Any]) -> tuple[RowMapping, Frames] | None:
    """A finished generation with ``values``, its result copied from the person's last one of the same input key."""
    same = (
        select(RESULTS.c.id, RESULTS.c.title, TABLE.c.engine)
        .join_from(TABLE, RESULTS, RESULTS.c.id == TABLE.c.id)
        .where(*_answers(values["account_id"], [values["input_key"]]))
        .order_by(TABLE.c.id.desc())
        .limit(1)
    )
    found = (await session.execute(same)).one_or_none()
    if found is None:
        return None
    row = await _finished(session, values, found.title, found.engine)
    await _copy(session, ITEMS, ITEMS.c.generation_id, found.id, {"generation_id": row["id"]})
    await _copy(session, RESULTS, RESULTS.c.id, found.id, {"id": row["id"], "created_at": now()})
    result = result_of(row["id"], row["kind"], found.title)
    events: list[Fields] = [
        ("generation.queued", {"kind": row["kind"]}),
        ("generation.completed", {"result": result, "seconds": 0.0, "cached": True}),
    ]
    return row, await append(session, row, events)


async def _finished(session: AsyncSession, values: dict[str, Any], title: str, engine: str) -> RowMapping:
    moments = dict.fromkeys(("queued_at", "due_at", "created_at", "rung_at", "started_at", "finished_at"), now())
    blank = {"status": "skipped", "done": 0, "total": None, "seconds": None, "attempt": None}
    phases = [{"name": name, "label": label, **blank} for name, label in KINDS[values["kind"]].phases]
    new = {
        **values, "status": "completed", "cached": True, "engine": engine, "title": title[:LONGEST_TITLE],
        "progress": 1.0, "phases": phases, "last_seq": 2,
    }  # fmt: skip
    statement = insert(TABLE).values(**moments).returning(*WHOLE, AT)
    return (await session.execute(statement, new)).mappings().one()


async def _copy(session: AsyncSession, table: Any, owner: Any, old: str, new: dict[str, Any]) -> None:
    columns = [literal(new[c.name]) if isinstance(new.get(c.name), str) else new.get(c.name, c) for c in table.c]
    rows = select(*columns).where(owner == old)
    await session.execute(insert(table).from_select([c.name for c in table.c], rows))
