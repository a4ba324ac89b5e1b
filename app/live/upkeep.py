"""What time does to sockets: heartbeats, and sign-ins that end."""

import random
import time
from collections.abc import Collection

import orjson
from sqlalchemy import select

from app.database import Database, now
from app.generations.watch import chunks
from app.live.client import SIGNED_OUT, Client
from app.models import Session

TICK = 1.0
HEARTBEAT = 20.0
SESSIONS = 60.0  # seconds between looks for sessions that ended without a word


def first_heartbeat() -> float:
    """Spread, so that a thousand sockets that came at once do not beat at once."""
    return time.monotonic() + random.uniform(0.5, 1.0) * HEARTBEAT  # noqa: S311 - jitter


def heartbeat(client: Client) -> str:
    seqs = {id_: seq for id_, seq in client.cursor.items() if id_ not in client.ended}
    return orjson.dumps({"type": "heartbeat", "at": round(time.time(), 3), "seqs": seqs}).decode()


def tick(clients: Collection[Client]) -> None:
    moment, clock = time.monotonic(), time.time()
    for client in clients:
        if client.expires_at is not None and client.expires_at <= clock:
            client.close(SIGNED_OUT)
        elif client.heartbeat_at <= moment:
            client.heartbeat_at = moment + HEARTBEAT
            if not client.size:  # a socket with frames waiting needs no sign of life
                client.offer(heartbeat(client))


async def check_sessions(db: Database, clients: Collection[Client]) -> None:
    """End the sockets of sessions that are gone; note the new end of those that were renewed."""
    by_session: dict[str, list[Client]] = {}
    for client in clients:
        if client.session is not None:
            by_session.setdefault(client.session, []).append(client)
    ends: dict[str, float] = {}
    async with db.read() as session:
        for chunk in chunks(by_session):
            alive = select(Session.id, Session.expires_at).where(Session.id.in_(chunk), Session.expires_at > now())
            ends.update((id_, end) for id_, end in await session.execute(alive))
    for id_, theirs in by_session.items():
        for client in theirs:
            if id_ in ends:
                client.expires_at = ends[id_]
            else:
                client.close(SIGNED_OUT)
