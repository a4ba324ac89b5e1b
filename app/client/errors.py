"""What can go wrong, as classes: the server's problem documents (RFC 9457), the network, and how making ended."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from app.generations.view import Generation


class UnfoldError(Exception):
    """Anything that this client raises."""


class Unreachable(UnfoldError):
    """No answer for as long as the client's patience: what was asked for may or may not have been taken."""


class Problem(UnfoldError):
    """The server's refusal. ``errors``: (place, what is allowed) of each wrong value; ``more``: members beside those of
    every problem document; ``retry_after``: seconds, where the server says so."""

    def __init__(
        self, status: int, title: str, detail: str, *, retry_after: float | None, document: dict[str, Any]
    ) -> None:
        self.status, self.title, self.detail, self.retry_after = status, title, detail, retry_after
        self.errors = [(tuple(one["loc"]), str(one["msg"])) for one in document.get("errors") or []]
        known = {"type", "title", "status", "detail", "errors"}
        self.more = {name: value for name, value in document.items() if name not in known}
        super().__init__(self._text())

    def _text(self) -> str:
        fields = "; ".join(f"{'.'.join(map(str, loc)) or 'body'}: {msg}" for loc, msg in self.errors)
        return f"{self.detail or self.title} ({fields})" if fields else self.detail or self.title


class Unauthorized(Problem):
    """401: no token, or one that is no longer valid."""


class Forbidden(Problem):
    """403."""


class NotFound(Problem):
    """404: there is no such thing, or it is somebody else's."""


class Conflict(Problem):
    """409: not in the state for it; ``more["generation"]`` leads to the twin that is in the way."""


class TooLarge(Problem):
    """413."""


class Invalid(Problem):
    """422: ``errors`` says which values and what is allowed."""


class TooMany(Problem):
    """429: asked for too often or too much; ``retry_after`` says when there is room."""


class ServerError(Problem):
    """5xx: the server's own fault."""


class Unavailable(ServerError):
    """503: for the moment."""


class Failed(UnfoldError):
    """It was waited for and could not be made."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        error = generation.error
        self.code = error.code if error else "unknown"
        self.retryable = error.retryable if error else True
        super().__init__(error.message if error else "It could not be made.")


class Cancelled(UnfoldError):
    """It was waited for and somebody has cancelled it."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        super().__init__("It was cancelled.")


CLASSES: dict[int, type[Problem]] = {
    401: Unauthorized, 403: Forbidden, 404: NotFound, 409: Conflict, 413: TooLarge, 422: Invalid, 429: TooMany,
    503: Unavailable,
}  # fmt: skip


def of_answer(answer: httpx.Response) -> Problem:
    """The problem of an answer of 300 and above; proxies answer with no document."""
    try:
        found = answer.json()
    except ValueError:
        found = None
    document: dict[str, Any] = found if isinstance(found, dict) else {}
    kind = CLASSES.get(answer.status_code, ServerError if answer.status_code >= 500 else Problem)
    title = str(document.get("title") or answer.reason_phrase or answer.status_code)
    after = retry_after(answer.headers.get("retry-after", ""))
    return kind(answer.status_code, title, str(document.get("detail") or ""), retry_after=after, document=document)


def retry_after(value: str) -> float | None:
    """Seconds, of a number or a date."""
    if value.strip().isdecimal():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
