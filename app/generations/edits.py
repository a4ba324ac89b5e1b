"""Changes of finished results: asked for like anything else, applied as a new version, and nothing of the old one lost.

A generation with a ``base`` makes the changed pieces among its own items. When it completes they take the places of the
base's, in the same transaction; what they replace is kept.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database, now
from app.generations.claim import Claim
from app.kinds import KINDS
from app.models import Account, CheckIn, Generation, Item, OldItem, Result, Revision, Training

RESULTS: Any = Result.__table__
ITEMS: Any = Item.__table__


class Conflict(Exception):
    """The result has changed since it was looked at."""


@dataclass(frozen=True)
class Source:
    """What an edit is made from: the result as it is, what it was asked with, and what was logged of it."""

    version: int
    asked: dict[str, Any]
    head: dict[str, Any]
    pieces: dict[str, dict[str, Any]]  # by key, in their order
    trainings: list[dict[str, Any]]  # oldest first
    check_ins: list[dict[str, Any]]


async def source(db: Database, account_id: str, result_id: str) -> Source | None:
    """None: this person has no such result."""
    query = select(Result, Generation.input).join(Generation, Generation.id == Result.id)
    async with db.read() as session:
        mine = query.where(Result.id == result_id, Result.account_id == account_id)
        found = (await session.execute(mine)).one_or_none()
        if found is None:
            return None
        result, asked = found
        items = select(Item.key, Item.content).where(Item.generation_id == result_id).order_by(Item.index)
        pieces = {row.key: row.content for row in await session.execute(items)}
        done = select(*Training.__table__.c).where(Training.program_id == result_id).order_by(Training.started_at)
        told = select(*CheckIn.__table__.c).where(CheckIn.program_id == result_id).order_by(CheckIn.week)
        trainings = [dict(row) for row in (await session.execute(done)).mappings()]
        check_ins = [dict(row) for row in (await session.execute(told)).mappings()]
    return Source(result.version, asked, result.head, pieces, trainings, check_ins)


async def apply(session: AsyncSession, claim: Claim, account_id: str, made: dict[str, Any]) -> None:
    """Put the pieces of ``claim`` in the places of its base's, as the next version.

    ``made``: version, the one it was made from; what, why, changes (see `Revision`); head, the fields of it that
    change, or None; profile, what was learned of the person, or None. Where nothing is named in changes there is no new
    version. Raises Conflict.
    """
    mine = [RESULTS.c.id == claim.base, RESULTS.c.account_id == account_id, RESULTS.c.version == made["version"]]
    before = (await session.execute(select(RESULTS.c.head).where(*mine).with_for_update())).scalar_one_or_none()
    if before is None:
        raise Conflict(claim.base)
    if made["head"]:
        await session.execute(update(RESULTS).where(*mine).values(head={**before, **made["head"]}))
    if made["changes"]:
        version = made["version"] + 1
        await session.execute(update(RESULTS).where(*mine).values(version=version))
        told = {name: made[name] for name in ("what", "why", "changes")}
        row = {"result_id": claim.base, "version": version, "generation_id": claim.id, **told}
        kept = before if made["head"] else None
        await session.execute(insert(Revision).values(**row, head_before=kept, created_at=now()))
        await _replace(session, claim, version)
    if made["profile"]:
        await _learn(session, account_id, before["units"], made["profile"])


async def _replace(session: AsyncSession, claim: Claim, version: int) -> None:
    new = (await session.execute(select(*ITEMS.c).where(ITEMS.c.generation_id == claim.id))).mappings().all()
    theirs = [ITEMS.c.generation_id == claim.base, ITEMS.c.key.in_([piece["key"] for piece in new])]
    old = (await session.execute(select(ITEMS.c.key, ITEMS.c.content).where(*theirs))).all()
    if old:
        rows = [{"result_id": claim.base, "key": key, "until": version, "content": content} for key, content in old]
        await session.execute(insert(OldItem), rows)
    known = {key for key, _ in old}
    for piece in new:
        values = {name: piece[name] for name in ("phase", "index", "title", "content")}
        same = [ITEMS.c.generation_id == claim.base, ITEMS.c.key == piece["key"]]
        if piece["key"] in known:
            await session.execute(update(ITEMS).where(*same).values(**values, version=ITEMS.c.version + 1))
        else:
            await session.execute(insert(ITEMS).values(generation_id=claim.base, key=piece["key"], **values, version=1))


async def _learn(session: AsyncSession, account_id: str, units: str, learned: dict[str, Any]) -> None:
    """What the log says of the person prefills the next form, unless they told it in other units."""
    query = select(Account.profile).where(Account.id == account_id).with_for_update(key_share=True)
    profile = (await session.execute(query)).scalar_one()
    if profile.get("units", units) == units:
        lifts = {**profile.get("lifts", {}), **learned["lifts"]}
        told = {**profile, **learned, "lifts": lifts, "units": units}
        await session.execute(update(Account).where(Account.id == account_id).values(profile=told))


async def versions(db: Database, account_id: str, result_id: str) -> list[RowMapping]:
    """``version, what, why, changes, created_at, generation_id`` of all but the first, newest first."""
    columns = [Revision.__table__.c[n] for n in ("version", "what", "why", "changes", "created_at", "generation_id")]
    mine = [Result.id == result_id, Result.account_id == account_id]
    query = select(*columns).join(Result, Result.id == Revision.result_id).where(*mine)
    async with db.read() as session:
        return list((await session.execute(query.order_by(Revision.version.desc()))).mappings())


async def at_version(db: Database, account_id: str, kind: str, result_id: str, version: int) -> dict[str, Any] | None:
    """The whole document as it was. None: this person has no such result, or it never had that version."""
    mine = [Result.id == result_id, Result.account_id == account_id, Result.kind == kind, Result.version >= version]
    async with db.read() as session:
        result = (await session.execute(select(Result).where(*mine))).scalar_one_or_none()
        if result is None or version < 1:
            return None
        pieces = await pieces_at(session, result_id, version)
        later = [Revision.result_id == result_id, Revision.version > version, Revision.head_before.is_not(None)]
        query = select(Revision.head_before).where(*later).order_by(Revision.version).limit(1)
        head = (await session.execute(query)).scalar_one_or_none() or result.head
    document = KINDS[kind].assemble(head, list(pieces.values()))
    return {"id": result.id, "kind": kind, **document, "version": version}


async def pieces_of(db: Database, result_id: str, version: int) -> dict[str, dict[str, Any]]:
    """The pieces of that version, by key. For the owner of a change of it."""
    async with db.read() as session:
        return await pieces_at(session, result_id, version)


async def pieces_at(session: AsyncSession, result_id: str, version: int) -> dict[str, dict[str, Any]]:
    """By key, in their order: the content until the first version after ``version`` that replaced it."""
    items = select(Item.key, Item.content).where(Item.generation_id == result_id).order_by(Item.index)
    pieces = {row.key: row.content for row in await session.execute(items)}
    first = (
        select(OldItem.key, func.min(OldItem.until).label("until"))
        .where(OldItem.result_id == result_id, OldItem.until > version)
        .group_by(OldItem.key)
        .subquery()
    )
    same = (OldItem.key == first.c.key) & (OldItem.until == first.c.until)
    old = select(OldItem.key, OldItem.content).join(first, same).where(OldItem.result_id == result_id)
    return {**pieces, **{row.key: row.content for row in await session.execute(old)}}
