"""What the schemas of all kinds share: text of people made safe, and the two bases of what is told and what is made."""

import unicodedata
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError, PydanticKnownError

T = TypeVar("T")
Engine = Literal["rules", "llm"]
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Letters and symbols that are drawn as nothing: fillers of Hangul, and the empty pattern of Braille.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def _clean(text: str, line_breaks: bool) -> str:
    text = text.replace("\r\n", "\n").strip()
    for character in text:
        if line_breaks and character in "\n\t":
            continue
        if unicodedata.category(character) in ("Cc", "Cs") or character in _BIDI:
            raise PydanticCustomError("control_character", "Text must not contain control characters")
    return text


def clean_line(text: str) -> str:
    return _clean(text, line_breaks=False)


def clean_prose(text: str) -> str:
    return _clean(text, line_breaks=True)


def at_least(characters: int) -> Callable[[str], str]:
    """The minimum of a text that was cleaned before: `Field(min_length=)` counts the blanks around it, too. At least
    one of its characters must be seen: a zero-width space says nothing."""

    def check(text: str) -> str:
        if len(text) < characters:
            raise PydanticKnownError("string_too_short", {"min_length": characters})
        if not any(unicodedata.category(one)[0] in "LNPS" and one not in _BLANK for one in text):
            raise PydanticCustomError("invisible", "Text must have a character that can be seen")
        return text

    return check


def unique(values: list[T]) -> list[T]:
    return list(dict.fromkeys(values))


Line = Annotated[str, Field(max_length=80), AfterValidator(clean_line)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Told(BaseModel):
    """Told by a person: unknown fields and numbers in disguise are errors; null means not told."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, data: Any) -> Any:
        if isinstance(data, dict):
            return {key: value for key, value in data.items() if value is not None}
        return data


def not_empty(values: list[T]) -> list[T]:
    if not values:
        raise PydanticCustomError("choose_one", "Choose at least one")
    return values


class Made(BaseModel):
    """Part of a result. Additions are welcome, so unknown fields are no error."""

    model_config = ConfigDict(extra="ignore")


class Rung(Made):
    """A way of writing a piece that was tried, or passed by, before the one that wrote it."""

    rung: str  # full, short
    why: str  # it was left
