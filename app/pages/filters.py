"""How values read on a page: numbers, times, durations, names."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from math import floor
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jinja2 import pass_context
from jinja2.runtime import Context

from app.counts import number, plural

Moment = datetime | str | float

SPECIAL_WORDS = {"rpe": "RPE", "lb": "lb", "kg": "kg"}


def size(count: int) -> str:
    """Bytes as people say them: `640 kB`, `2.4 MB`."""
    return f"{max(1, round(count / 1000))} kB" if count < 999_500 else f"{count / 1e6:.1f} MB"


def words(name: str) -> str:
    """`front_delts` becomes `Front delts`."""
    if name in SPECIAL_WORDS:
        return SPECIAL_WORDS[name]
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]


def spoken(names: list[str]) -> str:
    """A list as a sentence has it: `chest, back and quads`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def duration(seconds: float, *, coarse: bool = False) -> str:
    if seconds < 10 and not coarse:
        return f"{seconds:.1f} s" if seconds >= 0.05 else "< 0.1 s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, left = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {left} s" if left else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def about(seconds: float) -> str:
    """An estimate, no finer than it can be: `about 8 s`, `about 25 s`, `about 3 min`. The browser rounds alike."""
    grain = 1 if seconds < 20 else 5 if seconds < 57.5 else 60
    return f"about {duration(max(1, floor(seconds / grain + 0.5) * grain), coarse=True)}"


def rest(seconds: float) -> str:
    """A pause between sets, as a watch shows it: `2:30`."""
    minutes, left = divmod(round(seconds), 60)
    return f"{minutes}:{left:02d}"


def percent(share: float) -> str:
    # Rounded down, so that 100% is said only of what is done; the inner rounding undoes 0.29 * 100 = 28.999...
    return f"{floor(round(share * 100, 6))}%"


def tenths(share: float) -> str:
    """A percentage for those who measure: `97.1%`. Rounded down, as `percent` is."""
    return f"{floor(round(share * 1000, 6)) / 10:.1f}%"


def took(seconds: float) -> str:
    """A duration for those who measure: `30 ms`, `1.24 s`, and from ten seconds on as for everybody."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.2f} s" if seconds < 9.995 else duration(seconds, coarse=True)


def instant(value: Moment) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    return datetime.fromtimestamp(value, UTC)


def iso(value: Moment) -> str:
    return instant(value).astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def seconds_between(start: Moment, end: Moment | None = None) -> float:
    until = instant(end) if end is not None else datetime.now(UTC)
    return max(0.0, (until - instant(start)).total_seconds())


@pass_context
def clock(context: Context, value: Moment) -> str:
    """The moment in the person's time zone: `22 November, 14:05`."""
    zone = context.get("time_zone", "UTC")
    try:
        local = instant(value).astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        local = instant(value).astimezone(UTC)
    year = "" if local.year == datetime.now(UTC).year else f" {local.year}"
    return f"{local.day} {local:%B}{year}, {local:%H:%M}"


def short_day(value: date) -> str:
    """`22 Nov`, with the year where it is another."""
    return f"{value.day} {value:%b}" + ("" if value.year == datetime.now(UTC).year else f" {value.year}")


FILTERS: dict[str, Callable[..., Any]] = {
    "about": about,
    "clock": clock,
    "duration": duration,
    "iso": iso,
    "number": number,
    "percent": percent,
    "plural": plural,
    "rest": rest,
    "short_day": short_day,
    "spoken": spoken,
    "tenths": tenths,
    "took": took,
    "words": words,
}
