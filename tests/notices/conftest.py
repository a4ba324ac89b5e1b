"""A push service, a product that may send to it, and what is due made due at once."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select, update

from app import generations
from app.database import Database, now
from app.generations import Bell, Claim
from app.notices import subscriptions
from app.notices.outbox import NOTICES
from app.notices.sender import Sender
from app.notices.subscriptions import Given
from app.person import Person
from app.settings import Settings
from tests.support.drill import DRILL
from tests.support.push_service import Browser, PushService


@pytest.fixture
def settings(settings: Settings, service: PushService) -> Settings:
    return settings.model_copy(update={"push_test_service": service.origin})


@pytest.fixture
async def sender(db: Database, settings: Settings) -> AsyncIterator[Sender]:
    ours = Sender(db, settings)
    yield ours
    await ours.close()


class World:
    """Makes ends, and lets the time pass that notices wait for."""

    def __init__(self, db: Database, bell: Bell, settings: Settings, service: PushService, sender: Sender) -> None:
        self.db, self.bell, self.settings, self.service, self.sender = db, bell, settings, service, sender

    async def subscribe(self, person: Person, browser: Browser | None = None, **more: float) -> Browser:
        browser = browser or self.service.browser()
        given = browser.subscription
        keys = Given(given["endpoint"], given["keys"]["p256dh"], given["keys"]["auth"], **more)
        await subscriptions.add(self.db, person, keys, "a browser of the tests")
        return browser

    async def begun(self, person: Person, name: str = "Drill") -> Claim:
        await generations.create(self.db, self.bell, self.settings, person, DRILL.name, {"name": name}, fresh=True)
        claim = await generations.claim(self.db, self.bell, "a worker of the test", 600)
        assert claim is not None
        return claim

    async def failed(self, claim: Claim) -> str:
        error = {"code": "rejected", "message": "Ask for less.", "retryable": False}
        await generations.end(self.db, self.bell, claim, error, claim.phases)
        return claim.id

    async def completed(self, person: Person, name: str = "Drill") -> str:
        claim = await self.begun(person, name)
        done = generations.Checkpointed("save", None, 0.0)
        await generations.complete(self.db, self.bell, claim, {"title": name}, claim.phases, done)
        return claim.id

    async def waiting(self) -> list[float]:
        """Seconds until each of the notices is due."""
        async with self.db.read() as session:
            query = select(NOTICES.c.due_at - now()).order_by(NOTICES.c.due_at)
            return [float(one) for one in (await session.execute(query)).scalars()]

    async def pass_time(self, seconds: float = 0) -> None:
        """Until everything is due that is due within ``seconds``; 0: everything."""
        everything = update(NOTICES).values(due_at=NOTICES.c.due_at - seconds if seconds else now())
        async with self.db.write() as session:
            await session.execute(everything)

    async def turn(self) -> int:
        """A worker looks once, and is done with what it has found."""
        found = await self.sender.turn()
        await self.sender.settle()
        return found

    async def tell(self) -> int:
        await self.pass_time()
        return await self.turn()

    async def count(self) -> int:
        async with self.db.read() as session:
            return int((await session.execute(select(func.count()).select_from(NOTICES))).scalar_one())


@pytest.fixture
def world(db: Database, bell: Bell, settings: Settings, service: PushService, sender: Sender) -> World:
    return World(db, bell, settings, service, sender)
