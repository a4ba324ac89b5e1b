"""The HTML side of the web process: routes that render templates, and forms that become generations."""

from app.pages.errors import http_error
from app.pages.routes import routes

__all__ = ["http_error", "routes"]
