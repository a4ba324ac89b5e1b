"""What somebody tells of a section they study: read, marked, a note, and which self-checks they knew."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from app.kinds.fields import Told, clean_prose

Known = Literal["known", "not_yet"]
QuestionId = Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]


Note = Annotated[str, Field(max_length=10_000), AfterValidator(clean_prose)]


class ProgressInput(Told):
    """What is left out stays as it was. ``note_was``: the note that the person saw when they wrote this one; when
    another has come in between, it is not overwritten, and all else that is told is kept."""

    read: bool | None = None
    marked: bool | None = None
    note: Note | None = None
    note_was: Note | None = None
    answers: Annotated[dict[QuestionId, Known], Field(max_length=50)] = {}
