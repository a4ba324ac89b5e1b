"""What goes wrong in a call, as the classes that say whether, when and how often to try again."""

import email.utils
import re
import time
from collections.abc import Mapping
from typing import Any, Final

import httpx2

from app.generations.pauses import LONGEST
from worker.errors import Failure, InvalidOutput, RateLimited, TimedOut, Unreachable

# Where a 429 does not say how long: what most providers' windows need.
PAUSE: Final = 20.0
_KEY: Final = re.compile(r"api[ _-]?key", re.I)  # some say 400 to a wrong one
_FLAGGED: Final = re.compile(r"moderat|flagged|content[ _](?:policy|filter)", re.I)  # 403 at OpenRouter
_FORM: Final = re.compile(r"response_format|json_schema|grammar|\bschema\b", re.I)  # 500 at some local servers


class Refused(Failure):
    """The endpoint will not do what it is asked by anybody of ours: a wrong key, an unknown model, an empty account.

    For the operator. People get what the rules engine writes.
    """

    code = "llm_refused"
    message = "The language model is not available."


class Unfit(Failure):
    """The endpoint does not take this form of request; ``said`` is what it says of that, for finding another form."""

    code = "llm_unfit"
    message = "The language model did not take the request."

    def __init__(self, said: str) -> None:
        super().__init__()
        self.said = said


class Silent(TimedOut):
    """No sign of life for too long."""

    code = "llm_silent"
    message = "The language model did not answer in time."


# Ours is not what openai's errors say: they quote keys, addresses and prompts.
AWAY: Final = "The language model cannot be reached."


def failure(error: Exception, provider: str) -> Failure:
    """What to do about an exception of openai or httpx2; an unknown one is returned as a fault of the network."""
    import openai  # as late as in `worker.llm.client`

    match error:
        case openai.APIStatusError():
            quota = "insufficient_quota" in f"{error.code} {error.type}"
            said = str(error.body or error.message)[:2000]
            return Refused() if quota else by_status(error.status_code, said, error.response.headers, provider)
        case openai.APITimeoutError() | httpx2.TimeoutException():
            return Silent()
        case openai.APIConnectionError() | httpx2.TransportError() | httpx2.StreamError():
            return Unreachable(AWAY)
        case openai.APIError():
            return told(error.body, provider)
        case ValueError() | TypeError() | AttributeError() | LookupError():
            return InvalidOutput("the answer came in pieces that are not those of an answer")
        case _:
            return Unreachable(AWAY)


def told(body: Any, provider: str) -> Failure:
    """An error in the middle of a stream, or in an answer that is none: ``{"code": 429, "message": ...}``."""
    code = body.get("code") if isinstance(body, dict) else None
    if str(code).isdecimal() and 400 <= int(str(code)) < 600:
        return by_status(int(str(code)), str(body)[:2000], {}, provider)
    return Unreachable(AWAY)


def by_status(status: int, said: str, headers: Mapping[str, str], provider: str) -> Failure:
    match status:
        case 429:
            return RateLimited(retry_after(headers), provider)
        case 403 if _FLAGGED.search(said):  # this one prompt, not everybody's
            return InvalidOutput("the request was withheld by the provider's filter")
        case 400 if _KEY.search(said):
            return Refused()
        case 401 | 402 | 403 | 404:
            return Refused()
        case 400 | 413 | 415 | 422 | 501:
            return Unfit(said)
        case 500 if _FORM.search(said):
            return Unfit(said)
        case 408:
            return Silent()
        case _:  # 5xx, 529 and whatever else a proxy makes up
            return Unreachable(AWAY)


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds to wait, by Retry-After in either of its forms; at most an hour."""
    exact = _number(headers.get("retry-after-ms"))
    if exact is not None:
        return min(LONGEST, exact / 1000)
    text = headers.get("retry-after", "")
    seconds = _number(text)
    if seconds is None:
        try:
            parsed = email.utils.parsedate_tz(text)
            seconds = PAUSE if parsed is None else max(0.0, email.utils.mktime_tz(parsed) - time.time())
        except (ValueError, OverflowError):  # a date that no calendar has
            seconds = PAUSE
    return min(LONGEST, seconds)


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 <= value < 1e9 else None
