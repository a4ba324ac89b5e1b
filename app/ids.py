"""UUIDv7 (RFC 9562): ids that sort by the time they were made. Python has its own only from 3.14 on."""

import secrets
import time
from uuid import UUID

_last = 0


def uuid7() -> str:
    """A new id. Those of one process rise even within one millisecond: 12 bits are its sub-millisecond part."""
    global _last
    nanoseconds = time.time_ns()
    stamp = (nanoseconds // 1_000_000) << 12 | (nanoseconds % 1_000_000) * 4096 // 1_000_000
    _last = stamp = max(stamp, _last + 1)
    value = (stamp >> 12) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(UUID(int=value))


def valid(value: str) -> bool:
    """Whether this can be one of our ids at all (anything else is simply not found)."""
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False
