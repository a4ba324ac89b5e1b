"""Passwords: argon2id, a few at a time, off the event loop."""

import asyncio
import functools

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 8, 256  # the upper bound is only there so that nobody makes us hash a megabyte

_hasher = PasswordHasher()  # RFC 9106's second choice: 64 MiB, three passes
_turns = asyncio.Semaphore(2)  # each takes 64 MiB and a core


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
