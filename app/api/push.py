"""Web Push: a browser that wants to be told when something is ready."""

import base64
import binascii
from datetime import datetime
from typing import Annotated, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError
from starlette.responses import Response

from app.api.calls import Answer, Asked, Call, answer, missing
from app.api.problems import invalid
from app.generations.view import when
from app.notices import subscriptions, vapid
from app.notices.address import NotAllowed, Unknown, target
from app.notices.subscriptions import Given, Subscription

POINT, SECRET = 65, 16  # bytes (RFC 8291, 3.1 and 3.2)


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except (binascii.Error, ValueError):
        return b""


def _point(text: str) -> str:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

    try:
        raw = _decoded(text)
        if len(raw) != POINT:
            raise ValueError
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), raw)
    except ValueError:
        raise PydanticCustomError("p256dh", "An uncompressed point of P-256 in base64url is allowed") from None
    return text.rstrip("=")


def _secret(text: str) -> str:
    if len(_decoded(text)) != SECRET:
        raise PydanticCustomError("auth", "16 bytes in base64url are allowed")
    return text.rstrip("=")


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)  # browsers may come to say more


class Keys(_Told):
    p256dh: Annotated[str, Field(max_length=100), AfterValidator(_point)]
    auth: Annotated[str, Field(max_length=40), AfterValidator(_secret)]


class Subscribe(_Told):
    """A PushSubscription as its ``toJSON`` gives it."""

    endpoint: Annotated[str, Field(max_length=2000)]
    keys: Keys
    expirationTime: Annotated[  # noqa: N815 - the browser's own name
        float | None, Field(ge=0, le=1e14, description="Milliseconds since 1970, as browsers give it.")
    ] = None
    replaces: Annotated[
        str | None, Field(max_length=2000, description="The endpoint that this browser had before.")
    ] = None


class PushSubscription(BaseModel):
    id: str
    device: Annotated[str, Field(description="The browser, as it calls itself.")]
    here: Annotated[bool, Field(description="Made with the very session that asks.")]
    created_at: datetime
    used_at: Annotated[datetime | None, Field(description="When its push service last took something.")]


class PushSubscriptions(BaseModel):
    items: list[PushSubscription]
    public_key: Annotated[str, Field(description="The `applicationServerKey` to subscribe with.")]


def _view(one: Subscription) -> PushSubscription:
    created = cast("datetime", when(one.created_at))
    return PushSubscription(id=one.id, device=one.device, here=one.here, created_at=created, used_at=when(one.used_at))


async def create(asked: Asked[Subscribe, None]) -> Response:
    body = asked.body
    try:
        await target(asked.settings, body.endpoint)
    except NotAllowed as error:
        raise invalid([(["endpoint"], str(error))]) from None
    except Unknown:
        raise invalid([(["endpoint"], "An address whose name can be found is allowed")]) from None
    until = None if body.expirationTime is None else body.expirationTime / 1000
    given = Given(body.endpoint, body.keys.p256dh, body.keys.auth, until)
    agent = asked.request.headers.get("user-agent", "")
    made, new = await subscriptions.add(asked.db, asked.person, given, agent, body.replaces)
    return answer(_view(made), 201 if new else 200)


async def index(asked: Asked[None, None]) -> Response:
    found = await subscriptions.items(asked.db, asked.person)
    key = vapid.public_key(await vapid.private_key(asked.db, asked.settings))
    return answer(PushSubscriptions(items=[_view(one) for one in found], public_key=key))


async def remove(asked: Asked[None, None]) -> Response:
    if not await subscriptions.remove(asked.db, asked.person.id, asked.id):
        raise missing()
    return Response(status_code=204)


CALLS = [
    Call(
        "POST", "/push-subscriptions", create, "Tell this browser when something of mine has ended",
        {
            201: Answer("It will be told.", PushSubscription),
            200: Answer("It is told already; what it says of itself now counts.", PushSubscription),
        },
        body=Subscribe, group="notices",
    ),
    Call(
        "GET", "/push-subscriptions", index, "The browsers that are told, and the key to subscribe with",
        {200: Answer("All of them.", PushSubscriptions)}, group="notices",
    ),
    Call(
        "DELETE", "/push-subscriptions/{id}", remove, "Tell this browser no more",
        {204: Answer("It is gone.", media="")}, group="notices",
    ),
]  # fmt: skip
