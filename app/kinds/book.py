"""The kind `book`: a file that is read into the library. Asked for by uploading the file, and by nothing else."""

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field

from app.kinds.base import Kind
from app.kinds.fields import Made, Told, clean_line

PHASES: Final[tuple[tuple[str, str], ...]] = (
    ("read_file", "Reading the file"),
    ("find_chapters", "Finding the chapters"),
    ("split_passages", "Splitting into passages"),
    ("summarise", "Summarising"),
    ("embed", "Indexing for search"),
    ("save", "Saving"),
)
Format = Literal["epub", "pdf", "markdown", "html", "text"]
Name = Annotated[str, Field(max_length=300), AfterValidator(clean_line)]


class BookInput(Told):
    upload: str
    sha256: str
    name: Annotated[str, Field(max_length=255)]  # of the file
    format: Format
    size: int  # bytes
    title: Name = ""
    author: Name = ""


class BookResult(Made):
    id: str
    kind: Literal["book"] = "book"
    title: str
    author: str
    format: Format
    words: int
    chapters: int
    passages: int
    summary: str
    concepts: list[str]


def assemble(head: dict[str, Any], _: list[dict[str, Any]]) -> dict[str, Any]:
    return head


KIND: Final = Kind(
    name="book",
    label="Book",
    input_model=BookInput,
    phases=PHASES,
    assemble=assemble,
    item_noun="chapter",
    twin_fields=("sha256",),
    offered=False,
    takes_place=False,  # twenty come together, and a worker reads few at once: see `worker.books.pipeline`
)
