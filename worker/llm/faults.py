"""What goes wrong in a call, as the classes that say whether, when and how often to try again."""

import email.utils
import time
from collections.abc import Mapping
from typing import Final

import httpx2

from worker.errors import Failure, InvalidOutput, RateLimited, TimedOut, Unreachable

# Where a 429 does not say how long: what most providers' windows need.
PAUSE: Final = 20.0


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
        case openai.RateLimitError():
            if "insufficient_quota" in str(error.code) or "insufficient_quota" in str(error.type):
                return Refused()
            return RateLimited(retry_after(error.response.headers), provider)
        case openai.AuthenticationError() | openai.PermissionDeniedError() | openai.NotFoundError():
            return Refused()
        case openai.APIStatusError() if error.status_code == 402:
            return Refused()
        case openai.APIStatusError() if error.status_code in (400, 413, 415, 422, 501):
            return Unfit(str(error.body or error.message)[:2000])
        case openai.APIStatusError() if error.status_code == 408:
            return Silent()
        case openai.APIStatusError():  # 5xx, 529 and whatever else a proxy makes up
            return Unreachable(AWAY)
        case openai.APITimeoutError() | httpx2.TimeoutException():
            return Silent()
        case openai.APIConnectionError() | httpx2.TransportError() | httpx2.StreamError():
            return Unreachable(AWAY)
        case openai.APIError():  # an error told in the middle of a stream
            return Unreachable(AWAY)
        case ValueError():  # a chunk that is no JSON
            return InvalidOutput("the answer came in pieces that are not JSON")
        case _:
            return Unreachable(AWAY)


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds to wait, by Retry-After in either of its forms."""
    exact = _number(headers.get("retry-after-ms"))
    if exact is not None:
        return max(0.0, exact / 1000)
    told = headers.get("retry-after", "")
    seconds = _number(told)
    if seconds is not None:
        return max(0.0, seconds)
    parsed = email.utils.parsedate_tz(told)
    return PAUSE if parsed is None else max(0.0, email.utils.mktime_tz(parsed) - time.time())


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 <= value < 1e9 else None
