"""What all makers' briefs have in common: the shape of an answer as JSON schema, and the two messages."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

Schema = dict[str, Any]
Messages = Sequence[dict[str, str]]

INT: Final[Schema] = {"type": "integer"}
TEXT: Final[Schema] = {"type": "string"}


def text_of(least: int, most: int) -> Schema:
    return {"type": "string", "description": f"{least} to {most} characters"}


def object_of(**properties: Schema) -> Schema:
    required = list(properties)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def list_of(one: Schema) -> Schema:
    return {"type": "array", "items": one}


def messages(instructions: str, shape: Mapping[str, Any] | str, document: Mapping[str, Any]) -> Messages:
    """``shape``: a schema, or words for it: not every endpoint takes a schema, so it is told in the message, too."""
    said = shape if isinstance(shape, str) else f"Its JSON schema: {as_data(shape)}"
    return [
        {"role": "system", "content": f"{instructions}\nAnswer with one JSON object and nothing else. {said}"},
        {"role": "user", "content": as_data(document)},
    ]


def as_data(value: Any) -> str:
    """JSON in which no text can look like the end of anything."""
    text = orjson.dumps(value).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
