"""Passwords: argon2id, a few at a time, off the event loop."""

import asyncio
import functools

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 8, 256  # the upper bound is only there so that nobody makes us hash a megabyte

# OWASP, "Password Storage Cheat Sheet" (2024), the first choice for Argon2id: 46 MiB, one pass. Some 50 ms of a core.
_hasher = PasswordHasher(memory_cost=46 * 1024, time_cost=1, parallelism=1)
_turns = asyncio.Semaphore(2)  # that many at once, whoever asks: memory and cores are there for others too


@functools.cache
def _nobodys() -> str:
    """Verified against when there is no such e-mail, so that the answer takes as long."""
    return _hasher.hash("nobody has this password")


async def hashed(password: str) -> str:
    async with _turns:
        return await asyncio.to_thread(_hasher.hash, password)


async def matches(stored: str | None, password: str) -> bool:
    """Whether it is the password; takes as long when there is none to compare with."""

    def verify() -> bool:
        try:
            return _hasher.verify(stored or _nobodys(), password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False

    async with _turns:
        return await asyncio.to_thread(verify)
