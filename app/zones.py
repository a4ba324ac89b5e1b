"""The time zones that there are, and how a time of day is written."""

from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

# Names that are no place: the machine's own zone, and that of a clock nobody has set.
NOWHERE = {"localtime", "Factory"}


@cache
def time_zones() -> frozenset[str]:
    """IANA names; the library walks its folders each time it is asked."""
    return frozenset(available_timezones() - NOWHERE)


def _zone(name: str) -> str:
    if name not in time_zones():
        raise PydanticCustomError("time_zone", "Choose an IANA time zone such as Europe/Berlin")
    return name


def _clock(text: str) -> str:
    hours, colon, minutes = text.partition(":")
    digits = len(text) == 5 and colon and hours.isdecimal() and minutes.isdecimal() and text.isascii()
    if not digits or int(hours) > 23 or int(minutes) > 59:
        raise PydanticCustomError("clock", "Write hours and minutes as HH:MM, from 00:00 to 23:59")
    return text


TimeZone = Annotated[str, AfterValidator(_zone)]
Clock = Annotated[str, AfterValidator(_clock), Field(json_schema_extra={"pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"})]
