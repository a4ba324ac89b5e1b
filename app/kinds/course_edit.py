"""The kind `course_edit`: one section of a finished course written anew, and nothing else touched."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from app.kinds.base import Kind
from app.kinds.fields import Told, clean_prose

PHASES: Final = (
    ("read_course", "Reading your course"),
    ("search_books", "Searching the library"),
    ("write_section", "Writing the section"),
    ("save", "Saving"),
)
SectionNumber = Annotated[str, Field(pattern=r"^[1-9]\d?\.[1-9]\d?$")]


class Redo(Told):
    """``version``: the one that the person saw; null takes whatever is the newest."""

    version: Annotated[int, Field(ge=1)] | None = None
    reason: Annotated[str, Field(max_length=500), AfterValidator(clean_prose)] = ""


class CourseEdit(Redo):
    section: SectionNumber  # "2.1"


KIND: Final = Kind(
    name="course_edit",
    label="Change of a course",
    input_model=CourseEdit,
    phases=PHASES,
    assemble=lambda head, sections: {**head, "sections": sections},
    item_noun="section",
    edits="course",
    llm=True,
)
