"""The shapes of a language model's answers for a section and for a part."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Said = Annotated[str, Field(max_length=2000)]


class _Reply(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)


class SentenceSaid(_Reply):
    text: Said
    ref: int


class ParagraphSaid(_Reply):
    heading: Said = ""
    sentences: Annotated[list[SentenceSaid], Field(max_length=60)]
    block: int = 0


class QuestionSaid(_Reply):
    question: Said
    answer: Said
    ref: int
    objective: int


class SectionSaid(_Reply):
    title: Said = ""
    paragraphs: Annotated[list[ParagraphSaid], Field(min_length=1, max_length=60)]
    questions: Annotated[list[QuestionSaid], Field(max_length=20)] = []


class PartSaid(_Reply):
    title: Said
    summary: Said
