"""Who is asking, as the rest of the project sees them."""

from dataclasses import dataclass, field
from typing import Any

# Seconds that a tier's requests count as queued earlier than they were.
HEAD_START = {"free": 0.0, "pro": 60.0}


@dataclass(frozen=True)
class Person:
    id: str
    email: str | None = None
    tier: str = "free"
    guest: bool = True
    admin: bool = False
    time_zone: str = "UTC"
    units: str = "kg"
    profile: dict[str, Any] = field(default_factory=dict)
    session: str | None = None  # the session's id (hash) when signed in by cookie
    expires_at: float | None = None  # Unix seconds: when this sign-in ends
