"""The kind `course`: what is asked, what is made of the library, and the phases in which it is made."""

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field

from app.kinds.base import Kind
from app.kinds.fields import Engine, Made, Rung, Told, at_least, clean_line, clean_prose, unique

PHASES: Final[tuple[tuple[str, str], ...]] = (
    ("embed_query", "Understanding your question"),
    ("search_books", "Searching the library"),
    ("outline_parts", "Outlining the parts"),
    ("write_sections", "Writing the sections"),
    ("review_outline", "Reviewing the course"),
    ("save", "Saving"),
)
Depth = Literal["overview", "balanced", "technical", "expert"]
Pace = Literal["quick", "moderate", "thorough"]
Level = Literal["good", "thin", "none"]
DEPTHS: Final[dict[Depth, str]] = {
    "overview": "The big picture",
    "balanced": "Ideas and practice",
    "technical": "In detail",
    "expert": "Everything, with the hard parts",
}
PACES: Final[dict[Pace, str]] = {"quick": "Quick", "moderate": "Moderate", "thorough": "Thorough"}
Text = Annotated[str, Field(max_length=300), AfterValidator(clean_line)]


class Preferences(Told):
    depth: Depth = "balanced"
    pace: Pace = "moderate"
    style: Annotated[str, Field(max_length=200), AfterValidator(clean_line)] = ""
    notes: Annotated[str, Field(max_length=1000), AfterValidator(clean_prose)] = ""
    review_outline: bool = False


class CourseInput(Told):
    query: Annotated[str, Field(min_length=3, max_length=300), AfterValidator(clean_line), AfterValidator(at_least(3))]
    hours: Annotated[float, Field(ge=0.5, le=40, allow_inf_nan=False)]
    preferences: Preferences = Preferences()
    books: Annotated[list[str], Field(max_length=50), AfterValidator(unique)] = []


class Source(Made):
    ref: int
    book_id: str
    book: str
    locator: str
    quote: str


class Question(Made):
    question: str
    answer: str
    objective: int = 0  # the index of the section's objective that it checks
    minutes: int = 1


class SectionOut(Made):
    id: str
    number: str  # "1.1"
    title: str
    minutes: int
    objectives: list[str]
    key_concepts: list[str]
    prerequisites: list[str]  # ids of sections
    lesson: str  # Markdown with [1] citations
    sources: list[Source]
    check: list[Question]
    author: Engine = "rules"
    rungs: list[Rung] = []


class PartOut(Made):
    number: int
    title: str
    minutes: int
    summary: str
    objectives: list[str]
    sections: list[SectionOut]
    author: Engine = "rules"  # of title and summary
    rungs: list[Rung] = []


class Scores(Made):
    hours: float
    coverage: float
    order: float
    redundancy: float
    support: float


class Review(Made):
    scores: Scores
    before: Scores | None = None  # what was made, before the review's changes
    changes: list[str]


class Coverage(Made):
    level: Level
    note: str
    missing: list[str] = []  # what the library says nothing of
    would_help: list[str] = []  # which books would
    nearest: list[str] = []  # where there is nothing: subjects that the library does have
    did_you_mean: str = ""  # the query as the library would spell it, where that is another way


class BookRef(Made):
    id: str
    title: str
    author: str


class CourseResult(Made):
    id: str
    kind: Literal["course"] = "course"
    title: str
    query: str
    hours: float
    estimated_minutes: int
    engine: Engine
    summary: str
    parts: list[PartOut]
    review: Review
    coverage: Coverage
    books: list[BookRef]


def assemble(head: dict[str, Any], items: list[dict[str, Any]]) -> dict[str, Any]:
    """From the head and the items in their order: each part is followed by its sections."""
    parts: list[dict[str, Any]] = []
    sections: dict[int, list[dict[str, Any]]] = {}
    for item in items:
        if "lesson" in item:
            sections.setdefault(int(item["number"].split(".")[0]), []).append(item)
        else:
            parts.append(item)
    for part in parts:
        mine = sections.get(part["number"], [])
        part["sections"] = sorted(mine, key=lambda section: int(section["number"].split(".")[1]))
    return {**head, "parts": sorted(parts, key=lambda part: int(part["number"]))}


KIND: Final = Kind(
    name="course",
    label="Course",
    input_model=CourseInput,
    phases=PHASES,
    assemble=assemble,
    item_noun="part",
    twin_fields=("query",),
    of_library=True,
    llm=True,
)
