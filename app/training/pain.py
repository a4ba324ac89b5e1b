"""Pain in a session is told in words, at the beginning of its notes, and read from there again."""

import re
from collections.abc import Mapping

from app.kinds.program_choices import AREAS, SEVERITIES

PAIN = re.compile(r"Pain: (?P<areas>[^.\n]*)\.\n?")  # the first line of the notes


def pain_line(pain: Mapping[str, str]) -> str:
    """``pain``: severity by area."""
    felt = [f"{AREAS[area].lower()} ({level})" for area, level in pain.items() if level in SEVERITIES]  # type: ignore[index]
    return f"Pain: {', '.join(felt)}.\n" if felt else ""


def pain_of(notes: str) -> tuple[dict[str, str], str]:
    """The areas that hurt, and the notes without that line."""
    found = PAIN.match(notes)
    if found is None:
        return {}, notes
    listed = re.findall(r"([a-z ]+?) \((\w+)\)", found["areas"])
    areas: dict[str, str] = {label.lower(): area for area, label in AREAS.items()}
    told = {areas[name.strip()]: level for name, level in listed if name.strip() in areas and level in SEVERITIES}
    return told, notes[found.end() :]
