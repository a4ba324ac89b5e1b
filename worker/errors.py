"""Why making something can fail. The class says whether, when and how often to try again."""

import random
from typing import Any


class Failure(Exception):
    """``code`` and ``message`` are shown to the person: never a traceback, a prompt, a key."""

    code = "internal_error"
    message = "Something went wrong on our side. Your request is kept; try again."
    retryable = True  # by a person
    final = False  # not by itself
    counts = True  # it has cost one of the tries

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)
        self.message = message or self.message

    def delay(self, attempt: int) -> float:
        """Seconds to wait after this attempt (from 1) failed."""
        return min(60.0, 2.0**attempt) * random.uniform(0.5, 1.0)  # noqa: S311 - jitter

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, "retryable": self.retryable}


class Internal(Failure):
    """An exception that nobody expected."""


class RateLimited(Failure):
    """An outside service asks to be left alone for ``retry_after`` seconds: no worker calls ``provider`` until then."""

    code = "llm_rate_limited"
    message = "The language model is busy. We go on as soon as it lets us."

    def __init__(self, retry_after: float, provider: str = "", message: str | None = None) -> None:
        super().__init__(message)
        self.retry_after, self.provider = retry_after, provider

    def delay(self, attempt: int) -> float:
        return self.retry_after


class Paused(RateLimited):
    """It was not even asked, since another call has been told to wait: that costs nobody a try."""

    counts = False


class TimedOut(Failure):
    code = "timed_out"
    message = "This took longer than it may. The finished parts are kept; try again to go on from there."

    def delay(self, attempt: int) -> float:
        return 0.0


class OutOfTime(TimedOut):
    """The whole generation has taken longer than it may: only a person tries again."""

    final = True


class Interrupted(Failure):
    """The database was away in the middle of a step."""

    counts = False  # unless nothing at all was made: see the runner

    code = "interrupted"
    message = "Our database could not be reached for a moment. The finished parts are kept."


class Unreachable(Failure):
    code = "unreachable"
    message = "A service that is needed for this cannot be reached."


class InvalidOutput(Failure):
    """``found``: all that is wrong with it; the message is the first of that."""

    code = "invalid_output"
    message = "What was made did not pass our checks."

    def __init__(self, *found: str) -> None:
        super().__init__(found[0] if found else None)
        self.found = found or (self.message,)

    def delay(self, attempt: int) -> float:
        return 0.0


class Rejected(Failure):
    """The request itself cannot be met; the message says what to change. Final."""

    code = "rejected"
    retryable = False
    final = True


class Unavailable(Exception):
    """An author cannot write now, for a reason that a person may read: somebody else does."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Outdated(Failure):
    """What was to be changed has changed meanwhile."""

    code = "conflict"
    message = "It has changed since you looked at it. Nothing was done: look at it again, then ask again."
    retryable = False
    final = True
