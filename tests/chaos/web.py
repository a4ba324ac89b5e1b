"""The real web process with the storm's kind: ``uvicorn tests.chaos.web:app``."""

from app.main import app
from tests.chaos import storm

__all__ = ["app", "storm"]
