"""The real web process with one kind more: ``uvicorn tests.support.drill_web:app``."""

from app.main import app
from tests.support import drill

__all__ = ["app", "drill"]
