"""Telling an address of the operator's something, as JSON."""

import asyncio
from typing import Any

import httpx

PATIENCE = 5.0  # seconds for all of it


async def post(url: str, body: dict[str, Any]) -> str | None:
    """POST it once, following nobody elsewhere. Returns None when it was taken, else why not.

    The reason never has the address in it, which is a secret with most services.
    """
    try:
        async with (
            asyncio.timeout(PATIENCE),
            httpx.AsyncClient(timeout=PATIENCE, follow_redirects=False) as client,
            client.stream("POST", url, json=body) as answer,  # what it says does not matter
        ):
            return None if answer.is_success else f"status {answer.status_code}"
    except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError, ValueError) as error:
        return type(error).__name__
