"""What a person last told, over all kinds: it fills in every form, so only what a form can hold gets in."""

from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from app.api.problems import Problem, invalid, of_validation
from app.kinds import KINDS, offered


def merged(profile: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """The profile with what was told now put over it; None removes. Raises Problem."""
    checked = {name: None if value is None else _checked(name, value) for name, value in told.items()}
    return {name: value for name, value in {**profile, **checked}.items() if value is not None}


def _checked(name: str, value: Any) -> Any:
    """As the first of the kinds that takes it, in plain JSON values."""
    refused: Problem | None = None
    for kind in offered():
        fields = _fields(kind)
        if name in fields.model_fields:
            try:
                return fields.model_validate({name: value}).model_dump(mode="json", exclude_unset=True)[name]
            except ValidationError as error:
                refused = refused or of_validation(error, fields, ["profile"])
    if refused is not None:
        raise refused
    known = sorted({field for kind in offered() for field in _fields(kind).model_fields})
    raise invalid([(["profile", name], f"There is no such field; known are {', '.join(known)}")])


@cache
def _fields(kind: str) -> type[BaseModel]:
    """The kind's input with each field on its own: none required, none depending on another."""
    fields: dict[str, Any] = {
        name: (field.rebuild_annotation(), None) for name, field in KINDS[kind].input_model.model_fields.items()
    }
    made: type[BaseModel] = create_model(f"{kind.title()}Profile", __config__=ConfigDict(strict=True), **fields)
    return made
