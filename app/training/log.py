"""The log. A session is sent whole, as often as the client likes: the highest revision counts, and nothing twice."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, Select, delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database, now
from app.generations import Bell
from app.generations.revise import revise
from app.kinds.training import CheckInInput, TrainingInput
from app.models import Account, CheckIn, Generation, Result, Training
from app.person import Person
from app.settings import Settings

TRAININGS: Any = Training.__table__
CHECK_INS: Any = CheckIn.__table__
RECENT = 86_400.0  # seconds for which a finished session may still bring about its change


class NotInProgram(Exception):
    """The program has no such ``field``; ``most`` is the highest."""

    def __init__(self, field: str, most: int) -> None:
        super().__init__(f"This program has {most}; give 1 to {most}")
        self.field = field


class Taken(Exception):
    """The id is that of something else."""


@dataclass(frozen=True)
class Logged:
    row: RowMapping
    new: bool


def _mine(account_id: str, program_id: str) -> list[Any]:
    return [TRAININGS.c.account_id == account_id, TRAININGS.c.program_id == program_id]


async def put(db: Database, person: Person, program_id: str, training_id: str, told: TrainingInput) -> Logged | None:
    """Write a session down. None: this person has no such program. Raises NotInProgram, Taken."""
    values = {
        **told.model_dump(mode="json"), "id": training_id, "account_id": person.id, "program_id": program_id,
    }  # fmt: skip
    for last in (False, True):
        try:
            async with db.write() as session:
                version = await _program_version(session, person, program_id, told)
                if version is None:
                    return None
                return await _put(session, values, version)
        except IntegrityError:  # the same was sent twice at once
            if last:
                raise Taken(training_id) from None
    return None


async def _program_version(session: AsyncSession, person: Person, program_id: str, told: TrainingInput) -> int | None:
    mine = [Result.id == program_id, Result.account_id == person.id, Result.kind == "program"]
    found = (await session.execute(select(Result.version, Result.head).where(*mine))).one_or_none()
    if found is None:
        return None
    for field, most in (("week", found.head["weeks"]), ("day", found.head["days_per_week"])):
        if getattr(told, field) > most:
            raise NotInProgram(field, most)
    return int(found.version)


async def _put(session: AsyncSession, values: dict[str, Any], version: int) -> Logged:
    same = [TRAININGS.c.id == values["id"]]
    old = (await session.execute(select(*TRAININGS.c).where(*same).with_for_update())).mappings().one_or_none()
    if old is None:
        new = insert(TRAININGS).values(**values, program_version=version, updated_at=now()).returning(*TRAININGS.c)
        return Logged((await session.execute(new)).mappings().one(), new=True)
    if any(old[name] != values[name] for name in ("account_id", "program_id")):
        raise Taken(values["id"])
    if old["revision"] >= values["revision"]:
        return Logged(old, new=False)
    newer = update(TRAININGS).where(*same).values(**values, updated_at=now()).returning(*TRAININGS.c)
    return Logged((await session.execute(newer)).mappings().one(), new=False)


def _listed(account_id: str, program_id: str) -> Select[Any]:
    return select(*TRAININGS.c).where(*_mine(account_id, program_id)).order_by(TRAININGS.c.started_at.desc())


async def items(db: Database, account_id: str, program_id: str) -> list[RowMapping]:
    """Newest first."""
    async with db.read() as session:
        return list((await session.execute(_listed(account_id, program_id).limit(1000))).mappings())


async def get(db: Database, account_id: str, program_id: str, training_id: str) -> RowMapping | None:
    query = _listed(account_id, program_id).where(TRAININGS.c.id == training_id)
    async with db.read() as session:
        found: RowMapping | None = (await session.execute(query)).mappings().one_or_none()
        return found


async def remove(db: Database, account_id: str, program_id: str, training_id: str) -> bool:
    gone = delete(TRAININGS).where(*_mine(account_id, program_id), TRAININGS.c.id == training_id)
    async with db.write() as session:
        found: Any = await session.execute(gone)
    return bool(found.rowcount)


async def check_in(db: Database, person: Person, program_id: str, week: int, told: CheckInInput) -> bool:
    """Write down how a week went; the last word counts. False: this person has no such program. Raises NotInProgram."""
    mine = [Result.id == program_id, Result.account_id == person.id, Result.kind == "program"]
    values = {"told": told.model_dump(mode="json", exclude_none=True), "created_at": now()}
    async with db.write() as session:
        head = (await session.execute(select(Result.head).where(*mine).with_for_update())).scalar_one_or_none()
        if head is None:
            return False
        if not 1 <= week <= head["weeks"]:
            raise NotInProgram("week", head["weeks"])
        same = [CHECK_INS.c.program_id == program_id, CHECK_INS.c.week == week]
        known = update(CHECK_INS).where(*same).values(**values).returning(CHECK_INS.c.week)
        if (await session.execute(known)).scalar_one_or_none() is None:
            new = {"program_id": program_id, "week": week, "account_id": person.id, **values}
            await session.execute(insert(CHECK_INS).values(**new))
    return True


async def check_ins(db: Database, account_id: str, program_id: str) -> list[RowMapping]:
    query = select(*CHECK_INS.c).where(CHECK_INS.c.program_id == program_id, CHECK_INS.c.account_id == account_id)
    async with db.read() as session:
        return list((await session.execute(query.order_by(CHECK_INS.c.week))).mappings())


async def adapt(db: Database, bell: Bell, settings: Settings, person: Person, program_id: str) -> None:
    """Ask for the change that the log calls for. One that runs already may have read less: see `catch_up`."""
    await revise(db, bell, settings, person, "program_edit", program_id, {"what": "adapt"})


async def catch_up(db: Database, bell: Bell, settings: Settings) -> int:
    """For the sweeper: programs with a finished session that no change has been asked for since. Returns how many."""
    since = exists().where(Generation.base == Training.program_id, Generation.created_at > Training.updated_at)
    due = (
        select(Training.account_id, Training.program_id, Account.tier)
        .join(Account, Account.id == Training.account_id)
        .where(Training.finished_at.is_not(None), Training.updated_at > now() - RECENT, ~since)
        .distinct()
        .limit(50)
    )
    async with db.read() as session:
        found = (await session.execute(due)).all()
    for account_id, program_id, tier in found:
        await adapt(db, bell, settings, Person(id=account_id, tier=tier), program_id)
    return len(found)
