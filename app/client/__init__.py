"""The client for other programs: ask, leave or wait, look at what is under way. ``docs/client.md`` shows how.

`AsyncClient` for programs with an event loop, `Client` for all others; both do the same over the same HTTP and the same
socket, and neither ever polls.
"""

from app.client.asynchronous import AsyncClient
from app.client.errors import (
    Cancelled,
    Conflict,
    Failed,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    ServerError,
    TooLarge,
    TooMany,
    Unauthorized,
    Unavailable,
    UnfoldError,
    Unreachable,
)
from app.client.models import Created, Event, Wanted
from app.client.synchronous import Client
from app.generations.batches import Batch
from app.generations.view import Generation

__all__ = [
    "AsyncClient",
    "Batch",
    "Cancelled",
    "Client",
    "Conflict",
    "Created",
    "Event",
    "Failed",
    "Forbidden",
    "Generation",
    "Invalid",
    "NotFound",
    "Problem",
    "ServerError",
    "TooLarge",
    "TooMany",
    "Unauthorized",
    "Unavailable",
    "UnfoldError",
    "Unreachable",
    "Wanted",
]
