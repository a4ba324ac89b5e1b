"""The whole product on one machine: embedded Valkey, migrations, web process and worker under one supervisor."""

from app.serve.preflight import ServeError
from app.serve.supervisor import serve

__all__ = ["ServeError", "serve"]
