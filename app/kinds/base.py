"""What a kind is: what a person gives, what they get, and the phases they see. No making here."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from pydantic import BaseModel


@dataclass(frozen=True)
class Kind:
    name: str
    label: str  # "Training program"
    input_model: type[BaseModel]
    phases: tuple[tuple[str, str], ...]  # (name, label), in order
    # Puts a finished document together from its stored head and its items' contents in order.
    assemble: Callable[[dict[str, Any], list[dict[str, Any]]], dict[str, Any]]
    item_noun: str = "part"  # "week"
    # Rises when the same input would be made differently: results of before no longer answer for it.
    version: int = 1
    # The kind whose results it changes. It is asked for by what names the result, and by nothing else.
    edits: str | None = None
    # Whether a language model can write its pieces.
    llm: bool = False
    # Whether it can be asked for by naming it and its input; a book comes with its file.
    offered: bool = True
    # Whether it is counted among what a person may have in the making at once.
    takes_place: bool = True
    # Fields of the input that tell two requests of one person apart, beside kind and subject (a course's query).
    twin_fields: tuple[str, ...] = field(default=())
    # Whether it is made of the library: the same is made anew once the person sees other books.
    of_library: bool = False
    # How many pieces each phase that makes pieces will have, as far as the input tells it beforehand.
    units: Callable[[Mapping[str, Any]], Mapping[str, int]] = lambda _: {}
    # Fields that are of one time: no schedule and no profile keeps them.
    once: tuple[str, ...] = field(default=())
    # Fills in what depends on when it is asked for, by the person's time zone; a schedule asks anew each time.
    settle: Callable[[dict[str, Any], str], dict[str, Any]] = lambda asked, _: asked

    def twin(self, subject: str, given: dict[str, Any]) -> str:
        """The key that at most one active generation of a person and kind may have."""
        parts = [subject, *(given.get(name) for name in self.twin_fields)]
        return hashlib.sha256(orjson.dumps(parts)).hexdigest()
