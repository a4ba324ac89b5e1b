"""``/metrics``, for Prometheus."""

import hmac

from prometheus_client.exposition import choose_encoder
from starlette.responses import PlainTextResponse, Response

from app.api.calls import Answer, Asked, Call
from app.api.exposition import Collected, read
from app.database import Away


async def metrics(asked: Asked[None, None]) -> Response:
    if not _allowed(asked):
        challenge = {"WWW-Authenticate": "Bearer"}
        return PlainTextResponse("Send the METRICS_TOKEN: Authorization: Bearer <token>.\n", 401, challenge)
    try:
        await asked.request.state.reporter.tell()
        values = await read(asked.db)
    except Away:
        return PlainTextResponse("The database does not answer.\n", 503)
    encode, media_type = choose_encoder(asked.request.headers.get("accept", ""))
    return Response(encode(Collected(values)), headers={"Content-Type": media_type, "Cache-Control": "no-store"})


def _allowed(asked: Asked[None, None]) -> bool:
    wanted = asked.settings.metrics_token
    given = asked.request.headers.get("authorization", "")
    return not wanted or hmac.compare_digest(given.encode(), f"Bearer {wanted}".encode())


CALLS = [
    Call(
        "GET", "/metrics", metrics, "What all processes have counted, for Prometheus",
        {200: Answer("Prometheus's text format.", media="text/plain"),
         401: Answer("METRICS_TOKEN is set, and this is not it.", media="text/plain"),
         503: Answer("The database does not answer.", media="text/plain")}, group="health", plain=True,
    ),
]  # fmt: skip
