from collections.abc import AsyncIterator

import pytest

from app.database import Database
from app.generations import Bell
from app.person import Person
from app.settings import Settings
from tests.live.sockets import Script, Web, serving


@pytest.fixture
async def web(settings: Settings) -> AsyncIterator[Web]:
    async with serving(settings) as running:
        yield running


@pytest.fixture
async def script(db: Database, bell: Bell, settings: Settings, alice: Person) -> Script:
    return await Script(db, bell, settings, alice).begin()
