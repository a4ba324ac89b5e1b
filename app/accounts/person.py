"""See `app.person`."""

from app.person import HEAD_START, Person

__all__ = ["HEAD_START", "Person"]
