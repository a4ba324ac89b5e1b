"""Static files, served under the hash of the whole folder, so that a browser may keep them for ever.

The hash is in the path and not in a query, so that modules that import each other by relative path stay in one version.
"""

import hashlib
from pathlib import Path

from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

ROOT = Path(__file__).resolve().parents[2] / "static"


def fingerprint(root: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


VERSION = fingerprint(ROOT)


def static_url(path: str) -> str:
    return f"/static/{VERSION}/{path}"


class VersionedFiles(StaticFiles):
    """Files under any version of the path; only the current one may be kept without asking again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        version, _, rest = path.partition("/")
        response = await super().get_response(rest, scope)
        current = version == VERSION
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if current else "no-cache"
        return response


def static_route() -> BaseRoute:
    return Mount("/static", VersionedFiles(directory=ROOT), name="static")
