"""What the web process holds for as long as it lives; handlers find it as ``request.state``."""

from typing import TYPE_CHECKING, TypedDict

from app.database import Database
from app.generations import Bell
from app.settings import Settings

if TYPE_CHECKING:
    from app.live.hub import Hub


class State(TypedDict):
    settings: Settings
    db: Database
    bell: Bell
    hub: "Hub"
