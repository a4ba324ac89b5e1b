"""How counts read, wherever they are told: on pages, in notes, in files."""


def number(value: float) -> str:
    """1.25 and 72.5 stay, 70.0 becomes 70, 1234 becomes 1,234."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def plural(count: float, one: str, many: str | None = None) -> str:
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def lesson_time(minutes: int) -> str:
    """Of a section or part: one that the library has nothing on has no lesson, which is not one of no time."""
    return f"{minutes} min" if minutes else "no lesson yet"
