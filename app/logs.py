"""Logs: one JSON object a line, or short readable lines at a terminal."""

import logging
import sys

import structlog


def configure(form: str) -> None:
    """Set up structlog. ``form``: json, text, or auto (text at a terminal)."""
    readable = form == "text" or (form == "auto" and sys.stderr.isatty())
    # Never the values of local variables: they are what people told us.
    frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    renderer = (
        structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback)
        if readable
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%S" if readable else "iso"),
            *([] if readable else [structlog.processors.ExceptionRenderer(frames)]),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr)
