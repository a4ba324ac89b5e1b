"""The JSON API, its description, and what platforms ask of the process."""

from app.api.routes import routes

__all__ = ["routes"]
