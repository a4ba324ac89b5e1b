"""What goes in and out, beside what the heart and the kinds define."""

from datetime import datetime
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, create_model
from pydantic_core import PydanticCustomError

from app.accounts import SHORTEST_PASSWORD
from app.generations import Generation
from app.generations.view import Status
from app.ids import valid
from app.kinds import KINDS, offered
from app.kinds.program import ProgramResult


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


def plain(text: str) -> str:
    if not text.isprintable():
        raise PydanticCustomError("unprintable", "Control characters and line breaks are not allowed")
    return text.strip()


def _known_kind(kind: str) -> str:
    if kind not in KINDS:
        raise PydanticCustomError("unknown_kind", "Allowed: {kinds}", {"kinds": ", ".join(KINDS)})
    return kind


def _offered_kind(kind: str) -> str:
    if kind not in offered():
        raise PydanticCustomError("unknown_kind", "Allowed: {kinds}", {"kinds": ", ".join(offered())})
    return kind


def _cursor(cursor: str) -> str:
    if not valid(cursor):
        raise PydanticCustomError("cursor", "Give the next_cursor of the page before, unchanged")
    return cursor


AnyKind = Annotated[str, AfterValidator(_known_kind)]
KindName = Annotated[str, AfterValidator(_offered_kind)]  # what can be asked for
Cursor = Annotated[str, AfterValidator(_cursor), Field(description="The `next_cursor` of the page before.")]


class Credentials(_Given):
    email: Annotated[str, Field(max_length=320)]
    password: Annotated[str, Field(max_length=1024, description=f"At least {SHORTEST_PASSWORD} characters.")]


class Token(BaseModel):
    id: str
    access_token: str
    token_type: str
    expires_in: Annotated[int, Field(description="Seconds.")]


class Me(BaseModel):
    id: str
    email: str | None
    tier: str
    guest: bool
    time_zone: str
    units: str
    profile: Annotated[dict[str, Any], Field(description="What the person last told; it prefills every form.")]


class ChangeMe(_Given):
    time_zone: Annotated[str, Field(description="An IANA name such as Europe/Berlin.")] = ""
    units: Literal["kg", "lb"] = "kg"
    profile: Annotated[
        dict[str, Any],
        Field(description="Fields of the kinds' inputs, put into the profile; null takes one out."),
    ] = {}


class CreateGeneration(_Given):
    kind: KindName
    input: dict[str, Any]
    subject: Annotated[
        str,
        Field(max_length=200, description="Whom or what it is for; tells requests of one person apart."),
        AfterValidator(plain),
    ] = ""
    fresh: Annotated[bool, Field(description="Pass the cache by.")] = False


def create_shown() -> Any:
    return with_inputs(CreateGeneration, "Create")


def with_inputs(body: type[BaseModel], verb: str) -> Any:
    """``body``, which has ``kind`` and ``input``, with each kind's own input."""
    models = [
        create_model(
            f"{verb}{name.title()}",
            __base__=body,
            kind=(cast("type[str]", Literal[name]), ...),
            input=(kind.input_model, ...),
        )
        for name, kind in offered().items()
    ]
    return models[0] if len(models) == 1 else Annotated[reduce(or_, models), Field(discriminator="kind")]


class _Paged(BaseModel):
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Cursor | None = None


class ListGenerations(_Paged):
    kind: AnyKind | None = None
    status: Status | None = None


class ListResults(_Paged):
    pass


class EventsAfter(BaseModel):
    after: Annotated[int, Field(ge=0, le=2**31 - 1, description="A `seq`: only later events.")] = 0


class GenerationPage(BaseModel):
    items: list[Generation]
    next_cursor: str | None


class Active(BaseModel):
    items: list[Generation]


class Piece(RootModel[dict[str, Any]]):
    """A finished piece, as it will stand in the result."""


class ResultHead(BaseModel):
    id: str
    kind: str
    title: str
    url: str
    created_at: datetime


class ResultPage(BaseModel):
    items: list[ResultHead]
    next_cursor: str | None


class Program(ProgramResult):
    """A training program."""

    version: int


class Health(BaseModel):
    status: Literal["ok"] = "ok"


class Fault(BaseModel):
    part: Literal["database", "redis", "worker"]
    reason: str


class Readiness(BaseModel):
    status: Literal["ready", "unavailable"]
    reasons: list[Fault]
