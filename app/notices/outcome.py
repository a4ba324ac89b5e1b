"""What has come of telling something once."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Outcome:
    """``sent``; ``gone``: the place where it should go is there no more; ``refused``: this will never be taken;
    ``later``: try again, not before ``after`` seconds."""

    what: Literal["sent", "gone", "refused", "later"]
    reason: str = ""
    after: float = 0.0


SENT = Outcome("sent")
